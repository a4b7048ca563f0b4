import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probe.model.statistics import Bound, Durations, Estimate, Figure, Spread
from probe.stats.durations import censored_quantile, durations, interval_ranks, least_n, spread, t_interval

TOO_FEW, MORE, EXACT = Bound.TOO_FEW, Bound.MORE_THAN, Bound.EXACT
LEAST_N = [(0.5, 6), (0.75, 13), (0.9, 36), (0.95, 72), (0.99, 368)]


def described(
    wall: list[float], failed: list[bool] | None = None, timeout: float | list[float] = 60.0, recovered: int = 0
) -> Durations:
    """Of calls in seconds or whatever; the first `recovered` ones recovered."""
    n = len(wall)
    found = durations(
        np.array(wall, dtype=float),
        np.array(timeout, dtype=float) if isinstance(timeout, list) else np.full(n, timeout),
        np.array(failed if failed is not None else [False] * n, dtype=bool),
        np.arange(n) < recovered,
    )
    assert found is not None
    return found


def upto(n: int) -> list[float]:
    return [float(value) for value in range(1, n + 1)]


@pytest.mark.parametrize(("q", "n"), LEAST_N)
def test_least_n_is_that_of_the_statistics_page(q: float, n: int) -> None:
    assert least_n(q) == n
    assert interval_ranks(n, q)[1] == n
    assert interval_ranks(n - 1, q)[1] is None


@pytest.mark.parametrize(
    ("n", "q", "ranks"),
    [
        # Conover, Practical Nonparametric Statistics: the median of 20 lies between the 6th and the 15th
        (20, 0.5, (6, 15)),
        (5, 0.5, (None, None)),
        (6, 0.5, (1, 6)),
        (20, 0.95, (17, None)),
        (100, 0.9, (84, 96)),
    ],
)
def test_ranks_of_the_interval(n: int, q: float, ranks: tuple[int | None, int | None]) -> None:
    assert interval_ranks(n, q) == ranks


@given(st.integers(1, 400), st.sampled_from([q for q, _ in LEAST_N]))
def test_ranks_leave_at_most_the_tails_and_no_nearer_rank_does(n: int, q: float) -> None:
    lower, upper = interval_ranks(n, q)
    below = [stats.binom.cdf(rank - 1, n, q) for rank in range(1, n + 1)]  # P(Bin < rank)
    above = [stats.binom.sf(rank - 1, n, q) for rank in range(1, n + 1)]  # P(Bin >= rank)
    assert lower == max((rank for rank in range(1, n + 1) if below[rank - 1] <= 0.025), default=None)
    assert upper == min((rank for rank in range(1, n + 1) if above[rank - 1] <= 0.025), default=None)


def test_ranks_of_very_many_calls_are_near_the_quantile() -> None:
    n = 500_000
    lower, upper = interval_ranks(n, 0.95)
    half = 1.96 * math.sqrt(n * 0.95 * 0.05)
    assert lower == pytest.approx(n * 0.95 - half, abs=2)
    assert upper == pytest.approx(n * 0.95 + half, abs=2)


@pytest.mark.parametrize(
    ("finished", "censored", "q", "value", "bound"),
    [
        ([3.0], [], 0.5, None, TOO_FEW),
        (upto(5), [], 0.5, None, TOO_FEW),
        (upto(6), [], 0.5, 3, EXACT),
        (upto(3), [], 0.9, 1, TOO_FEW),
        (upto(20), [], 0.9, 15, TOO_FEW),
        (upto(19), [60.0], 0.9, 15, TOO_FEW),
        (upto(10), [60.0] * 10, 0.9, 60, MORE),
        (upto(36), [], 0.9, 33, EXACT),
        (upto(35), [], 0.9, 28, TOO_FEW),
        (upto(3), [60.0] * 3, 0.5, 3, EXACT),
        ([1.0, 2.0], [60.0] * 4, 0.5, 60, MORE),
        ([1.0, 2.0, 60.0], [60.0] * 3, 0.5, 60, EXACT),  # done by then is done
        ([], [60.0], 0.5, 60, MORE),
        ([1.0, 2.0], [60.0], 0.5, None, TOO_FEW),
        ([1.0, 2.0], [60.0], 0.9, 60, MORE),
        ([], [60.0, 5.0], 0.9, 60, MORE),  # the slower of both took at least 60
        ([10.0] * 3, [5.0] * 4, 0.5, 5, MORE),
        (upto(33), [60.0] * 7, 0.9, 60, MORE),
        (upto(39), [60.0], 0.9, 36, EXACT),
    ],
)
def test_quantiles(finished: list[float], censored: list[float], q: float, value: float | None, bound: Bound) -> None:
    figure = censored_quantile(finished, censored, q)
    assert (figure.value_ms, figure.bound) == (value, bound)


