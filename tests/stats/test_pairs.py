import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probe.model.statistics import Pairs, Ratio
from probe.stats.durations import Floats
from probe.stats.pairs import (
    StepCalls,
    hodges_lehmann,
    pairs,
    restricted_differences,
    sign_flip_p,
    signed_rank_cut,
    slowness_scores,
    typical_ratio,
)
from probe.stats.rates import mcnemar_mid_p


def calls(*wall: float, failed: str = "", timeout: float = 60.0) -> StepCalls:
    """`failed` has an x for each call that did."""
    n = len(wall)
    return StepCalls(
        np.array(wall, dtype=float),
        np.full(n, float(timeout)),
        np.array([mark == "x" for mark in failed.ljust(n)], dtype=bool),
    )


def compared(first: StepCalls, second: StepCalls, slower_by_ms: float = 1.0) -> Pairs:
    found = pairs(("call1", "call2"), first, second, slower_by_ms)
    assert found is not None
    return found


def test_scores() -> None:
    first = calls(9, 2, 5.5, 1, 1, 4, 60.5, failed="   xx  ")
    second = calls(5, 9, 5, 30, 1, 60, 1, failed="    xx ")
    assert slowness_scores(first, second, 1).tolist() == [1, -1, 0, 1, 0, -1, 1]
    assert slowness_scores(first, second, 4).tolist() == [0, -1, 0, 1, 0, -1, 1]  # by more than, not by as much
    assert slowness_scores(first, second, 1, shifts_ms=4).tolist() == [0, -1, -1, 1, 0, -1, 1]


def test_a_failed_call_is_never_the_faster() -> None:
    # the second was given up after 60 of its 60: nobody knows that the first, with more time, was slower
    first, second = calls(100, timeout=180), calls(3, failed="x")
    assert slowness_scores(first, second, 1).tolist() == [0]
    assert slowness_scores(second, first, 1).tolist() == [0]


def test_counts_of_rounds() -> None:
    first = calls(9, 2, 5.5, 1, 1, 4, 3, failed="   xx x")
    second = calls(5, 9, 5, 30, 1, 60, 1, failed="    xx ")
    found = compared(first, second)
    assert (found.first, found.second, found.n, found.slower_by_ms) == ("call1", "call2", 7, 1)
    counts = found.only_first_failed, found.only_second_failed, found.both_failed, found.none_failed
    assert counts == (2, 1, 1, 3)
    # in the seventh both failed; in the sixth the first was cut off at its timeout, as long as the second took
    assert (found.first_slower, found.second_slower, found.alike, found.slower_unknown) == (3, 2, 1, 1)
    assert found.failure_difference.value == pytest.approx(1 / 7)
    assert found.mcnemar_exact_p == 1


def test_the_failures_of_the_statistics_page() -> None:
    found = compared(
        calls(*[1.0] * 50, failed="x" * 12 + "  " + "x" * 3), calls(*[1.0] * 50, failed=" " * 12 + "xx" + "x" * 3)
    )
    assert (found.only_first_failed, found.only_second_failed, found.both_failed) == (12, 2, 3)
    assert found.failure_difference.low == pytest.approx(0.0611, abs=5e-5)
    assert found.failure_difference.high == pytest.approx(0.3447, abs=5e-5)
    assert (found.failure_difference.value, found.failure_difference.n) == (0.2, 50)
    assert found.mcnemar_mid_p == pytest.approx(0.0074, abs=5e-5)
    assert found.mcnemar_exact_p == pytest.approx(0.0129, abs=5e-5)


def test_no_rounds_and_one_round() -> None:
    assert pairs(("call1", "call2"), calls(), calls(), 1) is None
    found = compared(calls(6), calls(3))
    assert (found.mean_difference_ms, found.sign_flip_p) == (None, None)
    assert found.ratio is not None
    assert found.ratio.least.value == pytest.approx(2)
    assert (found.ratio.least.low, found.ratio.least.high) == (None, None)


def test_the_mean_difference_is_that_of_the_restricted_means() -> None:
    first, second = calls(5, 6, 1, 4, failed="  x "), calls(3, 3, 3, 5)
    found = compared(first, second)
    differences = [2, 3, 57, -1]
    low, high = stats.t.interval(0.95, 3, loc=np.mean(differences), scale=stats.sem(differences))
    assert found.mean_difference_ms is not None
    assert (found.mean_difference_ms.value, found.mean_difference_ms.n) == (15.25, 4)
    assert (found.mean_difference_ms.low, found.mean_difference_ms.high) == pytest.approx((low, high))
    assert found.sign_flip_p == 4 / 16  # + + + +, + + + -, and both mirrored


