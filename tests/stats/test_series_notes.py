from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probe.model.note import Note, NoteCode
from probe.stats.durations import Floats
from probe.stats.series_notes import (
    failure_inflation,
    kendall,
    neighbours,
    otsu,
    otsu_of_normal,
    outliers,
    runs_p,
    series_notes,
    valley,
)


def usual(n: int, seed: int = 3) -> Floats:
    return np.random.default_rng(seed).lognormal(8, 0.3, n)


def notes(wall_ms: Floats, failed: str = "") -> dict[NoteCode, Note]:
    """`failed` has an x for each call that did."""
    marks = np.array([mark == "x" for mark in failed.ljust(len(wall_ms))], dtype=bool)
    return {note.code: note for note in series_notes("call1", wall_ms, marks)}


def test_nothing_is_said_of_a_usual_series() -> None:
    assert notes(usual(60), failed="x".center(60)) == {}


def test_nothing_is_said_below_eight_calls() -> None:
    striking = np.array([1, 1.1, 1.2, 900, 950, 1000, 1e6])
    assert notes(striking, failed="") == {}
    assert notes(np.array([1.0] * 7), failed="xxxx   ") == {}
    assert series_notes("call1", np.zeros(0), np.zeros(0, dtype=bool)) == ()


def test_few_finished_calls_among_many_failed_ones() -> None:
    assert notes(np.array([1.0] * 40), failed="x" * 40) == {}
    assert set(notes(np.array([1.0] * 40), failed="x" * 35)) == {NoteCode.BURSTS}


def test_outliers_are_named_by_round() -> None:
    wall = usual(60)
    wall[[4, 30]] = 60_000
    assert notes(wall)[NoteCode.OUTLIERS].values == {"label": "call1", "count": 2, "rounds": "5, 31"}
    failed = np.arange(60) == 4  # what failed is no outlier, and rounds keep their numbers
    (note,) = series_notes("call1", wall, failed, rounds=range(101, 161))
    assert note.values == {"label": "call1", "count": 1, "rounds": "131"}


def test_of_many_outliers_ten_are_named() -> None:
    wall = usual(600)
    wall[::40] = 90_000
    values = notes(wall)[NoteCode.OUTLIERS].values
    assert (values["count"], values["rounds"]) == (15, "1, 41, 81, 121, 161, 201, 241, 281, 321, 361")


def test_the_threshold_of_outliers() -> None:
    values = np.array([8.0, 9, 10, 11, 12])  # the median is 10, the deviation 1
    assert not outliers(np.append(values, [10 - 14.8, 10 + 14.8])).any()
    values = np.concatenate([np.repeat(values, 20), [10 - 14.9, 10 + 14.9]])
    assert outliers(values).nonzero()[0].tolist() == [100, 101]


def test_outliers_among_values_that_are_mostly_one() -> None:
    assert outliers(np.array([5.0] * 30 + [5.1])).nonzero()[0].tolist() == [30]
    assert not outliers(np.array([5.0] * 30)).any()
    assert not outliers(np.array([5.0] * 16 + [6.0] * 14)).any()


def test_two_clusters() -> None:
    random = np.random.default_rng(1)
    wall = np.where(np.arange(40) % 4 == 0, 9_000, 3_000) * random.lognormal(0, 0.15, 40)
    values = notes(wall)[NoteCode.TWO_CLUSTERS].values
    assert values["label"] == "call1"
    assert values["low_ms"] == pytest.approx(3_000, rel=0.1)
    assert values["high_ms"] == pytest.approx(9_000, rel=0.1)
    assert values["high_share"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("high", "share"),
    [
        (1.4, 2),  # not far enough apart
        (9.0, 15),  # a cluster of fewer than 10 %
    ],
)
def test_what_is_no_two_clusters(high: float, share: int) -> None:
    random = np.random.default_rng(2)
    wall = 3_000 * np.where(np.arange(60) % share == 0, high, 1) * random.lognormal(0, 0.03, 60)
    assert NoteCode.TWO_CLUSTERS not in notes(wall)