@pytest.mark.parametrize(
    ("finished", "censored", "q", "low", "high", "high_bound"),
    [
        (upto(20), [], 0.5, 6, 15, EXACT),
        (upto(15), [60.0] * 5, 0.5, 6, 15, EXACT),
        (upto(14), [60.0] * 6, 0.5, 6, 60, MORE),
        ([], [60.0] * 20, 0.5, 60, 60, MORE),
        (upto(5), [], 0.5, None, None, TOO_FEW),
        (upto(20), [], 0.95, 17, None, TOO_FEW),
        (upto(10), [60.0] * 10, 0.95, 60, None, TOO_FEW),
    ],
)
def test_intervals_of_quantiles(
    finished: list[float], censored: list[float], q: float, low: float | None, high: float | None, high_bound: Bound
) -> None:
    figure = censored_quantile(finished, censored, q)
    assert (figure.low_ms, figure.high_ms, figure.high_bound) == (low, high, high_bound)


@given(
    st.lists(st.floats(0, 1e6), max_size=60),
    st.lists(st.floats(0, 1e6), max_size=20),
    st.sampled_from([q for q, _ in LEAST_N]),
)
def test_a_quantile_is_never_made_up(finished: list[float], censored: list[float], q: float) -> None:
    n = len(finished) + len(censored)
    if not n:
        return
    figure = censored_quantile(finished, censored, q)
    for value in (figure.value_ms, figure.low_ms, figure.high_ms):
        assert value in [*finished, *censored, None]
    if figure.bound is EXACT:
        assert_is_the_order_statistic(figure, finished, censored, q)
    if MORE in {figure.bound, figure.high_bound}:
        assert censored
    assert (figure.high_ms is None) == (figure.high_bound is TOO_FEW) == (n < least_n(q))


def assert_is_the_order_statistic(figure: Figure, finished: list[float], censored: list[float], q: float) -> None:
    assert figure.value_ms is not None
    rank = math.ceil(q * (len(finished) + len(censored)) - 1e-9)
    assert sum(value <= figure.value_ms for value in finished) >= rank
    assert not any(value < figure.value_ms for value in censored)
    assert (figure.low_ms or 0) <= figure.value_ms <= (figure.high_ms or math.inf)


@pytest.mark.parametrize(("n", "q"), [(20, 0.5), (20, 0.75), (40, 0.9), (20, 0.95)])
def test_how_often_the_interval_of_a_quantile_covers_it(n: int, q: float) -> None:
    random = np.random.default_rng(4)
    truth, timeout, covered, trials = -math.log(1 - q), 2.5, 0, 1_000
    for sample in random.exponential(size=(trials, n)):
        figure = censored_quantile(sample[sample <= timeout], [timeout] * int((sample > timeout).sum()), q)
        open_ended = figure.high_ms is None or figure.high_bound is MORE
        covered += (figure.low_ms or 0) <= truth and (open_ended or truth <= (figure.high_ms or 0))
        assert n != 20 or q != 0.95 or figure.high_ms is None
    assert covered / trials >= 0.95 - 0.015


def test_failed_calls_count_as_at_least_their_timeout() -> None:
    found = described([4_000, 6_000, 5_000, 700], [False, False, False, True], timeout=60_000)
    assert (found.n, found.censored, found.horizon_ms) == (4, 1, 60_000)
    assert (found.quantiles["p50"].value_ms, found.quantiles["p50"].bound) == (None, TOO_FEW)
    assert (found.quantiles["p90"].value_ms, found.quantiles["p90"].bound) == (60_000, MORE)
    assert found.restricted_mean.value == 18_750
    assert found.successes == Spread(n=3, min_ms=4_000, median_ms=5_000, max_ms=6_000)
    assert list(found.quantiles) == ["p50", "p75", "p90", "p95", "p99"]


def test_the_example_of_the_statistics_page() -> None:
    # 25 % never finish: 5.2 s without them, 18.9 s with them.
    found = described([5.2] * 75 + [1.0] * 25, [False] * 75 + [True] * 25)
    assert found.successes.median_ms == 5.2
    assert found.restricted_mean.value == pytest.approx(18.9)


def test_a_call_killed_after_its_timeout_took_what_it_took_but_the_mean_is_restricted() -> None:
    found = described([5, 61, 62], [False, True, True])
    assert (found.horizon_ms, found.restricted_mean.value) == pytest.approx((60, 125 / 3))
    assert (found.quantiles["p90"].value_ms, found.quantiles["p90"].bound) == (62, MORE)


def test_a_call_that_finished_after_its_timeout_moves_the_horizon() -> None:
    found = described([5, 64], [True, False])
    assert (found.horizon_ms, found.restricted_mean.value) == (64, 62)


