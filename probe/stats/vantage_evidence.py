"""E-values of two vantages against each other, and of their being alike, valid after every pair.

Failures and times are two questions, which share one E-value: 85 % of the stake are on failures, 15 % on times. Against
"the first is no worse than the second" it is one for each ordered pair of vantages. A vantage is called worse, in
failures or in times, where that part of E alone has reached 100 times the number of ordered pairs (Bonferroni's rule):
with vantages that are alike any is named in 1 % of runs at most.

Alike is a claim too: that of two vantages neither is worse by what matters (an intersection-union test; Berger 1982,
Technometrics 24, 295-300), shown where the E-values of `no_effect` in both directions have reached 20.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from probe.stats.no_effect import RATIO, path_less
from probe.stats.round_scores import MOST_RATIO
from probe.stats.sequential import (
    Counts,
    Floats,
    Integers,
    Peak,
    Scores,
    log_e_always,
    log_e_worse,
    peak_of,
    sparse_looks,
)
from probe.stats.vantage_scores import SEVERITIES, PairScores

LEAST_E = 100.0
"""Of one claim: it is reached wrongly with probability .01 at most."""
ALIKE_SHARE = 2 / 3
"""Failure rates that differ by less than this share of `Question.delta` are alike: 10 points by default."""

_WORSE_PRIOR = 12.0, 5.0
"""Of the chance that, of two calls of which one failed, it is that of the worse vantage: 7 in 10, give or take."""
_FAILURES_WEIGHT = 0.85
_TIME_WEIGHTS = 0.15 * np.array([0.2, 0.1, 0.1, 0.3, 0.15, 0.15])
"""Of the severities, then of the phases connect, wait and stream. Connecting has the least noise."""
_CONNECT = len(SEVERITIES)
_TINY = 1e-290


@dataclass(frozen=True, slots=True)
class DirectedEvidence:
    """Peaks of log E against "the first vantage is no worse than the second"; all weighted."""

    failures: Peak
    times: Peak
    phases: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """The evidence of two vantages: of either direction, and that they are alike (log E, peaks)."""

    worse: DirectedEvidence
    opposite: DirectedEvidence
    failures_alike: float
    times_alike: float


def threshold(vantages: int) -> float:
    """Return the logarithm of the E-value from which on one of so many vantages is worse than another."""
    return math.log(LEAST_E * vantages * (vantages - 1))


def judge_pair(scores: PairScores, vantages: int, delta: float) -> PairEvidence:
    """Return the evidence of one pair of so many vantages."""
    failed, slow = scores.failures.astype(np.float64), scores.log_ratio
    enough = threshold(vantages)
    return PairEvidence(
        worse=_directed(scores, enough),
        opposite=_directed(scores.swapped, enough),
        failures_alike=_least_peak(failed, 1.0, delta),
        times_alike=_least_peak(slow, MOST_RATIO, math.log(RATIO)),
    )


def log_e_fails_more(b: ArrayLike, c: ArrayLike) -> Floats:
    """Return log E, weighted, against "of two calls of which one failed, it is no more likely the first vantage's".

    It is a bet on theta > 1/2 spread by Beta(12, 5), E = 2^(b+c) B(b+12, c+5) P(theta > 1/2) / (B(12, 5) P0), where
    theta ~ Beta(b+12, c+5), and P0 is the same probability by Beta(12, 5).
    """
    from scipy.special import betainc, betaln  # noqa: PLC0415

    b, c = np.broadcast_arrays(np.asarray(b, np.float64), np.asarray(c, np.float64))
    wins, losses = _WORSE_PRIOR
    at_first = betaln(wins, losses) + math.log(betainc(losses, wins, 0.5)) - math.log(_FAILURES_WEIGHT)
    above_half = np.maximum(betainc(c + losses, b + wins, 0.5), _TINY)
    return np.asarray(
        (b + c) * math.log(2)
        + betaln(b + wins, c + losses)
        + np.log(above_half)
        - at_first
        + math.log(_FAILURES_WEIGHT)
    )


def log_e_times(counts: Counts) -> Floats:
    """Return log E against "the first vantage is no slower", of each row of times after each look, with its weight.

    Connecting has a stake on "always", for a longer way shows in every call.
    """
    rows = log_e_worse(counts.b, counts.c)
    rows[_CONNECT] = log_e_always(counts.b[_CONNECT], counts.c[_CONNECT])
    return np.asarray(rows + np.log(_TIME_WEIGHTS).reshape(-1, *[1] * (rows.ndim - 1)))


def mixture(weighted: Floats) -> Floats:
    """Return the logarithm of the sum of the rows' E-values, which is that of one E-value."""
    peaks = weighted.max(axis=0, initial=-math.inf)
    return np.asarray(np.log(np.exp(weighted - peaks).sum(axis=0)) + peaks)


def _directed(scores: PairScores, enough: float) -> DirectedEvidence:
    looks = _looks(scores.failures)
    failures = Counts.of(scores.failures, looks)
    times = log_e_times(Counts.of(scores.times, _looks(scores.times)))
    return DirectedEvidence(
        failures=peak_of(log_e_fails_more(failures.b, failures.c), looks, enough),
        times=peak_of(mixture(times), _looks(scores.times), enough),
        phases=tuple(times[_CONNECT:].max(axis=1, initial=-math.inf).tolist()),
    )


def _looks(scores: Scores | Floats) -> Integers:
    """Return the looks at these scores; none where there are none."""
    pairs = scores.shape[-1]
    return sparse_looks(pairs) if pairs else np.empty(0, dtype=np.int64)


def _least_peak(scores: Floats, bound: float, margin: float) -> float:
    """Return the lesser of the largest log E of both directions, against "the mean is `margin` or more"."""
    paths = (path_less(side, bound, margin, _looks(scores)) for side in (scores, -scores))
    return min(float(path.max(initial=0.0)) for path in paths)