@pytest.mark.parametrize("shape", ["lognormal", "exponential", "flat", "heavy"])
def test_one_hump_of_whatever_shape_is_seldom_taken_for_two(shape: str) -> None:
    random = np.random.default_rng(4)
    samples: dict[str, Floats] = {
        "lognormal": random.lognormal(8, 0.5, (200, 60)),
        "exponential": 400 + random.exponential(1_000, (200, 60)),
        "flat": random.uniform(400, 4_000, (200, 60)),
        "heavy": np.exp(8 + 0.3 * random.standard_t(3, (200, 60))),
    }
    alarms = sum(NoteCode.TWO_CLUSTERS in notes(wall) for wall in samples[shape])
    assert alarms / 200 <= 0.06


def test_otsu_splits_where_most_variance_lies_between() -> None:
    values = np.array([[1.0, 1, 2, 2, 9, 9, 10, 10, 10], [5.0] * 9])
    share, split = otsu(values)
    low, high = values[0, :4], values[0, 4:]
    within = ((low - low.mean()) ** 2).sum() + ((high - high.mean()) ** 2).sum()
    assert split[0] == 4
    assert share[0] == pytest.approx(1 - within / ((values[0] - values[0].mean()) ** 2).sum())
    assert share[1] == 0


def test_otsu_of_many_normal_values_is_two_over_pi() -> None:
    assert np.median(otsu_of_normal(2_000)) == pytest.approx(2 / np.pi, abs=0.005)


def test_a_valley_is_half_as_deep() -> None:
    assert valley(np.array([0.0, 0, 3, 6, 6]), 0, 6)
    assert not valley(np.array([0.0, 0, 3, 3, 6, 6]), 0, 6)
    assert valley(np.array([0.0, 0, 1.5, 4.5, 6, 6]), 0, 6)  # neither midway nor at an end


@pytest.mark.parametrize(("factor", "direction"), [(4.0, "slower"), (0.25, "faster")])
def test_drift(factor: float, direction: str) -> None:
    values = notes(usual(60) * np.geomspace(1, factor, 60))[NoteCode.DRIFT].values
    assert (values["label"], values["direction"]) == ("call1", direction)
    assert float(values["p"]) <= 0.01
    assert (float(values["tau"]) > 0.3) == (direction == "slower")


@given(st.lists(st.integers(0, 40), min_size=8, max_size=60))
def test_kendall_agrees_with_scipys(values: list[int]) -> None:
    tau, p = kendall(np.array(values, dtype=float))
    scipys = stats.kendalltau(range(len(values)), values)
    if len(set(values)) > 1:
        assert tau == pytest.approx(scipys.statistic, abs=1e-12)
    if len(set(values)) == len(values):  # then scipy's is exact for these numbers
        assert p == pytest.approx(scipys.pvalue, abs=0.015)
        if scipys.pvalue <= 0.01:
            assert scipys.pvalue - 1e-9 <= p <= scipys.pvalue + 0.005


