"""Finds runs, and makes their reports from the store alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.cli.common import RUNS
from probe.errors import UsageError
from probe.model.call import Call
from probe.model.report import Report
from probe.model.run import Manifest
from probe.originals import is_original, load_originals
from probe.stats.gates import evaluate, parse_gate
from probe.stats.summarise import summarise
from probe.store import latest_run, read_run

_ORIGINAL_NOTE = (
    "Made from summaries of the original script: no client version, no deadline and no machine is recorded in them, "
    "so they are not to be pooled with runs of probe."
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Calls that count, with where they came from."""

    run_id: str
    path: Path
    manifest: Manifest | None
    calls: Sequence[Call]
    report: Report


def find_run(name: str | None, out: Path) -> Path:
    """A run by its directory, by its id below `out`, or the latest one there. Raises UsageError."""
    if name is None:
        return latest_run(out / RUNS)
    for path in (Path(name), out / RUNS / name):
        if path.exists():
            return path
    raise UsageError(f"no such run: {name}", remedy=f"Runs are in {out / RUNS}; name one, or a directory.")


def load(path: Path, fail_on: Sequence[str] | None = None) -> Loaded:
    """The run at `path`: a run directory, or a summary (or a directory of summaries) of the original script.

    `fail_on` are the gates to hold it against; None takes those that the run was made with.
    """
    originals = _originals(path)
    if originals:
        calls = load_originals(originals)
        run_id = path.parent.name if path.is_file() else path.name
        report = summarise(calls, None, run_id=run_id, rounds_finished=len(originals), provenance_note=_ORIGINAL_NOTE)
        return Loaded(run_id, path, None, calls, with_gates(report, fail_on or ()))
    stored = read_run(path)
    run_id = stored.manifest.run_id if stored.manifest else path.name
    calls = stored.counted_calls()
    report = summarise(
        calls,
        stored.manifest,
        run_id=run_id,
        rounds_finished=len(stored.finished),
        interrupted_calls=stored.interrupted_calls,
        corrupt=dict(stored.corrupt),
        end=stored.end.reason if stored.end else None,
    )
    if fail_on is None:
        fail_on = stored.manifest.options.fail_on if stored.manifest else ()
    return Loaded(run_id, path, stored.manifest, calls, with_gates(report, fail_on))


def with_gates(report: Report, fail_on: Sequence[str]) -> Report:
    """The report with its gates evaluated. Raises UsageError for a gate that cannot be read."""
    steps = tuple(step.label for step in report.steps)
    return report.model_copy(update={"gates": tuple(evaluate(parse_gate(text, steps), report) for text in fail_on)})


def _originals(path: Path) -> list[Path]:
    if path.is_file():
        if not is_original(path):
            raise UsageError("is neither a run directory nor a summary.json of the original script", path=path)
        return [path]
    found = sorted(path.glob("summary.json")) + sorted(path.glob("*/summary.json"))
    return [each for each in found if is_original(each)]
