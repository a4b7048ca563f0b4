"""Calls as columns: a million of them in some 200 MB, for numpy to work on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from probe.model.outcome import Flag
from probe.model.row import Row
from probe.stats.frame_columns import (
    BIT,
    COLUMNS,
    FLAG_BIT,
    INDEX,
    Bit,
    Bools,
    Codes,
    Column,
    Floats,
    bits_of,
    columns_of,
    unusual,
)
from probe.stats.kept_calls import KeptCall

KEEP_FROM_THE_START, KEEP_IN_ALL = 400, 1_000
AT_A_TIME = 64  # few enough to stay in the processor's cache


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
            self._columns[column] = self.data[INDEX[column]][self.chosen]
        return self._columns[column]

    def are(self, bit: Bit) -> Bools:
        """Return which calls are failed (not as expected), clean, timed out, recorded, cached (by headers), or reused.

        Reused is the connection, where it was open before the call.
        """
        return self._has(BIT[bit])

    def flagged(self, flag: Flag) -> Bools:
        """Return which calls have a flag."""
        return self._has(FLAG_BIT[flag])

    def _has(self, mask: int) -> Bools:
        bits: NDArray[np.int64] = self["bits"].astype(np.int64)
        return (bits & mask).astype(np.bool_)

    def known(self, column: Column) -> Floats:
        """Return the values of a column, without the absent ones."""
        values = self[column]
        return values[~np.isnan(values)]

    def where(self, chosen: Bools | NDArray[np.intp]) -> "Frame":
        """Return the calls of a mask, or of indices."""
        return replace(self, chosen=self.chosen[chosen], _steps={}, _columns={})

    def of_step(self, label: str) -> "Frame":
        """Return the calls of a step; none for an unknown one."""
        if label not in self._steps:
            steps = [step for step, each in self.labels.items() if each == label]
            self._steps[label] = self.where(self["step"] == (steps[0] if steps else -1))
        return self._steps[label]

    def of_steps(self, labels: Collection[str]) -> "Frame":
        """Return the calls of some steps."""
        steps = [step for step, label in self.labels.items() if label in labels]
        return self.where(np.isin(self["step"], steps))

    def pairs(self, first: str, second: str) -> tuple["Frame", "Frame"]:
        """Return the calls of two steps in the rounds that have both, aligned."""
        of_first, of_second = self.of_step(first), self.of_step(second)
        places = of_first._place(), of_second._place()
        if np.array_equal(*places):
            return of_first, of_second
        _, in_first, in_second = np.intersect1d(*places, assume_unique=True, return_indices=True)
        return of_first.where(in_first), of_second.where(in_second)

    def _place(self) -> NDArray[np.int64]:
        """Return a number for each call's round, rising, over all runs."""
        return (self["run"].astype(np.int64) << 32) + self["round"].astype(np.int64)


@dataclass(slots=True)
class FrameBuilder:
    """Takes calls, run after run, and gives a frame of them whenever it is asked: what it took is not read again."""

    _waiting: list[Row] = field(default_factory=list)
    _data: Floats = field(default_factory=lambda: np.empty((len(COLUMNS), AT_A_TIME)))
    _runs: list[str] = field(default_factory=list)
    _codes: Codes = field(default_factory=Codes)
    _stale: set[tuple[int, int, int]] = field(default_factory=set)
    _kept: list[KeptCall] = field(default_factory=list)
    _versions: set[str | None] = field(default_factory=set)
    _incidents: int = 0
    _calls: int = 0

    @classmethod
    def of_run(cls, run_id: str, rows: Iterable[Row] = ()) -> "FrameBuilder":
        """Build one for the calls of a single run, of which these have been made."""
        builder = cls()
        builder.begin_run(run_id)
        builder.add(rows)
        return builder

    def begin_run(self, run_id: str) -> None:
        """Take the calls to come as those of this run."""
        self._convert_waiting()
        self._runs.append(run_id)

    def add(self, rows: Iterable[Row]) -> None:
        """Take calls that count: whole rounds, each in the order in which it was made."""
        self._waiting.extend(rows)
        if len(self._waiting) >= AT_A_TIME:
            self._convert_waiting()

    def _convert_waiting(self) -> None:
        """Turn the calls that wait into columns."""
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        self._versions |= {row.client.client_version for row in rows}
        bits = [bits_of(row) for row in rows]
        self._keep(rows, bits)
        end = self._calls + len(rows)
        if end > self._data.shape[1]:
            grown = np.empty((len(COLUMNS), 2 * end))
            grown[:, : self._calls] = self._data[:, : self._calls]
            self._data = grown
        self._data[:, self._calls : end] = columns_of(rows, bits, len(self._runs) - 1, self._codes)
        self._calls = end

    def _keep(self, rows: list[Row], bits: list[int]) -> None:
        """Keep the first calls, and those that an operator would look for, as far as there is room."""
        is_start = self._calls < KEEP_FROM_THE_START
        for index in range(len(rows)) if is_start else unusual(bits):
            call = KeptCall(len(self._runs) - 1, rows[index])
            self._incidents += call.incident
            is_first = self._calls + index < KEEP_FROM_THE_START
            if is_first or (call.incident and len(self._kept) < KEEP_IN_ALL):
                self._kept.append(call)

    def drop(self, stale: Iterable[tuple[int, int]]) -> None:
        """Forget calls of the current run, (round, attempt), whose place a later attempt took."""
        run = len(self._runs) - 1
        self._stale |= {(run, number, attempt) for number, attempt in stale}

    def __len__(self) -> int:
        return self._calls + len(self._waiting)

    def build(self) -> Frame:
        """Return all calls taken so far; more may be taken after that, and the frame stays as it is."""
        self._convert_waiting()
        data, kept = self._without_stale()
        order = _order(data)
        in_order = order is None
        lost_incidents = 0 if kept is self._kept else _incidents_in(self._kept) - _incidents_in(kept)
        return Frame(
            data=data,
            chosen=np.arange(data.shape[1]) if order is None else order,
            run_ids=tuple(self._runs),
            labels=dict(sorted(self._codes.labels.items())),
            causes=tuple(self._codes.causes),
            served=tuple(self._codes.served),
            kept=tuple(kept if in_order else sorted(kept, key=_place_of)),
            incidents=self._incidents - lost_incidents,
            client_versions=tuple(sorted(version for version in self._versions if version)),
        )

    def _without_stale(self) -> tuple[Floats, list[KeptCall]]:
        """Return the columns and the kept calls without those that were dropped."""
        data = self._data[:, : self._calls]
        if not self._stale:
            return data, self._kept
        places = data[[INDEX["run"], INDEX["round"], INDEX["attempt"]]].T.astype(np.int64)
        is_current = np.array([tuple(place) not in self._stale for place in places.tolist()], dtype=bool)
        kept = [call for call in self._kept if (call.run, call.row.round, call.row.attempt) not in self._stale]
        return data[:, is_current], kept


def _order(data: Floats) -> NDArray[np.intp] | None:
    """Return the indices that put calls in the order of runs, rounds and steps; None where they are."""
    run, number, step = (data[INDEX[name]] for name in ("run", "round", "step"))
    later_step = (np.diff(number) > 0) | ((np.diff(number) == 0) & (np.diff(step) > 0))
    if np.all((np.diff(run) > 0) | ((np.diff(run) == 0) & later_step)):
        return None
    return np.lexsort((step, number, run))


def _incidents_in(calls: list[KeptCall]) -> int:
    return sum(call.incident for call in calls)


def _place_of(call: KeptCall) -> tuple[int, int, int]:
    return call.run, call.row.round, call.row.step
