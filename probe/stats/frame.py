"""Calls as columns: a million of them in some 200 MB, for numpy to work on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from probe.model.caching import answer_number
from probe.model.outcome import Flag, Outcome
from probe.model.row import PhasesPart, Row, UsagePart
from probe.model.spending import spending
from probe.model.wire import PHASES, PhaseSource
from probe.stats.kept_calls import KeptCall, is_incident

Column = Literal[
    "run",
    "round",
    "step",
    "attempt",
    "started_s",
    "wall_ms",
    "timeout_ms",
    "idle_ms",
    "requests_before",
    "requests",
    "message",
    "ttft_ms",
    "load",
    "bits",
    "outcome",
    "cause",
    "served",
    "input",
    "output",
    "cache_read",
    "cost",
    "retry_at_s",
    "phase_source",
    "boot",
    "retries",
    "connect",
    "wait",
    "stream",
    "exit",
    "unsplit",
]
COLUMNS: tuple[Column, ...] = get_args(Column)
OUTCOMES = tuple(Outcome)
FLAGS = tuple(Flag)
SOURCES = tuple(PhaseSource)
NOTHING = float("nan")
KEEP_FROM_THE_START, KEEP_IN_ALL = 400, 1_000
AT_A_TIME = 256  # few enough to stay in the processor's cache

Bit = Literal["failed", "clean", "timed_out", "recorded", "cached"]
_BITS: tuple[Bit, ...] = get_args(Bit)
FAILED, CLEAN, TIMED_OUT, RECORDED, CACHED = (1 << place for place in range(len(_BITS)))

_INDEX = {name: index for index, name in enumerate(COLUMNS)}
_FLAG_BIT = {flag: 1 << place for place, flag in enumerate(FLAGS, start=len(_BITS))}
_NO_USAGE = UsagePart()
_NO_PHASES = PhasesPart(SOURCES[0], *[NOTHING] * len(PHASES))

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Frame:
    """Calls as columns of a matrix, (COLUMNS, calls); codes stand for words, nan for what is absent.

    Of these calls it holds those that are `chosen`, in this order: by run, round and step. `bits` are truths: those of
    Bit, then the flags. `kept` holds some calls whole.
    """

    data: Floats
    chosen: NDArray[np.intp]
    run_ids: tuple[str, ...]
    labels: dict[int, str]
    causes: tuple[str | None, ...]
    served: tuple[tuple[str, ...], ...]
    kept: tuple[KeptCall, ...] = ()
    incidents: int = 0
    client_versions: tuple[str, ...] = ()
    _steps: dict[str, "Frame"] = field(default_factory=dict, compare=False, repr=False)
    _columns: dict[Column, Floats] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.chosen)

    def __getitem__(self, column: Column) -> Floats:
        if column not in self._columns:
            self._columns[column] = self.data[_INDEX[column]][self.chosen]
        return self._columns[column]

    def are(self, bit: Bit) -> Bools:
        """Which calls are failed (not as expected), clean, timed out, recorded on the wire, by their headers cached."""
        return self._has(1 << _BITS.index(bit))

    def flagged(self, flag: Flag) -> Bools:
        """Which calls have a flag."""
        return self._has(_FLAG_BIT[flag])

    def _has(self, mask: int) -> Bools:
        bits: NDArray[np.int64] = self["bits"].astype(np.int64)
        return (bits & mask).astype(np.bool_)

    def known(self, column: Column) -> Floats:
        """The values of a column that are there."""
        values = self[column]
        return values[~np.isnan(values)]

    def where(self, chosen: Bools | NDArray[np.intp]) -> "Frame":
        """The calls of a mask, or of indices."""
        return replace(self, chosen=self.chosen[chosen], _steps={}, _columns={})

    def of_step(self, label: str) -> "Frame":
        """The calls of a step; none for an unknown one."""
        if label not in self._steps:
            steps = [step for step, each in self.labels.items() if each == label]
            self._steps[label] = self.where(self["step"] == (steps[0] if steps else -1))
        return self._steps[label]

    def pairs(self, first: str, second: str) -> tuple["Frame", "Frame"]:
        """The calls of two steps in the rounds that have both, aligned."""
        one, other = self.of_step(first), self.of_step(second)
        places, others = one._place(), other._place()
        if np.array_equal(places, others):
            return one, other
        _, at_one, at_other = np.intersect1d(places, others, assume_unique=True, return_indices=True)
        return one.where(at_one), other.where(at_other)

    def _place(self) -> NDArray[np.int64]:
        """A number for each call's round, rising, over all runs."""
        return (self["run"].astype(np.int64) << 32) + self["round"].astype(np.int64)


