"""Idle times before recorded requests."""

from typing import Any

from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.stats.idle_groups import idle_groups, with_idle_times
from tests.reporting.recordings import Script, good
from tests.stats.recorded import recorded
from tests.stats.recorded_summary import summary


def test_idle_times_are_those_without_any_main_request() -> None:
    script = Script()
    script.request(0, good())
    script.request(0.5, good(), kind="background")
    script.request(2, good())
    script.request(403, good())
    groups = summary(script).idle
    assert [(group.is_first, group.from_ms, group.requests) for group in groups] == [
        (True, 0.0, 1), (False, 0.0, 1), (False, 300_000.0, 1),
    ]  # fmt: skip


def test_idle_is_the_time_since_the_last_main_request_had_ended() -> None:
    requests = [
        recorded(50, number=4),
        recorded(0, 10, number=1),
        recorded(5, 1, number=2),
        recorded(20, number=3, kind=RequestKind.BACKGROUND),
    ]
    found = with_idle_times(requests)
    assert [request.number for request in found] == [1, 2, 3, 4]
    assert [request.idle_before_ms for request in found] == [None, 0.0, None, 40_000.0]


def test_groups_go_by_round_idle_times_and_hold_clean_successes_alone() -> None:
    requests = [
        recorded(ttft_ms=700.0),
        *(recorded(idle_before_ms=idle_ms, ttft_ms=idle_ms) for idle_ms in (0.0, 4_999.0, 5_000.0, 4e6)),
        recorded(idle_before_ms=6_000.0),
        recorded(idle_before_ms=1.0, outcome=Outcome.OVERLOADED),
        recorded(idle_before_ms=1.0, endings=("529", "good")),
    ]
    groups = [(group.is_first, group.from_ms, group.to_ms, group.requests) for group in idle_groups(requests)]
    assert groups == [
        (True, 0.0, 5_000.0, 1),
        (False, 0.0, 5_000.0, 2),
        (False, 5_000.0, 60_000.0, 2),
        (False, 3_600_000.0, None, 1),
    ]


def test_a_group_has_medians_and_the_longest_time() -> None:
    (group,) = idle_groups(recorded(ttft_ms=ttft_ms) for ttft_ms in (100.0, 200.0, 900.0, None))
    assert (group.wait_median_ms, group.ttft_median_ms, group.ttft_max_ms) == (300.0, 200.0, 900.0)
    (silent,) = idle_groups([recorded()])
    assert (silent.ttft_median_ms, silent.ttft_max_ms) == (None, None)
    nothing: Any = idle_groups([])
    assert nothing == ()
