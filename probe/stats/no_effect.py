"""Evidence that first calls are not worse by a margin or more: bets against the mean of bounded scores.

A round has a score of at most `bound`. Against "the mean is `margin` or more" a gambler stakes a share u of the most
that may be lost, and has the product of 1 + u (margin - score)/(bound - margin): his capital is an E-value. The shares
are a grid of Beta(2, 1), which bets high: such a claim is worth waiting for only where scores are nearly all alike.
Waudby-Smith & Ramdas (2024), JRSS B 86, 1-27.
"""

import math

import numpy as np

from probe.stats.round_scores import MOST_RATIO
from probe.stats.sequential import LOG_THRESHOLD, Floats, Integers

RATIO = 1.25
"""First calls that take less than so many times as long, on average, have no cold effect that matters."""

_STAKES = np.sqrt((np.arange(48) + 0.5) / 48)
_BLOCK = 8192
_HALVINGS = 24


def log_wins(scores: Floats, bound: float, margin: float) -> Floats:
    """Return the logarithm of what each stake makes of one unit in a round: (scores, stakes)."""
    stakes = _STAKES / (bound - margin)
    return np.log1p(stakes * (margin - np.asarray(scores, np.float64)[..., None]))


def log_capital(logs: Floats) -> Floats:
    """Return log E from the summed `log_wins` of each stake, on the last axis."""
    peaks = logs.max(axis=-1, keepdims=True)
    return np.asarray(np.log(np.exp(logs - peaks).mean(axis=-1)) + peaks[..., 0])


def path_less(scores: Floats, bound: float, margin: float, looks: Integers) -> Floats:
    """Return log E against "the mean is `margin` or more" at each look; a score of nan counts for nothing."""
    path = np.empty(len(looks))
    carried = np.zeros(len(_STAKES))
    for start in range(0, len(scores), _BLOCK):
        logs = np.nan_to_num(log_wins(scores[start : start + _BLOCK], bound, margin)).cumsum(axis=0) + carried
        inside = (looks > start) & (looks <= start + _BLOCK)
        path[inside] = log_capital(logs[looks[inside] - start - 1])
        carried = logs[-1]
    return path


def path_no_slower(log_ratio: Floats, looks: Integers) -> Floats:
    """Return log E against "first calls take RATIO times as long or longer", the geometric mean."""
    return path_less(log_ratio, MOST_RATIO, math.log(RATIO), looks)


def path_fails_no_more(failures: Floats, delta: float, looks: Integers) -> Floats:
    """Return log E against "first calls fail more often by `delta` or more"."""
    return path_less(failures, 1.0, delta, looks)


def most_difference(b: int, c: int, n: int) -> float:
    """Return the least margin that `path_fails_no_more` excludes at this look: a one-sided 95 % limit, at all looks."""
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        win, alike, loss = log_wins(np.array([-1.0, 0.0, 1.0]), 1.0, middle)
        is_excluded = log_capital(c * win + (n - b - c) * alike + b * loss) >= LOG_THRESHOLD
        low, high = (low, middle) if is_excluded else (middle, high)
    return high
