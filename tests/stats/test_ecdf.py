import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.stats.durations import Bools, Floats
from probe.stats.ecdf import ecdf, evenly


def calls(*taken: tuple[float, bool], timeout: float = 60.0) -> tuple[Floats, Floats, Bools]:
    times, failed = zip(*taken, strict=True) if taken else ((), ())
    return np.array(times, dtype=float), np.full(len(taken), timeout), np.array(failed, dtype=bool)


def test_failed_calls_make_no_step_and_keep_it_below_one() -> None:
    found = ecdf("call1", *calls((3, False), (1, False), (0.5, True), (3, False), (60, True)))
    assert (found.label, found.n, found.censored, found.horizon_ms) == ("call1", 5, 2, 60)
    assert found.points == ((1, 1 / 5), (3, 3 / 5))


@pytest.mark.parametrize(("taken", "censored", "horizon"), [([], 0, 0), ([(1.0, True)], 1, 60)])
def test_where_nothing_finished(taken: list[tuple[float, bool]], censored: int, horizon: float) -> None:
    found = ecdf("call1", *calls(*taken))
    assert (found.points, found.censored, found.horizon_ms) == ((), censored, horizon)


def test_thinning_moves_no_point() -> None:
    random = np.random.default_rng(1)
    wall, failed = random.lognormal(8, 0.5, 5_000), random.random(5_000) < 0.1
    timeout = np.full(5_000, math.nan)
    everything = ecdf("call1", wall, timeout, failed, most=5_000).points
    kept = ecdf("call1", wall, timeout, failed).points
    assert len(kept) == 200
    assert set(kept) <= set(everything)
    assert (kept[0], kept[-1]) == (everything[0], everything[-1])
    assert max(later[1] - earlier[1] for earlier, later in pairwise(kept)) < 0.006


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=60), st.integers(2, 20))
def test_every_point_is_the_share_done_by_then(taken: list[tuple[int, bool]], most: int) -> None:
    points = ecdf("call1", *calls(*((float(time), failed) for time, failed in taken)), most=most).points
    assert len(points) <= most
    assert list(points) == sorted(set(points))
    for ms, share in points:
        assert share == pytest.approx(sum(time <= ms and not failed for time, failed in taken) / len(taken))


@given(st.integers(0, 3_000), st.integers(2, 300))
def test_an_even_choice_has_both_ends_and_nothing_twice(n: int, most: int) -> None:
    chosen = evenly(n, most).tolist()
    assert len(set(chosen)) == len(chosen) == min(n, most)
    assert chosen[:1] == [0] * bool(n)
    assert chosen[-1:] == [n - 1] * bool(n)
