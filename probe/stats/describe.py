"""Describes samples of durations and proportions. Pure functions on numbers."""

import math
from collections.abc import Sequence
from statistics import median

from probe.model.report import Bound, Durations, Figure

Z95 = 1.959963984540054


def wilson_interval(k: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Score interval of a proportion k/n; `n` at least 1.

    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    """
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return (0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half))


def least_n(q: float, confidence: float = 0.95) -> int:
    """The least n for which a two-sided interval of the quantile q, from order statistics, has a finite upper end.

    All n values lie below the quantile with probability q**n (David & Nagaraja, Order Statistics, 3rd ed., section
    7.1), which must not exceed what the interval leaves to its upper tail: half of 1 - `confidence`.
    """
    n = 1
    while q**n > (1 - confidence) / 2:
        n += 1
    return n


def censored_quantile(finished: Sequence[float], censored: Sequence[float], q: float) -> Figure:
    """The quantile q (0 to 1) of durations of which some only began to be seen: `censored` are lower bounds.

    The order statistic of rank ceil(q n), never an interpolated figure. At least one value is needed.
    """
    ordered = sorted([(value, False) for value in finished] + [(value, True) for value in censored])
    n = len(ordered)
    first_censored = next((index for index, (_, open_ended) in enumerate(ordered) if open_ended), n)
    rank = max(math.ceil(q * n), 1) - 1
    if rank >= first_censored:
        return Figure(value_ms=ordered[first_censored][0], bound=Bound.MORE_THAN)
    if q > 0.5 and n < least_n(q):
        return Figure(value_ms=ordered[-1][0], bound=Bound.MORE_THAN if censored else Bound.TOO_FEW)
    return Figure(value_ms=ordered[rank][0])


def describe(finished: Sequence[float], censored: Sequence[float]) -> Durations | None:
    """Durations in ms: those of calls that finished as expected, and the timeouts of those that did not."""
    if not finished and not censored:
        return None
    n = len(finished) + len(censored)
    return Durations(
        n=n,
        median=censored_quantile(finished, censored, 0.5),
        p90=censored_quantile(finished, censored, 0.9),
        restricted_mean_ms=(sum(finished) + sum(censored)) / n,
        successes=len(finished),
        success_min_ms=min(finished, default=None),
        success_median_ms=median(finished) if finished else None,
        success_max_ms=max(finished, default=None),
    )
