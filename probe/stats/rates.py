"""Rates of failure: intervals, and tests of the first call's against the second's."""

import math
from collections.abc import Callable

from probe.model.statistics import Estimate

Z95 = 1.959963984540054
ALPHA = 0.05


def wilson_interval(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion k/n; `n` at least 1.

    Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209-212.
    """
    z = Z95
    centre = (k + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(k * (n - k) / n + z * z / 4)
    return (0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half))


def clopper_pearson(k: float, n: float, tail: float = ALPHA / 2) -> tuple[float, float]:
    """Return the interval of k/n that never covers less than it claims, 95 % unless told otherwise; `n` at least 1.

    At most `tail` is left on either side.

    Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26, 404-413.
    """
    from scipy.special import betaincinv  # noqa: PLC0415

    return (
        0.0 if k == 0 else float(betaincinv(k, n - k + 1, tail)),
        1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - tail)),
    )


def failure_rate(k: int, n: int) -> Estimate | None:
    """Return the rate of k failures among n calls, with Wilson's interval; None for no calls.

    With no failure at all, or nothing but failures, the end that says something is the one-sided 95 % bound.
    """
    if n == 0:
        return None
    low, high = wilson_interval(k, n)
    if k == 0:
        high = 1 - ALPHA ** (1 / n)
    elif k == n:
        low = ALPHA ** (1 / n)
    return Estimate(value=k / n, low=low, high=high, n=n)


def sure_rate(k: int, n: int, tail: float = ALPHA / 2, inflation: float = 1.0) -> Estimate:
    """Return the rate k of n, at least 1, with Clopper and Pearson's interval, for where a guarantee is claimed.

    Where failures come in bursts, n calls tell no more than n / `inflation` would.
    """
    low, high = clopper_pearson(k / inflation, n / inflation, tail)
    return Estimate(value=k / n, low=low, high=high, n=n)


def mcnemar_exact_p(b: int, c: int) -> float:
    """Return the two-sided exact p of "as many rounds in which only the first failed (b) as only the second (c)".

    McNemar (1947), Note on the sampling error of the difference between correlated proportions, Psychometrika 12.
    """
    return min(1.0, 2 * _at_most(min(b, c), b + c))


def mcnemar_mid_p(b: int, c: int) -> float:
    """Return `mcnemar_exact_p` with half the weight of what was observed; 1 where b = c.

    Fagerland, Lydersen & Laake (2013), The McNemar test for binary matched-pairs data, BMC Med. Res. Methodol. 13:91.
    """
    fewer = min(b, c)
    return min(1.0, _at_most(fewer, b + c) + _at_most(fewer - 1, b + c))


def _at_most(k: int, n: int) -> float:
    """Return P(X <= k) of a fair coin thrown n times."""
    if k < 0:
        return 0.0
    from scipy.special import bdtr  # noqa: PLC0415

    return float(bdtr(k, n, 0.5))


def tango_interval(b: int, c: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of the paired difference (b - c)/n; `n` at least 1 and at least b + c.

    Tango (1998), Equivalence test and confidence interval for the difference in proportions for the paired-sample
    design, Statistics in Medicine 17, 891-908.
    """
    return _tango_low(b, c, n), 0.0 - _tango_low(c, b, n)


def _tango_low(b: int, c: int, n: int) -> float:
    """Return the least difference that the score test does not reject."""

    def rejected(difference: float) -> bool:
        big_b = -b - c + (2 * n - b + c) * difference
        big_c = -c * difference * (1 - difference)
        q = (math.sqrt(max(big_b * big_b - 8 * n * big_c, 0.0)) - big_b) / (4 * n)
        variance = n * max(2 * q + difference * (1 - difference), 0.0)
        return b - c - n * difference > Z95 * math.sqrt(variance)

    return _bisect(rejected, -1.0, (b - c) / n)


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Find where `holds`, true at `low` and false at `high`, changes, to the last bits; `low` where both are equal."""
    while low < (middle := (low + high) / 2) < high:
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
