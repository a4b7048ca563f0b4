"""Durations of calls: of those that succeeded; and of all, where one that failed took at least its timeout."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probe.model.statistics import Bound, Durations, Estimate, Figure, Spread
from probe.stats.rates import ALPHA

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
TAIL = 0.025
"""The probability that a two-sided 95 % interval leaves on either side."""


def at_least_ms(wall_ms: Floats, timeout_ms: Floats, failed: Bools) -> Floats:
    """Return the durations in ms; of a failed call the lower bound: its timeout (nan: none) or its time, if longer."""
    return np.where(failed, np.fmax(wall_ms, timeout_ms), wall_ms)


def horizon_ms(wall_ms: Floats, timeout_ms: Floats, failed: Bools) -> float:
    """Return the longest timeout or duration in ms; the time of a failed call counts only where it had no timeout."""
    counted = np.where(failed & ~np.isnan(timeout_ms), -math.inf, wall_ms)
    return float(np.fmax(counted, timeout_ms).max())


def durations(wall_ms: Floats, timeout_ms: Floats, failed: Bools, recovered: Bools) -> Durations | None:
    """Return the figures of durations, or None for no calls.

    Arrays have one value per call, in ms; `timeout_ms` is nan where there was none.

    With one timeout for all calls the restricted mean is that of Kaplan and Meier; with several it is the least it can
    be, for a failed call counts as done at its timeout. `failures` are failed at their timeout at the latest.
    """
    n = len(wall_ms)
    if n == 0:
        return None
    at_least = at_least_ms(wall_ms, timeout_ms, failed)
    horizon = horizon_ms(wall_ms, timeout_ms, failed)
    ordered = np.sort(at_least)
    known = known_ranks(at_least, failed)
    succeeded = np.sort(wall_ms[~failed])
    return Durations(
        n=n,
        censored=int(np.count_nonzero(failed)),
        horizon_ms=horizon,
        quantiles=_quantiles(ordered, known),
        restricted_mean=_restricted_mean(np.minimum(at_least, horizon), horizon, all_failed=bool(failed.all())),
        successes=spread(succeeded),
        clean=spread(wall_ms[~failed & ~recovered]),
        recovered=spread(wall_ms[~failed & recovered]),
        failures=spread(np.fmin(wall_ms, timeout_ms)[failed]),
        success_quantiles=_quantiles(succeeded, len(succeeded)) if len(succeeded) else {},
    )


def _quantiles(ordered_ms: Floats, known: int) -> dict[str, Figure]:
    return {name: ordered_quantile(ordered_ms, known, q) for name, q in QUANTILES.items()}


def spread(values_ms: ArrayLike) -> Spread:
    """Return the spread of calls that finished, in ms.

    Median and p90 are order statistics; p90 is given only where n is large enough for an upper bound of it.
    """
    values = np.sort(np.asarray(values_ms, dtype=np.float64))
    n = len(values)
    if n == 0:
        return Spread(n=0)
    return Spread(
        n=n,
        min_ms=float(values[0]),
        median_ms=float(values[_rank(n, 0.5) - 1]),
        p90_ms=float(values[_rank(n, 0.9) - 1]) if n >= least_n(0.9) else None,
        max_ms=float(values[-1]),
    )


def _restricted_mean(values: Floats, horizon: float, *, all_failed: bool) -> Estimate:
    """Return the mean of values up to the horizon, with Student's 95 % interval.

    Where all are alike, as in an outage, there is no spread to go by. But a value that all n calls have has a share of
    at least .05**(1/n) (95 % one-sided), and the rest lies between 0 and the horizon. A value that the calls themselves
    named, rather than the timeout, leaves n - 1 that could have differed from it.
    """
    mean = t_interval(values, 0.0, horizon)
    could_differ = mean.n if all_failed else mean.n - 1
    if mean.low is not None or could_differ == 0:
        return mean
    least = mean.value * ALPHA ** (1 / could_differ)
    most = least + horizon * (1 - ALPHA ** (1 / could_differ))
    return mean.model_copy(update={"low": least, "high": min(most, horizon)})


def t_interval(values: Floats, least: float = -math.inf, most: float = math.inf, tail: float = TAIL) -> Estimate:
    """Return the mean with Student's interval, cut where the mean cannot lie; no ends where there is no spread.

    At most `tail` is left on either side: 95 % unless told otherwise.
    """
    n = len(values)
    mean = float(values.mean())
    error = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
    if error <= 1e-12 * abs(mean):
        return Estimate(value=mean, n=n)
    from scipy.special import stdtrit  # noqa: PLC0415

    half = float(stdtrit(n - 1, 1 - tail)) * error
    return Estimate(value=mean, low=max(mean - half, least), high=min(mean + half, most), n=n)


def censored_quantile(finished_ms: Sequence[float] | Floats, censored_ms: Sequence[float] | Floats, q: float) -> Figure:
    """Return the quantile q (0 to 1) of durations of which some are censored; at least one value is needed.

    It is the order statistic of rank ceil(q n), never an interpolated figure. Where n carries no upper bound it is the
    lower bound instead.
    """
    at_least = np.concatenate([np.asarray(finished_ms, dtype=np.float64), np.asarray(censored_ms, dtype=np.float64)])
    failed = np.arange(len(at_least)) >= len(finished_ms)
    return ordered_quantile(np.sort(at_least), known_ranks(at_least, failed), q)


def known_ranks(at_least: Floats, failed: Bools) -> int:
    """Count the smallest durations that are known: those of calls that finished before any call was given up."""
    if not failed.any():
        return len(at_least)
    return int(np.count_nonzero(at_least[~failed] <= at_least[failed].min()))


def ordered_quantile(ordered_ms: Floats, known: int, q: float) -> Figure:
    """Return the quantile q of sorted values: the first `known` are durations, the rest at least lower bounds.

    Sorting lower bounds bounds each order statistic from below, so that the lower end needs no more care.
    """
    n = len(ordered_ms)
    rank = _rank(n, q)
    lower, upper = interval_ranks(n, q)
    low_ms = None if lower is None else float(ordered_ms[lower - 1])
    high_ms = None if upper is None else float(ordered_ms[upper - 1])
    high_bound = Bound.TOO_FEW if upper is None else Bound.EXACT if upper <= known else Bound.MORE_THAN
    value_ms: float | None = float(ordered_ms[rank - 1])
    bound = Bound.EXACT
    if rank > known:
        bound = Bound.MORE_THAN
    elif upper is None:
        bound, value_ms = Bound.TOO_FEW, low_ms
    return Figure(value_ms=value_ms, bound=bound, low_ms=low_ms, high_ms=high_ms, high_bound=high_bound)


def interval_ranks(n: int, q: float) -> tuple[int | None, int | None]:
    """Return the ranks (from 1) of the values that bound the quantile q with 95 % confidence; None where no value does.

    The r-th of n values lies above the quantile with probability P(Bin(n, q) < r), the s-th below it with
    P(Bin(n, q) >= s); neither may exceed 2.5 % (David & Nagaraja, Order Statistics, 3rd ed. 2003, section 7.1).
    """
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415

    lower = bisect_right(range(n), TAIL, key=lambda k: float(bdtr(k, n, q)))
    upper = bisect_left(range(n), -TAIL, key=lambda k: -float(bdtrc(k, n, q))) + 1
    return lower or None, upper if upper <= n else None


def least_n(q: float) -> int:
    """Return the least n that gives the quantile q an upper end at 95 %: all n lie below it with probability q**n."""
    return math.ceil(math.log(TAIL) / math.log(q))


def _rank(n: int, q: float) -> int:
    return max(1, math.ceil(q * n - 1e-9))
