"""Reads a run back. What cannot be read is counted, never skipped unsaid."""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from pydantic import ValidationError

from probe.errors import StoreError, UsageError
from probe.model.base import SCHEMA_VERSION
from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import CallFinished
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.row import Row
from probe.model.run import Manifest, RoundToDo
from probe.store.files import GROUP, JOURNAL, MANIFEST, ROUNDS, SUMMARY, round_dir
from probe.store.journal import (
    AnyLine,
    CallFinishedLine,
    CallStartedLine,
    RoundFinishedLine,
    RoundStartedLine,
    RunFinishedLine,
    RunStartedLine,
    read_events,
    whole_lines,
)
from probe.store.summary import exchanges_name


class _OursInSummary(msgspec.Struct):
    attempt: int
    calls: list[Row]


class _Summary(msgspec.Struct):
    probe: _OursInSummary


_SUMMARY = msgspec.json.Decoder(_Summary)


@dataclass(slots=True)
class StoredRun:
    """A run as it was read. `corrupt` counts by file what could not be read.

    `rows` are the calls that say something, unless they were handed to somebody else; each step of a round once, in
    order. `stale` are (round, attempt) that were handed over before a later attempt took their place.
    """

    path: Path
    manifest: Manifest | None = None
    rows: list[Row] = field(default_factory=list)
    stale: set[tuple[int, int]] = field(default_factory=set)
    begun: dict[int, int] = field(default_factory=dict)
    finished: dict[int, int] = field(default_factory=dict)
    interrupted_calls: int = 0
    corrupt: Counter[str] = field(default_factory=Counter)
    end: EndReason | None = None

    def to_do(self, rounds: int) -> list[RoundToDo]:
        """The rounds that have not finished."""
        return [
            RoundToDo(number=number, attempt=self.begun.get(number, 0) + 1)
            for number in range(1, rounds + 1)
            if number not in self.finished
        ]


def latest_run(runs: Path) -> Path:
    """The run, or group, in this directory that was begun last; their names begin with the time. Raises UsageError."""
    kept = (path for path in runs.glob("*/") if (path / MANIFEST).exists() or (path / GROUP).exists())
    found = sorted(kept) if runs.is_dir() else []
    if not found:
        raise UsageError("no run is stored here", path=runs, remedy="Make one with `probe run`, or name its directory.")
    return found[-1]


def read_run(path: Path, take: Callable[[Iterable[Row]], None] | None = None) -> StoredRun:
    """Read a run directory. Raises UsageError when it is none.

    Calls go to `take` as soon as their round is known to be finished, in the order in which rounds finished, so that a
    run of any size can be read; without it they are kept in the run.
    """
    if not (path / MANIFEST).exists() and not (path / JOURNAL).exists():
        raise UsageError("is no run directory: it has no manifest.json and no journal.jsonl", path=path)
    run = StoredRun(path)
    run.manifest = _manifest(path, run.corrupt)
    _Reading(run, take or run.rows.extend).read()
    if run.stale:
        run.rows = [row for row in run.rows if (row.round, row.attempt) not in run.stale]
    run.rows.sort(key=lambda row: (row.round, row.step))
    return run


