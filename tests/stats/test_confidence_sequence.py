"""Limits of a difference of rates, against a sum over stakes, and as inverted E-values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.stats.confidence_sequence import limits, log_e_up
from probe.stats.sequential import log_e_worse

TRIPLES = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).filter(any)
MARGINS = st.floats(-0.95, 0.95)


def two_sided(b: int, c: int, n: int, level: float = 0.95) -> tuple[float, float]:
    return limits(b, c, n, (level,))[0]


def over_stakes(b: int, c: int, n: int, margin: float) -> float:
    """Return log E as a sum over a million stakes."""
    root = (np.arange(1_000_000) + 0.5) / 1_000_000
    stakes = (1 - root**2) / (1 + margin)
    log = b * np.log1p(stakes * (1 - margin)) + (n - b - c) * np.log1p(-stakes * margin) + 2 * c * np.log(root)
    return float(log.max() + np.log(np.exp(log - log.max()).mean()))


@pytest.mark.parametrize(
    ("b", "c", "n", "margin"),
    [
        (0, 0, 1, 0.0),
        (3, 1, 10, 0.2),
        (12, 2, 50, -0.3),
        (0, 0, 40, 0.15),
        (20, 60, 255, 0.5),
        (0, 100, 256, -0.9),
        (100, 0, 140, 0.9),
        (900, 700, 9000, 0.02),
        (10_000, 500, 100_000, 0.09),
        (40, 10, 600, -0.1),
    ],
)
def test_e_with_a_margin_is_the_mean_over_stakes(b: int, c: int, n: int, margin: float) -> None:
    assert log_e_up(b, c, n, margin) == pytest.approx(over_stakes(b, c, n, margin), abs=1e-6)


@pytest.mark.parametrize("size", [1, 10, 100, 1000, 100_000])
@given(triple=TRIPLES)
def test_without_a_margin_e_is_that_of_no_worse_and_ties_do_not_matter(size: int, triple: tuple[int, int, int]) -> None:
    b, c, ties = (size * count for count in triple)
    assert log_e_up(b, c, b + c + ties, 0.0) == pytest.approx(float(log_e_worse(b, c)), abs=1e-6)


def test_arguments_are_broadcast() -> None:
    grid = log_e_up(np.arange(4)[:, None], 1, 20, np.array([-0.2, 0.0, 0.3]))
    assert grid.shape == (4, 3)
    assert grid[2, 2] == pytest.approx(float(log_e_up(2, 1, 20, 0.3)))
    many = np.arange(10_000, dtype=np.float64)  # more than are computed at once
    assert log_e_up(many, 0, many, 0.1)[9_876] == pytest.approx(float(log_e_up(9_876, 0, 9_876, 0.1)))


@given(TRIPLES, MARGINS, MARGINS)
def test_e_falls_as_the_margin_rises(triple: tuple[int, int, int], one: float, other: float) -> None:
    low, high = sorted((one, other))
    b, c, n = triple[0], triple[1], sum(triple)
    assert log_e_up(b, c, n, low) >= log_e_up(b, c, n, high) - 1e-9


@given(TRIPLES)
def test_the_limits_are_where_neither_e_reaches_40(triple: tuple[int, int, int]) -> None:
    b, c, n = triple[0], triple[1], sum(triple)
    low, high = two_sided(b, c, n)
    assert -1 <= low <= (b - c) / n <= high <= 1
    assert low < high
    if low > -1:
        assert log_e_up(b, c, n, low) >= math.log(40) > log_e_up(b, c, n, min(low + 1e-5, 0.9999999))
    else:
        assert log_e_up(b, c, n, -1 + 1e-5) < math.log(40)
    assert two_sided(c, b, n) == pytest.approx((-high, -low), abs=1e-9)


@pytest.mark.parametrize("n", [60, 500_000])
def test_the_limits_narrow_around_the_difference(n: int) -> None:
    low, high = two_sided(n // 5, n // 20, n)
    assert low < 0.15 < high
    # wider than a fixed-n 95 % interval, which may be looked at only once, but not by more than a factor of 3
    half = 1.96 * math.sqrt((0.25 - 0.15**2) / n)
    assert 2 * half < high - low < 6 * half


def test_a_higher_level_widens_the_limits() -> None:
    (low, high), (wider_low, wider_high) = limits(12, 2, 50, (0.95, 0.99))
    assert wider_low < low < high < wider_high
