"""The rounds after which a run stops, since every call fails in the same way."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from probe.model.call import Call
from probe.model.events import CallFinished, RoundFinished
from probe.model.outcome import Outcome
from probe.session.circuit_breaker import CircuitBreaker, SameFailure
from tests.builders import START, call

FORBIDDEN = Outcome.FORBIDDEN, "403"
UNAVAILABLE = Outcome.BAD_GATEWAY, "503"
GOOD = Outcome.OK, None

Told = tuple[Outcome, str | None]


def made(number: int, position: int, told: Told, apart_s: float, **changes: object) -> Call:
    begun = START + timedelta(seconds=apart_s * number + position)
    times = {"started_at": begun, "ended_at": begun + timedelta(seconds=1)}
    return call(number, position, told[0], cause=told[1], **{**times, **changes})


def stop(
    rounds: Iterable[tuple[Told, Told]], *, client: bool = True, apart_s: float = 5.0
) -> tuple[int, SameFailure] | None:
    """Return after which round the breaker stops, and for what."""
    breaker = CircuitBreaker({"relay": client})
    for number, told in enumerate(rounds, 1):
        for position, each in enumerate(told, 1):
            finished = CallFinished(at=START, call=made(number, position, each, apart_s))
            assert breaker.on_event("relay", finished) is None
        failure = breaker.on_event("relay", RoundFinished(at=START, round=number, attempt=1))
        if failure:
            return number, failure
    return None


@pytest.mark.parametrize("told", [FORBIDDEN, UNAVAILABLE, (Outcome.DNS, "relay.invalid"), (Outcome.TIMED_OUT, "hang")])
def test_three_rounds_that_fail_alike_are_enough(told: Told) -> None:
    assert stop([(told, told)] * 9) == (3, SameFailure(*told, rounds=3))


def test_one_success_begins_the_count_anew() -> None:
    down = (FORBIDDEN, FORBIDDEN)
    assert stop([down, down, (FORBIDDEN, GOOD), down, down, (GOOD, FORBIDDEN)]) is None
    assert stop([down, (FORBIDDEN, GOOD), down, down, down, down]) == (5, SameFailure(*FORBIDDEN, rounds=3))


def test_failures_of_several_kinds_are_no_reason_to_stop() -> None:
    assert stop([(FORBIDDEN, UNAVAILABLE)] * 9) is None
    assert stop([(FORBIDDEN, FORBIDDEN), (UNAVAILABLE, UNAVAILABLE)] * 5) is None


def test_statuses_of_one_kind_of_failure_are_alike() -> None:
    assert stop([(UNAVAILABLE, (Outcome.BAD_GATEWAY, "502"))] * 3) == (3, SameFailure(Outcome.BAD_GATEWAY, "502", 3))


@pytest.mark.parametrize(
    ("told", "apart_s", "after"),
    [
        ((Outcome.RATE_LIMITED, "429"), 0.01, None),
        ((Outcome.RATE_LIMITED, "429"), 10.0, 4),
        ((Outcome.RATE_LIMITED, "usage_limit"), 0.01, 3),
        (FORBIDDEN, 0.01, 3),
    ],
)
def test_plain_http_which_does_not_retry_waits_whether_it_passes(told: Told, apart_s: float, after: int | None) -> None:
    stopped = stop([(told, told)] * 20, client=False, apart_s=apart_s)
    assert (stopped[0] if stopped else None) == after


def test_a_call_that_only_follows_from_the_failure_before_it_does_not_hide_that() -> None:
    lost = Outcome.SESSION_NOT_FOUND, None
    assert stop([(UNAVAILABLE, lost)] * 3) == (3, SameFailure(Outcome.BAD_GATEWAY, None, 3))


def test_a_refusal_by_the_client_that_is_expected_says_nothing_of_the_target() -> None:
    breaker = CircuitBreaker({"relay": True})
    expected = {"expected_outcome": Outcome.SESSION_IN_USE}
    stopped = None
    for number in range(1, 4):
        first = made(number, 1, FORBIDDEN, 5.0)
        second = made(number, 2, (Outcome.SESSION_IN_USE, None), 5.0, **expected)
        for each in (first, second):
            breaker.on_event("relay", CallFinished(at=START, call=each))
        stopped = breaker.on_event("relay", RoundFinished(at=START, round=number, attempt=1))
    assert stopped is not None
    assert stopped.outcome is Outcome.FORBIDDEN


def test_arms_are_followed_apart_and_told_of_once() -> None:
    breaker = CircuitBreaker({"down": True, "up": True})
    told = []
    for number in range(1, 6):
        for arm, each in (("down", FORBIDDEN), ("up", GOOD), ("control", FORBIDDEN)):
            breaker.on_event(arm, CallFinished(at=START, call=made(number, 1, each, 5.0)))
            told.append((number, arm, breaker.on_event(arm, RoundFinished(at=START, round=number, attempt=1))))
    assert [(number, arm) for number, arm, failure in told if failure] == [(3, "down")]
