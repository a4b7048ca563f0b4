"""Rates of regressions by failures: of two sections that are alike, and of real differences."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, t

from probe.model.comparison import Difference, Judgement
from probe.model.statistics import Durations, StepStatistics
from probe.stats.compare_sections import compare_sections
from probe.stats.durations import durations
from probe.stats.headlines import mean_difference
from tests.stats.sections import section, step

TIMEOUT_MS = 180_000.0
RATES = np.concatenate([np.geomspace(0.001, 0.05, 15), np.linspace(0.06, 0.94, 45), 1 - np.geomspace(0.001, 0.05, 15)])


def called(wall_ms: NDArray[np.float64], failed: int) -> Durations:
    """Return durations of calls of which the first ones failed at once."""
    n = len(wall_ms)
    gone = np.arange(n) < failed
    found = durations(np.where(gone, 400.0, wall_ms), np.full(n, TIMEOUT_MS), gone, ~gone)
    assert found is not None
    return found


@cache
def steady(failed: int, n: int) -> StepStatistics:
    """Return a step whose calls take 1.5 s, give or take 0.1 s, where they do not fail."""
    return step(n=n, failed=failed, durations=called(1500.0 + 100 * np.sin(np.arange(n)), failed))


def headlines(base: tuple[int, int], candidate: tuple[int, int]) -> list[Difference]:
    """Of (failed, n) on either side, in the first of two steps."""
    found = compare_sections(section(steady(*base), step("call2")), section(steady(*candidate), step("call2")))
    return [
        each for each in found.differences if each.label == "call1" and each.quantity in {"failure_rate", "mean_wall"}
    ]


@cache
def regressions(n: int, m: int) -> NDArray[np.float64]:
    """1 where so many failures of n in the base and of m in the candidate make a regression, (n + 1, m + 1)."""
    return np.array(
        [[any(each.regression for each in headlines((k, n), (j, m))) for j in range(m + 1)] for k in range(n + 1)],
        dtype=np.float64,
    )


def chance(n: int, m: int, p: float, q: float) -> float:
    """Of a regression in this step, where the base's calls fail with p and the candidate's with q."""
    return float(binom.pmf(np.arange(n + 1), n, p) @ regressions(n, m) @ binom.pmf(np.arange(m + 1), m, q))


@pytest.mark.parametrize(("n", "m"), [(6, 30), (30, 6), (10, 60), (60, 10), (30, 30)])
def test_alike_steps_make_a_regression_by_their_failures_in_at_most_a_fortieth(n: int, m: int) -> None:
    """Exact, over all rates; two such steps make at most half of the 5 %."""
    assert max(chance(n, m, p, p) for p in RATES) <= 0.0125


@pytest.mark.parametrize(("p", "q", "least"), [(0.05, 0.3, 0.58), (0.02, 0.4, 0.95), (0.05, 0.5, 0.97)])
def test_what_thirty_calls_show(p: float, q: float, least: float) -> None:
    assert chance(30, 30, p, q) >= least


@pytest.mark.parametrize(("base", "candidate"), [((0, 10), (6, 100)), ((0, 60), (1, 6)), ((1, 30), (4, 30))])
def test_failures_that_one_side_may_have_missed_are_no_difference(
    base: tuple[int, int], candidate: tuple[int, int]
) -> None:
    rate, mean = headlines(base, candidate)
    assert not rate.regression
    assert (mean.judgement, mean.regression) == (Judgement.NO_DIFFERENCE_SEEN, False)
    assert mean.difference is not None
    assert mean.difference.low is not None
    assert mean.difference.low < 0


def test_an_outage_is_a_regression_in_both() -> None:
    rate, mean = headlines((0, 100), (100, 100))
    assert (rate.judgement, mean.judgement) == (Judgement.WORSE, Judgement.WORSE)
    assert (rate.regression, mean.regression) == (True, True)


def test_a_slower_upstream_is_seen_though_none_of_either_failed() -> None:
    rng = np.random.default_rng(20261123)
    base, candidate = (called(rng.lognormal(np.log(ms), 0.5, 30), 0) for ms in (2000.0, 6000.0))
    found = compare_sections(section(step(n=30, durations=base)), section(step(n=30, durations=candidate)))
    assert [each.quantity for each in found.regressions] == ["mean_wall"]


@pytest.mark.parametrize(("n", "m"), [(6, 100), (20, 200), (30, 45), (30, 30)])
def test_few_skewed_durations_against_many_seldom_make_a_regression(n: int, m: int) -> None:
    rng = np.random.default_rng(20261124)
    trials, worse = 600, 0
    for _ in range(trials):
        base, candidate = (called(np.exp(rng.normal(7.6, 1.0, size)), 0) for size in (n, m))
        worse += (mean_difference(base, candidate, 0.0125).low or 0) > 0
    assert worse / trials <= 0.025


@pytest.mark.parametrize("failed", [1, 2, 15])
def test_an_interval_that_is_cut_at_0_is_no_narrower_at_a_stricter_level(failed: int) -> None:
    base, candidate = (called(ms + 100 * np.sin(np.arange(30)), k) for ms, k in ((1500.0, failed), (60_000.0, 0)))
    found = mean_difference(base, candidate, 0.0125)
    deviation = np.array([TIMEOUT_MS] * failed + [1500.0] * (30 - failed)).std(ddof=1)
    half = t.ppf(1 - 0.0125, 29) * deviation / 30**0.5
    assert found.low == pytest.approx(found.value - half, abs=100)
