"""Forecast of the rounds until the verdict is settled, if they go on as those so far."""

import math

import numpy as np

from probe.model.verdict import RoundsToGo
from probe.stats.sequential import LOG_THRESHOLD, Bools, Floats, Scores

LOOKED_AHEAD = 1000

_DRAWS = 200
_LOOKS = np.unique(np.round(np.geomspace(1, LOOKED_AHEAD, 50)).astype(np.int64))
_UNKNOWN = 3
_PRIOR = np.array([[1 / 3, 0, 0, 1 / 6], [1 / 6, 1 / 12, 1 / 6, 1 / 12], [0, 0, 1 / 3, 1 / 6]])
"""By who failed (the second, none or both, the first) and who was slower (the second, none, the first, not known)."""
_POSSIBLE = _PRIOR > 0
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
    """Return the 10 and 90 % points of the rounds until COLD or NO_COLD_EFFECT, for what is not settled yet.

    They are those of 200 futures. The scores of both series are as `judge_pairs` takes them; `no_effect_seen` says
    which of them has had E >= 20 against "worse by `delta` or more". Each future has rates of its own for what can come
    of a round, from a Dirichlet posterior: a call that failed is never the faster one. By the prior the rates of who
    failed have Jeffreys' (1/2, 1/2, 1/2), and so have those of who was slower: the first, the second, or neither as far
    as one knows. Futures are looked at after 1, 2, 3 … rounds, later at looks 15 % apart: settled there is settled by
    then.
    """
    rng = np.random.default_rng(seed)
    speed = slowness + 1 if unknown is None else np.where(unknown, _UNKNOWN, slowness + 1)
    so_far = np.bincount((failures + 1) * 4 + speed, minlength=12).reshape(3, 4)
    possible = _POSSIBLE | (so_far > 0)
    rates = rng.dirichlet((so_far + _PRIOR)[possible], size=(_DRAWS, 1))
    table = np.zeros((_DRAWS, len(_LOOKS), 3, 4))
    table[..., possible] = rng.multinomial(np.diff(_LOOKS, prepend=0), rates).cumsum(axis=1)
    table += so_far
    series = table.sum(axis=3), table[..., :_UNKNOWN].sum(axis=2)

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
    """Return E of `sequential.log_e_up` for counts (..., 3) of the scores -1, 0, 1, by one coarse rule for all of them.

    The midpoint rule over 64 roots of the stake: these lie closest near 0, where the integrand is narrow while E is
    near 20. There it is within 2 % for as many as 500,000 pairs; far above 20 it only has to stay above.
    """
    root = (np.arange(64) + 0.5) / 64
    stake, gain = root**2, 1 / (1 + margin)
    factors = np.stack((np.log1p(-stake), np.log1p(stake * (gain - 1)), np.log1p(stake * (2 * gain - 1))))
    log = counts @ factors
    return np.asarray(np.exp(np.minimum(log, _LARGE, out=log), out=log) @ (2 * root / 64))
