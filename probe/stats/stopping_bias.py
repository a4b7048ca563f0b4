"""By how much estimates are too large where a run stopped as soon as it was sure.

Runs are simulated whose rounds are drawn from those that were made, and that stop as it did: in them the truth is
known. One half of a round each of "only the first call failed", "only the second" and "alike" is added, so that rounds
that were all the same are not taken for a law.
"""

import numpy as np

from probe.model.verdict import StoppingBias
from probe.stats.durations import Floats
from probe.stats.round_scores import RoundScores
from probe.stats.simulated_runs import cold_paths, first_reached, tables_of

_RUNS = 300
_LEAST, _MOST = 60, 400
_TIMES = 4
_ADDED = np.array([1, -1, 0], np.int8)
_WEIGHT = 0.5


def stopping_bias(rounds: RoundScores, differences_ms: Floats, seed: int = 1) -> StoppingBias:
    """Return the mean of what runs like these show when they stop, less what is true of them."""
    series = np.concatenate((rounds.series, np.tile(_ADDED, (len(rounds.series), 1))), axis=1)
    typical_ms = float(np.abs(differences_ms).mean())
    differences = np.concatenate((differences_ms, _ADDED * typical_ms))
    chances = np.concatenate((np.ones(len(rounds)), np.full(3, _WEIGHT)))
    chances /= chances.sum()
    n = int(np.clip(_TIMES * len(rounds), _LEAST, _MOST))
    drawn = np.random.default_rng(seed).choice(len(chances), (_RUNS, n), p=chances)
    path, _ = cold_paths(series[:, drawn], tables_of(n))
    ends = np.minimum(first_reached(path), n).astype(np.int64) - 1
    runs = np.arange(_RUNS)
    failures, took = (
        values[drawn].cumsum(axis=1)[runs, ends] / (ends + 1) for values in (series[0].astype(np.float64), differences)
    )
    return StoppingBias(
        difference=float(failures.mean() - series[0] @ chances),
        mean_difference_ms=float(took.mean() - differences @ chances),
    )
