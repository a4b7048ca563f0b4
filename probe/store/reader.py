"""Reads a run back. What cannot be read is counted, never skipped unsaid."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from probe.errors import StoreError, UsageError
from probe.model.base import SCHEMA_VERSION
from probe.model.call import Call
from probe.model.events import EVENT, CallFinished, CallStarted, Event, RoundFinished, RoundStarted, RunFinished
from probe.model.exchange import Exchange
from probe.model.run import Manifest, RoundToDo
from probe.store.files import JOURNAL, MANIFEST, ROUNDS, SUMMARY, round_dir
from probe.store.summary import exchanges_name


@dataclass(slots=True)
class StoredRun:
    """A run as it was read. `corrupt` counts by file what could not be read."""

    path: Path
    manifest: Manifest | None = None
    calls: list[Call] = field(default_factory=list)
    begun: dict[int, int] = field(default_factory=dict)
    finished: dict[int, int] = field(default_factory=dict)
    interrupted_calls: int = 0
    corrupt: Counter[str] = field(default_factory=Counter)
    end: RunFinished | None = None

    def counted_calls(self) -> list[Call]:
        """The calls that say something, each step of a round once: of a round begun twice, its last attempt."""
        last = {**self.begun, **self.finished}
        counted = [call for call in self.calls if call.counts and call.attempt == last.get(call.round, call.attempt)]
        return sorted(counted, key=lambda call: (call.round, call.step))

    def to_do(self, rounds: int) -> list[RoundToDo]:
        """The rounds that have not finished."""
        return [
            RoundToDo(number=number, attempt=self.begun.get(number, 0) + 1)
            for number in range(1, rounds + 1)
            if number not in self.finished
        ]


def latest_run(runs: Path) -> Path:
    """The run in this directory that was begun last; their names begin with the time. Raises UsageError."""
    found = sorted(path for path in runs.glob("*/") if (path / MANIFEST).exists()) if runs.is_dir() else []
    if not found:
        raise UsageError("no run is stored here", path=runs, remedy="Make one with `probe run`, or name its directory.")
    return found[-1]


def read_run(path: Path) -> StoredRun:
    """Read a run directory. Raises UsageError when it is none."""
    if not (path / MANIFEST).exists() and not (path / JOURNAL).exists():
        raise UsageError("is no run directory: it has no manifest.json and no journal.jsonl", path=path)
    run = StoredRun(path)
    run.manifest = _manifest(run)
    open_calls: set[tuple[int, int, int]] = set()
    for event in _events(run):
        match event:
            case RoundStarted():
                run.begun[event.round] = max(event.attempt, run.begun.get(event.round, 0))
            case CallStarted():
                open_calls.add((event.round, event.attempt, event.step))
            case CallFinished():
                call = event.call
                open_calls.discard((call.round, call.attempt, call.step))
                run.calls.append(call)
                run.interrupted_calls += not call.counts
            case RoundFinished():
                run.finished[event.round] = event.attempt
            case RunFinished():
                run.end = event
            case _:
                run.end = None
    if not run.finished and not run.calls:
        _read_summaries(run, (int(place.name) for place in (path / ROUNDS).glob("[0-9]*") if place.name.isdigit()))
    elif run.manifest:
        _fill_gaps(run, len(run.manifest.scenario.steps))
    known = {(call.round, call.attempt, call.step) for call in run.calls}
    run.interrupted_calls += len(open_calls - known)
    return run


def read_exchanges(run: Path, call: Call) -> tuple[Exchange, ...] | None:
    """What the recorder saw of a call; None where nothing was recorded. Raises StoreError for a damaged file."""
    path = round_dir(run, call.round) / exchanges_name(call.label)
    if call.wire is None or not path.exists():
        return None
    try:
        return tuple(Exchange.model_validate_json(line) for line in path.read_bytes().splitlines())
    except (OSError, ValidationError) as error:
        raise StoreError("cannot be read as exchanges", path=path) from error


def _manifest(run: StoredRun) -> Manifest | None:
    path = run.path / MANIFEST
    try:
        raw = path.read_bytes()
        _refuse_newer(path, raw)
        return Manifest.model_validate_json(raw)
    except FileNotFoundError:
        run.corrupt[f"{MANIFEST} (missing)"] += 1
        return None
    except (OSError, ValidationError):
        run.corrupt[MANIFEST] += 1
        return None


def _refuse_newer(path: Path, raw: bytes) -> None:
    """Raise UsageError for a manifest of a newer schema, whose other keys may mean anything."""
    try:
        version = json.loads(raw)["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"was written by a newer probe (schema {version}; this one knows {SCHEMA_VERSION})",
            path=path,
            remedy="Upgrade probe.",
        )


def _events(run: StoredRun) -> Iterator[Event]:
    journal = run.path / JOURNAL
    try:
        data = journal.read_bytes()
    except FileNotFoundError:
        run.corrupt[f"{JOURNAL} (missing)"] += 1
        return
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=journal) from error
    whole, _, _torn = data.rpartition(b"\n")
    for line in whole.split(b"\n") if whole else ():
        try:
            yield EVENT.validate_json(line)
        except ValidationError:
            run.corrupt[f"{JOURNAL} (lines)"] += 1


def _fill_gaps(run: StoredRun, steps: int) -> None:
    """Take from its summary what a finished round lacks in the journal, or count it as corrupt."""
    have = Counter((call.round, call.attempt) for call in run.calls)
    lacking = [number for number, attempt in run.finished.items() if have[number, attempt] < steps]
    run.calls = [call for call in run.calls if call.round not in lacking]
    for number in lacking:
        del run.finished[number]  # a round whose record is lost is run again when the run is resumed
    _read_summaries(run, iter(lacking))


def _read_summaries(run: StoredRun, rounds: Iterator[int]) -> None:
    for number in rounds:
        path = round_dir(run.path, number) / SUMMARY
        try:
            ours = json.loads(path.read_bytes())["probe"]
            calls, attempt = [Call.model_validate(call) for call in ours["calls"]], int(ours["attempt"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            run.corrupt[f"{ROUNDS}/{number:04d}"] += 1
            continue
        run.calls += calls
        run.begun[number] = run.finished[number] = attempt