def test_without_timeouts_a_failed_call_took_its_time() -> None:
    found = described([5, 7], [False, True], timeout=math.nan)
    assert (found.horizon_ms, found.restricted_mean.value, found.censored) == (7, 6, 1)
    found = described([5, 70, 3], [True, True, False], timeout=[math.nan, 60, math.nan])
    assert (found.horizon_ms, found.restricted_mean.value) == pytest.approx((60, 68 / 3))


def test_clean_and_recovered_calls_apart() -> None:
    found = described([9, 8, 1, 2, 3], [True, False, False, False, False], recovered=2)
    assert found.recovered == Spread(n=1, min_ms=8, median_ms=8, max_ms=8)
    assert found.clean == Spread(n=3, min_ms=1, median_ms=2, max_ms=3)
    assert found.successes.n == 4


def test_where_all_failed_no_success_and_no_spread_is_described() -> None:
    found = described([1, 2], [True, True])
    assert (found.quantiles["p50"].value_ms, found.quantiles["p50"].bound) == (60, MORE)
    assert found.successes == found.clean == found.recovered == Spread(n=0)
    assert (found.median, found.success_quantiles) == (None, {})
    assert (found.failures.n, found.failures.min_ms, found.failures.max_ms) == (2, 1, 2)


def test_a_failure_changes_no_quantile_of_the_successes() -> None:
    found = described([*upto(20), 0.1, 400.0], [False] * 20 + [True] * 2)
    assert found.success_quantiles == described(upto(20)).success_quantiles
    assert found.median is not None
    assert (found.median.value_ms, found.median.low_ms, found.median.high_ms) == (10, 6, 15)
    assert found.quantiles["p50"].value_ms == 11
    assert (found.failures.min_ms, found.failures.max_ms) == (0.1, 60)  # failed at the deadline, not 340 later


def test_an_outage_is_sure_to_be_long() -> None:
    mean = described([400.0] * 30, [True] * 30).restricted_mean
    assert (mean.value, mean.high) == (60, 60)
    assert mean.low == pytest.approx(60 * 0.05 ** (1 / 30))  # a share of at least .905 of calls takes 60
    once = described([400.0], [True]).restricted_mean
    assert once.low == pytest.approx(3)


def test_calls_that_are_all_alike_leave_room_for_others() -> None:
    mean = described([2.0] * 30).restricted_mean
    share = 0.05 ** (1 / 29)
    assert [mean.low, mean.high] == pytest.approx([2 * share, 2 * share + 60 * (1 - share)])
    assert described([2.0]).restricted_mean == Estimate(value=2, n=1)


def test_nothing_measured_is_nothing_described() -> None:
    none = np.zeros(0)
    assert durations(none, none, none > 0, none > 0) is None
    assert spread([]) == Spread(n=0)


def test_a_spread_has_order_statistics_and_p90_from_36_on() -> None:
    assert spread(upto(35)).p90_ms is None
    assert spread(upto(36)[::-1]) == Spread(n=36, min_ms=1, median_ms=18, p90_ms=33, max_ms=36)


def test_the_median_of_good_calls_is_the_50_percent_quantile() -> None:
    found = described(upto(8))
    assert found.quantiles["p50"].value_ms == found.successes.median_ms == found.clean.median_ms == 4


def test_t_interval() -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0])
    low, high = stats.t.interval(0.95, 3, loc=values.mean(), scale=stats.sem(values))
    found = t_interval(values)
    assert (found.value, found.low, found.high, found.n) == pytest.approx((4, low, high, 4))
    assert t_interval(values, 0, 9) == Estimate(value=4, low=0, high=9, n=4)
    assert t_interval(values[:1]) == Estimate(value=1, n=1)


def test_how_often_the_interval_of_the_restricted_mean_covers_it() -> None:
    random = np.random.default_rng(5)
    timeout, trials, n = 12_000.0, 1_500, 30
    truth = float(np.minimum(random.lognormal(8.5, 0.6, 2_000_000), timeout).mean())
    covered = 0
    for wall in random.lognormal(8.5, 0.6, (trials, n)):
        failed = wall > timeout
        found = durations(wall, np.full(n, timeout), failed, failed)
        assert found is not None
        covered += (found.restricted_mean.low or 0) <= truth <= (found.restricted_mean.high or 0)
    assert 0.92 <= covered / trials <= 0.965


def test_many_calls_are_described() -> None:
    random = np.random.default_rng(6)
    n = 200_000
    wall, failed = random.lognormal(8, 0.5, n), random.random(n) < 0.1
    timeout = np.full(n, 60_000.0)
    found = durations(wall, timeout, failed, ~failed)
    assert found is not None
    assert found.quantiles["p50"].value_ms == pytest.approx(np.quantile(np.where(failed, 60_000, wall), 0.5), rel=1e-4)
