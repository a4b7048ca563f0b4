"""The schedules of faults."""

from math import inf

from probe.model.request_kind import RequestKind
from probe.upstream import parse_fault
from probe.upstream.request import CallIdentity
from probe.upstream.schedule import Scheduler

from .support import ask, background_body, upstream

MAIN, BACKGROUND = RequestKind.MAIN, RequestKind.BACKGROUND


def scheduler(*specs: str) -> Scheduler:
    return Scheduler([parse_fault(spec) for spec in specs])


def hits(of: Scheduler, calls: list[CallIdentity], kind: RequestKind = MAIN, idle_s: float = inf) -> list[bool]:
    return [bool(of.pick(call, kind, idle_s)) for call in calls]


def rounds(n: int, step: str = "call1") -> list[CallIdentity]:
    return [CallIdentity(number, step) for number in range(1, n + 1)]


def sessions(n: int) -> list[CallIdentity]:
    return [CallIdentity(session_id=f"session-{number}") for number in range(n)]


def test_on_is_the_label_of_the_step() -> None:
    of = scheduler("hang(on=call1)")
    assert hits(of, [CallIdentity(1, "call1"), CallIdentity(1, "call2"), CallIdentity()]) == [True, False, False]


def test_request_counts_within_a_call() -> None:
    of = scheduler("hang(request=2)")
    call, other = sessions(2)
    assert hits(of, [call, call, call, other, other]) == [False, True, False, False, True]


def test_request_counts_the_kind_it_is_for() -> None:
    of = scheduler("hang(request=first)")
    (call,) = sessions(1)
    assert hits(of, [call], BACKGROUND) == [False]
    assert hits(of, [call, call]) == [True, False]
    both = scheduler("hang(request=first, requests=all)")
    assert hits(both, [call], BACKGROUND) == [True]
    assert hits(both, [call]) == [False]


def test_requests_background_leaves_main_alone() -> None:
    with upstream("status(code=500, requests=background)") as up:
        assert [ask(up).status_code, ask(up, request=background_body()).status_code] == [200, 500]


def test_every_counts_rounds_where_they_are_known_else_calls() -> None:
    assert hits(scheduler("hang(every=3)"), rounds(7)) == [False, False, True, False, False, True, False]
    of = scheduler("hang(every=2)")
    first, second = sessions(2)
    assert hits(of, [first, first, second, second]) == [False, False, True, True]


def test_a_request_without_identity_is_a_call_of_its_own() -> None:
    assert hits(scheduler("hang(every=2)"), [CallIdentity()] * 4) == [False, True, False, True]


def test_times_counts_over_all_calls() -> None:
    assert hits(scheduler("hang(times=2, on=call1)"), rounds(4)) == [True, True, False, False]


def test_probability_is_one_draw_a_call_and_the_same_for_the_same_seed() -> None:
    calls = [call for call in rounds(200) for _ in range(2)]
    drawn = hits(scheduler("hang(probability=0.3, seed=7)"), calls)
    assert drawn == hits(scheduler("hang(probability=0.3, seed=7)"), calls)
    assert drawn[::2] == drawn[1::2]
    assert drawn != hits(scheduler("hang(probability=0.3, seed=8)"), calls)
    assert 30 <= sum(drawn[::2]) <= 90


def test_probability_does_not_depend_on_what_else_is_asked_or_on_random_ids() -> None:
    in_order = dict(zip(rounds(50), hits(scheduler("hang(probability=0.5)"), rounds(50)), strict=True))
    backwards = rounds(50)[::-1]
    assert dict(zip(backwards, hits(scheduler("hang(probability=0.5)"), backwards), strict=True)) == in_order
    renamed = [CallIdentity(session_id=f"renamed-{number}") for number in range(50)]
    of = scheduler("hang(probability=0.5)")
    assert hits(of, renamed) == hits(scheduler("hang(probability=0.5)"), sessions(50))


def test_probability_bounds_and_independence_of_faults() -> None:
    assert not any(hits(scheduler("hang(probability=0)"), rounds(50)))
    assert all(hits(scheduler("hang(probability=1)"), rounds(50)))
    of = scheduler("wrong_model(probability=0.5)", "wrong_text(probability=0.5)")
    assert {len(of.pick(call, MAIN, inf)) for call in rounds(50)} == {0, 1, 2}


def test_after_idle_needs_idleness() -> None:
    of = scheduler("hang(after_idle=10s)")
    (call,) = sessions(1)
    assert [bool(of.pick(call, MAIN, idle_s)) for idle_s in (inf, 0.0, 9.9, 10.0)] == [True, False, False, True]


def test_cold_start_meets_another_request_where_told_so() -> None:
    (call,) = sessions(1)
    assert hits(scheduler("cold_start(delay=1s)"), [call] * 3) == [True, False, False]
    assert hits(scheduler("cold_start(delay=1s, request=2)"), [call] * 3) == [False, True, False]


def test_a_fault_that_another_displaced_is_not_used_up() -> None:
    of = scheduler("stall(times=1)", "hang(times=1)", "wrong_text")
    names = [[fault.name for fault in of.pick(call, MAIN, inf)] for call in rounds(3)]
    assert names == [["stall", "wrong_text"], ["hang", "wrong_text"], ["wrong_text"]]
