import pytest

from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.stats.frame import KEEP_FROM_THE_START, KEEP_IN_ALL, FrameBuilder
from tests.builders import call
from tests.stats.frames import frame


def test_pairs_are_aligned_by_round_whatever_order_calls_came_in() -> None:
    calls = [
        call(3, 2, wall_ms=32.0),
        call(1, 1, wall_ms=11.0),
        call(2, 2, wall_ms=22.0),
        call(3, 1, wall_ms=31.0),
        call(1, 2, wall_ms=12.0),
        call(2, 1, wall_ms=21.0),
    ]
    first, second = frame(calls).pairs("call1", "call2")
    assert first["wall_ms"].tolist() == [11.0, 21.0, 31.0]
    assert second["wall_ms"].tolist() == [12.0, 22.0, 32.0]


def test_rounds_that_lack_a_step_make_no_pair() -> None:
    calls = [call(1, 1), call(2, 2), call(3, 1), call(3, 2), call(4, 2)]
    first, second = frame(calls).pairs("call1", "call2")
    assert first["round"].tolist() == second["round"].tolist() == [3.0]
    assert [len(each) for each in frame(calls).pairs("call1", "call9")] == [0, 0]
    assert len(frame(calls)) == 5


def test_rounds_of_several_runs_are_not_mixed() -> None:
    run_1 = [call(1, 1, wall_ms=111.0), call(1, 2, wall_ms=112.0), call(2, 1, wall_ms=121.0)]
    run_2 = [call(1, 1, wall_ms=211.0), call(2, 1, wall_ms=221.0), call(2, 2, wall_ms=222.0)]
    calls = frame(run_1, run_2)
    first, second = calls.pairs("call1", "call2")
    assert list(zip(first["wall_ms"], second["wall_ms"], strict=True)) == [(111.0, 112.0), (221.0, 222.0)]
    assert [calls.run_ids[int(run)] for run in first["run"]] == ["run-1", "run-2"]
    assert [each.run for each in calls.kept] == [0, 0, 0, 1, 1, 1]


def test_a_frame_is_sorted_by_run_round_and_step() -> None:
    calls = frame([call(2, 2), call(2, 1), call(1, 1)], [call(1, 2), call(1, 1)])
    places = list(zip(calls["run"], calls["round"], calls["step"], strict=True))
    assert places == sorted(places)
    assert [(each.run, each.row.round, each.row.step) for each in calls.kept] == places


def test_a_round_of_many_steps_is_kept_together() -> None:
    calls = frame([call(2, 1), call(1, 80), call(1, 65), call(2, 70)])
    assert list(zip(calls["round"], calls["step"], strict=True)) == [(1, 64), (1, 79), (2, 0), (2, 69)]


def test_an_attempt_whose_place_was_taken_is_dropped_from_its_own_run_only() -> None:
    builder = FrameBuilder()
    builder.begin_run("one")
    builder.add([row_of(call(1, 1, attempt=1))])
    builder.begin_run("two")
    later = (call(1, 1, Outcome.AUTH, attempt=1), call(1, 1, attempt=2), call(2, 1, Outcome.AUTH, attempt=1))
    builder.add(map(row_of, later))
    builder.drop({(1, 1)})
    calls = builder.build()
    assert list(zip(calls["run"], calls["round"], calls["attempt"], strict=True)) == [(0, 1, 1), (1, 1, 2), (1, 2, 1)]
    assert [(each.run, each.row.round, each.row.attempt) for each in calls.kept] == [(0, 1, 1), (1, 1, 2), (1, 2, 1)]
    assert calls.incidents == 1
    assert int(calls.are("failed").sum()) == 1


def test_an_empty_frame_is_a_frame() -> None:
    calls = frame([])
    assert (len(calls), calls.kept, calls.incidents) == (0, (), 0)
    assert [len(each) for each in calls.pairs("call1", "call2")] == [0, 0]


@pytest.mark.parametrize("at_a_time", [1, 300, 100_000])
def test_of_many_calls_the_first_and_what_went_wrong_are_kept_whole_as_far_as_there_is_room(at_a_time: int) -> None:
    good, bad = row_of(call(1, 1)), row_of(call(1, 1, Outcome.AUTH))
    all_of_them = [good] * (KEEP_FROM_THE_START + 100) + [bad] * KEEP_IN_ALL
    builder = FrameBuilder()
    builder.begin_run("long")
    for start in range(0, len(all_of_them), at_a_time):
        builder.add(all_of_them[start : start + at_a_time])
    calls = builder.build()
    assert len(calls) == KEEP_FROM_THE_START + 100 + KEEP_IN_ALL
    assert len(calls.kept) == KEEP_IN_ALL
    assert sum(not each.incident for each in calls.kept) == KEEP_FROM_THE_START
    assert calls.incidents == KEEP_IN_ALL
