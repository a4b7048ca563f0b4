"""Attempts at one request are found among the exchanges of a recording."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.diagnose.group_attempts import AttemptGrouper, end_ms, group_attempts
from probe.model.recorded_events import ExchangeEnded
from tests.reporting.recordings import Script, ended, good, refused, silent


def numbers(events: list[ExchangeEnded]) -> list[list[int]]:
    """Return the numbers of the exchanges of each request, in the order of their beginning."""
    return sorted([attempt.sequence for attempt in attempts] for attempts in group_attempts(events))


def test_a_request_and_its_retries_are_one() -> None:
    script = Script()
    script.request(0, refused(), refused(), good())
    script.request(10, good())
    assert numbers(ended(script)) == [[1, 2, 3], [4]]


def test_after_an_answer_the_same_request_is_another() -> None:
    script = Script()
    for at_s in (0, 10):
        script.exchange(at_s, good(), digest="same")
    assert numbers(ended(script)) == [[1], [2]]


def test_a_fallback_after_an_answer_that_was_thrown_away_belongs_to_it() -> None:
    script = Script()
    script.exchange(0, good(), digest="same")
    script.exchange(1.5, good(), digest="same", stream_requested=False)
    assert numbers(ended(script)) == [[1, 2]]


@pytest.mark.parametrize("changed", [{"facts": {"session_id": "another"}}, {"facts": {"agent_id": "a1"}},
                                     {"path": "/v1/messages/count_tokens"}, {"kind": "background"}])  # fmt: skip
def test_others_that_ask_the_same_are_told_apart(changed: dict[str, Any]) -> None:
    script = Script()
    script.exchange(0, refused(), digest="same")
    script.exchange(2, good(), digest="same", **changed)
    assert numbers(ended(script)) == [[1], [2]]


def test_two_that_ask_the_same_at_the_same_time_are_two() -> None:
    script = Script()
    script.exchange(0, refused(ended_at_ms=9000.0, last_byte_at_ms=9000.0), digest="same")
    script.exchange(1, refused(), digest="same")
    assert numbers(ended(script)) == [[1], [2]]


def test_a_request_that_comes_again_much_later_is_no_retry() -> None:
    script = Script()
    script.exchange(0, refused(), digest="same")
    script.exchange(1000, good(), digest="same")
    assert numbers(ended(script)) == [[1], [2]]


def test_an_attempt_that_is_open_for_long_while_others_end_still_belongs_to_its_request() -> None:
    script = Script()
    script.exchange(0, refused(), digest="same")
    script.exchange(2, good(last_byte_at_ms=900_000.0, ended_at_ms=900_000.0), digest="same")
    for at_s in range(10, 900, 10):
        script.exchange(at_s, good(), digest=f"other {at_s}")
    assert [1, 2] in numbers(ended(script))


@given(st.lists(st.tuples(st.integers(0, 50), st.sampled_from("abc"), st.sampled_from([good, refused, silent]))))
def test_every_exchange_is_of_one_request(asked: list[tuple[int, str, Any]]) -> None:
    script = Script()
    for at_s, digest, fields in asked:
        script.exchange(at_s, fields(), digest=digest)
    found = [number for attempts in numbers(ended(script)) for number in attempts]
    assert sorted(found) == list(range(1, len(asked) + 1))


def test_of_many_requests_at_once_the_oldest_is_given_out_first() -> None:
    script = Script()
    for number in range(1001):
        script.exchange(0, refused(), digest=f"request {number}")
    grouper = AttemptGrouper()
    given = [attempts for event in ended(script) for attempts in grouper.take(event)]
    assert [attempt.sequence for attempts in given for attempt in attempts] == [1]
    assert len(list(grouper.rest())) == 1000


def test_a_request_is_over_with_the_last_byte_of_a_whole_answer_and_else_with_its_exchange() -> None:
    script = Script()
    whole = script.exchange(0, good(last_byte_at_ms=700.0, ended_at_ms=9000.0), digest=None).exchange
    assert end_ms(whole) == 700
    assert end_ms(whole.model_copy(update={"message_complete": False})) == 9000
    assert end_ms(whole.model_copy(update={"last_byte_at_ms": None})) == 9000
    unknown = {"message_complete": False, "ended_at_ms": None, "last_byte_at_ms": None, "request_begun_at_ms": 40.0}
    assert end_ms(whole.model_copy(update=unknown)) == 40


def test_a_stream_that_is_asked_for_again_long_after_its_answer_is_another_request() -> None:
    script = Script()
    script.exchange(0, good(), digest="same")
    script.exchange(12, good(), digest="same", stream_requested=False)
    assert numbers(ended(script)) == [[1], [2]]
