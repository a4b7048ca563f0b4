"""The scale of all calls of a page: even where most of them are, compressed beyond."""

from collections.abc import Sequence
from typing import Any

import pytest

from probe.model.chart import Mark, Waterfall
from probe.render.time_scale import TimeScale, time_scale
from tests.render.samples import waterfall


def calls(*walls_ms: float, mark: Mark = Mark.CLEAN) -> list[Waterfall]:
    update: dict[str, Any] = {"mark": mark}
    return [waterfall(1, "call1").model_copy(update=update | {"wall_ms": ms}) for ms in walls_ms]


def test_time_is_even_where_no_call_takes_much_longer_than_the_others() -> None:
    scale = time_scale(calls(1000.0, 1500.0, 2000.0))
    assert scale.compressed_from is None
    assert [scale.place(ms) for ms in (0.0, 500.0, 2000.0)] == [0.0, 25.0, 100.0]
    assert max(scale.ticks_ms()) <= 2000.0


def test_a_call_that_waits_for_its_timeout_does_not_squash_the_others() -> None:
    scale = time_scale([*calls(*[1000.0] * 20), *calls(180_000.0, mark=Mark.TIMED_OUT)])
    assert scale.compressed_from == 72.0
    assert scale.place(1000.0) == pytest.approx(72 / 1.05)
    assert scale.place(180_000.0) == 100.0
    assert list(scale.ticks_ms())[-1] == 180_000.0


def test_of_good_calls_the_slowest_twentieth_may_be_compressed_too() -> None:
    assert time_scale(calls(*[1000.0] * 19, 9000.0)).compressed_from == 72.0
    assert time_scale(calls(*[1000.0] * 18, 9000.0)).compressed_from is None


@pytest.mark.parametrize("none", [[], calls(0.0), calls(5000.0, mark=Mark.FAILED)])
def test_without_good_calls_time_is_even(none: Sequence[Waterfall]) -> None:
    scale = time_scale(none)
    assert scale.compressed_from is None
    assert scale.place(scale.end_ms) == 100.0


def test_places_rise_without_a_jump_and_stay_on_the_line() -> None:
    scale = TimeScale(even_ms=1000.0, end_ms=10_000.0)
    places = [scale.place(ms) for ms in (-5.0, 0.0, 500.0, 1000.0, 1000.1, 5500.0, 10_000.0, 99_000.0)]
    assert places == sorted(places)
    assert (places[0], places[-1]) == (0.0, 100.0)
    assert places[4] - places[3] < 0.01
