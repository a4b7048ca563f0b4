"""The idle time at which an upstream turns from warm to cold: a change point, from trials of different idle times.

The model is one change: below some idle time few calls are cold, above it most. Beforehand it may lie anywhere within
the idle times that are tried, evenly on the logarithm, or below or beyond all of them. The two shares of cold calls
have Beta priors and are integrated out, so that a noisy upstream widens the answer and does not break it.
"""

import math
from dataclasses import dataclass

import numpy as np

from probe.stats.frame_columns import Bools, Floats

COLD_BELOW, COLD_ABOVE = (1.0, 4.0), (4.0, 1.0)
"""Beta priors of the share of cold calls before and after the change: 20 % and 80 % in the mean."""

_BELOW_ALL, _BEYOND_ALL = 1 / 8, 1 / 4
"""Prior probabilities: cold after the shortest idle time already; still warm after the longest."""
_CELLS_AN_OCTAVE = 12
_GAPS_AN_OCTAVE = 4
_NEARLY_BEST = 0.7


@dataclass(frozen=True, slots=True)
class Trials:
    """Calls after idle times (ms), and whether each was cold: arrays of one length."""

    idle_ms: Floats
    cold: Bools


@dataclass(frozen=True, slots=True)
class Change:
    """Probabilities of where the change lies.

    It lies in one of k cells between k + 1 `edges_ms`, before the first edge or beyond the last. `at_ms`, `probability`
    and the expected shares of cold calls `below` and `above` the change have a value for each of these k + 2 places, in
    this order; `at_ms` is 0 for the first and infinite for the last.
    """

    edges_ms: Floats
    at_ms: Floats
    probability: Floats
    below: Floats
    above: Floats


def locate_change(trials: Trials, shortest_ms: float, longest_ms: float) -> Change:
    """Return the posterior of the change, from any number of trials, none included.

    The likelihood of k cold calls of n under a share ~ Beta(a, b) is B(a + k, b + n - k) / B(a, b).
    """
    from scipy.special import betaln  # noqa: PLC0415 - takes long to import

    edges = _geometric(shortest_ms, longest_ms, _CELLS_AN_OCTAVE)
    at = np.concatenate(([0.0], np.sqrt(edges[1:] * edges[:-1]), [np.inf]))
    prior = np.full(len(at), (1 - _BELOW_ALL - _BEYOND_ALL) / (len(at) - 2))
    prior[0], prior[-1] = _BELOW_ALL, _BEYOND_ALL
    after = trials.idle_ms[None, :] >= at[:, None]
    n_above, k_above = after.sum(axis=1), (after & trials.cold).sum(axis=1)
    n_below, k_below = len(trials.cold) - n_above, trials.cold.sum() - k_above
    log = np.log(prior)
    shares = []
    for (a, b), n, k in ((COLD_BELOW, n_below, k_below), (COLD_ABOVE, n_above, k_above)):
        log = log + betaln(a + k, b + n - k) - betaln(a, b)
        shares.append((a + k) / (a + b + n))
    probability = np.exp(log - log.max())
    return Change(edges, at, probability / probability.sum(), *shares)


def credible_ms(change: Change, level: float = 0.95) -> tuple[float | None, float | None]:
    """Return the central interval that holds the change with this probability; None for an end beyond all tries."""
    tail = (1 - level) / 2
    cumulated = change.probability.cumsum()
    low, high = (int(np.searchsorted(cumulated, share)) for share in (tail, 1 - tail))
    edges = change.edges_ms
    return (float(edges[low - 1]) if low else None), (float(edges[high]) if high < len(edges) else None)


def bracket_ms(trials: Trials) -> tuple[float | None, float | None]:
    """Return the (last warm, first cold) idle time, None where there is none.

    They come from an isotonic regression of the share of cold calls.

    An idle time is cold where the fitted share is one half or more. Barlow, Bartholomew, Bremner & Brunk (1972),
    Statistical Inference under Order Restrictions.
    """
    idle, share = fitted_shares(trials)
    warm, cold = idle[share < 0.5], idle[share >= 0.5]
    return (float(warm.max()) if len(warm) else None), (float(cold.min()) if len(cold) else None)


def fitted_shares(trials: Trials) -> tuple[Floats, Floats]:
    """Return the distinct idle times, rising, and the share of cold calls at each, fitted so that it rises too."""
    from scipy.optimize import isotonic_regression  # noqa: PLC0415 - takes long to import

    idle, place, counts = np.unique(trials.idle_ms, return_inverse=True, return_counts=True)
    if not len(idle):
        return idle, idle
    share = np.bincount(place, weights=trials.cold, minlength=len(idle)) / counts
    return idle, np.asarray(isotonic_regression(share, weights=counts).x)


def gaps_ms(shortest_ms: float, longest_ms: float) -> Floats:
    """Return the idle times to try: geometric, four an octave, both ends among them."""
    return _geometric(shortest_ms, longest_ms, _GAPS_AN_OCTAVE)


def next_gap_ms(change: Change, gaps: Floats, overhead_ms: float, draw: float) -> float:
    """Return the idle time to try next, drawn from those whose expected information for each second is nearly the best.

    The information is that of one cold-or-warm answer about the place of the change: Lindley (1956), On a measure of
    the information provided by an experiment, Annals of Mathematical Statistics 27, 986-1005. Its price is the idle
    time, and `overhead_ms` for the calls. `draw`, in [0, 1), chooses: a fixed order would mix up idle time and time of
    day.
    """
    after = gaps[None, :] >= change.at_ms[:, None]
    cold = np.where(after, change.above[:, None], change.below[:, None])
    mean = change.probability @ cold
    information = _entropy(mean) - change.probability @ _entropy(cold)
    rate = information / (gaps + overhead_ms)
    nearly = gaps[rate >= _NEARLY_BEST * rate.max()]
    return float(nearly[int(draw * len(nearly))])


def _geometric(low: float, high: float, an_octave: int) -> Floats:
    """Return values from low to high, about so many steps an octave, and one at least."""
    return np.geomspace(low, high, max(1, round(math.log2(high / low) * an_octave)) + 1)


def _entropy(share: Floats) -> Floats:
    """Return the entropy of an answer that is cold with this probability, in nats."""
    return -(share * np.log(share) + (1 - share) * np.log1p(-share))
