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


def lower_rank(n: int, q: float, confidence: float = 0.95) -> int | None:
    """The rank (from 1) of the order statistic that bounds the quantile q from below, or None where none does.

    The r-th of n values lies above the quantile with probability P(Bin(n, q) < r); the largest r counts for which
    that is at most half of 1 - `confidence` (David & Nagaraja, as above).
    """
    below, rank = 0.0, None
    for r in range(1, n + 1):
        below += math.comb(n, r - 1) * q ** (r - 1) * (1 - q) ** (n - r + 1)
        if below > (1 - confidence) / 2:
            break
        rank = r
    return rank


def censored_quantile(finished: Sequence[float], censored: Sequence[float], q: float) -> Figure:
    """The quantile q (0 to 1) of durations of which some only began to be seen: `censored` are lower bounds.

    The order statistic of rank ceil(q n), never an interpolated figure; where n carries no upper bound, the lower
    bound instead. At least one value is needed.
    """
    ordered = sorted([(value, False) for value in finished] + [(value, True) for value in censored])
    n = len(ordered)
    first_censored = next((index for index, (_, open_ended) in enumerate(ordered) if open_ended), n)
    rank = max(math.ceil(q * n), 1)
    if rank > first_censored:
        return Figure(value_ms=ordered[first_censored][0], bound=Bound.MORE_THAN)
    if n >= least_n(q):
        return Figure(value_ms=ordered[rank - 1][0])
    lower = lower_rank(n, q)
    return Figure(value_ms=None if lower is None else ordered[lower - 1][0], bound=Bound.TOO_FEW)


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
