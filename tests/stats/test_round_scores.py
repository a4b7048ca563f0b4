"""Scores of rounds."""

import numpy as np
import pytest

from probe.stats.pairs import StepCalls
from probe.stats.round_scores import MOST_RATIO, RoundScores
from tests.stats.scores import calls


def scored(first: StepCalls, second: StepCalls, margin_ms: float = 1000.0, shift_ms: float = 0.0) -> RoundScores:
    return RoundScores.of(first, second, np.full(len(first), margin_ms), np.full(len(first), shift_ms))


def test_a_longer_delay_scores_at_more_severities() -> None:
    rounds = scored(calls(3.0, 3.1, 5.0, 20.0, 2.0), calls(2.0, 2.0, 2.0, 2.0, 6.5))
    assert rounds.series[0].tolist() == [0, 0, 0, 0, 0]
    assert rounds.series[1:].sum(axis=0).tolist() == [0, 1, 2, 5, -3]


def test_a_call_that_alone_failed_is_the_worse_one_at_every_severity() -> None:
    rounds = scored(calls(0.4, 2, 2, failed=(0, 2)), calls(2, 0.3, 2, failed=(1, 2)))
    assert rounds.series.tolist() == [[1, -1, 0]] * 6
    assert rounds.log_ratio[:2].tolist() == [MOST_RATIO, -MOST_RATIO]
    assert np.isnan(rounds.log_ratio[2])
    assert rounds.answered.tolist() == [False] * 3
    assert not rounds.among_answered.series.any()


def test_ratios_are_cut_and_without_what_the_client_itself_takes() -> None:
    rounds = scored(calls(2.5, 90, 0.1), calls(2, 2, 2), shift_ms=500)
    assert rounds.log_ratio.tolist() == pytest.approx([0.0, MOST_RATIO, -MOST_RATIO])
    assert rounds.series[1].tolist() == [0, 1, -1]
    assert scored(calls(0.001), calls(2), shift_ms=500).log_ratio.tolist() == [-MOST_RATIO]
