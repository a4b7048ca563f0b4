"""Forecast of the rounds until the comparison of vantages is settled, if they go on as those so far."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from probe.model.verdict import RoundsToGo
from probe.stats.forecast import Kinds, ever_below, first_looks, range_of_ends
from probe.stats.no_effect import RATIO
from probe.stats.round_scores import MOST_RATIO
from probe.stats.sequential import Counts, Floats
from probe.stats.vantage_evidence import log_e_fails_more, log_e_times, mixture
from probe.stats.vantage_scores import PairScores

_SEED = 1
_Path = Callable[[Counts], Floats]


def failures_to_go(pairs: Sequence[tuple[PairScores, float]], enough: float, delta: float) -> RoundsToGo:
    """Return the 10 and 90 % points of the rounds until a vantage fails more, or all fail alike.

    `pairs` are the scores of all pairs of vantages, with how many pairs of calls a round gives; `enough` is the
    logarithm of the E-value that is needed.
    """
    ends = [
        _ends(Kinds.of(scores.failures[None], scores.failures.astype(np.float64), 1.0), _fails, enough, (1.0, delta))
        / pairs_a_round
        for scores, pairs_a_round in pairs
        if len(scores.failures)
    ]
    return _first_end(ends)


def times_to_go(pairs: Sequence[tuple[PairScores, float]], enough: float) -> RoundsToGo:
    """Return the same until a vantage is slower, or all take as long; all pairs count, answered or not."""
    ends = [
        _ends(Kinds.of(scores.times, scores.log_ratio, MOST_RATIO), _slower, enough, (MOST_RATIO, math.log(RATIO)))
        / (pairs_a_round * len(scores.log_ratio) / len(scores.failures))
        for scores, pairs_a_round in pairs
        if len(scores.log_ratio)
    ]
    return _first_end(ends)


def _fails(counts: Counts) -> Floats:
    return log_e_fails_more(counts.b[0], counts.c[0])


def _slower(counts: Counts) -> Floats:
    return mixture(log_e_times(counts))


def _ends(kinds: Kinds, path: _Path, enough: float, least: tuple[float, float]) -> Floats:
    """Return the pairs of calls until one is worse, and until both are alike, in each future: (2, futures)."""
    futures = kinds.futures(np.random.default_rng(_SEED))
    b, c = (np.moveaxis(futures @ (kinds.scores == sign), -1, 0) for sign in (1, -1))
    counts = Counts(b, c)
    worse = np.maximum(path(counts), path(counts.swapped)) >= enough
    no_less = [ever_below(futures, sign * kinds.values, *least) for sign in (1, -1)]
    return np.stack((first_looks(worse), first_looks(np.logical_and(*no_less))))


def _first_end(ends: Sequence[Floats]) -> RoundsToGo:
    """Return when the first pair of vantages differs, or the last one is alike, whichever comes first."""
    worse, alike = np.moveaxis(np.array(ends), 1, 0)
    return range_of_ends(np.minimum(worse.min(axis=0), alike.max(axis=0)))
