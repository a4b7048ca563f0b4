"""Tests for a recording: exchanges are told as they happen, and forgotten."""

import gc
from typing import Any

from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun, ExchangeEnded, RecordedEvent
from probe.model.request_kind import RequestKind
from probe.wire.exchange_record import Record
from tests.upstream.support import wait_until
from tests.wire.sinks import MESSAGES, Collected, recording
from tests.wire.support import (
    RawServer,
    answering,
    black_hole,
    connect,
    event,
    ok,
    post,
    read_request,
    read_until,
    talk,
)

STREAM = "text/event-stream"
START = event("message_start", message={"id": "msg_7", "model": "real-one", "usage": {"input_tokens": 7}})
OPEN = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
PIECE = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"})
STOP = event("message_stop")


def told_of_a_stream() -> list[Any]:
    """Return the events of one streamed answer, which goes on as soon as the sink knows of what came before."""
    told = Collected()

    def slowly(connection: Any) -> None:
        read_request(connection)
        wait_until(lambda: len(told.of(ExchangeBegun)) == 1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + START)
        wait_until(lambda: len(told.of(ExchangeAnswering)) == 1)
        connection.sendall(OPEN + PIECE)
        wait_until(lambda: len(told.of(ExchangeAnswering)) == 2)
        connection.sendall(event("content_block_stop", index=0) + STOP)

    body = {"model": "m", "stream": True, "tools": [{}], "messages": MESSAGES}
    headers = b"x-claude-code-session-id: 8a6e0804-2bd0-4672-b79d-d97027f9071a\r\nuser-agent: claude-cli/2.1.9\r\n"
    with RawServer(slowly) as server, recording(server.base_url, told) as tap:
        talk(tap, post(body, extra=headers))
        wait_until(lambda: len(told.of(ExchangeEnded)) == 1)
    assert tap.exchanges(0) == ()
    assert [part.event for part in told.events] == ["begun", "answering", "answering", "ended"]
    return told.events


def test_an_exchange_is_told_when_it_begins_answers_and_ends() -> None:
    begun, headed, content, ended = told_of_a_stream()
    assert (begun.kind, begun.model_requested, begun.tools, begun.stream_requested) == (RequestKind.MAIN, "m", 1, True)
    assert (headed.status, headed.content_events, content.content_events) == (200, 0, 1)
    assert ended.exchange.good
    assert ended.exchange.model_served == "real-one"
    assert ended.exchange.request_begun_at_ms == 0


def test_events_say_when_they_were_and_who_asked() -> None:
    begun, headed, content, ended = told_of_a_stream()
    assert begun.begun_at == ended.begun_at <= begun.at <= headed.at <= content.at <= ended.at
    assert begun.facts == ended.facts
    assert begun.facts.session_id == "8a6e0804-2bd0-4672-b79d-d97027f9071a"
    assert (begun.facts.user_agent, begun.facts.messages) == ("claude-cli/2.1.9", 1)


def test_a_credential_of_the_request_is_nowhere_though_the_upstream_repeats_it() -> None:
    told = Collected()
    refused = b'{"type":"error","error":{"type":"auth","message":"no such key: Zy9-Qx8_Wv7/Ut6 or Cc3rumb5"}}'
    answer = b"HTTP/1.1 401 X\r\nX-Request-Id: req_Zy9-Qx8_Wv7/Ut6\r\nConnection: close\r\n\r\n" + refused
    headers = b"Authorization: Bearer Zy9-Qx8_Wv7/Ut6\r\nCookie: a=1; session=Cc3rumb5\r\n"
    with answering(answer) as server, recording(server.base_url, told, keep_bodies=True) as tap:
        talk(tap, post({"model": "m", "messages": MESSAGES}, extra=headers))
    (ended,) = told.of(ExchangeEnded)
    assert ended.exchange.error_message == "no such key: [redacted] or [redacted]"
    assert b"no such key: [redacted] or [redacted]" in ended.response
    assert b"nobody is to read" in ended.request
    assert not [part for part in told.events if "Zy9-Qx8" in repr(part) or "Cc3rumb5" in repr(part)]


def test_what_has_ended_is_forgotten() -> None:
    class Counting:
        ended = 0

        def take(self, event: RecordedEvent) -> None:
            self.ended += isinstance(event, ExchangeEnded)

    counting = Counting()
    with answering(ok(b"{}"), keep_alive=True) as server, recording(server.base_url, counting) as tap:
        with connect(tap.base_url) as client:
            for _ in range(300):
                client.sendall(post({"model": "m", "messages": MESSAGES}))
                read_until(client, b"{}")
        wait_until(lambda: counting.ended == 300)
        gc.collect()
        records = [thing for thing in gc.get_objects() if isinstance(thing, Record)]
        assert len(records) <= 1


def test_a_request_is_told_while_it_waits_for_a_connection() -> None:
    told = Collected()
    with black_hole() as base_url, recording(base_url, told) as tap, connect(tap.base_url) as client:
        client.sendall(post({"model": "m", "messages": MESSAGES}))
        wait_until(lambda: len(told.events) == 1)
        assert told.of(ExchangeBegun)[0].model_requested == "m"
