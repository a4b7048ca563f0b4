"""Evidence that may be looked at after every pair: e-processes and a confidence sequence.

Each pair has a score in {-1, 0, 1}: b pairs have +1 (only the first call failed), c have -1, n are all pairs. An
E-value is the capital of a gambler who bets against a hypothesis, from 1. While the hypothesis is true, it ever reaches
x with probability 1/x at most (Ville's inequality), so 1/E is a p-value however often one looks. The bets here are
spread evenly over all stakes. Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting,
JRSS B 86, 1-27. All logarithms here are natural.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probe.stats.memo import PointMemo

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Scores = NDArray[np.int8]
Bools = NDArray[np.bool_]

LOG_THRESHOLD = math.log(20)
"""E = 20: reached wrongly with probability .05 at most."""
EVERY_LOOK = 5000
"""Up to as many pairs E against a margin is computed at every look; beyond, at looks 0.25 % apart."""

_LOOK_RATIO = 1.0025
_NODES = 80
_WHOLE = 511  # up to this n the nodes lie over the whole interval
_DEPTH = 45.0  # exp(-45) of the peak is negligible
_HALVINGS = 20  # to 1e-6: a window is 1e-4 wide or more, and u = 1, whose logarithm is infinite, is never met
_BLOCK = 4096
_TINY = 1e-290


@dataclass(frozen=True, slots=True)
class Counts:
    """b, c and n after each of some looks: arrays of one length."""

    b: Floats
    c: Floats
    n: Floats

    @classmethod
    def of(cls, scores: Scores) -> "Counts":
        """Count after each pair; `scores` in the order of the rounds."""
        return cls(
            np.cumsum(scores == 1, dtype=np.float64),
            np.cumsum(scores == -1, dtype=np.float64),
            np.arange(1, len(scores) + 1, dtype=np.float64),
        )

    def at(self, looks: Integers) -> "Counts":
        """Return the counts at these looks, which are numbers of pairs, from 1."""
        return Counts(self.b[looks - 1], self.c[looks - 1], self.n[looks - 1])


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest log E so far (0 before the first pair), and the number of pairs at which E first reached 20."""

    log_e: float
    reached: int | None


def log_e_worse(b: ArrayLike, c: ArrayLike) -> Floats:
    """Return log E against "the first fails no more often than the second": `log_e_up` at margin 0, in closed form.

    E = 2^(D+1) B(1+b, 1+c) P(theta > 1/2), theta ~ Beta(1+b, 1+c), D = b + c. Pairs that are alike do not matter.
    """
    from scipy.special import betainc, betaln  # noqa: PLC0415

    b, c = np.broadcast_arrays(np.asarray(b, np.float64), np.asarray(c, np.float64))
    above_half = betainc(1 + c, 1 + b, 0.5)
    log_e = np.asarray((b + c + 1) * math.log(2) + betaln(1 + b, 1 + c) + np.log(np.maximum(above_half, _TINY)))
    underflow = above_half <= _TINY
    if underflow.any():
        log_e[underflow] = _log_e_far_below(b[underflow], c[underflow])
    return log_e


def _log_e_far_below(b: Floats, c: Floats) -> Floats:
    """Return `log_e_worse` for b far below c: E(b, c) = 1/(c+1) + b/(c+1) E(b-1, c+1), by parts, as a series."""
    term = 1 / (c + 1)
    total, k = term.copy(), 0
    while (term > 1e-15 * total).any():
        term = term * np.maximum(b - k, 0) / (c + 2 + k)
        total += term
        k += 1
    return np.log(total)


