"""Evidence that may be looked at after every round: E-values of paired scores.

Each round has a score in {-1, 0, 1}: b rounds have +1 (only the first call failed), c have -1. An E-value is the
capital of a gambler who bets against a hypothesis, from 1. While the hypothesis is true, it ever reaches x with
probability 1/x at most (Ville's inequality), so 1/E is a p-value however often one looks. Waudby-Smith & Ramdas (2024),
Estimating means of bounded random variables by betting, JRSS B 86, 1-27. All logarithms here are natural.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Scores = NDArray[np.int8]
Bools = NDArray[np.bool_]

LOG_THRESHOLD = math.log(20)
"""E = 20: reached wrongly with probability .05 at most."""
EVERY_LOOK = 5000
"""Up to as many rounds E is computed at every look; beyond, at looks 0.25 % apart."""

_LOOK_RATIO = 1.0025
_ALWAYS = 0.3
_TINY = 1e-290


@dataclass(frozen=True, slots=True)
class Counts:
    """Rounds of +1 (b) and of -1 (c) after each of some looks: (looks), or (series, looks)."""

    b: Floats
    c: Floats

    @classmethod
    def of(cls, scores: Scores, looks: Integers | None = None) -> "Counts":
        """Count along the last axis, at these looks (numbers of rounds, from 1), by default after every round."""
        at = slice(None) if looks is None else looks - 1
        b, c = (np.cumsum(scores == sign, axis=-1, dtype=np.float64)[..., at] for sign in (1, -1))
        return cls(b, c)

    @property
    def swapped(self) -> "Counts":
        """The counts with the second call in the place of the first."""
        return Counts(self.c, self.b)


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest log E so far (0 before the first round), and the number of rounds at which E was first enough."""

    log_e: float
    reached: int | None


def log_e_worse(b: ArrayLike, c: ArrayLike) -> Floats:
    """Return log E against "+1 is no more likely than -1", by a bet spread by Jeffreys' prior, in closed form.

    E = 2^(D-1/2) B(b+1, c+1/2) P(theta > 1/2), theta ~ Beta(b+1, c+1/2), D = b + c: the mixture over theta > 1/2 with
    density proportional to (1 - theta)^(-1/2). Rounds of score 0 do not matter.
    """
    from scipy.special import betainc, betaln  # noqa: PLC0415

    b, c = np.broadcast_arrays(np.asarray(b, np.float64), np.asarray(c, np.float64))
    above_half = betainc(c + 0.5, b + 1, 0.5)
    log_e = np.asarray((b + c - 0.5) * math.log(2) + betaln(b + 1, c + 0.5) + np.log(np.maximum(above_half, _TINY)))
    underflow = above_half <= _TINY
    if underflow.any():
        log_e[underflow] = _log_e_far_below(b[underflow], c[underflow])
    return log_e


def log_e_always(b: ArrayLike, c: ArrayLike) -> Floats:
    """Return log E of `log_e_worse` with three tenths of the capital staked whole on "it is always +1".

    It pays where a cold start shows in every round: five rounds are enough, instead of six.
    """
    b, c = np.broadcast_arrays(np.asarray(b, np.float64), np.asarray(c, np.float64))
    staked = np.where(c == 0, math.log(_ALWAYS) + b * math.log(2), -np.inf)
    return np.asarray(np.logaddexp(math.log(1 - _ALWAYS) + log_e_worse(b, c), staked))


def _log_e_far_below(b: Floats, c: Floats) -> Floats:
    """Return `log_e_worse` for b far below c: E(b, c) = (1 + 2b E(b-1, c+1)) / (2c+1), by parts, as a series."""
    term = 1 / (2 * c + 1)
    total, k = term.copy(), 0
    while (term > 1e-15 * total).any():
        term = term * 2 * np.maximum(b - k, 0) / (2 * (c + k) + 3)
        total += term
        k += 1
    return np.log(total)


def sparse_looks(rounds: int) -> Integers:
    """Return every look up to EVERY_LOOK, then looks 0.25 % apart, and the last.

    A maximum over fewer looks is valid too, but who asks after every round may see a higher one in between.
    """
    every = np.arange(1, min(rounds, EVERY_LOOK) + 1)
    steps = max(0, math.ceil(math.log(rounds / EVERY_LOOK) / math.log(_LOOK_RATIO)))
    beyond = np.floor(EVERY_LOOK * _LOOK_RATIO ** np.arange(1, steps)).astype(np.int64)
    return np.unique(np.concatenate((every, beyond[beyond < rounds], [rounds])))


def peak_of(path: Floats, looks: Integers, enough: float = LOG_THRESHOLD) -> Peak:
    """Return the peak of log E at `looks`; E of 20 is enough, or that of which `enough` is the logarithm."""
    highest = float(path.max(initial=0.0))
    if highest < enough:
        return Peak(highest, None)
    return Peak(highest, int(looks[(path >= enough).argmax()]))
