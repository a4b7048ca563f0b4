"""Read the calls of runs, and of what the original script left."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.report_sections import RunSource
from probe.model.row import Row, row_of
from probe.model.run_manifest import Manifest
from probe.reporting.find_runs import Place
from probe.reporting.originals import is_original, load_originals
from probe.store import StoredRun, open_run, read_calls, read_manifest, read_run, rounds_in_order


class CallSink(Protocol):
    """Takes the calls of runs, one run after the other: `stats.frame.FrameBuilder` for statistics, or another."""

    def begin_run(self, run_id: str) -> None:
        """Take the calls to come as those of this run."""

    def add(self, rows: Iterable[Row]) -> None:
        """Take calls of whole rounds that count."""

    def drop(self, stale: Iterable[tuple[int, int]]) -> None:
        """Forget calls of the current run, (round, attempt), in whose place a later attempt came."""


@dataclass(slots=True)
class Loaded:
    """A run whose calls were read: where they came from, and what could not be read."""

    run_id: str
    manifest: Manifest | None
    source: RunSource
    rounds_planned: int
    interrupted_calls: int = 0
    corrupt: dict[str, int] = field(default_factory=dict)
    original_script: bool = False


def load(place: Place, builder: CallSink) -> Loaded:
    """Read a run, or what the original script left, into the builder. Raises UsageError."""
    originals = originals_in(place.path)
    if originals:
        return _load_originals(place.path, originals, builder)
    manifest = read_manifest(place.path)
    run_id = manifest.run_id if manifest else place.path.name
    builder.begin_run(run_id)
    stored = read_run(place.path, builder.add)
    builder.drop(stored.stale)
    finished = len(stored.finished)
    return Loaded(
        run_id=run_id,
        manifest=manifest,
        source=RunSource(
            run_id=run_id,
            created_at=manifest.created_at if manifest else None,
            rounds_finished=finished,
            end=stored.end,
            end_why=stored.end_why,
        ),
        rounds_planned=manifest.rounds if manifest else finished,
        interrupted_calls=stored.interrupted_calls,
        corrupt=dict(stored.corrupt),
    )


def load_rows(place: Place) -> tuple[Manifest | None, str, list[Row], dict[str, int]]:
    """Return a run's manifest, its id, its calls that count, in order, and by file what could not be read."""
    originals = originals_in(place.path)
    if originals:
        return None, _original_id(place.path), [row_of(call) for call in load_originals(originals)], {}
    stored: StoredRun = read_run(place.path)
    run_id = stored.manifest.run_id if stored.manifest else place.path.name
    return stored.manifest, run_id, stored.rows, dict(stored.corrupt)


def iterate_rows(place: Place) -> tuple[Manifest | None, str, Iterator[Row], Mapping[str, int]]:
    """Return the same, but read calls as they are asked for; what could not be read is known after the last.

    Raises UsageError, and StoreError while they are read.
    """
    originals = originals_in(place.path)
    if originals:
        return None, _original_id(place.path), map(row_of, load_originals(originals)), {}
    run = open_run(place.path)
    run_id = run.manifest.run_id if run.manifest else place.path.name
    return run.manifest, run_id, chain.from_iterable(rounds_in_order(run)), run.corrupt


def load_calls(place: Place, numbers: Collection[int]) -> list[Call]:
    """Return the whole records of the calls of these rounds, in this order of the rounds."""
    originals = originals_in(place.path)
    if originals:
        calls = load_originals(originals)
        return [call for number in numbers for call in calls if call.round == number]
    return read_calls(place.path, numbers)


def _load_originals(path: Path, originals: list[Path], builder: CallSink) -> Loaded:
    run_id = _original_id(path)
    builder.begin_run(run_id)
    calls = load_originals(originals)
    builder.add(map(row_of, calls))
    begun = min((call.started_at for call in calls), default=None)
    source = RunSource(run_id=run_id, created_at=begun, rounds_finished=len(originals), end=EndReason.COMPLETED)
    return Loaded(run_id, None, source, len(originals), original_script=True)


def _original_id(path: Path) -> str:
    return path.parent.name if path.is_file() else path.name


def originals_in(path: Path) -> list[Path]:
    """Summaries of the original script in this file or directory. Raises UsageError for another file."""
    if path.is_file():
        if not is_original(path):
            raise UsageError(
                "is not a directory of a run of probe, and not a summary.json of the script that probe replaces",
                path=path,
            )
        return [path]
    found = sorted(path.glob("summary.json")) + sorted(path.glob("*/summary.json"))
    return [each for each in found if is_original(each)]