def log_e_up(b: ArrayLike, c: ArrayLike, n: ArrayLike, margin: ArrayLike) -> Floats:
    """Return log E against "the first fails more often by `margin` at most", -1 < margin < 1.

    It falls as the margin rises.

    E = mean over stakes s in (0, 1/(1+margin)) of (1+s(1-margin))^b (1-s margin)^(n-b-c) (1-s(1+margin))^c, by
    Gauss-Legendre quadrature. All arguments are broadcast.

    With u = s(1+margin) the integrand is a polynomial of degree n on (0, 1), its logarithm concave. 80 nodes are exact
    for n up to 159, and good to 1e-10 up to 511. Beyond, they lie where the integrand is above exp(-45) of its peak:
    against closed forms the relative error of E stays below 1e-8 to n = 500,000.
    """
    b, c, n, margin = (np.asarray(each, np.float64) for each in (b, c, n, margin))
    shape = np.broadcast_shapes(b.shape, c.shape, n.shape, margin.shape)
    gains = (1 / (1 + margin)).reshape(1) if margin.size == 1 else np.broadcast_to(1 / (1 + margin), shape).ravel()
    b, c, n = (np.broadcast_to(each, shape).ravel() for each in (b, c, n))
    log_e = np.empty(len(n))
    for is_whole in (True, False):
        places = np.flatnonzero((n <= _WHOLE) == is_whole)
        for start in range(0, len(places), _BLOCK):
            rows = places[start : start + _BLOCK]
            gain = gains if len(gains) == 1 else gains[rows]
            polynomial = _Polynomial(b[rows, None], (n - b - c)[rows, None], c[rows, None], gain[:, None])
            log_e[rows] = polynomial.log_integral(is_whole=is_whole)
    return log_e.reshape(shape)


def log_e_down(b: ArrayLike, c: ArrayLike, n: ArrayLike, margin: ArrayLike) -> Floats:
    """Return log E against "the first fails more often by `margin` or more"; it rises with the margin."""
    return log_e_up(c, b, n, -np.asarray(margin, np.float64))


def confidence_sequences(b: int, c: int, n: int, levels: Sequence[float]) -> list[tuple[float, float]]:
    """Return limits of the difference of rates, first minus second, for each level.

    At all looks together they hold it with the probability of the level: {m : E_up(m) < x and E_dn(m) < x}, with
    x = 2/(1 - level). They are accurate to 1e-7, rounded outwards, and computed in one go.
    """
    # The upper limit is the lower one of the mirrored pairs: a row for each limit of each level.
    wanted = np.repeat([[math.log(2 / (1 - level))] for level in levels], 2, axis=0)
    ups, downs = (np.tile([[first], [second]], (len(levels), 1)) for first, second in ((b, c), (c, b)))
    low, high = np.full_like(wanted, -1.0), np.full_like(wanted, 1.0)
    fractions = np.arange(34) / 33
    for _ in range(5):
        margins = low + (high - low) * fractions
        excluded = log_e_up(ups, downs, n, margins[:, 1:-1]) >= wanted
        last = excluded.sum(axis=1, keepdims=True)
        low, high = np.take_along_axis(margins, last, 1), np.take_along_axis(margins, last + 1, 1)
    lowest, highest = low[::2, 0].tolist(), (-low[1::2, 0]).tolist()
    return list(zip(lowest, highest, strict=True))


def path_worse(counts: Counts) -> Floats:
    """Return `log_e_worse` after every pair; `counts` as from `Counts.of`.

    Up to EVERY_LOOK pairs, what was computed after earlier pairs is not computed again.
    """
    discordant = (counts.b + counts.c).astype(np.int64)
    b, c = np.zeros(discordant[-1] + 1), np.zeros(discordant[-1] + 1)
    b[discordant], c[discordant] = counts.b, counts.c
    function = log_e_worse if len(discordant) > EVERY_LOOK else _memoised_log_e_worse
    return function(b, c)[discordant]


def path_both(first: Floats, second: Floats) -> Floats:
    """Return the log of the average of two E-values, which is an E-value against both hypotheses being true at once.

    Vovk & Wang (2021), E-values: calibration, combination and applications, Annals of Statistics 49, 1736-1754.
    """
    return np.asarray(np.logaddexp(first, second) - math.log(2))