@pytest.mark.parametrize("n", [8, 12, 30])
def test_kendall_near_one_percent_errs_towards_saying_nothing(n: int) -> None:
    values = np.arange(n, dtype=float)
    judged = 0
    for swaps in range(n * (n - 1) // 2):  # one more inversion at a time
        place = next(place for place in range(n - 1) if values[place] < values[place + 1])
        values[[place, place + 1]] = values[[place + 1, place]]
        exact = stats.kendalltau(range(n), values, method="exact").pvalue
        if 0.002 < exact < 0.02 and swaps < n * (n - 1) // 4:
            judged += 1
            assert exact <= kendall(values)[1] <= exact + 0.005
    assert judged


def test_kendall_of_values_with_many_ties() -> None:
    values = np.random.default_rng(9).permutation([0.0] * 12 + [1.0] * 8)
    zeros, ones = (np.flatnonzero(values == each) for each in (0, 1))  # of two values it is the test of two samples
    ranks = stats.mannwhitneyu(ones, zeros, method="asymptotic", use_continuity=True)
    assert kendall(values)[1] == pytest.approx(ranks.pvalue)


def test_kendall_of_values_without_order_to_tell() -> None:
    assert kendall(np.full(20, 7.0)) == (0, 1)


def test_neighbours_that_are_alike() -> None:
    random = np.random.default_rng(5)
    slow_hours = np.repeat(random.permutation([1.0, 2.0] * 5), 8)
    values = notes(usual(80) * slow_hours)[NoteCode.AUTOCORRELATION].values
    assert float(values["r"]) > 0.3
    assert float(values["p"]) <= 0.01


def test_turns_are_not_called_slow_calls_in_a_row() -> None:
    found = notes(usual(40) * np.where(np.arange(40) % 2 == 0, 1, 3))
    assert NoteCode.AUTOCORRELATION not in found
    assert float(found[NoteCode.ALTERNATION].values["r"]) < -0.5


@pytest.mark.parametrize("n", [40, 4_000])
def test_neighbours_that_alternate(n: int) -> None:
    r, p = neighbours(usual(n) * np.where(np.arange(n) % 2 == 0, 1, 3))
    assert r < -0.5
    assert p <= 0.01


def test_neighbours_by_all_orders() -> None:
    values = np.array([1.0, 2, 4, 3, 6, 5, 8, 7])
    ranks = values - values.mean()
    r, p = neighbours(values)
    assert r == pytest.approx((ranks[1:] * ranks[:-1]).sum() / (ranks**2).sum())
    random = np.random.default_rng(6)
    orders = random.permuted(np.tile(ranks, (20_000, 1)), axis=1)
    chance = (orders[:, 1:] * orders[:, :-1]).sum(axis=1) / (ranks**2).sum()
    assert chance.mean() == pytest.approx(-1 / 8, abs=0.01)
    assert p == pytest.approx((np.abs(chance + 1 / 8) >= r + 1 / 8 - 1e-9).mean(), abs=0.02)


def test_both_ways_to_judge_neighbours_agree() -> None:
    for seed in range(5):
        values = usual(2_001, seed)
        assert neighbours(values)[1] == pytest.approx(neighbours(values[:-1])[1], abs=0.05)
    assert neighbours(np.full(20, 7.0)) == (0, 1)


def test_bursts() -> None:
    values = notes(usual(60), failed="xxxx".center(60))[NoteCode.BURSTS].values
    p = values.pop("p")
    assert values == {"label": "call1", "failed": 4, "n": 60}
    assert isinstance(p, float)
    assert p <= 0.01
    assert NoteCode.BURSTS not in notes(usual(60), failed="x         x       x          x")
    assert NoteCode.BURSTS not in notes(usual(60), failed="x " * 30)


@given(st.lists(st.booleans(), min_size=2, max_size=11))
def test_runs_by_counting_all_orders(failed: list[bool]) -> None:
    n = len(failed)

    def runs(places: tuple[int, ...]) -> int:
        return 1 + sum((place in places) != (place + 1 in places) for place in range(n - 1))

    seen = runs(tuple(place for place in range(n) if failed[place]))
    counts = [runs(places) for places in combinations(range(n), sum(failed))]
    assert runs_p(np.array(failed)) == pytest.approx(np.mean([each <= seen for each in counts]))


def test_false_alarms_are_as_rare_as_claimed() -> None:
    random = np.random.default_rng(7)
    counted = dict.fromkeys(NoteCode, 0)
    for _ in range(400):
        wall, failed = random.lognormal(8, 0.4, 60), random.random(60) < 0.2
        for note in series_notes("call1", wall, failed):
            counted[note.code] += 1
    assert max(counted.values()) / 400 <= 0.025
    assert sum(counted.values()) / 400 <= 0.05


@pytest.mark.parametrize("n", [60, 500_000])
def test_it_is_the_same_each_time(n: int) -> None:
    wall, failed = usual(n), np.random.default_rng(8).random(n) < 0.1
    found = series_notes("call1", wall, failed)
    assert found == series_notes("call1", wall, failed)


def test_bursts_inflate_the_variance_of_a_rate_and_chance_does_not() -> None:
    """Take a chain of two states with r = .875: (1 + r)/(1 - r) = 15."""
    rng = np.random.default_rng(3)
    state, failed = False, []
    for _ in range(4000):
        state = rng.random() >= 0.1 if state else rng.random() < 0.025
        failed.append(state)
    assert failure_inflation(np.array(failed)) == pytest.approx(15, rel=0.3)
    assert failure_inflation(rng.permutation(np.array(failed))) < 1.2
    assert failure_inflation(np.zeros(40, np.bool_)) == failure_inflation(np.ones(5, np.bool_)) == 1.0
