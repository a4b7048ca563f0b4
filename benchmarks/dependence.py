"""Wrong answers where calls depend on each other: bursts, drift, alternation, outages that pass."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np

from probe.stats.pairs import StepCalls
from probe.stats.simulated_runs import cold_paths, first_reached, score, tables_of

SEED = 12
RUNS = 2000
ROUNDS = 300

Failed = np.ndarray
"""(runs, calls): whether each call failed, in the order in which they were made."""


def bursts(rng: np.random.Generator, runs: int, calls: int, *, rate: float = 0.2, length: float = 10.0) -> Failed:
    """Draw failures that come in bursts of so many calls in the mean: a chain of two states."""
    ends, begins = 1 / length, rate / (length * (1 - rate))
    failed = np.empty((runs, calls), np.bool_)
    state = rng.random(runs) < rate
    for place in range(calls):
        failed[:, place] = state
        state = np.where(state, rng.random(runs) >= ends, rng.random(runs) < begins)
    return failed


def drift(rng: np.random.Generator, runs: int, calls: int) -> Failed:
    """Draw failures whose rate rises from 5 % to 50 %."""
    return rng.random((runs, calls)) < np.linspace(0.05, 0.5, calls)


def alternation(rng: np.random.Generator, runs: int, calls: int, *, rate: float = 0.2) -> Failed:
    """Draw failures that are rarer after a failure: never two in a row."""
    failed = np.zeros((runs, calls), np.bool_)
    for place in range(calls):
        chance = np.where(failed[:, place - 1], 0.0, rate / (1 - rate)) if place else rate
        failed[:, place] = rng.random(runs) < chance
    return failed


def outages(gap_s: float, timeout_s: float = 90.0) -> Callable[[np.random.Generator, int, int], Failed]:
    """Draw calls of 5 s at an upstream that is out for 60 s in every 300 s: a call then hangs until its deadline."""

    def draw(rng: np.random.Generator, runs: int, calls: int) -> Failed:
        clock = rng.random(runs) * 300
        failed = np.empty((runs, calls), np.bool_)
        for place in range(calls):
            if place % 2 == 0:
                clock = clock + gap_s * (0.95 + 0.1 * rng.random(runs))
            failed[:, place] = clock % 300 < 60
            clock = clock + np.where(failed[:, place], timeout_s, 5.0)
        return failed

    return draw


SERIES: dict[str, tuple[Callable[[np.random.Generator, int, int], Failed], int]] = {
    "bursts of 3 calls": (lambda rng, runs, calls: bursts(rng, runs, calls, length=3.0), ROUNDS),
    "bursts of 10 calls": (bursts, ROUNDS),
    "drift from 5 % to 50 %": (drift, ROUNDS),
    "never two failures in a row": (alternation, ROUNDS),
    "outages of 60 s in 300 s, no gap": (outages(0.0), 100),
    "outages of 60 s in 300 s, gap 2 min": (outages(120.0), 100),
}


def false_cold(draw: Callable[[np.random.Generator, int, int], Failed], rounds: int, runs: int = RUNS) -> float:
    """Return the share of runs that are COLD within so many rounds, by failures alone."""
    failed = draw(np.random.default_rng(SEED), runs, 2 * rounds)
    took, never = np.full((runs, rounds), 2000.0), np.full((runs, rounds), np.nan)
    first, second = (StepCalls(took, never, failed[:, place::2]) for place in (0, 1))
    path, _ = cold_paths(score(first, second).series, tables_of(rounds))
    return float(np.isfinite(first_reached(path)).mean())


def measure() -> None:
    """Print the shares of wrong answers."""
    print(f"  {RUNS} runs each, seed {SEED}; false COLD by failures, both calls alike (20 % fail)")
    for name, (draw, rounds) in SERIES.items():
        print(f"  {name:<40}{false_cold(draw, rounds):.3f} within {rounds}")
    print("  compare: regressions between two sides that are alike, 60 calls a side and step, bursts of 10 calls")
    print(f"  {'as inflated':<40}{_false_regressions(inflated=True):.3f}")
    print(f"  {'without inflation':<40}{_false_regressions(inflated=False):.3f}")


def _false_regressions(*, inflated: bool, runs: int = 400) -> float:
    """Return the share of comparisons of two sides alike that show a regression."""
    from probe.model.outcome import Outcome
    from probe.stats.compare_sections import compare_sections
    from tests.builders import call
    from tests.stats.frames import section

    rng = np.random.default_rng(SEED)
    began = datetime(2026, 11, 21, tzinfo=UTC)
    wrong = 0
    for _ in range(runs):
        sides = []
        for failed in bursts(rng, 2, 120):
            calls = [
                call(
                    place // 2 + 1,
                    place % 2 + 1,
                    Outcome.TIMED_OUT if is_failed else Outcome.OK,
                    started_at=began + timedelta(seconds=place),
                )
                for place, is_failed in enumerate(failed)
            ]
            side = section(calls)
            if not inflated:
                steps = tuple(step.model_copy(update={"failure_inflation": 1.0}) for step in side.steps)
                side = side.model_copy(update={"steps": steps})
            sides.append(side)
        wrong += any(each.regression for each in compare_sections(*sides).differences)
    return wrong / runs
