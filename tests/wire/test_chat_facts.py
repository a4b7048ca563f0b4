"""Tests for what the recorder reads of chat completions, whole or in chunks, sound or not."""

import json
import socket
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from probe.model.client import ModelUsage
from probe.model.exchange import Exchange
from probe.model.request_kind import RequestKind, request_kind
from probe.wire import CallTap
from tests.upstream.support import wait_until
from tests.wire.support import RawServer, answering, ok, post, read_request, recorder, seen, talk

PATH = "/v1/chat/completions"
DONE = b"data: [DONE]\n\n"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def chunk(delta: Any = None, finish: str | None = None, **more: Any) -> bytes:
    choices = [{"index": 0, "delta": {} if delta is None else delta, "finish_reason": finish}]
    return f"data: {json.dumps({'model': 'served-1', 'choices': choices, **more})}\n\n".encode()


def observed(*pieces: bytes, path: str = PATH, gap_s: float = 0.0) -> Exchange:
    """Return the exchange in which an upstream sent these pieces."""
    with recorder() as running, answering(*pieces, gap_s=gap_s) as server, running.open_call(server.base_url) as tap:
        talk(tap, post(path=path))
        (exchange,) = seen(tap)
    return exchange


def one_by_one(*pieces: bytes, gap_s: float) -> tuple[Exchange, Callable[[int, int], tuple[float, float]]]:
    """Return the exchange in which an upstream sent these pieces, `gap_s` apart once the piece before had been read.

    With it comes what lay at least and at most, in ms, between two pieces, however slow the machine was.
    """
    sent: list[float] = []
    known: list[float] = []
    taps: list[CallTap] = []

    def has_come(body: int) -> bool:
        return any(record.status is not None and record.response_bytes == body for record in taps[0]._log.records)

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        for number, piece in enumerate(pieces):
            sent.append(time.monotonic())
            connection.sendall(piece)
            wait_until(partial(has_come, sum(map(len, pieces[1 : number + 1]))))  # the first is the head
            known.append(time.monotonic())
            time.sleep(gap_s)

    with recorder() as running, RawServer(handle) as server, running.open_call(server.base_url) as tap:
        taps.append(tap)
        talk(tap, post(path=PATH))
        (exchange,) = seen(tap)
    return exchange, lambda one, other: ((sent[other] - known[one]) * 1000, (known[other] - sent[one]) * 1000)


USAGE = {"prompt_tokens": 30, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 20}}


def test_a_stream_of_chunks() -> None:  # complexity: radon counts assertions, too
    found, between = one_by_one(
        STREAM,
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": "PROBE"}),
        chunk({"content": "_OK"}),
        chunk(finish="stop") + chunk(choices=[], usage=USAGE) + DONE,
        gap_s=0.1,
    )
    assert (found.kind, found.stream_requested, found.streamed, found.good) == (RequestKind.MAIN, True, True, True)
    assert (found.model_served, found.stop_reason) == ("served-1", "stop")
    assert (found.events, found.content_events, found.content_reads, found.pings) == (6, 2, 2, 0)
    assert found.usage == ModelUsage(input_tokens=10, cache_read_tokens=20, output_tokens=7)
    assert found.content_span_ms is not None
    assert found.longest_gap_ms is not None
    least, most = between(2, 3)
    assert least <= found.content_span_ms <= most
    assert 100 <= found.longest_gap_ms <= max(between(number, number + 1)[1] for number in range(4))
    assert found.first_event_at_ms is not None
    assert found.first_content_at_ms is not None
    assert found.first_content_at_ms - found.first_event_at_ms >= 99, "a role is no content"


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning", "refusal"])
def test_thinking_aloud_is_content_too(key: str) -> None:
    found = observed(STREAM, chunk({key: "hm", "content": None}), chunk({"content": "x"}), DONE)
    assert found.content_events == 2
    assert found.good


def test_a_stream_without_done_is_not_complete() -> None:
    found = observed(STREAM, chunk({"content": "PROBE_OK"}), chunk(finish="stop"))
    assert not found.message_complete
    assert not found.good
    assert found.unreadable is None


@pytest.mark.parametrize("pieces", [[DONE], [b'data: {"object": "ping"}\n\n', DONE], [b"data: 7\n\n"]])
def test_done_alone_is_no_answer(pieces: list[bytes]) -> None:
    found = observed(STREAM, *pieces)
    assert found.unreadable == "not a message"
    assert not found.good


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, "overloaded_error", "Overloaded"),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, "rate_limit_exceeded", "slow down"),
        ("it broke", "error", "it broke"),
    ],
)
def test_an_error_inside_the_stream(error: object, kind: str, message: str) -> None:
    data = b"data: " + json.dumps({"error": error}).encode() + b"\n\n"
    for pieces in ([chunk({"content": "x"}), data], [data, DONE], [b"event: error\n" + data]):
        found = observed(STREAM, *pieces)
        assert (found.error_type, found.error_message) == (kind, message)
        assert not found.good


