"""Remarks on the series of a step's calls. Each test is noted at p <= 0.01, and none below eight calls."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from probe.model.note import Note, NoteCode
from probe.stats.durations import Bools, Floats
from probe.stats.ecdf import evenly

Counts = NDArray[np.int64]

LEVEL = 0.01
INFLATE_LEVEL = 0.1
"""Intervals are widened from here on: to do so in vain costs little, not to do so makes them wrong."""
LEAST_CALLS = 8
FAR = 14.826
"""Median absolute deviations that make an outlier: ten standard deviations of normal values."""
ROUNDS_NAMED = 10
LEAST_FACTOR = 1.5
MOST_TESTED = 2_000
"""Longer series are thinned evenly to this before clusters and drift are tested; bursts and neighbours see all."""
SEED = 10_947
"""Of all that is drawn here, so that a report comes out the same each time."""
DRAWS = 999
LEAST_MS = 1e-3
"""Stands in for a duration of 0, which has no logarithm."""


def series_notes(label: str, wall_ms: Floats, failed: Bools, rounds: Sequence[int] | None = None) -> tuple[Note, ...]:
    """Return remarks on one value per call, ms, in the order in which the calls started.

    `rounds` are the numbers of their rounds, from 1 on where not given. Durations of failed calls are left out.
    """
    finished = wall_ms[~failed]
    numbers = np.arange(1, len(wall_ms) + 1) if rounds is None else np.asarray(rounds)
    found: list[Note] = []
    if len(finished) >= LEAST_CALLS:
        thinned = finished[evenly(len(finished), MOST_TESTED)]
        found += _outliers(label, finished, numbers[~failed])
        found += _clusters(label, thinned)
        found += _drift(label, thinned)
        found += _autocorrelation(label, finished)
    if len(failed) >= LEAST_CALLS:
        found += _bursts(label, failed)
    return tuple(found)


def _outliers(label: str, finished_ms: Floats, rounds: Counts) -> list[Note]:
    far = rounds[outliers(finished_ms)]
    if not len(far):
        return []
    named = ", ".join(str(number) for number in far[:ROUNDS_NAMED])
    return [Note(code=NoteCode.OUTLIERS, values={"label": label, "count": len(far), "rounds": named})]


def outliers(values: Floats) -> Bools:
    """Return which values lie more than 14.826 median absolute deviations from the median.

    Where that deviation is 0, for more than half of the values are one, the mean absolute deviation stands in, scaled
    to the same. Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers, ASQC Quality Press.
    """
    distance = np.abs(values - np.median(values))
    deviation = float(np.median(distance)) or float(distance.mean()) * math.sqrt(math.pi / 2) / 1.4826
    return distance > FAR * deviation


def _clusters(label: str, finished_ms: Floats) -> list[Note]:
    logs = np.log(np.maximum(np.sort(finished_ms), LEAST_MS))
    (share,), (split,) = otsu(logs[np.newaxis])
    low, high = float(np.median(logs[:split])), float(np.median(logs[split:]))
    p = float(1 + np.count_nonzero(otsu_of_normal(len(logs)) >= share)) / (1 + DRAWS)
    if p > LEVEL or high - low < math.log(LEAST_FACTOR) or not valley(logs, low, high):
        return []
    high_share = 1 - float(split) / len(logs)
    values = {"label": label, "low_ms": math.exp(low), "high_ms": math.exp(high), "high_share": high_share}
    return [Note(code=NoteCode.TWO_CLUSTERS, values=values)]


def valley(values: Floats, low: float, high: float) -> bool:
    """Return True where at most half as many values lie midway as around either end, each over a third of the way.

    Otsu's share alone takes any flat or lopsided distribution for two clusters, as soon as there are values enough.
    """
    reach = (high - low) / 6
    around_low, midway, around_high = (
        int(np.count_nonzero(np.abs(values - centre) <= reach)) for centre in (low, (low + high) / 2, high)
    )
    return 2 * midway <= min(around_low, around_high)


def otsu(ordered: Floats) -> tuple[Floats, Counts]:
    """Return for each row of sorted values the greatest share of variance between two clusters, and that split.

    Only splits that leave either side 10 % of the values, and three, are looked at.
    Otsu (1979), A threshold selection method from gray-level histograms, IEEE Trans. Syst. Man Cybern. 9, 62-66.
    """
    n = ordered.shape[1]
    smallest = max(3, math.ceil(n / 10))
    centred = ordered - ordered.mean(axis=1, keepdims=True)
    total = np.square(centred).sum(axis=1)
    below = np.arange(smallest, n - smallest + 1)
    between = np.square(np.cumsum(centred, axis=1)[:, below - 1]) * (n / (below * (n - below)))
    best = between.argmax(axis=1)
    greatest = between[np.arange(len(best)), best]
    return np.divide(greatest, total, out=np.zeros_like(total), where=total > 0), below[best]


@lru_cache(maxsize=32)
def otsu_of_normal(n: int) -> Floats:
    """Return Otsu's share for `DRAWS` random samples of n normal values (seed `SEED`)."""
    return otsu(np.sort(np.random.default_rng(SEED).standard_normal((DRAWS, n)), axis=1))[0]


