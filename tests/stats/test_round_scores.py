"""Scores of rounds, and the margins by which they are given."""

import math

import numpy as np
import pytest

from probe.stats.margins import margins_ms, medians_before, shifts_ms
from probe.stats.pairs import StepCalls
from probe.stats.round_scores import MOST_RATIO, RoundScores


def calls(*took_s: float, failed: tuple[int, ...] = ()) -> StepCalls:
    wall_ms = 1000 * np.array(took_s, np.float64)
    return StepCalls(wall_ms, np.full(len(took_s), 60_000.0), np.isin(np.arange(len(took_s)), failed))


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


def test_a_margin_is_a_quarter_of_what_second_calls_took_before_and_a_second_at_least() -> None:
    second = calls(2, 8, 16, 400, 12, 12, failed=(3,))
    assert margins_ms(second, None).tolist() == [1000, 1000, 1250, 2000, 2000, 2500]
    assert margins_ms(second, 700.0).tolist() == [700.0] * 6


def test_a_margin_does_not_follow_its_own_round() -> None:
    one, other = (margins_ms(calls(8, 8, 8, last), None) for last in (8, 800))
    assert one.tolist() == other.tolist()


def test_medians_learn_from_the_first_rounds_alone() -> None:
    values = np.concatenate((np.arange(500.0), np.full(700, 9000.0)))
    medians = medians_before(values)
    assert math.isnan(medians[0])
    assert (medians[3], medians[500], medians[1199]) == (1.0, 249.5, 249.5)


def test_the_client_s_own_cost_is_that_of_the_control_s_rounds_so_far() -> None:
    own, started = np.array([100.0, 300.0, 900.0]), np.array([10.0, 20.0, 30.0])
    shifts = shifts_ms(own, started, np.array([5.0, 10.0, 25.0, 99.0]))
    assert shifts.tolist() == [100.0, 100.0, 200.0, 300.0]
