"""Margins of slowness, known before each round."""

import math

import numpy as np

from probe.stats.margins import margins_ms, medians_before, shifts_ms
from tests.stats.scores import calls


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
