import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from probe.model.statistics import Estimate
from probe.stats.rates import (
    clopper_pearson,
    failure_rate,
    mcnemar_exact_p,
    mcnemar_mid_p,
    tango_interval,
    wilson_interval,
)

SAMPLES = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
TABLES = st.integers(1, 500).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda b: st.tuples(st.just(b), st.integers(0, n - b), st.just(n)))
)


def binomial(k: int, n: int, p: float) -> float:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # R: prop.test(k, n, correct = FALSE)
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (2, 50, 0.0110, 0.1346),
        (15, 148, 0.0624, 0.1605),
        (0, 1, 0.0, 0.7935),
    ],
)
def test_wilson_against_published_values(k: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(k, n) == pytest.approx((low, high), abs=5e-5)


@given(SAMPLES)
def test_intervals_of_a_rate_hold_it_and_mirror(sample: tuple[int, int]) -> None:
    k, n = sample
    for interval in (wilson_interval, clopper_pearson):
        low, high = interval(k, n)
        assert 0 <= low <= k / n <= high <= 1
        assert high > low
        assert interval(n - k, n) == pytest.approx((1 - high, 1 - low))


@given(SAMPLES)
def test_clopper_pearson_is_the_rates_that_an_exact_test_does_not_reject(sample: tuple[int, int]) -> None:
    exact = binomtest(*sample).proportion_ci(0.95, "exact")
    assert clopper_pearson(*sample) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize("n", [10, 30])
def test_how_often_the_intervals_cover_the_true_rate(n: int) -> None:
    rates = [rate / 200 for rate in range(1, 200)]
    coverage = {
        interval: [
            sum(binomial(k, n, rate) for k in range(n + 1) if interval(k, n)[0] <= rate <= interval(k, n)[1])
            for rate in rates
        ]
        for interval in (wilson_interval, clopper_pearson)
    }
    assert min(coverage[clopper_pearson]) >= 0.95
    assert sum(coverage[wilson_interval]) / len(rates) == pytest.approx(0.953, abs=0.005)
    assert min(coverage[wilson_interval]) > 0.83


@pytest.mark.parametrize(("n", "high"), [(10, 0.26), (20, 0.14), (60, 0.049)])
def test_no_failure_leaves_a_bound(n: int, high: float) -> None:
    none, all_failed = failure_rate(0, n), failure_rate(n, n)
    assert none is not None
    assert all_failed is not None
    assert (none.value, none.low, none.n) == (0, 0, n)
    assert none.high == pytest.approx(high, abs=0.005)
    assert (1 - (none.high or 0)) ** n == pytest.approx(0.05)
    assert (all_failed.value, all_failed.high) == (1, 1)
    assert all_failed.low == pytest.approx(1 - high, abs=0.005)


def test_failures_come_with_wilsons_interval_and_no_calls_with_nothing() -> None:
    low, high = wilson_interval(5, 30)
    assert failure_rate(5, 30) == Estimate(value=5 / 30, low=low, high=high, n=30)
    assert failure_rate(0, 0) is None


@pytest.mark.parametrize(
    ("b", "c", "exact", "mid"),
    [
        (0, 0, 1.0, 1.0),
        (4, 4, 1.0, 1.0),
        (1, 7, 0.0703, 0.0391),  # the airway example of Fagerland, Lydersen & Laake (2013)
        (7, 1, 0.0703, 0.0391),
        (5, 0, 0.0625, 0.03125),
        (12, 2, 0.0129, 0.0074),
    ],
)
def test_mcnemar(b: int, c: int, exact: float, mid: float) -> None:
    assert mcnemar_exact_p(b, c) == pytest.approx(exact, abs=5e-5)
    assert mcnemar_mid_p(b, c) == pytest.approx(mid, abs=5e-5)


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_a_test_of_a_fair_coin(b: int, c: int) -> None:
    if b + c:
        exact = binomtest(b, b + c).pvalue
        assert mcnemar_exact_p(b, c) == pytest.approx(exact, abs=1e-10)
        assert mcnemar_mid_p(b, c) == pytest.approx(exact - (b != c) * binomial(b, b + c, 0.5), abs=1e-10)


def test_mcnemar_of_very_many_rounds() -> None:
    assert mcnemar_mid_p(250_000, 250_000) == 1
    # z = 2.83 with and without correction for continuity
    assert mcnemar_mid_p(251_000, 249_000) == pytest.approx(
        math.erfc(2000 / math.sqrt(500_000) / math.sqrt(2)), rel=1e-3
    )


@pytest.mark.parametrize(
    ("b", "c", "n", "low", "high"),
    [
        (12, 2, 50, 0.0611, 0.3447),
        (0, 0, 1, -0.7935, 0.7935),  # as Wilson's of 0 of 1, either way
        (0, 0, 20, -0.1611, 0.1611),
        (5, 0, 5, 0.1310, 1.0),
        (0, 5, 5, -1.0, -0.1310),
    ],
)
def test_tango_against_known_values(b: int, c: int, n: int, low: float, high: float) -> None:
    assert tango_interval(b, c, n) == pytest.approx((low, high), abs=5e-5)


@given(TABLES)
def test_tango_holds_the_difference_and_mirrors(table: tuple[int, int, int]) -> None:
    b, c, n = table
    low, high = tango_interval(b, c, n)
    assert -1 <= low <= (b - c) / n <= high <= 1
    assert high > low
    assert tango_interval(c, b, n) == (0 - high, 0 - low)


@given(TABLES)
def test_tango_solves_the_score_equation_of_the_statistics_page(table: tuple[int, int, int]) -> None:
    b, c, n = table
    for end in tango_interval(b, c, n):
        if abs(end) < 1 and abs(end - (b - c) / n) > 1e-6:
            big_b = -b - c + (2 * n - b + c) * end
            q = (math.sqrt(big_b**2 + 8 * n * c * end * (1 - end)) - big_b) / (4 * n)
            score = (b - c - n * end) / math.sqrt(n * (2 * q + end * (1 - end)))
            assert abs(score) == pytest.approx(1.959964, abs=1e-4)


@pytest.mark.parametrize(
    ("only_first", "only_second", "most"),
    [(0.05, 0.05, 0.99), (0.3, 0.05, 0.97), (0.2, 0.0, 0.98), (0.5, 0.3, 0.96), (0.02, 0.01, 1.0)],
)
def test_how_often_tango_covers_the_true_difference(only_first: float, only_second: float, most: float) -> None:
    n = 20
    covered = 0.0
    for b, c in product(range(n + 1), repeat=2):
        if b + c <= n:
            low, high = tango_interval(b, c, n)
            ways = math.comb(n, b) * math.comb(n - b, c)
            chance = ways * only_first**b * only_second**c * (1 - only_first - only_second) ** (n - b - c)
            covered += chance * (low <= only_first - only_second <= high)
    assert 0.93 <= covered <= most
