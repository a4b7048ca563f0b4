"""A confidence sequence of the difference of two paired rates: limits that hold at all looks together.

b rounds have a score of +1 (only the first call failed), c of -1, n are all. The stakes are spread as those of
`sequential.log_e_worse`, so that the lower limit rises above 0 at the very round at which that reaches its threshold.
"""

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probe.stats.sequential import Floats

_NODES = 80
_WHOLE = 255  # up to this n the nodes lie over the whole interval
_DEPTH = 45.0  # exp(-45) of the peak is negligible
_HALVINGS = 20
_BLOCK = 4096


def log_e_up(b: ArrayLike, c: ArrayLike, n: ArrayLike, margin: ArrayLike) -> Floats:
    """Return log E against "the first fails more often by `margin` at most", -1 < margin < 1.

    It falls as the margin rises, and is `log_e_worse` at 0.

    E = mean over stakes s of (1+s(1-margin))^b (1-s margin)^(n-b-c) (1-s(1+margin))^c, where u = s(1+margin) has the
    density (1-u)^(-1/2) / 2 on (0, 1). All arguments are broadcast.

    With u = 1 - v^2 it is the integral over v of a polynomial of degree 2n on (0, 1), by Gauss-Legendre quadrature: 80
    nodes are exact for n up to 79, and good to 1e-9 up to 255. Beyond, they lie where the integrand is above exp(-45)
    of its peak: against closed forms the relative error of E stays below 1e-7 to n = 500,000.
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


@lru_cache(maxsize=1024)
def limits(b: int, c: int, n: int, levels: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Return limits of the difference of rates, first minus second, for each level.

    At all looks together they hold it with the probability of the level: {m : E(m) < x, mirrored E(-m) < x}, with
    x = 2/(1 - level). They are accurate to 1e-5, rounded outwards.
    """
    # The upper limit is the lower one of the mirrored rounds: a row for each limit of each level.
    wanted = np.repeat([[math.log(2 / (1 - level))] for level in levels], 2, axis=0)
    ups, downs = (np.tile([[first], [second]], (len(levels), 1)) for first, second in ((b, c), (c, b)))
    low, high = np.full_like(wanted, -1.0), np.full_like(wanted, 1.0)
    fractions = np.arange(34) / 33
    for _ in range(4):
        margins = low + (high - low) * fractions
        excluded = log_e_up(ups, downs, n, margins[:, 1:-1]) >= wanted
        last = excluded.sum(axis=1, keepdims=True)
        low, high = np.take_along_axis(margins, last, 1), np.take_along_axis(margins, last + 1, 1)
    lowest, highest = low[::2, 0].tolist(), (-low[1::2, 0]).tolist()
    return tuple(zip(lowest, highest, strict=True))


@dataclass(frozen=True, slots=True)
class _Polynomial:
    """(1 + u(2 gain - 1))^b (1 + u(gain - 1))^z (1 - u)^c, u = 1 - v^2: columns (k, 1), `gain` perhaps (1, 1)."""

    b: Floats
    z: Floats
    c: Floats
    gain: Floats

    def log(self, v: Floats) -> Floats:
        """Return its logarithm at the points `v`, of shape (k or 1, points)."""
        u = 1 - v * v
        log = self.b * np.log1p(u * (2 * self.gain - 1))
        log += self.z * np.log1p(u * (self.gain - 1))
        log += 2 * self.c * np.log(v)
        return log

    def log_integral(self, *, is_whole: bool) -> Floats:
        """Return the logarithm of its integral over (0, 1), of shape (k,); `is_whole`: by nodes all over (0, 1)."""
        nodes, weights = _gauss_legendre()
        low, high = (np.zeros((1, 1)), np.ones((1, 1))) if is_whole else self._window()
        log = self.log(low + (high - low) * nodes)
        peak = log.max(axis=1, keepdims=True)
        log -= peak
        return np.asarray(np.log(np.exp(log, out=log) @ weights) + (peak + np.log(high - low))[:, 0])

    def _rises(self, v: Floats) -> NDArray[np.bool_]:
        """Return True where it rises in v; it does so up to its peak."""
        u = 1 - v * v
        win, tie = 2 * self.gain - 1, self.gain - 1
        slope = self.b * win / (1 + u * win) + self.z * tie / (1 + u * tie) - self.c / (v * v)
        return np.asarray(slope < 0)

    def _window(self) -> tuple[Floats, Floats]:
        """Return the ends of where it is above exp(-45) of its peak, rounded outwards."""
        zeros, ones = np.zeros_like(self.b), np.ones_like(self.b)
        low, high = zeros, ones
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            rising = self._rises(middle)
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
