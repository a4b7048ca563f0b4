"""Forecast of the rounds until the verdict is settled, if they go on as those so far."""

import math
from dataclasses import dataclass

import numpy as np

from probe.model.verdict import RoundsToGo
from probe.stats.no_effect import RATIO, log_capital, log_wins
from probe.stats.round_scores import MOST_RATIO, RoundScores
from probe.stats.sequential import LOG_THRESHOLD, Bools, Counts, Floats, Scores
from probe.stats.severity_mixture import log_e_rows, mixed

LOOKED_AHEAD = 1000

DRAWS = 100
LOOKS = np.unique(np.round(np.geomspace(1, LOOKED_AHEAD, 40)).astype(np.int64))
_BINS = 8
_PRIOR = 0.5


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of rounds so far, and three that may come: only the first call fails, only the second, or both alike.

    `scores` (kinds, series) and `values` are a kind's; `counts` are how many there were, `prior` is what is added.
    """

    scores: Floats
    values: Floats
    counts: Floats
    prior: Floats

    @classmethod
    def of(cls, series: Scores, values: Floats, most: float) -> "Kinds":
        """Count the kinds of rounds, of which `series` (series, rounds) and `values`, up to +-`most`, are known."""
        known = ~np.isnan(values)
        value_bin = np.where(known, np.round(np.nan_to_num(values) / most * _BINS), _BINS + 1)
        kinds, place = np.unique(np.vstack((series, value_bin)), axis=1, return_inverse=True)
        counts = np.bincount(place.ravel())
        means = np.bincount(place.ravel(), weights=values) / counts
        sure = np.array([1.0, -1.0, 0.0])
        return cls(
            np.concatenate((kinds[:-1].T, np.tile(sure[:, None], len(series)))),
            np.concatenate((means, sure * most)),
            np.concatenate((counts, np.zeros(3))),
            np.concatenate((np.zeros(len(counts)), np.full(3, _PRIOR))),
        )

    def futures(self, rng: np.random.Generator) -> Floats:
        """Return how many rounds of each kind there are at each look of each future, those so far included."""
        rates = rng.dirichlet(self.counts + self.prior, size=(DRAWS, 1))
        return np.asarray(rng.multinomial(np.diff(LOOKS, prepend=0), rates).cumsum(axis=1) + self.counts)


def rounds_to_go(
    rounds: RoundScores, delta: float, *, no_effect_shown: tuple[bool, bool] = (False, False), seed: int
) -> RoundsToGo:
    """Return the 10 and 90 % points of the rounds until an answer, for what is not settled yet.

    They are those of 100 futures, made of the rounds so far: each has rates of its own for the kinds of rounds, from a
    Dirichlet posterior. By the prior the rates of who failed have Jeffreys' (1/2, 1/2, 1/2). `no_effect_shown` says
    whether failures, and slowness, were shown to make no difference that matters. Futures are looked at after 1, 2, 3 …
    rounds, later at looks 20 % apart: settled there is settled by then.
    """
    kinds = Kinds.of(rounds.series, rounds.log_ratio, MOST_RATIO)
    futures = kinds.futures(np.random.default_rng(seed))
    settled = _is_worse(futures, kinds.scores) | _is_worse(futures, -kinds.scores)
    fails_no_more = ever_below(futures, kinds.scores[:, 0], 1.0, delta) | no_effect_shown[0]
    no_slower = ever_below(futures, kinds.values, MOST_RATIO, math.log(RATIO)) | no_effect_shown[1]
    settled |= fails_no_more & no_slower
    return range_of_ends(first_looks(settled))


def first_looks(settled: Bools) -> Floats:
    """Return the number of rounds after which each future is settled; infinite where it never is."""
    return np.where(settled.any(axis=1), LOOKS[settled.argmax(axis=1)], np.inf)


def range_of_ends(ends: Floats) -> RoundsToGo:
    """Return the 10 and 90 % points of the ends of futures."""
    in_order = np.sort(ends)
    low, high = (float(in_order[math.ceil(share * len(ends)) - 1]) for share in (0.1, 0.9))
    return RoundsToGo(low=_within(low), high=_within(high), looked_ahead=LOOKED_AHEAD)


def _within(rounds: float) -> int | None:
    return math.ceil(rounds) if rounds <= LOOKED_AHEAD else None


def _is_worse(futures: Floats, scores: Floats) -> Bools:
    """Return the looks of futures at which the mixture is at 20."""
    b, c = ((futures @ (scores == sign)).reshape(-1, scores.shape[1]).T for sign in (1, -1))
    reached: Bools = np.any(_most_log_e(b, c) >= LOG_THRESHOLD, axis=0)
    reached[reached] = mixed(log_e_rows(Counts(b[:, reached], c[:, reached]))) >= LOG_THRESHOLD
    return np.asarray(reached.reshape(futures.shape[:2]))


def _most_log_e(b: Floats, c: Floats) -> Floats:
    """Return what no bet on +1 can exceed, which is quickly computed: that on the likeliest chance, against 1/2."""
    both = np.maximum(b + c, 1)
    share = np.maximum(b / both, 0.5)
    return np.asarray(b * np.log(2 * share) + c * np.log(np.maximum(2 * (1 - share), 1e-300)))


def ever_below(futures: Floats, scores: Floats, bound: float, margin: float, threshold: float = LOG_THRESHOLD) -> Bools:
    """Return the looks of futures by which a mean of `margin` or more was excluded."""
    wins = np.nan_to_num(log_wins(scores, bound, margin))
    return np.asarray(np.logical_or.accumulate(log_capital(futures @ wins) >= threshold, axis=1))
