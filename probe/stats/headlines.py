"""The two quantities that a regression is told from, failure rate and mean duration, of two sides, at a given level."""

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


def mover(base: Estimate, candidate: Estimate) -> Estimate:
    """Candidate minus base: an interval recovered from both intervals, taken as independent; an end may be None.

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


def mean_difference(base: Durations, candidate: Durations, tail: float = TAIL) -> Estimate:
    """Candidate's restricted mean minus base's, in ms, at most `tail` on either side; no end where a side has none.

    A side that happened to see no time-out has a t interval of a few ms, as if there could be none. So each interval
    reaches at least as far as the failures that its side may have missed, or seen by chance: up to its own limits of
    Clopper and Pearson, and no further than the other side's rate. Beyond that the sides would differ the other way
    round, and failures that neither side has seen say nothing of a difference.

    Few calls also miss the long ones, and then show both a short mean and little spread. So a side with fewer than two
    thirds of the other's calls is taken to spread no less than the other.
    """
    return mover(_widened(base, candidate, tail), _widened(candidate, base, tail))


def _widened(one: Durations, other: Durations, tail: float) -> Estimate:
    """One side's mean with its t interval at this level, widened by what it may have missed."""
    mean, rate, other_rate = one.restricted_mean, one.censored / one.n, other.censored / other.n
    deviation = _deviation(one)
    if deviation is None:
        return mean
    if 3 * one.n < 2 * other.n:
        deviation = max(deviation, _deviation(other) or 0.0)
    half = _t(one.n, tail) * deviation / math.sqrt(one.n)
    least, most = clopper_pearson(one.censored, one.n, tail)
    # what one more failure costs; where all failed, the others can have taken no time at all
    cost = (one.horizon_ms - mean.value) / (1 - rate) if rate < 1 else one.horizon_ms
    low = mean.value - max(half, (rate - max(least, min(rate, other_rate))) * cost)
    high = mean.value + max(half, (min(most, max(rate, other_rate)) - rate) * cost)
    return mean.model_copy(update={"low": max(low, 0.0), "high": min(high, one.horizon_ms)})


def _deviation(one: Durations) -> float | None:
    """The standard deviation, from the 95 % interval: from its longer half, for the other may be cut. None without."""
    mean = one.restricted_mean
    if mean.low is None or mean.high is None:
        return None
    return max(mean.high - mean.value, mean.value - mean.low) * math.sqrt(one.n) / _t(one.n, TAIL)


def _t(n: int, tail: float) -> float:
    """The quantile of Student's t that leaves `tail` above it, for the mean of n values; of one value as of two."""
    from scipy.special import stdtrit  # noqa: PLC0415

    return float(stdtrit(max(n - 1, 1), 1 - tail))


def together(twos: list[MatchedStep], quantity: str) -> Estimate:
    """The sum of the steps' differences, with the lower end that their own ends give."""
    each_of = [widened(two, quantity) for two in twos]
    value = sum(each.value for each in each_of)
    lows = [each.low for each in each_of if each.low is not None]
    low = None
    if len(lows) == len(each_of):
        low = value - math.hypot(*(each.value - end for each, end in zip(each_of, lows, strict=True)))
    return Estimate(value=value, low=low, n=min(each.n for each in each_of))


def widened(two: MatchedStep, quantity: str) -> Estimate:
    """The difference at the level that a regression takes."""
    base, candidate = two.base, two.candidate
    if quantity == "failure_rate":
        return mover(sure_rate(base.failed, base.n, two.alpha), sure_rate(candidate.failed, candidate.n, two.alpha))
    if base.durations is None or candidate.durations is None:
        return Estimate(value=0.0, n=0)
    return mean_difference(base.durations, candidate.durations, two.alpha)
