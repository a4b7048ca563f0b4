"""Bets against an effect that matters."""

import math

import numpy as np
import pytest

from probe.stats.no_effect import RATIO, most_difference, path_fails_no_more, path_less, path_no_slower
from probe.stats.round_scores import MOST_RATIO
from probe.stats.sequential import LOG_THRESHOLD, peak_of, sparse_looks


def every(n: int) -> np.ndarray:
    return sparse_looks(n)


def test_some_25_quiet_rounds_show_that_there_is_no_effect_and_a_stricter_margin_takes_more() -> None:
    alike, looks = np.zeros(90), every(90)
    assert peak_of(path_fails_no_more(alike, 0.15, looks), looks).reached == 25
    assert peak_of(path_fails_no_more(alike, 0.05, looks), looks).reached == 78
    assert peak_of(path_no_slower(alike, looks), looks).reached == 23


def test_a_ratio_of_the_margin_wins_nothing() -> None:
    """At the margin itself each bet neither wins nor loses; above it, all lose."""
    looks = every(50)
    assert path_no_slower(np.full(50, math.log(RATIO)), looks) == pytest.approx(np.zeros(50))
    assert path_no_slower(np.full(50, math.log(1.5)), looks)[-1] < -1
    assert path_no_slower(np.full(50, -MOST_RATIO), looks)[-1] > LOG_THRESHOLD


def test_no_round_can_cost_more_than_what_was_staked() -> None:
    assert math.isfinite(path_no_slower(np.full(200, MOST_RATIO), every(200))[-1])


def test_rounds_of_which_nothing_is_known_count_for_nothing() -> None:
    scores = np.zeros(80)
    scores[::2] = np.nan
    path, known = path_no_slower(scores, every(80)), path_no_slower(np.zeros(40), every(40))
    assert path[1::2] == pytest.approx(known)
    assert path_no_slower(np.full(80, np.nan), every(80)).tolist() == pytest.approx([0.0] * 80)


def test_the_limit_is_the_least_margin_that_is_excluded() -> None:
    looks = every(60)
    scores = np.zeros(60)
    scores[[5, 20]], scores[30] = 1, -1
    at_most = most_difference(2, 1, 60)
    assert path_less(scores, 1.0, at_most + 1e-5, looks)[-1] >= LOG_THRESHOLD
    assert path_less(scores, 1.0, at_most - 1e-5, looks)[-1] < LOG_THRESHOLD


def test_long_series_are_summed_in_blocks_as_if_at_once() -> None:
    rng = np.random.default_rng(3)
    scores = rng.choice([-1.0, 0.0, 1.0], 20_000, p=[0.1, 0.8, 0.1])
    looks = sparse_looks(20_000)
    path = path_fails_no_more(scores, 0.05, looks)
    for place in (0, 4999, 5300, len(looks) - 1):
        n = int(looks[place])
        assert path[place] == pytest.approx(path_fails_no_more(scores[:n], 0.05, np.array([n]))[0])
