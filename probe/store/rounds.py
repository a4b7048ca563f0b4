"""Assembly of a run's rounds from its journal and its summaries, however damaged these are.

Lines may be damaged, doubled, lost or out of order. Each step of a round counts once, in the round's last finished
attempt; what the journal lacks of a finished round is taken from its summary; what neither has is counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from probe.model.base_models import LABEL
from probe.model.choices import EndReason
from probe.model.outcome import Outcome
from probe.model.row import AttemptNumber, Row
from probe.model.run_manifest import Manifest, RoundToDo
from probe.store.files import JOURNAL, ROUNDS, SUMMARY, round_dir
from probe.store.journal import (
    DAMAGED,
    AnyLine,
    CallFinishedLine,
    CallStartedLine,
    RoundFinishedLine,
    RoundPreparedLine,
    RoundStartedLine,
    RunFinishedLine,
    RunStartedLine,
    read_events,
)

_YEARS = range(1970, 9999)
"""Years of which every time can be told in any time zone."""


class _CallsPart(msgspec.Struct):
    attempt: AttemptNumber
    calls: list[msgspec.Raw]


class _SummaryWithCalls(msgspec.Struct):
    probe: _CallsPart


class _ExchangesPart(msgspec.Struct):
    exchanges: dict[str, list[msgspec.Raw]] = {}


class _SummaryWithExchanges(msgspec.Struct):
    probe: _ExchangesPart


_CALLS = msgspec.json.Decoder(_SummaryWithCalls)
_EXCHANGES = msgspec.json.Decoder(_SummaryWithExchanges)
_ROW = msgspec.json.Decoder(Row)


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
    end_why: str | None = None

    def to_do(self, rounds: int) -> list[RoundToDo]:
        """Return the rounds that have not finished."""
        return [
            RoundToDo(number=number, attempt=self.begun.get(number, 0) + 1)
            for number in range(1, rounds + 1)
            if number not in self.finished
        ]


@dataclass(frozen=True, slots=True)
class SummarisedCall:
    """A call in a round's summary: as far as statistics need it, and whole as it was written."""

    row: Row
    raw: bytes


def step_labels(manifest: Manifest | None) -> tuple[str, ...] | None:
    """Return the labels of a run's steps in order, and last that of an extra call; None where nobody knows."""
    if manifest is None:
        return None
    return tuple(step.label for step in (*manifest.scenario.steps, manifest.scenario.extra_step))


def is_plausible(row: Row, labels: Sequence[str] | None) -> bool:
    """Return whether a run with these steps can hold this call: labels name files, and times are told in time zones."""
    if row.started_at.year not in _YEARS:
        return False
    if labels is None:
        return LABEL.fullmatch(row.label) is not None
    return row.step < len(labels) and labels[row.step] == row.label


def read_summary(run: Path, number: int, labels: Sequence[str] | None) -> tuple[int, list[SummarisedCall]]:
    """Read from a round's summary its attempt and each step's call. Raises OSError, or one of DAMAGED."""
    ours = _CALLS.decode((round_dir(run, number) / SUMMARY).read_bytes()).probe
    calls = {}
    for raw in map(bytes, ours.calls):
        row = _ROW.decode(raw)
        if row.round != number or not is_plausible(row, labels):
            raise ValueError("a call of another round, or of no step")
        calls[row.step] = SummarisedCall(row, raw)
    return ours.attempt, [calls[step] for step in sorted(calls)]


def exchanges_in_summary(summary: Path, label: str) -> list[bytes] | None:
    """Return the exchanges of a call that stand in its round's summary; None where none does.

    Raises OSError, or one of DAMAGED.
    """
    exchanges = _EXCHANGES.decode(summary.read_bytes()).probe.exchanges.get(label)
    return None if exchanges is None else [bytes(exchange) for exchange in exchanges]


