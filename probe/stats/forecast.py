"""How many more rounds it takes until the verdict is settled, if they go on as those so far."""

import math

import numpy as np

from probe.model.verdict import RoundsToGo
from probe.stats.sequential import LOG_THRESHOLD, Bools, Floats, Scores

LOOKED_AHEAD = 1000

_DRAWS = 200
_LOOKS = np.unique(np.round(np.geomspace(1, LOOKED_AHEAD, 50)).astype(np.int64))
_ALIKE, _UNKNOWN = 4, 9
_PRIOR = np.full(10, 1 / 6)
_PRIOR[[_ALIKE, _UNKNOWN]] /= 2
_LARGE = 50.0  # of log E: enough, and far from an overflow


def rounds_to_go(
    failures: Scores,
    slowness: Scores,
    delta: float,
    *,
    unknown: Bools | None = None,
    no_effect_seen: tuple[bool, bool] = (False, False),
    seed: int,
) -> RoundsToGo:
    """The 10 and 90 % points of the rounds until COLD or NO_COLD_EFFECT, from 200 futures; for what is not settled yet.

    Scores of both series as `judge` takes them; `no_effect_seen`: which of them has had E >= 20 against "worse by
    `delta` or more". Each future has rates of its own for the nine pairs of scores, from a Dirichlet posterior. Its
    prior is 1/6 in each cell, so that the rates of each series by itself have Jeffreys' prior (1/2, 1/2, 1/2); that of
    "alike in both" is shared with the rounds of unknown slowness. Futures are looked at after 1, 2, 3 … rounds, later
    at looks 15 % apart: settled there is settled by then.
    """
    rng = np.random.default_rng(seed)
    cells = (failures + 1) * 3 + (slowness + 1)
    so_far = np.bincount(cells if unknown is None else np.where(unknown, _UNKNOWN, cells), minlength=10)
    rates = rng.dirichlet(so_far + _PRIOR, size=(_DRAWS, 1))
    pairs = so_far + rng.multinomial(np.diff(_LOOKS, prepend=0), rates).cumsum(axis=1)
    table = pairs[..., :_UNKNOWN].reshape(*pairs.shape[:2], 3, 3).astype(np.float64)
    series = table.sum(axis=3), table.sum(axis=2)
    series[0][..., 1] += pairs[..., _UNKNOWN]

    cold = _mean_capital(series[0], 0) + _mean_capital(series[1], 0) >= 2 * math.exp(LOG_THRESHOLD)
    without = [
        np.logical_or.accumulate(_mean_capital(counts[..., ::-1], -delta) >= math.exp(LOG_THRESHOLD), axis=1) | seen
        for counts, seen in zip(series, no_effect_seen, strict=True)
    ]
    settled = cold | (without[0] & without[1])
    ever = settled.any(axis=1)
    rounds = np.sort(np.where(ever, _LOOKS[settled.argmax(axis=1)], LOOKED_AHEAD + 1))
    low, high = (int(rounds[math.ceil(share * _DRAWS) - 1]) for share in (0.1, 0.9))
    return RoundsToGo(low=_within(low), high=_within(high), looked_ahead=LOOKED_AHEAD)


def _within(rounds: int) -> int | None:
    return rounds if rounds <= LOOKED_AHEAD else None


def _mean_capital(counts: Floats, margin: float) -> Floats:
    """E of `sequential.log_e_up` for counts (..., 3) of the scores -1, 0, 1, by one coarse rule for all of them.

    The midpoint rule over 64 roots of the stake: these lie closest near 0, where the integrand is narrow while E is
    near 20. There it is within 2 % for as many as 500,000 pairs; far above 20 it only has to stay above.
    """
    root = (np.arange(64) + 0.5) / 64
    stake, gain = root**2, 1 / (1 + margin)
    factors = np.stack((np.log1p(-stake), np.log1p(stake * (gain - 1)), np.log1p(stake * (2 * gain - 1))))
    log = counts @ factors
    return np.asarray(np.exp(np.minimum(log, _LARGE, out=log), out=log) @ (2 * root / 64))
