"""Builds scores of rounds for tests."""

import numpy as np

from probe.stats.pairs import StepCalls
from probe.stats.round_scores import RoundScores
from probe.stats.sequential import Scores

USUAL_MS = 2000.0


def quiet(n: int) -> Scores:
    return np.zeros(n, np.int8)


def ones(n: int) -> Scores:
    return np.ones(n, np.int8)


def rounds(failures: Scores, slowness: Scores | None = None, late_ms: float = 3000.0) -> RoundScores:
    """Return rounds of calls of 2 s; where `slowness` is 1 the first takes `late_ms` longer, where -1 the second.

    `failures` are as scores: 1 where only the first failed, -1 where only the second did.
    """
    slowness = quiet(len(failures)) if slowness is None else slowness
    never = np.full(len(failures), np.nan)
    first = StepCalls(USUAL_MS + late_ms * (slowness == 1), never, failures == 1)
    second = StepCalls(USUAL_MS + late_ms * (slowness == -1), never, failures == -1)
    return RoundScores.of(first, second, np.full(len(failures), 1000.0), np.zeros(len(failures)))


def both_failed(n: int) -> RoundScores:
    """Return rounds in which both calls failed."""
    calls = StepCalls(np.full(n, USUAL_MS), np.full(n, 60_000.0), np.ones(n, np.bool_))
    return RoundScores.of(calls, calls, np.full(n, 1000.0), np.zeros(n))


def joined(*parts: RoundScores) -> RoundScores:
    """Return these rounds one after the other."""
    return RoundScores(
        np.concatenate([part.series for part in parts], axis=1),
        np.concatenate([part.log_ratio for part in parts]),
        np.concatenate([part.answered for part in parts]),
    )


def calls(*took_s: float, failed: tuple[int, ...] = ()) -> StepCalls:
    wall_ms = 1000 * np.array(took_s, np.float64)
    return StepCalls(wall_ms, np.full(len(took_s), 60_000.0), np.isin(np.arange(len(took_s)), failed))
