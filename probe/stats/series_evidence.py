"""The evidence of one series of scores, with limits of the difference of rates that hold at all looks together."""

import math
from collections.abc import Iterable

import numpy as np

from probe.model.statistics import Estimate
from probe.model.verdict import Evidence
from probe.stats.confidence_sequence import limits
from probe.stats.no_effect import most_difference
from probe.stats.sequential import LOG_THRESHOLD, Counts, Floats, Integers, Peak, Scores, log_e_worse, sparse_looks

LEVELS = (0.95, 0.90)
"""Of the two-sided limits, and of those each of whose ends is a one-sided 95 % limit."""


def series_evidence(scores: Scores, worse: Peak, no_effect: Peak) -> Evidence:
    """Return the evidence of a series; `worse` and `no_effect` are the peaks that the verdict rests on.

    Limits are the tightest that any look gave, and so agree with what was claimed at that look. One that the difference
    itself has since left is no limit any more: then something changed.
    """
    if not len(scores):
        nothing = Estimate(value=0.0, low=-1.0, high=1.0, n=0)
        return Evidence(log_e_worse=common(worse.log_e), log_e_no_effect=common(no_effect.log_e), difference=nothing)
    looks = sparse_looks(len(scores))
    counts = Counts.of(scores, looks)
    first, second = log_e_worse(counts.b, counts.c), log_e_worse(counts.c, counts.b)
    places = {int(path.argmax()) for path in (first, second)} | {len(looks) - 1}
    two_sided, one_sided = zip(*(_limits_at(counts, looks, place) for place in places), strict=True)
    value = float(counts.b[-1] - counts.c[-1]) / len(scores)
    low, high = _tightest(value, two_sided)
    at_least, at_most = _tightest(value, [*one_sided, *_claimed(first, second)])
    return Evidence(
        log_e_worse=common(worse.log_e),
        log_e_no_effect=common(no_effect.log_e),
        log_e_second_worse=common(max(float(second.max()), 0.0)),
        difference=Estimate(value=value, low=low, high=high, n=len(scores)),
        at_least=at_least,
        at_most=at_most,
    )


def most_failures(scores: Scores, path: Floats, looks: Integers, delta: float) -> float:
    """Return how much more often first calls fail at most; `path` is that of `path_fails_no_more`."""
    counts = Counts.of(scores, looks)
    places = {int(path.argmax()), len(looks) - 1}
    ends = [most_difference(int(counts.b[place]), int(counts.c[place]), int(looks[place])) for place in places]
    if path.max() >= LOG_THRESHOLD:
        ends.append(delta)
    value = float(counts.b[-1] - counts.c[-1]) / len(scores)
    return min((end for end in ends if end >= value), default=1.0)


def common(log: float) -> float:
    """Return the common logarithm, from the natural one."""
    return log / math.log(10)


def _limits_at(counts: Counts, looks: Integers, place: int) -> tuple[tuple[float, float], ...]:
    return limits(int(counts.b[place]), int(counts.c[place]), int(looks[place]), LEVELS)


def _claimed(first: Floats, second: Floats) -> Iterable[tuple[float, float]]:
    """Yield the limits that a claim is: above 0 where the first call was shown to be worse, or below it."""
    if first.max() >= LOG_THRESHOLD:
        yield 0.0, 1.0
    if second.max() >= LOG_THRESHOLD:
        yield -1.0, 0.0


def _tightest(value: float, intervals: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """Return the tightest interval around the value that the ends of these make."""
    ends = np.array(list(intervals))
    low, high = ends[:, 0], ends[:, 1]
    return float(low[low <= value].max(initial=-1.0)), float(high[high >= value].min(initial=1.0))
