"""Events of a stream are read from its bytes."""

import pytest

from probe.checks.stream_content import (
    chat_problems,
    error_inside,
    holds_chat,
    holds_comments,
    is_nameless,
    message_events,
    messages_problems,
    text_of,
)
from tests.checks.results import BLOCK, DELTA, GOOD, START, stream_of


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'data: {"error":{"type":"overloaded","message":"later"}}\n\n', ("overloaded", "later")),
        (b'data: {"error":"no channel"}\n\n', ("error", "no channel")),
        (b'data: {"error":null}\n\n', None),
    ],
)
def test_the_error_of_a_stream_in_any_shape(body: bytes, error: tuple[str, str] | None) -> None:
    assert error_inside(body) == error


CHAT = b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'


def test_events_without_a_name_reach_no_client() -> None:
    named = stream_of(*GOOD)
    nameless = b"".join(line + b"\n" for line in named.splitlines() if not line.startswith(b"event:"))
    assert is_nameless(nameless)
    assert not is_nameless(named)
    assert not is_nameless(b'event: message_start\ndata: {"type":"message_start"}\n\n' + nameless)
    assert not is_nameless(CHAT)
    assert not is_nameless(b"")


def test_chunks_of_chat_and_comments_are_known() -> None:
    assert holds_chat(CHAT)
    assert not holds_chat(stream_of(*GOOD))
    assert not holds_chat(b'data: {"choices":null}\n\n')
    assert holds_comments(b": keep-alive\n\n" + CHAT)
    assert holds_comments(CHAT + b":\n\n")
    assert not holds_comments(CHAT + b"data: a: b\n\n")


def test_the_text_of_a_stream_is_that_of_its_deltas() -> None:
    odd = ("content_block_delta", '{"type":"content_block_delta","delta":7}')
    none = ("content_block_delta", '{"type":"content_block_delta","delta":{"type":"signature_delta"}}')
    assert text_of(stream_of(START, BLOCK, DELTA, odd, none, DELTA)) == "aa"
    assert text_of(CHAT) == ""


def test_only_whole_events_with_an_object_are_read() -> None:
    body = b'data: {"a":1}\n\ndata: [1]\n\ndata: {oops\n\ndata: [DONE]\n\ndata: {"b":2}\n\ndata: {"cut":3}'
    assert list(message_events(body)) == [{"a": 1}, {"b": 2}]
    assert list(message_events(b"data: " + b"[" * 100_000 + b"\n\n")) == []


def test_what_is_missing_counts_only_where_the_stream_came_to_its_end() -> None:
    begun = stream_of(START, BLOCK, DELTA)
    assert list(messages_problems(begun, complete=False)) == []
    assert "no content_block_stop" in list(messages_problems(begun, complete=True))
    assert list(messages_problems(b"", complete=True)) == [], "an empty body is an outcome of its own"
    assert list(chat_problems(CHAT, complete=False)) == []
    assert list(chat_problems(CHAT, complete=True)) == ["no [DONE] at the end", "no finish_reason"]


def test_a_hostile_name_of_an_event_controls_no_terminal() -> None:
    body = b"event: \x1b[2J" + b"x" * 500 + b'\ndata: {"type":"content_block_stop","index":0}\n\n'
    problems = list(messages_problems(stream_of(START, BLOCK) + body, complete=False))
    assert problems
    assert all("\x1b" not in problem and len(problem) <= 100 for problem in problems)


def test_the_error_of_a_stream_is_cut_and_printable() -> None:
    kind, message = error_inside(b'data: {"error":{"message":"\\u001b[2J' + b"x" * 999 + b'"}}\n\n') or ("", "")
    assert (kind, len(message), "\x1b" in message) == ("error", 200, False)