def _drift(label: str, finished_ms: Floats) -> list[Note]:
    tau, p = kendall(finished_ms)
    if p > LEVEL:
        return []
    direction = "slower" if tau > 0 else "faster"
    return [Note(code=NoteCode.DRIFT, values={"label": label, "direction": direction, "tau": tau, "p": p})]


def kendall(values: Floats) -> tuple[float, float]:
    """Return Kendall's tau-b of values and their order, and its two-sided p; time and memory grow with n squared.

    The p is that of the normal approximation, with ties and continuity corrected for. From eight values on it is within
    0.015 of the exact one, and near 1 % greater by at most 0.005: it errs towards saying nothing.
    Kendall & Gibbons (1990), Rank Correlation Methods, 5th ed., chapter 4.
    """
    n = len(values)
    later, earlier = np.tril_indices(n, -1)
    rises = values[later] > values[earlier]
    falls = values[later] < values[earlier]
    score = int(np.count_nonzero(rises)) - int(np.count_nonzero(falls))
    ties = np.unique(values, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if not score or not variance:
        return 0.0, 1.0
    all_pairs = n * (n - 1) / 2
    untied = all_pairs - float((ties * (ties - 1)).sum()) / 2
    return score / math.sqrt(all_pairs * untied), math.erfc((abs(score) - 1) / math.sqrt(2 * variance))


def _autocorrelation(label: str, finished_ms: Floats) -> list[Note]:
    r, p = neighbours(finished_ms)
    if p > LEVEL:
        return []
    code = NoteCode.AUTOCORRELATION if r > 0 else NoteCode.ALTERNATION
    return [Note(code=code, values={"label": label, "r": r, "p": p})]


def neighbours(values: Floats) -> tuple[float, float]:
    """Return the lag-1 autocorrelation of the ranks, and its two-sided p.

    Up to 2,000 values from 999 permutations (seed `SEED`), where p = (1 + as extreme) / (1 + drawn); beyond from the
    normal approximation. Wald & Wolfowitz (1943), An exact test for randomness in the non-parametric case based on
    serial correlation, Ann. Math. Statist. 14, 378-388. Ranks, so that one slow call does not decide.
    """
    n = len(values)
    ranks = np.unique(values, return_inverse=True)[1].astype(np.float64)
    centred = ranks - ranks.mean()
    total = float(centred @ centred)
    if not total:
        return 0.0, 1.0
    r = float(centred[1:] @ centred[:-1]) / total
    usual = -1 / n  # the mean over all orders
    if n > MOST_TESTED:
        return r, math.erfc(abs(r - usual) * math.sqrt(n / 2))
    orders = np.random.default_rng(SEED).permuted(np.tile(centred, (DRAWS, 1)), axis=1)
    by_chance = np.einsum("ij,ij->i", orders[:, 1:], orders[:, :-1]) / total
    extreme = np.count_nonzero(np.abs(by_chance - usual) >= abs(r - usual) - 1e-9)
    return r, float(1 + extreme) / (1 + DRAWS)


def _bursts(label: str, failed: Bools) -> list[Note]:
    p = runs_p(failed)
    if p > LEVEL:
        return []
    count = int(np.count_nonzero(failed))
    return [Note(code=NoteCode.BURSTS, values={"label": label, "failed": count, "n": len(failed), "p": p})]


def failure_inflation(failed: Bools) -> float:
    """Return by how much bursts make the variance of the failure rate greater, at least 1.

    It is (1 + r)/(1 - r) with the lag-1 autocorrelation r, as of a chain of two states, where runs are fewer than
    chance would have them in nine of ten orders. Bartlett (1946), JRSS Suppl. 8, 27-41.
    """
    if len(failed) < LEAST_CALLS or runs_p(failed) > INFLATE_LEVEL:
        return 1.0
    centred = failed - failed.mean()
    r = float(centred[1:] @ centred[:-1]) / float(centred @ centred)
    return (1 + r) / (1 - r) if 0 < r < 1 else 1.0


def runs_p(failed: Bools) -> float:
    """Return the share of all orders that have as few runs of failures and successes, or fewer: exact, none is drawn.

    Wald & Wolfowitz (1940), On a test whether two samples are from the same population, Ann. Math. Stat. 11, 147-162.
    """
    n = len(failed)
    a = int(np.count_nonzero(failed))
    b = n - a
    if not a or not b:
        return 1.0
    runs = 1 + int(np.count_nonzero(failed[1:] != failed[:-1]))
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, n + 1)))))

    def ways(size: int, parts: Counts) -> Floats:
        """Return the logarithm of the ways to cut `size` calls into `parts` runs."""
        fits = (parts >= 1) & (parts <= size)
        cut = np.where(fits, parts, 1) - 1
        return np.where(fits, log_factorial[size - 1] - log_factorial[cut] - log_factorial[size - 1 - cut], -math.inf)

    half = np.arange(1, runs // 2 + 1)
    even = math.log(2) + ways(a, half) + ways(b, half)
    half = np.arange(1, (runs - 1) // 2 + 1)
    odd = np.logaddexp(ways(a, half + 1) + ways(b, half), ways(a, half) + ways(b, half + 1))
    all_orders = log_factorial[n] - log_factorial[a] - log_factorial[b]
    return min(1.0, float(np.exp(np.concatenate([even, odd]) - all_orders).sum()))
