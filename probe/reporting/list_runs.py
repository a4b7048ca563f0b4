"""List the stored runs, the newest first, without reading their calls where a headline is kept."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from probe.errors import ProbeError
from probe.model.choices import EndReason
from probe.model.listed_run import ListedRun, NoEnd, RunKind
from probe.model.run_manifest import Manifest
from probe.reporting.find_runs import short_id
from probe.reporting.run_headline import arm_directories, headline_of
from probe.store import RUNS, is_being_written, is_recording, read_manifest, read_recorded_manifest, stored_runs


def list_runs(out: Path, limit: int | None = None) -> list[ListedRun]:
    """Return the newest runs below `out`, at most `limit` of them."""
    newest_first = stored_runs(out / RUNS)[::-1]
    return [_listed(path) for path in newest_first[:limit]]


def _listed(path: Path) -> ListedRun:
    unread = ListedRun(
        id=short_id(path.name),
        run=path.name,
        path=str(path),
        created_at=None,
        scenario=None,
        rounds=None,
        end=NoEnd.CUT_OFF,
    )
    with contextlib.suppress(ProbeError):  # damaged, or of a newer version
        if is_recording(path):
            facts = {"created_at": read_recorded_manifest(path).created_at, "kind": RunKind.RECORDED}
            return unread.model_copy(update=facts | _results(path, [path]))
        folders = arm_directories(path)
        manifests = [manifest for manifest in map(read_manifest, folders) if manifest]
        return unread.model_copy(update=_facts(manifests) | _results(path, folders)) if manifests else unread
    return unread


def _facts(manifests: Sequence[Manifest]) -> dict[str, object]:
    """Return what the manifests say of a run; its arms have the same scenario."""
    first = manifests[0]
    return {
        "created_at": first.created_at,
        "scenario": first.scenario.name,
        "driver": ", ".join(dict.fromkeys(manifest.driver for manifest in manifests)),
        "rounds": first.rounds,
    }


def _results(path: Path, folders: Sequence[Path]) -> dict[str, object]:
    """Return what came of a run."""
    headline = headline_of(path)
    targets = headline.targets if headline else ()
    return {"targets": targets, "end": _end([target.end for target in targets], folders)}


def _end(ends: Sequence[EndReason | None], folders: Sequence[Path]) -> EndReason | NoEnd:
    """Return why a run ended: the reason of its targets, which end together."""
    reasons = [end for end in ends if end]
    if reasons and len(reasons) == len(ends):
        return reasons[0]
    return NoEnd.RUNNING if any(map(is_being_written, folders)) else NoEnd.CUT_OFF
