"""E-values against exact arithmetic; what holds of them whatever the rounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.stats.sequential import (
    EVERY_LOOK,
    LOG_THRESHOLD,
    Counts,
    Scores,
    log_e_always,
    log_e_worse,
    peak_of,
    sparse_looks,
)
from tests.stats.scores import ones, quiet

SCORES = st.lists(st.sampled_from((-1, 0, 1)), min_size=1, max_size=150).map(lambda each: np.array(each, np.int8))


def e_worse(b: int, c: int) -> float:
    return math.exp(log_e_worse(b, c))


def e_always(b: int, c: int) -> float:
    return math.exp(log_e_always(b, c))


def path(scores: Scores) -> np.ndarray:
    counts = Counts.of(scores)
    return log_e_worse(counts.b, counts.c)


def test_e_values_of_plain_series_are_those_that_were_computed_by_hand() -> None:
    assert e_worse(0, 0) == pytest.approx(1)
    assert e_worse(6, 0) == pytest.approx(30.7955, abs=1e-4)
    assert (e_always(5, 0), e_always(6, 0)) == pytest.approx((21.2475, 40.7569), abs=1e-4)
    assert e_always(6, 1) == pytest.approx(0.7 * e_worse(6, 1))


@given(st.integers(0, 60), st.integers(0, 60))
def test_half_of_what_may_come_next_is_what_there_is(b: int, c: int) -> None:
    """Show that bets are fair: they neither win nor lose in the mean."""
    for e in (e_worse, e_always):
        assert (e(b + 1, c) + e(b, c + 1)) / 2 == pytest.approx(e(b, c), rel=1e-9)


@pytest.mark.parametrize(("b", "c"), [(3, 1), (20, 35), (120, 100)])
def test_e_is_the_mean_over_stakes(b: int, c: int) -> None:
    root = (np.arange(400_000) + 0.5) / 400_000  # stake 1 - root^2: its density is that of Jeffreys' prior
    mean = np.mean(np.exp(b * np.log(2 - root**2) + 2 * c * np.log(root)))
    assert e_worse(b, c) == pytest.approx(mean, rel=1e-6)


@pytest.mark.parametrize(("b", "c"), [(10, 100_000), (0, 3000), (100, 3000), (90_000, 110_000), (200_000, 1)])
def test_the_closed_form_neither_overflows_nor_vanishes(b: int, c: int) -> None:
    """By parts, E(b, c) = (1 + 2b E(b-1, c+1)) / (2c+1)."""
    log_e, shifted = float(log_e_worse(b, c)), float(log_e_worse(max(b - 1, 0), c + 1))
    assert math.isfinite(log_e)
    assert log_e == pytest.approx(np.logaddexp(0, math.log(2 * b) + shifted if b else -np.inf) - math.log(2 * c + 1))


def test_the_peak_stays_when_the_evidence_is_lost_again() -> None:
    scores = np.concatenate((ones(8), -ones(30)))
    looks = sparse_looks(38)
    assert peak_of(path(scores), looks) == peak_of(path(ones(8)), looks[:8])
    assert peak_of(path(scores), looks).reached == 6
    assert peak_of(path(-ones(30)), looks[:30]).log_e == 0


@given(SCORES, SCORES)
def test_more_rounds_never_shrink_a_peak(scores: Scores, more: Scores) -> None:
    both = np.concatenate((scores, more))
    earlier = peak_of(path(scores), sparse_looks(len(scores)))
    later = peak_of(path(both), sparse_looks(len(both)))
    assert 0 <= earlier.log_e <= later.log_e
    assert (earlier.reached is not None) == (earlier.log_e >= LOG_THRESHOLD)
    if earlier.reached is not None:
        assert later.reached == earlier.reached <= len(scores)


def test_counts_are_taken_at_the_looks_that_are_asked_for() -> None:
    series = np.stack((np.array([1, -1, 0, 1], np.int8), quiet(4)))
    counts = Counts.of(series, np.array([2, 4]))
    assert counts.b.tolist() == [[1, 2], [0, 0]]
    assert counts.swapped.b.tolist() == counts.c.tolist() == [[1, 1], [0, 0]]


def test_looks_are_every_one_at_first_then_a_quarter_of_a_percent_apart() -> None:
    assert sparse_looks(1).tolist() == [1]
    assert np.array_equal(sparse_looks(2000), np.arange(1, 2001))
    assert np.array_equal(sparse_looks(EVERY_LOOK), np.arange(1, EVERY_LOOK + 1))
    looks = sparse_looks(500_001)
    assert looks[-1] == 500_001
    assert (np.diff(looks) >= 1).all()
    assert (np.diff(looks) <= looks[:-1] * 0.0025 + 1).all()
    assert len(looks) < 8000
    assert sparse_looks(EVERY_LOOK + 1).tolist()[-2:] == [EVERY_LOOK, EVERY_LOOK + 1]
