"""Scores of rounds: which of the two calls was worse, by failure and at several severities of slowness."""

import math
from dataclasses import dataclass, replace

import numpy as np

from probe.stats.durations import Bools, Floats
from probe.stats.pairs import LEAST_MS, StepCalls
from probe.stats.sequential import Scores

SEVERITIES = (1, 2, 4, 8, 16)
"""A call is slower at severity k where it took longer by more than k times the margin."""
MOST_RATIO = math.log(4)
"""Ratios of durations are cut here, so that a single round counts no more than so much; a failure counts as much."""


@dataclass(frozen=True, slots=True)
class RoundScores:
    """Scores of rounds in their order.

    `series`, of shape (1 + severities, rounds), has failures first, then slowness by rising severity: +1 where the
    first call is worse, -1 where the second is, else 0. At each severity a round in which one call alone failed counts
    as one whose failed call was slower, and a round in which both failed as alike. `log_ratio` is the logarithm of the
    ratio of durations, first to second, within +-MOST_RATIO; nan where both failed. In rounds `answered` neither did.
    """

    series: Scores
    log_ratio: Floats
    answered: Bools

    @classmethod
    def of(cls, first: StepCalls, second: StepCalls, margins_ms: Floats, shifts_ms: Floats) -> "RoundScores":
        """Score aligned calls, by each round's own margin, and what a first call costs the client itself."""
        failures = first.failed.astype(np.int8) - second.failed.astype(np.int8)
        answered = ~(first.failed | second.failed)
        took = first.wall_ms - shifts_ms
        excess = np.where(answered, took - second.wall_ms, 0.0)
        slow = [(excess > k * margins_ms).astype(np.int8) - (excess < -k * margins_ms) for k in SEVERITIES]
        ratio = np.log(np.maximum(took, LEAST_MS)) - np.log(np.maximum(second.wall_ms, LEAST_MS))
        log_ratio = np.where(answered, np.clip(ratio, -MOST_RATIO, MOST_RATIO), failures * MOST_RATIO)
        log_ratio[first.failed & second.failed] = np.nan
        return cls(np.stack([failures, *(failures + scores for scores in slow)]).astype(np.int8), log_ratio, answered)

    def __len__(self) -> int:
        return len(self.answered)

    @property
    def failures(self) -> Scores:
        """The scores of failures."""
        scores: Scores = self.series[0]
        return scores

    @property
    def among_answered(self) -> "RoundScores":
        """The scores with rounds in which a call failed as alike."""
        return replace(self, series=self.series * self.answered)