def test_unlike_timeouts_are_held_against_each_other_up_to_the_shorter() -> None:
    first, second = calls(100, 90, 5, timeout=180), calls(3, 4, 70, failed="x  ", timeout=60)
    assert restricted_differences(first, second).tolist() == [0, 56, -55]
    first, second = calls(100, 7, failed="xx", timeout=math.nan), calls(3, 9, timeout=math.nan)
    assert np.isnan(restricted_differences(first, second)).all(), "without a timeout nobody knows how long they take"
    found = compared(first, second)
    assert (found.mean_difference_ms, found.sign_flip_p, found.ratio, found.slower_unknown) == (None, None, None, 1)


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=10))
def test_sign_flips_by_counting_all(differences: list[int]) -> None:
    values = np.array(differences) / 10  # which no float is exactly
    sums = [abs(sum(sign * each for sign, each in zip(signs, differences, strict=True)))
            for signs in product((1, -1), repeat=len(differences))]  # fmt: skip
    assert sign_flip_p(values) == pytest.approx(np.mean([each >= abs(sum(differences)) for each in sums]))
    assert sign_flip_p(-values) == sign_flip_p(values)


@pytest.mark.parametrize("n", [16, 17, 60, 1_999, 2_001])
def test_sign_flips_of_any_number_agree_with_the_normal_approximation(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    values += 1.9 / math.sqrt(n) - values.mean()
    normal = math.erfc(abs(values.sum()) / math.sqrt(2 * np.square(values).sum()))
    assert sign_flip_p(values) == pytest.approx(normal, abs=0.015)
    assert sign_flip_p(values) == sign_flip_p(values)


def test_sign_flips_agree_with_scipys() -> None:
    values = np.random.default_rng(8).normal(0.4, 1, 25)
    values[3:8] = 0
    scipys = stats.permutation_test(
        (values,),
        np.mean,
        permutation_type="samples",
        n_resamples=20_000,
        vectorized=True,
        rng=np.random.default_rng(1),
    ).pvalue
    assert sign_flip_p(values) == pytest.approx(scipys, abs=0.01)


def test_sign_flips_of_nothing_and_of_certainty() -> None:
    assert sign_flip_p(np.zeros(30)) == 1
    assert sign_flip_p(np.ones(5)) == 2 / 32
    assert sign_flip_p(np.ones(60)) == 1 / 10_000


@pytest.mark.parametrize("n", [20, 60])
def test_sign_flips_raise_no_more_false_alarms_than_they_claim(n: int) -> None:
    random = np.random.default_rng(9)
    alarms = [sign_flip_p(random.lognormal(1, 0.8, n) - random.lognormal(1, 0.8, n)) <= 0.05 for _ in range(800)]
    assert 0.03 <= np.mean(alarms) <= 0.07


def test_the_power_of_the_statistics_page() -> None:
    """30 % of first calls take 15 s more, 20 rounds. The page's 0.89 and 0.65 are those of one-sided tests."""
    random = np.random.default_rng(10)
    two_sided, one_sided, ranks, failures, trials = 0, 0, 0, 0, 400
    for _ in range(trials):
        first = 5 * np.exp(0.2 * random.standard_normal(20)) + 15 * (random.random(20) < 0.3)
        second = 5 * np.exp(0.2 * random.standard_normal(20))
        timed_out = int((first > 20).sum())  # about half of the slow ones, where the timeout is 20 s
        differences = first - second
        p = sign_flip_p(differences)
        two_sided += p <= 0.05
        one_sided += p <= 0.1 and differences.mean() > 0
        ranks += bool(stats.wilcoxon(differences, alternative="greater").pvalue <= 0.05)
        failures += mcnemar_mid_p(timed_out, 0) <= 0.05
    assert one_sided / trials == pytest.approx(0.89, abs=0.04)
    assert two_sided / trials == pytest.approx(0.79, abs=0.04)
    assert ranks / trials == pytest.approx(0.65, abs=0.05)
    assert failures / trials == pytest.approx(0.15, abs=0.05)


@pytest.mark.parametrize(("n", "cut"), [(1, 0), (5, 0), (6, 1), (8, 4), (10, 9), (20, 53), (30, 138)])
def test_signed_ranks_are_those_of_the_tables(n: int, cut: int) -> None:
    # Wilcoxon & Wilcox (1964): critical values 0, 3, 8, 52, 137 at 2.5 % for n = 6, 8, 10, 20, 30; the rank is one more
    assert signed_rank_cut(n) == cut


def test_signed_ranks_hardly_change_where_the_approximation_begins() -> None:
    assert signed_rank_cut(301) - signed_rank_cut(300) == pytest.approx(
        signed_rank_cut(300) - signed_rank_cut(299), abs=3
    )


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=25))
def test_hodges_lehmann_by_all_walsh_averages(values: list[int]) -> None:
    walsh = sorted((a + b) / 2 for index, a in enumerate(values) for b in values[index:])
    cut = signed_rank_cut(len(values))
    expected = np.median(walsh), walsh[cut - 1] if cut else -math.inf, walsh[-cut] if cut else math.inf
    assert hodges_lehmann(np.array(values, dtype=float)) == expected


