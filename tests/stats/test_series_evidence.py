"""The evidence of one series of scores, with limits of the difference of rates."""

import math

import numpy as np
import pytest

from probe.model.statistics import Estimate
from probe.stats.no_effect import path_fails_no_more
from probe.stats.sequential import Peak, Scores, sparse_looks
from probe.stats.series_evidence import common, most_failures, series_evidence
from tests.stats.scores import ones, quiet

WORSE, NONE = Peak(math.log(1000), 7), Peak(0.0, None)


def test_without_rounds_anything_is_possible() -> None:
    found = series_evidence(quiet(0), NONE, NONE)
    assert found.difference == Estimate(value=0.0, low=-1.0, high=1.0, n=0)


def test_evidence_is_told_in_powers_of_ten_and_the_peaks_are_those_that_are_given() -> None:
    found = series_evidence(quiet(10), WORSE, Peak(math.log(100), 3))
    assert found.log_e_worse == pytest.approx(3)
    assert found.log_e_no_effect == pytest.approx(2)
    assert common(math.log(1e6)) == pytest.approx(6)


@pytest.mark.parametrize("signs", [(1, 1), (-1, -1), (1, -1), (-1, 1)])
def test_limits_hold_the_difference_whatever_came_before(signs: tuple[int, int]) -> None:
    scores: Scores = np.concatenate([sign * ones(20) for sign in signs])
    found = series_evidence(scores, WORSE, NONE)
    assert found.difference.value == pytest.approx(sum(signs) / 2)
    assert found.difference.low is not None
    assert found.difference.high is not None
    assert found.difference.low <= found.difference.value <= found.difference.high
    assert found.difference.low <= found.at_least <= found.difference.value <= found.at_most <= found.difference.high


def test_where_one_call_was_shown_to_be_worse_the_limit_is_beyond_nothing() -> None:
    recovered: Scores = np.concatenate([ones(8), quiet(60)])
    assert series_evidence(recovered, WORSE, NONE).at_least >= 0
    assert series_evidence(-recovered, NONE, NONE).at_most <= 0
    assert series_evidence(-recovered, NONE, NONE).log_e_second_worse > common(math.log(20))
    few = series_evidence(ones(3), NONE, NONE)
    assert few.at_least < 0 < few.at_most


def test_more_rounds_make_limits_tighter() -> None:
    widths = []
    for n in (10, 40, 160):
        difference = series_evidence(quiet(n), NONE, NONE).difference
        assert difference.low is not None
        assert difference.high is not None
        widths.append(difference.high - difference.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.1


def most(scores: Scores) -> float:
    looks = sparse_looks(len(scores))
    return most_failures(scores, path_fails_no_more(scores.astype(np.float64), 0.15, looks), looks, 0.15)


def test_first_calls_fail_at_most_so_much_more_often() -> None:
    assert most(quiet(60)) <= 0.15
    assert 0.15 < most(quiet(10)) < 1
    assert most(ones(10)) == 1.0
    assert most(quiet(200)) < most(quiet(60))