def test_a_chunk_that_does_not_parse() -> None:
    found = observed(STREAM, chunk({"content": "x"}), b'data: {"choices": [{"del\n\n', DONE)
    assert found.unreadable == "json"
    assert not found.good


def test_comments_are_pings() -> None:
    pieces = [STREAM, *[b": keep-alive\n\n"] * 3]
    alone = observed(*pieces, gap_s=0.02)
    assert (alone.events, alone.pings, alone.content_events) == (3, 3, 0)
    before, between = one_by_one(*pieces, chunk({"content": "x"}), DONE, gap_s=0.1)
    assert (before.events, before.pings, before.content_events, before.good) == (5, 3, 1, True)
    assert before.longest_gap_ms is not None
    longest = max(between(number, number + 1)[1] for number in range(5))
    assert before.longest_gap_ms <= longest, "a comment ends a gap, as a ping does"


def test_comments_in_a_message_stream_count_for_nothing() -> None:
    found = observed(STREAM, b": keep-alive\n\n: keep-alive\n\n", path="/v1/messages")
    assert (found.events, found.pings) == (0, 0)


def test_tools_that_are_asked_for() -> None:
    call = {"index": 0, "id": "1", "function": {"name": "Bash", "arguments": ""}}
    more = {"index": 0, "function": {"arguments": '{"command": "ls"}'}}
    found = observed(
        STREAM, chunk({"tool_calls": [call]}), chunk({"tool_calls": [more]}), chunk(finish="tool_calls"), DONE
    )
    assert (found.tools_requested, found.stop_reason, found.good) == (("Bash",), "tool_calls", True)
    old = observed(STREAM, chunk({"function_call": {"name": "Write", "arguments": "{}"}}), DONE)
    assert old.tools_requested == ("Write",)


def test_a_whole_completion() -> None:
    said = {
        "id": "chatcmpl-1",
        "model": "served-1",
        "choices": [{"message": {"role": "assistant", "content": "PROBE_OK"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 1},
    }
    found = observed(ok(json.dumps(said).encode()))
    assert (found.good, found.streamed, found.model_served, found.stop_reason) == (True, False, "served-1", "stop")
    assert (found.events, found.content_events, found.message_id) == (0, 0, "chatcmpl-1")
    assert found.first_content_at_ms is not None
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.cache_read_tokens) == (3, None)


@pytest.mark.parametrize(
    "body", [b'{"type": "message", "content": []}', b'{"choices": 1}', b"[]", b'{"object": "list"}']
)
def test_another_json_is_no_completion(body: bytes) -> None:
    found = observed(ok(body))
    assert (found.unreadable, found.good) == ("not a message", False)


def test_a_completion_is_no_message() -> None:
    body = json.dumps({"choices": [{"message": {"content": "x"}}]}).encode()
    assert observed(ok(body), path="/v1/messages").unreadable == "not a message"


@pytest.mark.parametrize(
    "hostile",
    [
        {
            "choices": [
                None,
                7,
                {"delta": None},
                {"delta": {"tool_calls": [None, {"function": 3}, {"function": {"name": 4}}]}},
            ]
        },
        {
            "choices": [],
            "model": 5,
            "usage": {"prompt_tokens": -1, "completion_tokens": True, "prompt_tokens_details": 3},
        },
        {"choices": [{"delta": {"tool_calls": "x", "function_call": "y"}, "finish_reason": {}}], "usage": []},
    ],
)
def test_nonsense_in_chunks_is_looked_over(hostile: dict[str, Any]) -> None:
    data = b"data: " + json.dumps(hostile).encode() + b"\n\n"
    found = observed(STREAM, data, chunk({"content": "x"}), DONE)
    assert (found.good, found.capped, found.usage, found.model_served) == (True, False, None, "served-1")


def test_a_chat_completion_is_a_main_request() -> None:
    for path in ("/v1/chat/completions", "/chat/completions", "/r/0001/call1/v1/chat/completions"):
        assert request_kind("POST", path, {"max_tokens": 1}) is RequestKind.MAIN
    assert request_kind("GET", "/v1/chat/completions", None) is RequestKind.OTHER