def test_how_often_the_interval_of_the_ratio_covers_it() -> None:
    random = np.random.default_rng(11)
    covered, trials, n = 0, 800, 20
    for _ in range(trials):
        shared = random.normal(8, 0.5, n)
        first, second = (np.exp(shared + random.normal(0, 0.3, n) + shift) for shift in (math.log(1.5), 0))
        ratio = typical_ratio(calls(*first), calls(*second))
        assert ratio is not None
        assert ratio.least == ratio.most
        covered += (ratio.least.low or 0) <= 1.5 <= (ratio.least.high or math.inf)
    assert 0.93 <= covered / trials <= 0.97


def test_the_ratio_with_failed_calls_is_given_at_both_ends() -> None:
    first, second = calls(*[20.0] * 9, 1, failed=" " * 9 + "x"), calls(*[10.0] * 9, 10)
    ratio = typical_ratio(first, second)
    assert ratio is not None
    assert (ratio.least.value, ratio.most.value) == pytest.approx((2, 2))
    assert ratio.least.low == pytest.approx(2)
    assert ratio.least.high == pytest.approx(math.sqrt(2 * 6))  # the Walsh average with the call that took 6 times
    assert ratio.most.high is None  # and with one that may have taken any time
    mirrored = typical_ratio(second, first)
    assert mirrored is not None
    assert mirrored.least.low is None
    assert mirrored.most.low == pytest.approx(1 / math.sqrt(12))


def test_the_ends_of_the_ratio_enclose_whatever_the_failed_calls_would_have_taken() -> None:
    random = np.random.default_rng(12)
    for _ in range(200):
        true_first, true_second = (random.lognormal(3.2, 0.6, 15) for _ in range(2))
        first, second = (calls(*true, failed="".join("x" if each > 50 else " " for each in true), timeout=50)
                         for true in (true_first, true_second))  # fmt: skip
        ratio = typical_ratio(first, second)
        if ratio is None:
            continue
        truth = typical_ratio(calls(*true_first), calls(*true_second))
        assert truth is not None
        for end in ("value", "low", "high"):
            assert_encloses(ratio, getattr(truth.least, end), end)


def assert_encloses(ratio: Ratio, true: float, end: str) -> None:
    least, most = getattr(ratio.least, end), getattr(ratio.most, end)
    assert (least or 0) <= true * (1 + 1e-9)
    assert true <= (most or math.inf) * (1 + 1e-9)


@pytest.mark.parametrize("failed", ["x" * 10, "xxxx"])
def test_no_ratio_where_failures_leave_it_open(failed: str) -> None:
    assert typical_ratio(calls(*upto(10), failed=failed), calls(*upto(10))) is None
    assert typical_ratio(calls(*upto(10)), calls(*upto(10), failed=failed)) is None


def upto(n: int) -> list[float]:
    return [float(value) for value in range(1, n + 1)]


def test_a_duration_of_nothing_has_a_ratio_all_the_same() -> None:
    assert compared(calls(0, 0), calls(0, 5)).ratio is not None


def many(n: int, seed: int) -> StepCalls:
    random = np.random.default_rng(seed)
    wall: Floats = random.lognormal(8, 0.5, n)
    return StepCalls(wall, np.full(n, 60_000.0), random.random(n) < 0.05)


@pytest.mark.parametrize("n", [60, 500_000])
def test_any_number_of_rounds_is_compared(n: int) -> None:
    found = compared(many(n, 1), many(n, 2))
    assert found.ratio is not None
    assert found.ratio.least.n == min(n, 2_000)
    assert found.n == n


def test_only_what_is_cut_off_a_call_that_went_on_has_a_horizon() -> None:
    killed_late = compared(calls(60.01, 5, failed="x "), calls(3, 3))
    assert killed_late.horizon_ms is None
    assert compared(calls(100, 90), calls(30, 4, failed="x ", timeout=30)).horizon_ms == 30
    assert compared(calls(60, 5, failed="x "), calls(30, 3, failed="x ", timeout=30)).horizon_ms == 30
