"""The axes that charts share: their ends and ticks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.chart import Mark
from probe.render.axes import counted_marks, legend, linear_ticks, rounds_axis, time_axis
from tests.render.drawn_charts import EN


@given(st.lists(st.floats(0, 1e8), min_size=1, max_size=20))
def test_an_axis_of_durations_shows_all_of_them_with_a_few_round_ticks(values: list[float]) -> None:
    axis = time_axis(values, "time")
    low, high = axis["scale"]["domain"]
    assert all(low <= max(value, 1.0) <= high for value in values)
    ticks = axis["axis"]["values"]
    assert 1 <= len(ticks) <= 9
    assert all(low <= tick <= high for tick in ticks)


def test_an_axis_is_logarithmic_only_where_durations_lie_far_apart() -> None:
    assert "type" not in time_axis([1000, 3000], "time")["scale"]
    assert time_axis([1000, 180_000], "time")["scale"]["type"] == "log"


def test_without_durations_an_axis_ends_at_a_second() -> None:
    axis = time_axis([], "time")
    assert axis["scale"]["domain"][1] >= 1000
    assert time_axis([0.0], "time")["scale"]["domain"][0] == 0


def test_room_above_the_longest_is_left_where_it_is_asked_for() -> None:
    assert time_axis([1000.0], "time", room=2.0)["scale"]["domain"][1] >= 2000


def test_bars_that_begin_at_nothing_stand_on_an_even_axis_however_far_apart_they_are() -> None:
    axis = time_axis([1.0, 100_000.0], "time", logarithmic=False)
    assert "type" not in axis["scale"]
    assert axis["scale"]["domain"][0] == 0


@pytest.mark.parametrize(
    ("high", "ticks"),
    [
        (0.0, [0]),
        (10.0, [0, 2, 4, 6, 8, 10]),
        (700.0, [0, 200, 400, 600]),
        (25_000.0, [0, 5000, 10_000, 15_000, 20_000, 25_000]),
        (180_000.0, [0, 30_000, 60_000, 90_000, 120_000, 150_000, 180_000]),
        (7_200_000.0, [0, 1_800_000, 3_600_000, 5_400_000, 7_200_000]),
    ],
)
def test_ticks_are_round_moments_and_no_more_than_seven(high: float, ticks: list[int]) -> None:
    assert linear_ticks(high) == ticks


def test_each_of_few_rounds_has_a_tick_and_of_many_only_whole_numbers() -> None:
    few, many = rounds_axis(range(1, 31), "round"), rounds_axis(range(1, 32), "round")
    assert few["axis"]["values"] == list(range(1, 31))
    assert "values" not in many["axis"]
    assert many["axis"]["tickMinStep"] == 1
    assert few["scale"]["domain"] == [0.4, 30.6]
    assert rounds_axis([], "round")["axis"]["values"] == [1]


def test_marks_are_counted_in_one_order_and_those_that_are_not_there_are_left_out() -> None:
    marks = [Mark.FAILED, Mark.CLEAN, Mark.FAILED]
    assert counted_marks(marks, EN) == "1 clean, 2 failed"
    assert counted_marks([], EN) == ""


def test_words_in_a_legend_keep_their_order_and_looks() -> None:
    channel = legend("mark", {"b": "circle", "a": "square"})
    assert (channel["scale"]["domain"], channel["scale"]["range"]) == (["b", "a"], ["circle", "square"])
