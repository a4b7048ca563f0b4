"""Turns: the number of each call's request among all that a run sent to an upstream, even or odd."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probe.model.verdict import Turn
from probe.stats.frame import Frame
from probe.stats.frame_columns import Bools, Floats
from probe.stats.sequential import Integers, Scores

PERIODS = (2, 3, 4)
"""Numbers of servers that might answer by turns."""
LEAST_FAILURES = 4
NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Turns:
    """By round, 1 or -1 for its turn; 0 where both calls had the same, so that no order tells them apart.

    Turns are known from each other only within a segment: others may have used the upstream between two of them.
    """

    sides: Scores
    segments: Integers


@dataclass(frozen=True, slots=True)
class RequestOrder:
    """Of the calls of a frame, in its order: how many requests came before, and the segment that this counts from."""

    before: Integers
    segments: Integers

    @classmethod
    def of(cls, calls: Frame) -> "RequestOrder":
        """Take the counts of the run; where it has none, sum the requests of the calls before."""
        in_time = np.lexsort((calls["started_s"], calls["run"]))
        run, requests, counted = (calls[name][in_time] for name in ("run", "requests", "requests_before"))
        sums = np.cumsum(requests) - requests
        begins = np.diff(run, prepend=-1) != 0
        own = sums - sums[begins][np.cumsum(begins) - 1]
        before = np.where(np.isnan(counted), own, counted)
        begins |= np.diff(before, prepend=0) < 0  # a run that was gone on with counts anew
        order = cls(np.empty(len(run), np.int64), np.empty(len(run), np.int64))
        order.before[in_time] = before
        order.segments[in_time] = np.cumsum(begins)
        return order

    def turns(self, calls: Frame, first: Frame, second: Frame) -> Turns:
        """Return the turn of each round of aligned calls; `calls` are those that this is the order of."""
        place = np.empty(calls.data.shape[1], np.intp)
        place[calls.chosen] = np.arange(len(calls))
        of_first, of_second = place[first.chosen], place[second.chosen]
        odd = self.before % 2
        sides = np.where(odd[of_first] == odd[of_second], 0, 1 - 2 * odd[of_first]).astype(np.int8)
        return Turns(sides, self.segments[of_first])


def two_turns(calls: Frame, order: RequestOrder, *, by_failures: bool) -> tuple[Turn, Turn]:
    """Return the calls of either turn, the worse one first: by how many failed, or by how long they took."""
    worse: list[NDArray[np.intp]] = []
    better: list[NDArray[np.intp]] = []
    failed = calls.are("failed")
    for segment in np.unique(order.segments):
        inside = order.segments == segment
        even, odd = (np.flatnonzero(inside & (order.before % 2 == side)) for side in (0, 1))
        bad_even, bad_odd = (
            _badness(calls["wall_ms"][half], failed[half], by_failures=by_failures) for half in (even, odd)
        )
        worse.append(even if bad_even >= bad_odd else odd)
        better.append(odd if bad_even >= bad_odd else even)
    return _turn(calls, failed, np.concatenate(worse)), _turn(calls, failed, np.concatenate(better))


def _badness(wall_ms: Floats, failed: Bools, *, by_failures: bool) -> float:
    values = failed if by_failures else wall_ms
    return float(values.mean()) if len(values) else 0.0


def _turn(calls: Frame, failed: Bools, chosen: NDArray[np.intp]) -> Turn:
    took = calls["wall_ms"][chosen][~failed[chosen]]
    median = float(np.median(took)) if len(took) else None
    return Turn(n=len(chosen), failed=int(failed[chosen].sum()), median_ms=median)


@dataclass(frozen=True, slots=True)
class EveryNth:
    """A pattern of failures: nearly all are those of every `period`-th request, and nearly all of these failed."""

    period: int
    failed: int
    n: int
    others_failed: int


def every_nth(calls: Frame, order: RequestOrder) -> EveryNth | None:
    """Return the shortest period that the failures follow; None where they follow none, or a call's place as well."""
    failed, total = calls.are("failed"), int(calls.are("failed").sum())
    if total < LEAST_FAILURES or len(np.unique(order.segments)) > 1:
        return None
    for period in PERIODS:
        for turn in range(period):
            chosen = order.before % period == turn
            mine, n = int((failed & chosen).sum()), int(chosen.sum())
            both_places = len(np.unique(calls["step"][chosen])) > 1
            if both_places and mine >= NEARLY_ALL * total and mine >= NEARLY_ALL * n:
                return EveryNth(period, mine, n, total - mine)
    return None
