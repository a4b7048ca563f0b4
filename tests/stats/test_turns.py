"""Turns: the number of each call's request among all that a run sent to an upstream."""

from collections.abc import Sequence
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.wire import WireSummary
from probe.stats.frame import Frame
from probe.stats.turns import RequestOrder, every_nth, two_turns
from tests.builders import call
from tests.stats.frames import frame


def calls_of(n: int, failed: Sequence[int] = (), **changes: Any) -> list[Call]:
    """Return n calls, two a round; `failed` are the numbers of those that failed, from 0."""
    return [
        call(
            place // 2 + 1,
            place % 2 + 1,
            Outcome.FORBIDDEN if place in failed else Outcome.OK,
            requests_before=place,
            wall_ms=1000.0 + place,
            **changes,
        )
        for place in range(n)
    ]


def unnumbered(attempts: Sequence[int]) -> Frame:
    """Return calls whose requests were not counted, each with so many attempts."""
    return frame(
        [call(place // 2 + 1, place % 2 + 1, wire=WireSummary(attempts=tried)) for place, tried in enumerate(attempts)]
    )


def test_requests_are_summed_where_a_run_did_not_count_them() -> None:
    order = RequestOrder.of(unnumbered([1, 3, 1, 2, 1]))
    assert order.before.tolist() == [0, 1, 4, 5, 7]
    assert len(set(order.segments.tolist())) == 1


def test_the_counts_of_the_run_go_before_sums() -> None:
    order = RequestOrder.of(frame(calls_of(4, wire=WireSummary(attempts=5))))
    assert order.before.tolist() == [0, 1, 2, 3]


def test_each_run_and_each_new_count_is_a_segment_of_its_own() -> None:
    again = [each.model_copy(update={"requests_before": number}) for number, each in enumerate(calls_of(6)[4:])]
    calls = frame([*calls_of(4), *again], calls_of(2))
    order = RequestOrder.of(calls)
    first, second, third = order.segments[:4], order.segments[4:6], order.segments[6:]
    assert [len(set(part.tolist())) for part in (first, second, third)] == [1, 1, 1]
    assert len({part[0] for part in (first, second, third)}) == 3


def test_a_round_has_the_turn_of_its_first_call_unless_both_have_one() -> None:
    numbers = [0, 1, 3, 4, 4, 6]
    calls = frame(
        [each.model_copy(update={"requests_before": n}) for each, n in zip(calls_of(6), numbers, strict=True)]
    )
    first, second = calls.pairs("call1", "call2")
    assert RequestOrder.of(calls).turns(calls, first, second).sides.tolist() == [1, -1, 0]


def test_the_worse_turn_comes_first_by_failures_or_by_time() -> None:
    calls = frame(calls_of(10, failed=(1, 3, 5)))
    worse, better = two_turns(calls, RequestOrder.of(calls), by_failures=True)
    assert [(turn.n, turn.failed) for turn in (worse, better)] == [(5, 3), (5, 0)]
    assert (worse.median_ms, better.median_ms) == (1008.0, 1004.0)
    even = frame([each.model_copy(update={"wall_ms": 9000.0 - each.wall_ms}) for each in calls_of(10)])
    worse, better = two_turns(even, RequestOrder.of(even), by_failures=False)
    assert (worse.median_ms, better.median_ms) == (7996.0, 7995.0)


def test_a_turn_without_a_success_has_no_median() -> None:
    calls = frame(calls_of(4, failed=(0, 2)))
    assert two_turns(calls, RequestOrder.of(calls), by_failures=True)[0].median_ms is None


def test_in_each_segment_the_worse_turn_is_its_own() -> None:
    calls = frame(calls_of(6, failed=(0, 2, 4)), calls_of(6, failed=(1, 3, 5)))
    worse, better = two_turns(calls, RequestOrder.of(calls), by_failures=True)
    assert (worse.failed, better.failed) == (6, 0)


def found(n: int, failed: Sequence[int]) -> tuple[int, int, int, int] | None:
    calls = frame(calls_of(n, failed))
    pattern = every_nth(calls, RequestOrder.of(calls))
    return None if pattern is None else (pattern.period, pattern.failed, pattern.n, pattern.others_failed)


@pytest.mark.parametrize(
    ("n", "failed", "pattern"),
    [
        (24, range(0, 24, 3), (3, 8, 8, 0)),
        (24, range(2, 24, 3), (3, 8, 8, 0)),
        (30, [*range(0, 30, 3), 1], (3, 10, 10, 1)),  # nine tenths of the failures are of the pattern
        (30, [*range(0, 30, 3), 1, 2], None),
        (30, range(0, 27, 3), (3, 9, 10, 0)),  # nine tenths of the pattern are failures
        (30, range(0, 24, 3), None),
        (30, range(0, 30, 2), None),  # these are the first calls of rounds
        (30, range(0, 30, 5), None),
        (9, range(0, 9, 3), None),
        (9, (), None),
    ],
)
def test_a_pattern_holds_nearly_all_failures_and_is_nearly_always_one(
    n: int, failed: Sequence[int], pattern: tuple[int, int, int, int] | None
) -> None:
    assert found(n, failed) == pattern


def test_calls_of_two_segments_show_no_pattern() -> None:
    calls = frame(calls_of(12, range(0, 12, 3)), calls_of(12, range(0, 12, 3)))
    assert every_nth(calls, RequestOrder.of(calls)) is None
