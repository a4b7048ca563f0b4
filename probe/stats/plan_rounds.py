"""The number of rounds that an answer takes, by simulated runs."""

from dataclasses import dataclass

import numpy as np

from probe.model.round_plan import PlanQuestion
from probe.stats.sequential import Floats
from probe.stats.simulated_runs import SimulatedRuns, Truth, simulate

RUNS = 1000
SEED = 12
MOST_ROUNDS = 800
_FIRST_TRY = 200


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """The simulated runs, and the number of rounds at which each came to the answer; infinite for never."""

    runs: SimulatedRuns
    ends: Floats


def plan_cold(question: PlanQuestion, share: float) -> PlannedAnswer:
    """Simulate runs in which first calls are worse as the question says, until this share of them is COLD."""
    truth = _alike(question, question.first_fails, question.slower_s, question.slower_share)
    return _planned(question, truth, share, is_cold=True)


def plan_no_effect(question: PlanQuestion, share: float) -> PlannedAnswer:
    """Simulate runs in which first calls are like second ones, until this share of them is NO_COLD_EFFECT."""
    return _planned(question, _alike(question, question.second_fails), share, is_cold=False)


def _alike(question: PlanQuestion, first_fails: float, late_s: float = 0.0, late_share: float = 1.0) -> Truth:
    spread = float(np.sqrt(np.log1p(question.spread**2)))
    return Truth(first_fails, question.second_fails, question.call_s, spread, late_s, late_share)


def _planned(question: PlanQuestion, truth: Truth, share: float, *, is_cold: bool) -> PlannedAnswer:
    """Simulate ever longer runs, until this share of them has come to the answer."""
    margin_ms = None if question.slower_by_s is None else question.slower_by_s * 1000
    rounds = _FIRST_TRY
    while True:
        runs = simulate(truth, runs=RUNS, rounds=rounds, delta=question.delta, fixed_margin_ms=margin_ms, seed=SEED)
        ends = runs.cold if is_cold else runs.no_effect
        if runs.within(ends, share) is not None or rounds >= MOST_ROUNDS:
            return PlannedAnswer(runs, ends)
        rounds *= 4
