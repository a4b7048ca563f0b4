"""Rounds that a verdict takes, and how often it is wrong: runs drawn at random, with a fixed seed."""

import math

import numpy as np

from probe.stats.sequential import LOG_THRESHOLD
from probe.stats.simulated_runs import SimulatedRuns, Truth, first_reached, simulate

SEED = 12
RUNS = 4000

COLD = {
    "fails .5/.1": (Truth(0.5, 0.1), 150),
    "fails .3/.05": (Truth(0.3, 0.05), 250),
    "fails .2/.05": (Truth(0.2, 0.05), 500),
    "fails .3/.05 and 2 s slower": (Truth(0.3, 0.05, late_s=2.0), 60),
    "2 s slower each time": (Truth(0.0, 0.0, late_s=2.0), 30),
    "3 s slower each time": (Truth(0.0, 0.0, late_s=3.0), 30),
    "half as long again, 5 s calls": (Truth(0.0, 0.0, median_s=5.0, times=1.5), 60),
    "15 s slower in 30 %, 5 s calls": (Truth(0.0, 0.0, median_s=5.0, late_s=15.0, late_share=0.3), 200),
    "15 s slower in 30 %, 15 s +- 20 %": (
        Truth(0.0, 0.0, median_s=15.0, spread=0.2, late_s=15.0, late_share=0.3),
        300,
    ),
}
ALIKE = {
    "fails .2/.2": Truth(0.2, 0.2),
    "noisy (sigma .8), fails .05/.05": Truth(0.05, 0.05, spread=0.8),
    "fails .02/.02": Truth(0.02, 0.02),
    "fails .5/.5": Truth(0.5, 0.5),
    "15 s calls, sigma .3, fails .05/.05": Truth(0.05, 0.05, median_s=15.0, spread=0.3),
}
NO_EFFECT = {
    "2 s calls, sigma .1, none fails": Truth(0.0, 0.0),
    "2 s calls, sigma .1, fails .05/.05": Truth(0.05, 0.05),
    "15 s calls, sigma .1, fails .05/.05": Truth(0.05, 0.05, median_s=15.0),
    "15 s calls, sigma .3, fails .05/.05": Truth(0.05, 0.05, median_s=15.0, spread=0.3),
}
MATTERS = {
    "fails .2/.05": Truth(0.2, 0.05),
    "a quarter longer": Truth(0.0, 0.0, times=1.25),
    "a quarter longer, sigma .3": Truth(0.0, 0.0, spread=0.3, times=1.25),
}


def measure() -> None:
    """Print the tables."""
    print(f"  {RUNS} runs each, seed {SEED}; rounds to COLD: mean, 80 %; floor: the likelihood ratio of the true rates")
    for name, (truth, rounds) in COLD.items():
        found = _simulated(truth, rounds)
        print(f"  {name:<38}{_ends(found, found.cold)}{_floor(truth, rounds)}")
    print("  false COLD within 300 rounds")
    for name, truth in ALIKE.items():
        print(f"  {name:<38}{np.isfinite(_simulated(truth, 300).cold).mean():.3f}")
    print("  rounds to NO_COLD_EFFECT: mean, 80 %, share of runs within 200")
    for name, truth in NO_EFFECT.items():
        found = _simulated(truth, 200)
        print(f"  {name:<38}{_ends(found, found.no_effect)}   {np.isfinite(found.no_effect).mean():.3f}")
    print("  false NO_COLD_EFFECT within 200 rounds, where the effect just matters")
    for name, truth in MATTERS.items():
        print(f"  {name:<38}{np.isfinite(_simulated(truth, 200).no_effect).mean():.3f}")


def _simulated(truth: Truth, rounds: int) -> SimulatedRuns:
    return simulate(truth, runs=RUNS, rounds=rounds, seed=SEED)


def _ends(found: SimulatedRuns, ends: np.ndarray) -> str:
    return f"{found.mean(ends):6.1f} {found.within(ends, 0.8) or math.inf:5.0f}"


def _floor(truth: Truth, rounds: int) -> str:
    """Return the mean rounds of the test that knows both rates of failure; nothing where durations differ."""
    if truth.late_s or truth.times != 1.0:
        return ""
    only_first = truth.first_fails * (1 - truth.second_fails)
    only_second = truth.second_fails * (1 - truth.first_fails)
    drawn = np.random.default_rng(SEED).random((RUNS, rounds))
    share = only_first / (only_first + only_second)
    gains = np.where(drawn < only_first, math.log(2 * share), 0.0)
    gains += np.where((drawn >= only_first) & (drawn < only_first + only_second), math.log(2 * (1 - share)), 0.0)
    paths = gains.cumsum(axis=1) - 1e-12
    return f"   floor {np.minimum(first_reached(paths), rounds).mean():.1f} (E = {math.exp(LOG_THRESHOLD):.0f})"
