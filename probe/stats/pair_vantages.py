"""Pair the calls that vantages of one target made in the same round and step, at about the same time."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from probe.stats.aligned_calls import aligned_calls, round_places
from probe.stats.durations import Bools, Floats
from probe.stats.frame import Frame
from probe.stats.pairs import StepCalls
from probe.stats.vantage_scores import NETWORK_PHASES, VantageCalls

APART_S = 2.0
"""Calls that began further apart may have met different moments of the relay."""


@dataclass(frozen=True, slots=True)
class VantageArm:
    """The scripted calls that one vantage made.

    For each run `groups` has the number of its group, alike in all arms of the group, and `offsets_ms` by how much the
    vantage's clock was ahead. `clock_offset_ms` and `clock_error_ms` are those that are told.
    """

    vantage: str
    section: str
    calls: Frame
    groups: tuple[int, ...]
    offsets_ms: tuple[float, ...]
    clock_offset_ms: float | None = None
    clock_error_ms: float | None = None


@dataclass(frozen=True, slots=True)
class PairedCalls:
    """The calls of two vantages that began within APART_S, in the order of time; `left_out` counts pairs that did not.

    `places` has a number for the round of each pair.
    """

    first: VantageCalls
    second: VantageCalls
    places: Floats
    left_out: int

    @classmethod
    def of(cls, first: VantageArm, second: VantageArm) -> Self:
        """Pair the calls of two arms."""
        of_first, of_second = aligned_calls(first.calls, first.groups, second.calls, second.groups)
        started_s = _started(first, of_first), _started(second, of_second)
        together = np.abs(started_s[0] - started_s[1]) <= APART_S
        in_time = np.argsort(started_s[0][together], kind="stable")
        left_out = int(np.count_nonzero(~together))
        of_first, of_second = (calls.where(together).where(in_time) for calls in (of_first, of_second))
        is_split = _split_alike(of_first, of_second)
        return cls(
            _from_request(of_first, is_split),
            _from_request(of_second, is_split),
            round_places(of_first, first.groups),
            left_out,
        )

    def __len__(self) -> int:
        return len(self.first.calls)

    @property
    def rounds(self) -> int:
        """The number of rounds that the pairs are of."""
        return len(np.unique(self.places))

    @property
    def answered(self) -> Bools:
        """The pairs in which both calls succeeded."""
        succeeded: Bools = ~(self.first.calls.failed | self.second.calls.failed)
        return succeeded


def _started(arm: VantageArm, calls: Frame) -> Floats:
    """Return when calls of the arm began, by the clock of the machine that began the run."""
    offsets_s = np.array(arm.offsets_ms) / 1000
    started: Floats = calls["started_s"] - offsets_s[calls["run"].astype(np.intp)]
    return started


def _split_alike(first: Frame, second: Frame) -> Bools:
    """Return the pairs whose times were split from one source."""
    alike: Bools = (first["phase_source"] >= 0) & (first["phase_source"] == second["phase_source"])
    return alike


def _from_request(calls: Frame, is_split: Bools) -> VantageCalls:
    """Return the calls without the client's own start and end, which tell of a machine and not of its network."""
    own_ms = np.where(is_split, np.nan_to_num(calls["boot"]) + np.nan_to_num(calls["exit"]), 0.0)
    return VantageCalls(
        StepCalls(calls["wall_ms"] - own_ms, calls["timeout_ms"], calls.are("failed")),
        {name: np.where(is_split, calls[name], np.nan) for name in NETWORK_PHASES},
    )
