"""Guarantees of the verdict, and how soon it comes, in runs drawn with a fixed seed.

`python -m benchmarks verdicts` draws more of them.
"""

import numpy as np
import pytest

from benchmarks.dependence import SERIES, false_cold
from probe.stats.simulated_runs import Truth, score, simulate

SEED = 20261128


@pytest.mark.parametrize(
    "truth",
    [
        Truth(0.2, 0.2),
        Truth(0.02, 0.02),
        Truth(0.05, 0.05, spread=0.8),
        Truth(0.05, 0.05, median_s=15.0, spread=0.3),
    ],
)
def test_calls_alike_are_seldom_called_cold_whenever_one_looks(truth: Truth) -> None:
    """Of 4000 runs of 300 rounds 2.0 to 3.9 %. Three standard errors here are 2 points."""
    found = simulate(truth, runs=800, rounds=200, seed=SEED)
    assert 0.003 < np.isfinite(found.cold).mean() <= 0.05
    assert np.isfinite(found.fails_more).mean() <= 0.05


@pytest.mark.parametrize(
    ("truth", "rounds", "mean", "four_in_five_by"),
    [
        (Truth(0.5, 0.1), 100, 20.5, 30),
        (Truth(0.3, 0.05), 200, 34.1, 50),
        (Truth(0.3, 0.05, late_s=3.0), 60, 7.5, 12),
        (Truth(0.0, 0.0, late_s=2.0), 20, 6.0, 6),
        (Truth(0.0, 0.0, median_s=5.0, times=1.5), 40, 6.5, 7),
        (Truth(0.0, 0.0, median_s=5.0, late_s=15.0, late_share=0.3), 120, 21.8, 29),
        (Truth(0.0, 0.0, median_s=15.0, spread=0.2, late_s=15.0, late_share=0.3), 200, 35.6, 52),
    ],
)
def test_how_soon_cold_is_seen(truth: Truth, rounds: int, mean: float, four_in_five_by: int) -> None:
    """Means and quantiles are those of 4000 runs."""
    found = simulate(truth, runs=400, rounds=rounds, seed=SEED)
    assert found.mean(found.cold) == pytest.approx(mean, rel=0.1)
    assert found.within(found.cold, 0.8) == pytest.approx(four_in_five_by, rel=0.15)


@pytest.mark.parametrize(("spread", "within_200"), [(0.1, 0.98), (0.3, 0.97)])
def test_long_calls_that_are_alike_are_called_so(spread: float, within_200: float) -> None:
    """Calls of 15 s: a margin of 1 s would be noise. Of 4000 runs 1.000 and 0.997, after 42.7 and 55.5 rounds."""
    found = simulate(Truth(0.05, 0.05, median_s=15.0, spread=spread), runs=200, rounds=200, seed=SEED)
    assert np.isfinite(found.no_effect).mean() >= within_200
    assert (found.no_effect <= 120).mean() >= 0.9


@pytest.mark.parametrize("truth", [Truth(0.2, 0.05), Truth(0.0, 0.0, spread=0.3, times=1.25), Truth(0.15, 0.0)])
def test_an_effect_that_just_matters_is_seldom_called_none(truth: Truth) -> None:
    found = simulate(truth, runs=500, rounds=200, seed=SEED)
    assert np.isfinite(found.no_effect).mean() <= 0.06


def test_a_margin_that_was_given_stays() -> None:
    truth = Truth(0.0, 0.0, median_s=20.0, spread=0.01, late_s=2.0)
    rounds = 30
    in_proportion = simulate(truth, runs=20, rounds=rounds, seed=SEED)
    fixed = simulate(truth, runs=20, rounds=rounds, fixed_margin_ms=1000.0, seed=SEED)
    assert not np.isfinite(in_proportion.cold).any()
    assert fixed.within(fixed.cold, 0.9) == 6


def test_runs_are_scored_as_the_verdict_scores_them() -> None:
    first, second = Truth(0.3, 0.1, median_s=8.0, spread=0.5).draw(np.random.default_rng(1), 3, 40)
    scores = score(first, second)
    assert scores.series.shape == (6, 3, 40)
    assert scores.series[0].tolist() == (first.failed.astype(int) - second.failed.astype(int)).tolist()


@pytest.mark.parametrize("name", ["bursts of 3 calls", "bursts of 10 calls", "drift from 5 % to 50 %"])
def test_bursts_and_drift_make_no_cold_start(name: str) -> None:
    """See that what changes between rounds meets both calls of a round. Of 2000 runs .003, .000 and .028."""
    assert false_cold(SERIES[name][0], 200, runs=400) <= 0.05
