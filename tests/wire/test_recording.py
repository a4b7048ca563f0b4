"""Tests for a recording: exchanges are told as they happen, and forgotten."""

import gc
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from probe.model.recorded_events import EventsLost, ExchangeAnswering, ExchangeBegun, ExchangeEnded, RecordedEvent
from probe.model.request_kind import RequestKind
from probe.wire import RECORDING_LIMITS, CallTap, sink_queue
from probe.wire.exchange_record import Record
from tests.upstream.support import wait_until

from .support import (
    RawServer,
    answering,
    black_hole,
    connect,
    event,
    ok,
    post,
    read_request,
    read_until,
    recorder,
    talk,
)

STREAM = "text/event-stream"
START = event("message_start", message={"id": "msg_7", "model": "real-one", "usage": {"input_tokens": 7}})
OPEN = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
PIECE = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"})
STOP = event("message_stop")
MESSAGES = [{"role": "user", "content": "a question that nobody is to read"}]


class Collected:
    """Keeps the events in memory."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []

    def take(self, event: RecordedEvent) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@contextmanager
def recording(base_url: str, *sinks: Any, **options: Any) -> Iterator[CallTap]:
    with (
        recorder(limits=RECORDING_LIMITS, **options) as running,
        running.open_recording(base_url, sinks) as tap,
    ):
        yield tap


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


def test_attempts_at_one_request_have_one_digest() -> None:
    marked = [{"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]}]
    plain = [{"role": "user", "content": [{"type": "text", "text": "a"}]}]
    longer = [*plain, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]
    told = Collected()
    with answering(ok(b"{}")) as server, recording(server.base_url, told) as tap:
        for messages in (marked, plain, longer, MESSAGES):
            talk(tap, post({"model": "m", "messages": messages}))
    first, again, later, different = (ended.facts for ended in told.of(ExchangeEnded))
    assert first == again
    assert (later.conversation, later.messages) == (first.conversation, 3)
    assert later.digest != first.digest
    assert different.conversation != first.conversation
    assert "nobody" not in "".join(part.model_dump_json() for part in told.events)


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


class Broken:
    """Fails."""

    def take(self, event: RecordedEvent) -> None:
        raise ValueError("broken")


class Stuck:
    """Waits until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def take(self, event: RecordedEvent) -> None:
        self.go_on.wait(20)


def test_a_sink_that_fails_or_waits_neither_delays_nor_breaks_traffic() -> None:
    told, stuck = Collected(), Stuck()
    with answering(ok(b"{}")) as server, recording(server.base_url, stuck, Broken(), told) as tap:
        for _ in range(10):
            received, error = talk(tap, post({"model": "m", "messages": MESSAGES}))
            assert received.endswith(b"{}")
            assert error is None
        assert not told.events
        stuck.go_on.set()
    assert len(told.of(ExchangeEnded)) == 10


def test_what_does_not_fit_is_counted_and_told() -> None:
    told, stuck = Collected(), Stuck()
    with answering(ok(b"{}"), keep_alive=True) as server, recording(server.base_url, stuck, told) as tap:
        assert tap._log.feed is not None
        tap._log.feed.queue.most_events = 5
        with connect(tap.base_url) as client:
            for _ in range(10):
                client.sendall(post({"model": "m", "messages": MESSAGES}))
                read_until(client, b"{}")
        stuck.go_on.set()
    lost = told.of(EventsLost)[-1]
    kept = len(told.of(ExchangeEnded))
    assert lost.exchanges == 10 - kept > 0
    assert lost.exchanges + lost.other_events + len(told.events) - len(told.of(EventsLost)) == 30


def test_an_event_that_cannot_be_made_is_counted_and_the_next_is_told() -> None:
    def broken() -> RecordedEvent:
        raise LookupError("a body that nobody foresaw")

    told = Collected()
    queue = sink_queue.SinkQueue([told])
    queue.start()
    queue.put_end(broken, broken, body_bytes=7)
    queue.put_end(lambda: queue.lost, broken)
    queue.close()
    assert [event.exchanges for event in told.of(EventsLost)] == [1, 1]
    assert queue.lost.exchanges == 1


def test_what_waits_for_a_sink_at_the_end_is_lost_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_queue, "_CLOSE_S", 0.05)
    stuck = Stuck()
    with answering(ok(b"{}")) as server, recording(server.base_url, stuck) as tap:
        for _ in range(3):
            talk(tap, post({"model": "m", "messages": MESSAGES}))
        tap.close()
        assert tap.lost_exchanges == 3
        stuck.go_on.set()


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


def test_bodies_beyond_the_limit_of_memory_are_passed_on_and_not_looked_at() -> None:
    told = Collected()
    limits = replace(RECORDING_LIMITS, max_memory_bytes=50_000)
    body = {"model": "m", "messages": [{"role": "user", "content": "x" * 60_000}]}
    with (
        answering(ok(b"{}"), keep_alive=True) as server,
        recorder(limits=limits) as running,
        running.open_recording(server.base_url, [told]) as tap,
        connect(tap.base_url) as client,
    ):
        for sent in (body, {"model": "m", "messages": MESSAGES}):
            client.sendall(post(sent))
            read_until(client, b"{}")
        assert len(server.received[0]) > 60_000
    large, small = (ended.exchange for ended in told.of(ExchangeEnded))
    assert (large.capped, large.model_requested, large.request_bytes) == (True, None, len(json.dumps(body)))
    assert (small.capped, small.model_requested) == (False, "m")
