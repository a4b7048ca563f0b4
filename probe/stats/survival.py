"""The Kaplan-Meier estimate of how long calls take, where some are known to take longer than they were waited for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probe.stats.durations import Bools, Floats
from probe.stats.rates import Z95

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """A step function: `survival` is the share of calls that take longer than `time_ms`, from that time on.

    All arrays have a value for each distinct time, in rising order. `at_risk` calls had neither succeeded nor been
    given up before it, `events` succeeded and `censored` were given up at it. `low` and `high` bound the share with
    95 % confidence at that time by itself; nan where all or none of the calls have succeeded.
    """

    time_ms: Floats
    at_risk: Counts
    events: Counts
    censored: Counts
    survival: Floats
    low: Floats
    high: Floats


def kaplan_meier(duration_ms: Floats, censored: Bools) -> SurvivalCurve:
    """Return the product-limit estimate; one duration per call, ms, of a censored call what it took at least.

    A call that is censored at the time of an event counts as at risk there. The interval is Greenwood's on the
    logarithm of the cumulative hazard, so that it stays between 0 and 1.

    Kaplan & Meier (1958), Nonparametric estimation from incomplete observations, JASA 53, 457-481;
    Kalbfleisch & Prentice, The Statistical Analysis of Failure Time Data, 2nd ed. 2002, section 1.4.
    """
    times, place = np.unique(duration_ms, return_inverse=True)
    events: Counts = np.bincount(place[~censored], minlength=len(times))
    given_up: Counts = np.bincount(place[censored], minlength=len(times))
    gone = np.cumsum(events + given_up)
    at_risk: Counts = len(duration_ms) - gone + events + given_up
    survival: Floats = np.cumprod(1 - events / at_risk, dtype=np.float64)
    low, high = _interval(survival, events, at_risk)
    return SurvivalCurve(times, at_risk, events, given_up, survival, low, high)


def _interval(survival: Floats, events: Counts, at_risk: Counts) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        hazard = -np.log(survival)
        factor = np.exp(Z95 * np.sqrt(variance) / hazard)
        bounds = np.exp(-hazard * factor), np.exp(-hazard / factor)
    inside = (survival > 0) & (survival < 1)
    low, high = (np.where(inside, bound, np.nan) for bound in bounds)
    return low, high
