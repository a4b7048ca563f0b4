"""Scores of pairs of calls that two vantages made at about the same time: which of the two was worse, and in what."""

from dataclasses import dataclass
from typing import Self, get_args

import numpy as np

from probe.model.vantage_comparison import NetworkPhase
from probe.stats.durations import Bools, Floats
from probe.stats.margins import medians_before
from probe.stats.pairs import LEAST_MS, StepCalls
from probe.stats.phase_differences import LEAST_MS as LEAST_DIFFERENCE_MS
from probe.stats.phase_differences import LEAST_SHARE
from probe.stats.round_scores import MOST_RATIO
from probe.stats.sequential import Scores

NETWORK_PHASES: tuple[NetworkPhase, ...] = get_args(NetworkPhase)
SEVERITIES = (1, 4, 16)
"""A call is slower at severity k where it took longer by more than k times the margin."""
_SHARE = 0.25
"""By default a call is slower from this share of what calls took before: less than that is alike, see no_effect."""


@dataclass(frozen=True, slots=True)
class VantageCalls:
    """The calls of one vantage, a pair each; times in ms, from the client's first request on; nan: unknown."""

    calls: StepCalls
    phases: dict[NetworkPhase, Floats]

    def where(self, chosen: Bools) -> "VantageCalls":
        """Return some of the pairs."""
        return VantageCalls(self.calls.where(chosen), {name: values[chosen] for name, values in self.phases.items()})


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of pairs in the order of time: +1 where the first vantage's call is worse, -1 where the second's is.

    `failures` has one score a pair: a call alone failed. `times`, of shape (severities + phases, answered pairs), and
    `log_ratio`, the logarithm of the ratio of durations within +-MOST_RATIO, are of the pairs in which both succeeded:
    of a call that failed nobody knows how long it would have taken, and its failure counts already.
    """

    failures: Scores
    times: Scores
    log_ratio: Floats

    @classmethod
    def of(cls, first: VantageCalls, second: VantageCalls, fixed_margin_ms: float | None = None) -> Self:
        """Score aligned calls. What counts as slower follows from the pairs before, or is `fixed_margin_ms`."""
        failures = first.calls.failed.astype(np.int8) - second.calls.failed.astype(np.int8)
        answered = ~(first.calls.failed | second.calls.failed)
        first_ms, second_ms = first.calls.wall_ms[answered], second.calls.wall_ms[answered]
        usual_ms = np.nan_to_num(medians_before(np.minimum(first_ms, second_ms)))
        margins = np.maximum(LEAST_DIFFERENCE_MS, _SHARE * usual_ms)
        if fixed_margin_ms is not None:
            margins = np.full(len(usual_ms), fixed_margin_ms)
        longer = [(first_ms - second_ms) / (severity * margins) for severity in SEVERITIES]
        for name in NETWORK_PHASES:
            difference = first.phases[name][answered] - second.phases[name][answered]
            longer.append(np.nan_to_num(difference) / _phase_margins(name, usual_ms))
        ratio = np.log(np.maximum(first_ms, LEAST_MS)) - np.log(np.maximum(second_ms, LEAST_MS))
        return cls(failures, _signs(np.stack(longer)), np.clip(ratio, -MOST_RATIO, MOST_RATIO))

    @property
    def swapped(self) -> "PairScores":
        """The scores with the vantages in each other's place."""
        return PairScores(-self.failures, -self.times, -self.log_ratio)


def _phase_margins(name: NetworkPhase, usual_ms: Floats) -> Floats:
    """Return by how much longer a phase must be; connecting does not depend on how long an answer is."""
    if name == "connect":
        return np.full(len(usual_ms), LEAST_DIFFERENCE_MS)
    return np.maximum(LEAST_DIFFERENCE_MS, LEAST_SHARE * usual_ms)


def _signs(ratios: Floats) -> Scores:
    """Return 1 above 1, -1 below -1, else 0."""
    return (ratios > 1).astype(np.int8) - (ratios < -1).astype(np.int8)