class RoundsReader:
    """One pass over a journal; only rounds that are under way are kept in memory."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run
        self._handed_over: list[list[Row]] = []
        self._labels = step_labels(run.manifest)
        self._steps = len(self._labels or " ") - 1
        self._open: dict[int, list[Row]] = {}
        self._in_flight: dict[int, tuple[int, int]] = {}  # round -> attempt and step of the call that has not finished
        self._never_ended: set[tuple[int, int, int]] = set()  # round, attempt and step of calls without an end
        self._interrupted: set[tuple[int, int, int]] = set()  # and of those that say so
        self._lacking: set[int] = set()  # rounds that are said to be finished, without all of their calls

    def rounds(self) -> Iterator[list[Row]]:
        """Yield the calls of each round as soon as it is known to be finished, and fill in the run."""
        run, takers = self._run, self._takers()
        for events in read_events(run.path, run.corrupt):
            for event in events:
                takers[type(event)](event)
            yield from self._ready()
        for number in sorted(self._lacking):
            self._take_summary(number)
            yield from self._ready()
        for number in sorted(self._summarised()):
            self._take_summary(number)
            yield from self._ready()
        self._take_unfinished()
        yield from self._ready()
        self._never_ended |= {(number, *place) for number, place in self._in_flight.items()}
        of_no_finished = {call for call in self._never_ended if run.finished.get(call[0]) != call[1]}
        run.interrupted_calls = len(self._interrupted | of_no_finished)

    def _take_unfinished(self) -> None:
        """Hand over the calls of rounds that never finished: those of the last attempt."""
        run = self._run
        for number, rows in self._open.items():
            if number not in run.finished and number not in self._lacking:
                last = run.begun.get(number) or max(row.attempt for row in rows)
                self._hand_over(_each_step_once(rows, last))

    def _takers(self) -> dict[type[AnyLine], Callable[[Any], None]]:
        """Return what takes each kind of event: faster than to ask each of millions what it is."""
        return {
            RunStartedLine: self._take_run_started,
            RoundStartedLine: self._take_round_started,
            RoundPreparedLine: _ignore,
            CallStartedLine: self._take_call_started,
            CallFinishedLine: self._take_call_finished,
            RoundFinishedLine: self._take_round_finished,
            RunFinishedLine: self._take_run_finished,
        }

    def _take_run_started(self, _event: RunStartedLine) -> None:
        self._run.end = self._run.end_why = None

    def _take_run_finished(self, event: RunFinishedLine) -> None:
        self._run.end = event.reason
        self._run.end_why = event.why

    def _take_round_started(self, event: RoundStartedLine) -> None:
        begun = self._run.begun
        begun[event.round] = max(event.attempt, begun.get(event.round, 0))
        place = self._in_flight.pop(event.round, None)
        if place is not None:
            self._never_ended.add((event.round, *place))

    def _take_call_started(self, event: CallStartedLine) -> None:
        self._in_flight[event.round] = event.attempt, event.step

    def _take_call_finished(self, event: CallFinishedLine) -> None:
        row = event.call
        if not is_plausible(row, self._labels):
            self._run.corrupt[f"{JOURNAL} (lines)"] += 1
            return
        self._in_flight.pop(row.round, None)
        if row.round in self._open:
            self._open[row.round].append(row)
        else:
            self._open[row.round] = [row]
        if row.diagnosis.outcome is Outcome.INTERRUPTED:
            self._interrupted.add((row.round, row.attempt, row.step))

    def _take_round_finished(self, event: RoundFinishedLine) -> None:
        """Hand over a round, unless it was handed over before, or its record has gaps."""
        number, attempt = event.round, event.attempt
        if attempt <= self._run.finished.get(number, 0):
            self._open.pop(number, None)
            return
        rows = _each_step_once(self._open.get(number, ()), attempt)
        if sum(row.step < self._steps for row in rows) < self._steps:
            self._lacking.add(number)
            return
        self._open.pop(number, None)
        self._lacking.discard(number)
        self._take_the_place(number, attempt)
        self._hand_over(rows)

    def _take_the_place(self, number: int, attempt: int) -> None:
        """Have this attempt count, and none before it."""
        before = self._run.finished.get(number)
        if before is not None:
            self._run.stale.add((number, before))
        self._run.finished[number] = attempt

    def _hand_over(self, rows: Iterable[Row]) -> None:
        self._handed_over.append([row for row in rows if row.diagnosis.outcome is not Outcome.INTERRUPTED])

    def _ready(self) -> list[list[Row]]:
        """Return the rounds that were handed over since it was asked last."""
        ready, self._handed_over = self._handed_over, []
        return ready

    def _summarised(self) -> Iterator[int]:
        """Yield rounds that have a summary but no line that says that they finished: the journal lost it."""
        run = self._run
        if run.manifest and len(run.finished) >= run.manifest.rounds:
            return
        known = run.finished.keys() | self._lacking
        names = {place.name for place in (run.path / ROUNDS).glob("[0-9]*")}
        numbers = {int(name) for name in names if name.isascii() and name.isdigit()}
        yield from (number for number in numbers - known if (round_dir(run.path, number) / SUMMARY).exists())

    def _take_summary(self, number: int) -> None:
        """Take from its summary what a finished round lacks in the journal, or count it as corrupt."""
        run = self._run
        try:
            attempt, calls = read_summary(run.path, number, self._labels)
        except (OSError, *DAMAGED):
            run.corrupt[f"{ROUNDS}/{number:04d}"] += 1
            return
        if attempt > run.finished.get(number, 0):
            self._take_the_place(number, attempt)
            self._hand_over(call.row for call in calls)


def _ignore(_event: AnyLine) -> None:
    """Take an event that says nothing here."""


def _each_step_once(rows: Iterable[Row], attempt: int) -> list[Row]:
    """Return the calls of an attempt in the order of their steps; of two of one step the later line."""
    by_step = {row.step: row for row in rows if row.attempt == attempt}
    return [by_step[step] for step in sorted(by_step)]