@dataclass(slots=True)
class FrameBuilder:
    """Takes calls, run after run; they become columns some thousand at a time."""

    _waiting: list[Row] = field(default_factory=list)
    _data: Floats = field(default_factory=lambda: np.empty((len(COLUMNS), AT_A_TIME)))
    _runs: list[str] = field(default_factory=list)
    _labels: dict[int, str] = field(default_factory=dict)
    _causes: dict[str | None, int] = field(default_factory=dict)
    _served: dict[tuple[str, ...], int] = field(default_factory=dict)
    _stale: set[tuple[int, int, int]] = field(default_factory=set)
    _kept: list[KeptCall] = field(default_factory=list)
    _versions: set[str | None] = field(default_factory=set)
    _incidents: int = 0
    _calls: int = 0

    def begin_run(self, run_id: str) -> None:
        """The calls to come are of this run."""
        self._turn()
        self._runs.append(run_id)

    def add(self, rows: Iterable[Row]) -> None:
        """Take calls that count."""
        self._waiting.extend(rows)
        if len(self._waiting) >= AT_A_TIME:
            self._turn()

    def _turn(self) -> None:
        """Turn the calls that wait into columns."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        self._versions |= {row.client.client_version for row in rows}
        bits = [
            CLEAN if row.outcome is row.expected_outcome and not row.diagnosis.flags and not row.timed_out else 0
            for row in rows
        ]
        for index, row in enumerate(rows):
            first = self._calls + index < KEEP_FROM_THE_START
            if not bits[index]:
                bits[index] = self._bits(row, first)
            elif first:
                self._kept.append(KeptCall(len(self._runs) - 1, row))
        end = self._calls + len(rows)
        if end > self._data.shape[1]:
            grown = np.empty((len(COLUMNS), 2 * end))
            grown[:, : self._calls] = self._data[:, : self._calls]
            self._data = grown
        self._data[:, self._calls : end] = np.array(self._columns(rows, bits), dtype=np.float64)  # None becomes nan
        self._calls = end

    def _bits(self, row: Row, first: bool) -> int:
        """The truths of a call that is not simply clean; it is kept whole where an operator would look for it.

        `first`: it is one of those that are kept anyway.
        """
        bits = sum([_FLAG_BIT[flag] for flag in row.diagnosis.flags])
        bits |= (CLEAN if row.clean else 0) | (0 if row.as_expected else FAILED)
        bits |= TIMED_OUT if row.timed_out else 0
        incident = is_incident(row)
        self._incidents += incident
        if first or (incident and len(self._kept) < KEEP_IN_ALL):
            self._kept.append(KeptCall(len(self._runs) - 1, row))
        return bits

    def _columns(self, rows: list[Row], bits: list[int]) -> list[Sequence[float | None]]:
        """In the order of COLUMNS."""
        for row in rows:
            if row.step not in self._labels:
                self._labels[row.step] = row.label
        causes, served = self._causes, self._served
        spent = list(spending(rows))  # whole rounds, as they are taken
        usages = [usage or _NO_USAGE for usage, _ in spent]
        phases = [row.phases or _NO_PHASES for row in rows]
        return [
            [len(self._runs) - 1] * len(rows),
            [row.round for row in rows],
            [row.step for row in rows],
            [row.attempt for row in rows],
            [row.started_at.timestamp() for row in rows],
            [row.wall_ms for row in rows],
            [row.timeout_ms for row in rows],
            [row.idle_before_ms for row in rows],
            [row.requests_before for row in rows],
            [row.wire.attempts if row.wire else 1 for row in rows],
            [answer_number(row.wire.message_id) if row.wire else None for row in rows],
            [row.ttft_ms for row in rows],
            [row.load for row in rows],
            [bit | _wire_bits(row) for bit, row in zip(bits, rows, strict=True)],
            [row.diagnosis.outcome.number for row in rows],
            [causes.setdefault(row.diagnosis.cause, len(causes)) for row in rows],
            [served.setdefault(row.models_served, len(served)) for row in rows],
            [usage.input_tokens for usage in usages],
            [usage.output_tokens for usage in usages],
            [usage.cache_read_tokens for usage in usages],
            [cost_usd for _, cost_usd in spent],
            [at.timestamp() if (at := row.diagnosis.retry_at) else None for row in rows],
            [-1 if each is _NO_PHASES else SOURCES.index(each.source) for each in phases],
            [each.boot_ms for each in phases],
            [each.retries_ms for each in phases],
            [each.connect_ms for each in phases],
            [each.wait_ms for each in phases],
            [each.stream_ms for each in phases],
            [each.exit_ms for each in phases],
            [each.unsplit_ms for each in phases],
        ]

    def drop(self, stale: Iterable[tuple[int, int]]) -> None:
        """Forget calls of the current run, (round, attempt), whose place a later attempt took."""
        run = len(self._runs) - 1
        self._stale |= {(run, number, attempt) for number, attempt in stale}

    def build(self) -> Frame:
        """All calls taken so far.

        A failed call that had no timeout, as some of the original script's, gets the longest time of all calls as one:
        by the time of a quick error it would count as a quick call.
        """
        self._turn()
        data = self._data[:, : self._calls]
        kept, incidents = self._kept, self._incidents
        if self._stale:
            places = data[[_INDEX["run"], _INDEX["round"], _INDEX["attempt"]]].T.astype(np.int64)
            data = data[:, np.array([tuple(place) not in self._stale for place in places.tolist()], dtype=bool)]
            gone = [each for each in kept if (each.run, each.row.round, each.row.attempt) in self._stale]
            kept = [each for each in kept if each not in gone]
            incidents -= sum(each.incident for each in gone)
        endless = np.isnan(data[_INDEX["timeout_ms"]]) & (data[_INDEX["bits"]].astype(np.int64) & FAILED > 0)
        if endless.any():
            data = data.copy()  # calls to come may take longer yet
            data[_INDEX["timeout_ms"], endless] = np.nanmax(data[[_INDEX["wall_ms"], _INDEX["timeout_ms"]]])
        run, number, step = (data[_INDEX[name]] for name in ("run", "round", "step"))
        later_step = (np.diff(number) > 0) | ((np.diff(number) == 0) & (np.diff(step) > 0))
        in_order = bool(np.all((np.diff(run) > 0) | ((np.diff(run) == 0) & later_step)))
        return Frame(
            data=data,
            chosen=np.arange(data.shape[1]) if in_order else np.lexsort((step, number, run)),
            run_ids=tuple(self._runs),
            labels=dict(sorted(self._labels.items())),
            causes=tuple(self._causes),
            served=tuple(self._served),
            kept=tuple(sorted(kept, key=lambda each: (each.run, each.row.round, each.row.step))),
            incidents=incidents,
            client_versions=tuple(sorted(version for version in self._versions if version)),
        )


def _wire_bits(row: Row) -> int:
    """The truths that the record of the wire tells."""
    return 0 if row.wire is None else RECORDED | (CACHED * row.wire.cached)
