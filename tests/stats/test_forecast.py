"""The forecast: what it says of plain cases, and that its coarse E-values are the verdict's."""

from bisect import bisect_left

import numpy as np
import pytest

from probe.stats.forecast import LOOKED_AHEAD, _mean_capital, rounds_to_go
from probe.stats.sequential import Counts, Scores, log_e_up, path_both, path_worse, peak_no_effect, peak_of


def series(b: int, c: int, n: int) -> Scores:
    """Return b pairs of +1, then c of -1, then ties."""
    scores = np.zeros(n, np.int8)
    scores[:b], scores[b : b + c] = 1, -1
    return scores


def test_where_only_the_first_fails_a_few_rounds_settle_it() -> None:
    togo = rounds_to_go(series(5, 0, 5), series(5, 0, 5), 0.15, seed=1)
    assert togo.low is not None
    assert togo.high is not None
    assert 1 <= togo.low <= 3
    assert togo.low < togo.high <= 15


def test_where_nothing_happens_no_effect_is_in_sight() -> None:
    quiet = series(0, 0, 20)  # 28 or so quiet rounds show it
    togo = rounds_to_go(quiet, quiet, 0.15, seed=1)
    assert togo.low is not None
    assert togo.high is not None
    assert 6 <= togo.low <= 10
    assert togo.high < 60


def test_an_effect_between_none_and_delta_is_not_settled_within_what_is_looked_ahead() -> None:
    between = series(3200, 3100, 40_000)  # a quarter of a percent more often, where half a percent matters
    togo = rounds_to_go(between, between, 0.005, seed=1)
    assert (togo.low, togo.high, togo.looked_ahead) == (None, None, LOOKED_AHEAD)


def test_the_far_end_alone_may_be_out_of_sight() -> None:
    togo = rounds_to_go(series(6, 5, 60), series(8, 5, 60), 0.04, seed=1)
    assert togo.low is not None
    assert togo.high is None


def test_what_one_series_has_shown_is_not_waited_for_again() -> None:
    failures, slowness = series(2, 2, 30), series(0, 0, 30)
    unseen = rounds_to_go(failures, slowness, 0.15, seed=1)
    seen = rounds_to_go(failures, slowness, 0.15, no_effect_seen=(True, True), seed=1)
    assert seen.low == seen.high == 1
    assert unseen.low is not None
    assert unseen.low > 1
    quiet_left = rounds_to_go(series(8, 4, 30), slowness, 0.15, no_effect_seen=(True, False), seed=1)
    noisy_left = rounds_to_go(series(8, 4, 30), slowness, 0.15, no_effect_seen=(False, True), seed=1)
    assert quiet_left.low == 1
    assert (noisy_left.low or LOOKED_AHEAD) > 5


def test_the_same_seed_tells_the_same() -> None:
    failures, slowness = series(3, 1, 20), series(4, 2, 20)
    told = [rounds_to_go(failures, slowness, 0.15, seed=seed) for seed in (1, 1, 2, 3, 4, 5)]
    assert told[0] == told[1]
    assert len({(each.low, each.high) for each in told}) > 1


@pytest.mark.parametrize("margin", [0.0, -0.05, -0.15, -0.4])
@pytest.mark.parametrize("n", [20, 100, 1300, 20_000, 500_000])
def test_the_coarse_e_is_the_verdicts_where_it_decides(n: int, margin: float) -> None:
    b = bisect_left(range(n + 1), np.log(20), key=lambda each: log_e_up(each, n - each, n, margin))
    exact = float(np.exp(log_e_up(b, n - b, n, margin)))
    assert 20 <= exact < 70
    assert _mean_capital(np.array([n - b, 0.0, b]), margin) == pytest.approx(exact, rel=0.02)


@pytest.mark.slow
def test_four_out_of_five_futures_fall_in_the_range() -> None:
    """Rates from the prior itself, 20 rounds shown, the rest kept back: seed 7; 0.88 on a run of 400."""
    rng = np.random.default_rng(7)
    told, inside = 0, 0
    while told < 150:
        cells = rng.choice(9, 20 + LOOKED_AHEAD, p=rng.dirichlet(np.full(9, 1 / 6)))
        failures, slowness = (cells // 3 - 1).astype(np.int8), (cells % 3 - 1).astype(np.int8)
        settled = settled_at(failures, slowness)
        if settled <= 20:
            continue
        togo = rounds_to_go(failures[:20], slowness[:20], 0.15, seed=told)
        beyond = LOOKED_AHEAD + 1
        told += 1
        inside += (togo.low or beyond) <= min(settled - 20, beyond) <= (togo.high or beyond)
    # At least 0.8, and more where many futures end at the same look; 4 standard errors are 0.13.
    assert 0.67 <= inside / told <= 0.97


def settled_at(failures: Scores, slowness: Scores) -> float:
    """Return the look at which the verdict on these pairs is settled either way; infinite where it never is."""
    failed, slow = Counts.of(failures), Counts.of(slowness)
    cold = peak_of(path_both(path_worse(failed), path_worse(slow))).reached
    none = [peak_no_effect(each, 0.15).reached for each in (failed, slow)]
    ends = [float(each) if each is not None else np.inf for each in (cold, *none)]
    return min(ends[0], max(ends[1:]))