class _Reading:
    """One pass over a journal; only rounds that are under way are kept in memory."""

    def __init__(self, run: StoredRun, take: Callable[[Iterable[Row]], None]) -> None:
        self._run = run
        self._take = take
        self._steps = len(run.manifest.scenario.steps) if run.manifest else 0
        self._open: dict[int, list[Row]] = {}
        self._in_flight: dict[int, int] = {}  # round -> step of the call that began and has not finished
        self._lacking: set[int] = set()

    def read(self) -> None:
        run = self._run
        for events in read_events(run.path, run.corrupt):
            self._take_events(events)
        for number in self._lacking:
            del run.finished[number]  # a round whose record is lost is run again when the run is resumed
        self._take_summaries(sorted(self._lacking))
        self._take_summaries(sorted(self._summarised()))
        for number, rows in self._open.items():
            if number not in run.finished:
                self._hand_over([row for row in rows if row.attempt == run.begun.get(number, row.attempt)])
        run.interrupted_calls += len(self._in_flight)

    def _take_events(self, events: Iterable[AnyLine]) -> None:
        run, in_flight, open_rounds = self._run, self._in_flight, self._open
        for event in events:  # in the order of how often they come
            if isinstance(event, CallFinishedLine):
                row = event.call
                in_flight.pop(row.round, None)
                if row.round in open_rounds:
                    open_rounds[row.round].append(row)
                else:
                    open_rounds[row.round] = [row]
                run.interrupted_calls += row.diagnosis.outcome is Outcome.INTERRUPTED
            elif isinstance(event, CallStartedLine):
                in_flight[event.round] = event.step
            elif isinstance(event, RoundStartedLine):
                run.begun[event.round] = max(event.attempt, run.begun.get(event.round, 0))
                run.interrupted_calls += in_flight.pop(event.round, None) is not None
            elif isinstance(event, RoundFinishedLine):
                self._finish(event.round, event.attempt)
            elif isinstance(event, RunFinishedLine):
                run.end = event.reason
            elif isinstance(event, RunStartedLine):
                run.end = None

    def _finish(self, number: int, attempt: int) -> None:
        before = self._run.finished.get(number)
        if before is not None and number not in self._lacking:
            self._run.stale.add((number, before))
        self._run.finished[number] = attempt
        rows = self._open.pop(number, [])
        if any(row.attempt != attempt for row in rows):
            rows = [row for row in rows if row.attempt == attempt]
        if len(rows) < self._steps:
            self._lacking.add(number)
            return
        self._lacking.discard(number)
        self._hand_over(rows)

    def _hand_over(self, rows: list[Row]) -> None:
        self._take(row for row in rows if row.diagnosis.outcome is not Outcome.INTERRUPTED)

    def _summarised(self) -> Iterator[int]:
        """Rounds that have a summary, so they were finished, but no line that says so: the journal lost it."""
        run = self._run
        if run.manifest and len(run.finished) >= run.manifest.rounds:
            return
        places = (place for place in (run.path / ROUNDS).glob("[0-9]*") if place.name.isdigit())
        known = run.finished.keys() | self._lacking
        yield from (int(place.name) for place in places if int(place.name) not in known and (place / SUMMARY).exists())

    def _take_summaries(self, rounds: Iterable[int]) -> None:
        """Take from its summary what a finished round lacks in the journal, or count it as corrupt."""
        run = self._run
        for number in rounds:
            path = round_dir(run.path, number) / SUMMARY
            try:
                ours = _SUMMARY.decode(path.read_bytes()).probe
            except (OSError, msgspec.MsgspecError, RecursionError):
                run.corrupt[f"{ROUNDS}/{number:04d}"] += 1
                continue
            self._hand_over(ours.calls)
            self._in_flight.pop(number, None)
            run.begun[number] = run.finished[number] = ours.attempt


def read_calls(path: Path, number: int) -> list[Call]:
    """The whole records of a round's calls, in order: those of its last attempt."""
    calls = []
    for line in whole_lines(path / JOURNAL):
        if b'"call_finished"' in line and b'"round":%d,' % number in line:
            with contextlib.suppress(ValidationError):
                calls.append(CallFinished.model_validate_json(line).call)
    if not calls:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            kept = json.loads((round_dir(path, number) / SUMMARY).read_bytes())["probe"]["calls"]
            calls = [Call.model_validate(call) for call in kept]
    calls = [call for call in calls if call.round == number and call.counts]
    last = max((call.attempt for call in calls), default=0)
    return sorted((call for call in calls if call.attempt == last), key=lambda call: call.step)


def read_exchanges(run: Path, call: Call | Row) -> tuple[Exchange, ...] | None:
    """What the recorder saw of a call; None where nothing was recorded. Raises StoreError for a damaged file."""
    path = round_dir(run, call.round) / exchanges_name(call.label)
    if call.wire is None or not path.exists():
        return None
    try:
        return tuple(Exchange.model_validate_json(line) for line in path.read_bytes().splitlines())
    except (OSError, ValidationError) as error:
        raise StoreError("cannot be read as exchanges", path=path) from error


def read_manifest(path: Path) -> Manifest | None:
    """A run's manifest alone; None where it cannot be read."""
    return _manifest(path, Counter())


def _manifest(run: Path, corrupt: Counter[str]) -> Manifest | None:
    path = run / MANIFEST
    try:
        raw = path.read_bytes()
        refuse_newer(path, raw)
        return Manifest.model_validate_json(raw)
    except (FileNotFoundError, NotADirectoryError):
        corrupt[f"{MANIFEST} (missing)"] += 1
        return None
    except (OSError, ValidationError):
        corrupt[MANIFEST] += 1
        return None


def refuse_newer(path: Path, raw: bytes) -> None:
    """Raise UsageError for a file of a newer schema, whose other keys may mean anything."""
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
