"""The bias that is told after stopping early, against that which stopping early brings about."""

import numpy as np
import pytest

from probe.stats.round_scores import RoundScores
from probe.stats.simulated_runs import Truth, cold_paths, first_reached, score, tables_of
from probe.stats.stopping_bias import stopping_bias

SEED = 20261128


@pytest.mark.parametrize(
    ("truth", "rounds", "true_difference", "true_ms"),
    [
        (Truth(0.3, 0.05), 160, 0.25, 0.0),
        (Truth(0.0, 0.0, median_s=5.0, late_s=15.0, late_share=0.25), 120, 0.0, 3750.0),
    ],
)
def test_the_bias_that_is_told_is_about_that_which_there_is(
    truth: Truth, rounds: int, true_difference: float, true_ms: float
) -> None:
    """In the mean of runs that stop when they are COLD: about 6 points too many, or 0.4 s."""
    runs = 60
    first, second = truth.draw(np.random.default_rng(SEED), runs, rounds)
    scores = score(first, second)
    ends = np.minimum(first_reached(cold_paths(scores.series, tables_of(rounds))[0]), rounds).astype(int)
    shown, told = [], []
    for run, end in enumerate(ends):
        scored = RoundScores(scores.series[:, run, :end], scores.log_ratio[run, :end], scores.answered[run, :end])
        took = first.wall_ms[run, :end] - second.wall_ms[run, :end]
        shown.append((scored.failures.mean(), took.mean()))
        bias = stopping_bias(scored, took)
        told.append((bias.difference, bias.mean_difference_ms))
    (difference, took_ms), (told_difference, told_ms) = np.mean(shown, axis=0), np.mean(told, axis=0)
    if true_difference:
        assert 0.03 < difference - true_difference < 0.12
        assert told_difference == pytest.approx(difference - true_difference, abs=0.035)
    else:
        assert 150 < took_ms - true_ms < 1500
        assert told_ms == pytest.approx(took_ms - true_ms, rel=0.7)


def test_the_same_rounds_are_told_the_same() -> None:
    first, second = Truth(0.6, 0.1).draw(np.random.default_rng(1), 1, 12)
    scores = score(first, second)
    scored = RoundScores(scores.series[:, 0], scores.log_ratio[0], scores.answered[0])
    assert stopping_bias(scored, np.zeros(12)) == stopping_bias(scored, np.zeros(12))