def sparse_looks(pairs: int) -> Integers:
    """Return every look up to EVERY_LOOK, then looks 0.25 % apart, and the last.

    A maximum over fewer looks is valid too, but who asks after every pair may see a higher one in between.
    """
    every = np.arange(1, min(pairs, EVERY_LOOK) + 1)
    steps = max(0, math.ceil(math.log(pairs / EVERY_LOOK) / math.log(_LOOK_RATIO)))
    beyond = np.floor(EVERY_LOOK * _LOOK_RATIO ** np.arange(1, steps)).astype(np.int64)
    return np.unique(np.concatenate((every, beyond[beyond < pairs], [pairs])))


def peak_of(path: Floats, looks: Integers | None = None) -> Peak:
    """Return the peak of log E at `looks`, by default after every pair."""
    highest = float(path.max())
    if highest < LOG_THRESHOLD:
        return Peak(max(0.0, highest), None)
    first = int((path >= LOG_THRESHOLD).argmax())
    return Peak(highest, first + 1 if looks is None else int(looks[first]))


def peak_no_effect(counts: Counts, delta: float) -> Peak:
    """Return the peak of `log_e_down` at `sparse_looks`; `counts` as from `Counts.of`.

    Up to EVERY_LOOK pairs, what was computed after earlier pairs is not computed again.
    """
    pairs = len(counts.n)
    if pairs <= EVERY_LOOK:
        return peak_of(_memoised_log_e_down(delta)(counts.b, counts.c, counts.n))
    looks = sparse_looks(pairs)
    chosen = counts.at(looks)
    return peak_of(log_e_down(chosen.b, chosen.c, chosen.n, delta), looks)


_memoised_log_e_worse = PointMemo(log_e_worse)


@lru_cache(maxsize=8)
def _memoised_log_e_down(margin: float) -> PointMemo:
    return PointMemo(partial(log_e_down, margin=margin))


@dataclass(frozen=True, slots=True)
class _Polynomial:
    """(1 + u(2 gain - 1))^b (1 + u(gain - 1))^z (1 - u)^c on (0, 1): columns of shape (k, 1), `gain` perhaps (1, 1)."""

    b: Floats
    z: Floats
    c: Floats
    gain: Floats

    def log(self, u: Floats) -> Floats:
        """Return its logarithm at the points `u`, of shape (k or 1, points)."""
        log = self.b * np.log1p(u * (2 * self.gain - 1))
        log += self.z * np.log1p(u * (self.gain - 1))
        log += self.c * np.log1p(-u)
        return log

    def log_integral(self, *, is_whole: bool) -> Floats:
        """Return the logarithm of its integral over (0, 1), of shape (k,); `is_whole`: by nodes all over (0, 1)."""
        nodes, weights = _gauss_legendre()
        low, high = (np.zeros((1, 1)), np.ones((1, 1))) if is_whole else self._window()
        log = self.log(low + (high - low) * nodes)
        peak = log.max(axis=1, keepdims=True)
        log -= peak
        return np.asarray(np.log(np.exp(log, out=log) @ weights) + (peak + np.log(high - low))[:, 0])

    def _slope(self, u: Floats) -> Floats:
        """Return the derivative of the logarithm; it falls in u."""
        win, tie = 2 * self.gain - 1, self.gain - 1
        return self.b * win / (1 + u * win) + self.z * tie / (1 + u * tie) - self.c / (1 - u)

    def _window(self) -> tuple[Floats, Floats]:
        """Return the ends of where it is above exp(-45) of its peak, rounded outwards."""
        zeros, ones = np.zeros_like(self.b), np.ones_like(self.b)
        low, high = zeros, ones
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            rising = self._slope(middle) > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        mode = (low + high) / 2
        floor = self.log(mode) - _DEPTH
        left, left_in, right_in, right = zeros, mode, mode, ones
        for _ in range(_HALVINGS):
            middle = (left + left_in) / 2
            outside = self.log(middle) < floor
            left, left_in = np.where(outside, middle, left), np.where(outside, left_in, middle)
            middle = (right + right_in) / 2
            outside = self.log(middle) < floor
            right, right_in = np.where(outside, middle, right), np.where(outside, right_in, middle)
        return left, right


@cache
def _gauss_legendre() -> tuple[Floats, Floats]:
    """Return nodes and weights on (0, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2
