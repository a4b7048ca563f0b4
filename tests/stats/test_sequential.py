"""E-values against exact arithmetic and closed forms; what holds of them whatever the pairs."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc, betaln

from probe.stats.sequential import (
    EVERY_LOOK,
    LOG_THRESHOLD,
    Counts,
    Floats,
    Scores,
    confidence_sequences,
    log_e_down,
    log_e_up,
    log_e_worse,
    path_both,
    path_worse,
    peak_no_effect,
    peak_of,
    sparse_looks,
)

SCORES = st.lists(st.sampled_from((-1, 0, 1)), min_size=1, max_size=150).map(lambda each: np.array(each, np.int8))
MARGINS = st.floats(-0.95, 0.95)


def confidence_sequence(b: int, c: int, n: int, level: float = 0.95) -> tuple[float, float]:
    return confidence_sequences(b, c, n, [level])[0]


def ones(count: int) -> Scores:
    return np.ones(count, np.int8)


def last(scores: Scores) -> tuple[int, int, int]:
    return int((scores == 1).sum()), int((scores == -1).sum()), len(scores)


def exact_log_e_up(b: int, c: int, n: int, margin: Fraction) -> float:
    """Return the mean over stakes in rational arithmetic: multiply the polynomial out, integrate term by term."""
    polynomial = [Fraction(1)]
    for slope, times in ((1 - margin, b), (-margin, n - b - c), (-(1 + margin), c)):
        for _ in range(times):
            shifted = [Fraction(0), *(slope * each for each in polynomial)]
            polynomial = [x + y for x, y in zip([*polynomial, Fraction(0)], shifted, strict=True)]
    end = 1 / (1 + margin)
    mean = sum(each * end**power / (power + 1) for power, each in enumerate(polynomial))
    return math.log(mean)


def without_ties(b: int, c: int, margin: float) -> float:
    """Return log E where no pair is alike: an incomplete beta function."""
    gain = 2 / (1 + margin) - 1
    share = betainc(1 + c, 1 + b, gain / (1 + gain))
    return float((b + c + 1) * np.log1p(gain) - (c + 1) * np.log(gain) + betaln(1 + b, 1 + c) + np.log(share))


@pytest.mark.parametrize(
    ("b", "c", "n", "margin"),
    [
        (0, 0, 1, Fraction(0)),
        (3, 1, 10, Fraction(1, 5)),
        (12, 2, 50, Fraction(-3, 10)),
        (0, 0, 40, Fraction(3, 20)),
        (20, 60, 130, Fraction(1, 2)),
        (0, 100, 127, Fraction(-9, 10)),
        (100, 0, 140, Fraction(9, 10)),
    ],
)
def test_e_with_a_margin_is_the_mean_over_stakes(b: int, c: int, n: int, margin: Fraction) -> None:
    assert log_e_up(b, c, n, float(margin)) == pytest.approx(exact_log_e_up(b, c, n, margin), abs=1e-10)
    assert log_e_down(c, b, n, -float(margin)) == pytest.approx(exact_log_e_up(b, c, n, margin), abs=1e-10)


@pytest.mark.parametrize(
    ("b", "c", "margin"),
    [
        (300, 200, 0.1),
        (498, 13, -0.97),
        (255, 256, -0.5),
        (510, 3, 0.5),
        (1000, 5, -0.5),
        (3, 600, -0.9),
        (60_000, 40_000, 0.1),
        (49_000, 51_000, -0.1),
        (100_000, 0, 0.2),
        (500_000, 0, 0.2),
        (250_500, 249_500, 0.0),
    ],
)
def test_e_with_a_margin_stays_accurate_for_many_pairs(b: int, c: int, margin: float) -> None:
    assert log_e_up(b, c, b + c, margin) == pytest.approx(without_ties(b, c, margin), abs=1e-8)


@pytest.mark.parametrize(
    ("b", "c", "n", "margin"), [(900, 700, 9000, 0.02), (10_000, 500, 100_000, 0.09), (40, 10, 600, -0.1)]
)
def test_e_with_a_margin_and_ties_agrees_with_a_sum_over_a_million_stakes(
    b: int, c: int, n: int, margin: float
) -> None:
    stakes = (np.arange(1_000_000) + 0.5) / 1_000_000 / (1 + margin)
    log = b * np.log1p(stakes * (1 - margin)) + (n - b - c) * np.log1p(-stakes * margin)
    log += c * np.log1p(-stakes * (1 + margin))
    assert log_e_up(b, c, n, margin) == pytest.approx(log.max() + np.log(np.exp(log - log.max()).mean()), abs=1e-6)


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_without_a_margin_e_is_the_closed_form_and_ties_do_not_matter(b: int, c: int, ties: int) -> None:
    assert log_e_up(b, c, b + c + ties, 0.0) == pytest.approx(float(log_e_worse(b, c)), abs=1e-9)


@pytest.mark.parametrize(("b", "c"), [(100, 3000), (10, 100_000), (200_000, 250_000), (100_000, 100_000)])
def test_the_closed_form_neither_overflows_nor_vanishes(b: int, c: int) -> None:
    assert log_e_worse(b, c) == pytest.approx(float(log_e_up(b, c, b + c, 0.0)), abs=1e-8)
    assert log_e_worse(0, c) == pytest.approx(-math.log(c + 1))
    assert log_e_worse(c, 0) == pytest.approx((c + 1) * math.log(2) - math.log(c + 1))


def test_arguments_are_broadcast() -> None:
    grid = log_e_up(np.arange(4)[:, None], 1, 20, np.array([-0.2, 0.0, 0.3]))
    assert grid.shape == (4, 3)
    assert grid[2, 2] == pytest.approx(float(log_e_up(2, 1, 20, 0.3)))
    many: Floats = np.arange(10_000, dtype=np.float64)  # more than are computed at once
    assert log_e_up(many, 0, many, 0.1)[9_876] == pytest.approx(float(log_e_up(9_876, 0, 9_876, 0.1)))


@given(SCORES, MARGINS, MARGINS)
def test_e_falls_as_the_margin_rises(scores: Scores, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert log_e_up(*last(scores), low) >= log_e_up(*last(scores), high) - 1e-9
    assert log_e_down(*last(scores), low) <= log_e_down(*last(scores), high) + 1e-9


@given(SCORES)
def test_the_confidence_sequence_is_where_neither_e_reaches_40(scores: Scores) -> None:
    b, c, n = last(scores)
    low, high = confidence_sequence(b, c, n)
    assert -1 <= low <= (b - c) / n <= high <= 1
    assert low < high
    if low > -1:
        assert log_e_up(b, c, n, low) >= math.log(40) > log_e_up(b, c, n, low + 1e-6)
    else:
        assert log_e_up(b, c, n, -1 + 1e-6) < math.log(40)
    if high < 1:
        assert log_e_down(b, c, n, high) >= math.log(40) > log_e_down(b, c, n, high - 1e-6)


@given(SCORES)
def test_first_and_second_swapped_mirror_the_confidence_sequence(scores: Scores) -> None:
    low, high = confidence_sequence(*last(scores))
    assert confidence_sequence(*last(-scores)) == pytest.approx((-high, -low), abs=1e-12)


@pytest.mark.parametrize("n", [60, 500_000])
def test_the_confidence_sequence_narrows_around_the_difference(n: int) -> None:
    low, high = confidence_sequence(n // 5, n // 20, n)
    assert low < 0.15 < high
    # wider than a fixed-n 95 % interval, which may be looked at only once, but not by more than a factor of 3
    half = 1.96 * math.sqrt((0.25 - 0.15**2) / n)
    assert 2 * half < high - low < 6 * half


def test_a_higher_level_widens_the_confidence_sequence() -> None:
    low, high = confidence_sequence(12, 2, 50)
    wider_low, wider_high = confidence_sequence(12, 2, 50, level=0.99)
    assert wider_low < low
    assert high < wider_high


def test_seven_rounds_in_which_only_the_first_fails_are_enough() -> None:
    path = path_worse(Counts.of(ones(8)))  # E after k of them: (2**(k+1) - 1) / (k+1)
    assert np.exp(path[:3]) == pytest.approx([1.5, 7 / 3, 15 / 4])
    assert peak_of(path[:6]).reached is None
    assert peak_of(path).reached == 7
    assert peak_of(path).log_e == pytest.approx(math.log(511 / 9))


def test_the_peak_stays_when_the_evidence_is_lost_again() -> None:
    scores = np.concatenate((ones(8), -ones(30)))
    assert peak_of(path_worse(Counts.of(scores))) == peak_of(path_worse(Counts.of(ones(8))))
    assert peak_of(path_worse(Counts.of(-ones(30)))).log_e == 0


@given(SCORES)
def test_the_path_is_e_after_each_pair(scores: Scores) -> None:
    path = path_worse(Counts.of(scores))
    for look in range(1, len(scores) + 1):
        b, c, _ = last(scores[:look])
        assert path[look - 1] == pytest.approx(float(log_e_worse(b, c)), abs=1e-12)


@given(SCORES, SCORES)
def test_more_evidence_never_shrinks_a_peak(scores: Scores, more: Scores) -> None:
    before, after = Counts.of(scores), Counts.of(np.concatenate((scores, more)))
    peaks = [
        (peak_of(path_worse(before)), peak_of(path_worse(after))),
        (peak_no_effect(before, 0.15), peak_no_effect(after, 0.15)),
    ]
    for earlier, later in peaks:
        assert 0 <= earlier.log_e <= later.log_e + 1e-9  # the number of nodes differs with n
        assert (earlier.reached is not None) == (earlier.log_e >= LOG_THRESHOLD)
        if earlier.reached is not None:
            assert later.reached == earlier.reached <= len(scores)


def test_the_average_of_two_series_counts_each_by_half() -> None:
    worse, nothing = path_worse(Counts.of(ones(8))), path_worse(Counts.of(np.zeros(8, np.int8)))
    both = peak_of(path_both(worse, nothing))
    assert math.exp(both.log_e) == pytest.approx((511 / 9 + 1) / 2)
    assert both.reached == 8  # one round later than the one series alone
    assert np.array_equal(path_both(worse, nothing), path_both(nothing, worse))
    assert path_both(worse, worse) == pytest.approx(worse)


def test_no_effect_needs_some_thirty_quiet_rounds() -> None:
    quiet = Counts.of(np.zeros(60, np.int8))
    reached = peak_no_effect(quiet, 0.15).reached
    assert reached is not None
    assert float(log_e_down(0, 0, reached - 1, 0.15)) < LOG_THRESHOLD <= float(log_e_down(0, 0, reached, 0.15))
    assert 25 <= reached <= 32
    stricter = peak_no_effect(quiet, 0.1).reached
    assert stricter is not None
    assert stricter > reached


def test_looks_are_every_one_at_first_then_a_quarter_of_a_percent_apart() -> None:
    assert sparse_looks(1).tolist() == [1]
    assert np.array_equal(sparse_looks(2000), np.arange(1, 2001))
    assert np.array_equal(sparse_looks(EVERY_LOOK), np.arange(1, EVERY_LOOK + 1))
    looks = sparse_looks(500_001)
    assert looks[-1] == 500_001
    assert (np.diff(looks) >= 1).all()
    assert (np.diff(looks) <= looks[:-1] * 0.0025 + 1).all()
    assert len(looks) < 8000
    one_more = sparse_looks(EVERY_LOOK + 1)
    assert one_more.tolist()[-2:] == [EVERY_LOOK, EVERY_LOOK + 1]


def test_a_crossing_late_in_many_pairs_is_found_at_its_look() -> None:
    scores = np.zeros(100_000, np.int8)
    scores[::4], scores[2::4] = 1, -1
    scores[50_000:] = 0
    peak = peak_no_effect(Counts.of(scores), 0.02)
    assert peak.reached is not None
    b, c, n = last(scores[: peak.reached])
    assert float(log_e_down(b, c, n, 0.02)) >= LOG_THRESHOLD
    looks = sparse_looks(len(scores))
    before = int(looks[looks < peak.reached][-1])
    assert float(log_e_down(*last(scores[:before]), 0.02)) < LOG_THRESHOLD
