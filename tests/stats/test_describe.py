import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.report import Bound, Figure
from probe.stats.describe import censored_quantile, describe, least_n, wilson_interval


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


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_rate_and_mirrors(sample: tuple[int, int]) -> None:
    k, n = sample
    low, high = wilson_interval(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert high > low
    assert wilson_interval(n - k, n) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.75, 13), (0.9, 36), (0.95, 72), (0.99, 368)])
def test_least_n_is_that_of_the_statistics_page(q: float, n: int) -> None:
    assert least_n(q) == n


TOO_FEW = Bound.TOO_FEW
MORE = Bound.MORE_THAN


@pytest.mark.parametrize(
    ("finished", "censored", "q", "value", "bound"),
    [
        ([3.0], [], 0.5, None, TOO_FEW),
        ([1.0, 2.0, 3.0, 4.0, 5.0], [], 0.5, None, TOO_FEW),
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [], 0.5, 3, Bound.EXACT),
        ([1.0, 2.0, 3.0], [], 0.9, 1, TOO_FEW),
        ([float(n) for n in range(1, 21)], [], 0.9, 15, TOO_FEW),
        ([float(n) for n in range(1, 20)], [60.0], 0.9, 15, TOO_FEW),
        ([float(n) for n in range(1, 11)], [60.0] * 10, 0.9, 60, MORE),
        ([float(n) for n in range(1, 37)], [], 0.9, 33, Bound.EXACT),
        ([float(n) for n in range(1, 36)], [], 0.9, 28, TOO_FEW),
        ([1.0, 2.0, 3.0], [60.0] * 3, 0.5, 3, Bound.EXACT),
        ([1.0, 2.0], [60.0] * 4, 0.5, 60, MORE),
        ([], [60.0], 0.5, 60, MORE),
        ([1.0, 2.0], [60.0], 0.5, None, TOO_FEW),
        ([1.0, 2.0], [60.0], 0.9, 60, MORE),
        ([], [60.0, 5.0], 0.9, 5, MORE),
        ([10.0] * 3, [5.0] * 4, 0.5, 5, MORE),
        ([float(n) for n in range(1, 34)], [60.0] * 7, 0.9, 60, MORE),
        ([float(n) for n in range(1, 40)], [60.0], 0.9, 36, Bound.EXACT),
    ],
)
def test_quantiles(finished: list[float], censored: list[float], q: float, value: float | None, bound: Bound) -> None:
    assert censored_quantile(finished, censored, q) == Figure(value_ms=value, bound=bound)


@given(st.lists(st.floats(0, 1e6), max_size=60), st.lists(st.floats(0, 1e6), max_size=20), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_never_made_up(finished: list[float], censored: list[float], q: float) -> None:
    if not finished and not censored:
        return
    figure = censored_quantile(finished, censored, q)
    assert figure.value_ms in [*finished, *censored, None]
    if figure.bound is Bound.EXACT and figure.value_ms is not None:
        below = sum(value <= figure.value_ms for value in finished)
        assert below >= math.ceil(q * (len(finished) + len(censored)))
        assert not any(value < figure.value_ms for value in censored)
    if figure.bound is MORE:
        assert censored


def test_describe_counts_failures_as_at_least_their_timeout() -> None:
    found = describe([4_000.0, 6_000.0, 5_000.0], [60_000.0])
    assert found is not None
    assert (found.n, found.successes) == (4, 3)
    assert found.median == Figure(value_ms=None, bound=TOO_FEW)
    assert found.p90 == Figure(value_ms=60_000, bound=MORE)
    assert found.restricted_mean_ms == 18_750
    assert (found.success_min_ms, found.success_median_ms, found.success_max_ms) == (4_000, 5_000, 6_000)


def test_the_example_of_the_statistics_page() -> None:
    # 25 % never finish: 5.2 s without them, 18.9 s with them.
    found = describe([5_200.0] * 75, [60_000.0] * 25)
    assert found is not None
    assert round(found.restricted_mean_ms / 1000, 1) == 18.9


def test_where_all_failed_no_success_is_described() -> None:
    found = describe([], [60_000.0, 60_000.0])
    assert found is not None
    assert found.median == Figure(value_ms=60_000, bound=MORE)
    assert (found.successes, found.success_min_ms, found.success_median_ms, found.success_max_ms) == (0,) + (None,) * 3


def test_nothing_measured_is_nothing_described() -> None:
    assert describe([], []) is None
