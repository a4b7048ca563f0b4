"""Failure rate and mean duration of two sides, compared at a given level: a regression is told from these two."""

import math
from dataclasses import dataclass

from probe.model.statistics import Durations, Estimate, StepStatistics
from probe.stats.durations import TAIL
from probe.stats.rates import clopper_pearson, sure_rate

LEAST_N = 6
"""With fewer calls on either side nothing is judged."""


@dataclass(frozen=True, slots=True)
class MatchedStep:
    """A step in both sections. `alpha` is the one-sided error of each headline quantity."""

    base: StepStatistics
    candidate: StepStatistics
    alpha: float

    @property
    def enough(self) -> bool:
        return min(self.base.n, self.candidate.n) >= LEAST_N

    @property
    def like_horizons(self) -> bool:
        """True where the restricted means end at the same time; with other ends they cannot be compared."""
        base, candidate = self.base.durations, self.candidate.durations
        if base is None or candidate is None:
            return False
        return math.isclose(base.horizon_ms, candidate.horizon_ms, rel_tol=0.001)

    def may_differ(self, quantity: str) -> bool:
        """Return True where there are enough calls to judge this quantity, and a level to judge it at."""
        return self.alpha > 0 and self.enough and (quantity != "mean_wall" or self.like_horizons)


def mover(base: Estimate, candidate: Estimate) -> Estimate:
    """Return candidate minus base, with an interval from both intervals, taken as independent; an end may be None.

    Zou & Donner (2008), Construction of confidence limits about effect measures, Statist. Med. 27, 1693-1702. With
    Wilson's intervals of rates it is method 10 of Newcombe (1998), Interval estimation for the difference between
    independent proportions, Statist. Med. 17, 873-890.
    """
    value = candidate.value - base.value
    low = high = None
    if candidate.low is not None and base.high is not None:
        low = value - math.hypot(candidate.value - candidate.low, base.high - base.value)
    if candidate.high is not None and base.low is not None:
        high = value + math.hypot(candidate.high - candidate.value, base.value - base.low)
    return Estimate(value=value, low=low, high=high, n=min(base.n, candidate.n))


def mean_difference(
    base: Durations, candidate: Durations, tail: float = TAIL, inflations: tuple[float, float] = (1.0, 1.0)
) -> Estimate:
    """Return candidate's restricted mean minus base's, ms, at most `tail` on either side; no end where a side has none.

    A side that happened to see no time-out has a t interval of a few ms, as if there could be none. So each interval
    reaches at least as far as the failures that its side may have missed, or seen by chance: up to its own limits of
    Clopper and Pearson, and no further than the other side's rate. Beyond that the sides would differ the other way
    round, and failures that neither side has seen say nothing of a difference.

    Few calls also miss the long ones, and then show both a short mean and little spread. So a side with fewer than two
    thirds of the other's calls is taken to spread no less than the other.

    `inflations` are by how much bursts of failures make each side's variance greater.
    """
    return mover(_widened(base, candidate, tail, inflations[0]), _widened(candidate, base, tail, inflations[1]))


def _widened(side: Durations, opposite: Durations, tail: float, inflation: float) -> Estimate:
    """Return a side's mean with its t interval at this level, widened by the failures that it may have missed."""
    mean, rate, opposite_rate = side.restricted_mean, side.censored / side.n, opposite.censored / opposite.n
    deviation = _deviation(side)
    if deviation is None:
        return mean
    if 3 * side.n < 2 * opposite.n:
        deviation = max(deviation, _deviation(opposite) or 0.0)
    half = _t(side.n, tail) * deviation * math.sqrt(inflation / side.n)
    least, most = clopper_pearson(side.censored / inflation, side.n / inflation, tail)
    # By how much one more failure raises the mean; where all failed, the rest can have taken no time at all.
    cost = (side.horizon_ms - mean.value) / (1 - rate) if rate < 1 else side.horizon_ms
    low = mean.value - max(half, (rate - max(least, min(rate, opposite_rate))) * cost)
    high = mean.value + max(half, (min(most, max(rate, opposite_rate)) - rate) * cost)
    return mean.model_copy(update={"low": max(low, 0.0), "high": min(high, side.horizon_ms)})


def _deviation(side: Durations) -> float | None:
    """Return the standard deviation, from the longer half of the 95 % interval, for one may be cut; None without it."""
    mean = side.restricted_mean
    if mean.low is None or mean.high is None:
        return None
    return max(mean.high - mean.value, mean.value - mean.low) * math.sqrt(side.n) / _t(side.n, TAIL)


def _t(n: int, tail: float) -> float:
    """Return the quantile of Student's t that leaves `tail` above it, for a mean of n values; of 1 value as of 2."""
    from scipy.special import stdtrit  # noqa: PLC0415

    return float(stdtrit(max(n - 1, 1), 1 - tail))


def together(steps: list[MatchedStep], quantity: str) -> Estimate:
    """Return the sum of the steps' differences, with the lower end that their own ends give."""
    differences = [widened(step, quantity) for step in steps]
    value = sum(difference.value for difference in differences)
    below = [difference.value - difference.low for difference in differences if difference.low is not None]
    low = value - math.hypot(*below) if len(below) == len(differences) else None
    return Estimate(value=value, low=low, n=min(difference.n for difference in differences))


def widened(step: MatchedStep, quantity: str) -> Estimate:
    """Return the difference of a headline quantity with its interval at the level that a regression needs."""
    base, candidate = step.base, step.candidate
    if quantity == "failure_rate":
        return mover(
            *(sure_rate(side.failed, side.n, step.alpha, side.failure_inflation) for side in (base, candidate))
        )
    if base.durations is None or candidate.durations is None:
        return Estimate(value=0.0, n=0)
    inflations = base.failure_inflation, candidate.failure_inflation
    return mean_difference(base.durations, candidate.durations, step.alpha, inflations)
