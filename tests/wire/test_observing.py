"""Tests for what the recorder reads of the bytes that pass."""

import gzip
import json
import socket
import time
import zlib
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from probe.decode import Undecodable, decoder, start_of
from probe.diagnose.exchange_failures import failure_of
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.redact import Redactor
from probe.wire import WireLimits
from probe.wire.exchange_record import Clean, Record
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.response_body import ResponseBody
from tests.upstream.support import body, upstream, wait_until

from .support import (
    RawServer,
    answering,
    connect,
    event,
    exchange_of,
    ok,
    post,
    read_request,
    read_until,
    recorder,
    seen,
    talk,
)

LATE_MS = 200
"""The delay that a thread may have on a busy machine."""
STREAM = "text/event-stream; charset=utf-8"
START = event(
    "message_start", message={"id": "msg_7", "model": "real-one", "usage": {"input_tokens": 7, "output_tokens": 1}}
)
OPEN = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
PIECE = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"})
CLOSE = event("content_block_stop", index=0)
DELTA = OPEN + PIECE + CLOSE
STOP = event("message_stop")
MESSAGE = {
    "type": "message",
    "id": "msg_8",
    "model": "real-one",
    "content": [{"type": "text", "text": "hi"}, {"type": "tool_use", "name": "Bash\x1b[0m"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": True, "cache_read_input_tokens": 4},
}


def head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def test_a_refusal_keeps_when_it_may_be_tried_again() -> None:
    body = b'{"error": {"message": "x", "type": "insufficient_quota"}, "resetAt": "2026-01-01T00:00:00Z"}'
    for extra, wait_s in ((b"Retry-After: 57600\r\n", 57_600), (b"X-RateLimit-Reset: 90\r\n", 90), (b"", None)):
        raw = b"HTTP/1.1 429 X\r\n" + extra + f"content-length: {len(body)}\r\n\r\n".encode() + body
        exchange = exchange_of(raw, post({"model": "m", "stream": True, "messages": []}))
        assert exchange.retry_in_s == wait_s
        assert (exchange.retry_at is None) == (wait_s is None)
    assert exchange_of(ok(b"{}", extra=b"Retry-After: 9\r\n")).retry_at is None


@pytest.mark.parametrize(("status", "limit"), [("rejected", "five_hour"), ("allowed", None)])
def test_the_limit_of_an_account_is_kept_where_it_is_reached(status: str, limit: str | None) -> None:
    name = "anthropic-ratelimit-unified"
    lines = (f"{name}-status: {status}", f"{name}-representative-claim: five_hour", "content-length: 0")
    exchange = exchange_of(head("429 X", *lines), post({"model": "m", "stream": True, "messages": []}))
    assert exchange.account_limit == limit
    assert failure_of(exchange) == (("rate_limited", "usage_limit") if limit else ("rate_limited", "429"))


def test_a_stream_fills_every_field() -> None:  # complexity: one assertion a field
    stream = (
        START
        + event("ping")
        + event("content_block_start", index=1, content_block={"type": "tool_use", "name": "Bash"})
        + event("content_block_stop", index=1)
        + OPEN
        + PIECE * 3
        + CLOSE
        + event("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 9})
        + STOP
    )
    extra = (
        b"Request-Id: req_1\r\nX-My-Trace-Id: t\r\nCF-Ray: r\r\nServer: s\x1b[1m\r\nX-Other: o\r\n"
        b"Retry-After: 3\r\nLocation: /there\r\nX-Cache: Hit from cloudfront\r\n"
    )
    request = {"model": "asked", "stream": True, "tools": [{"name": "a"}, {"name": "b"}]}
    exchange = exchange_of(ok(stream, STREAM, extra), post(request, extra=b"X-Stainless-Retry-Count: 2\r\n"))
    assert exchange.kind is RequestKind.MAIN
    assert (exchange.method, exchange.path) == ("POST", "/v1/messages")
    assert (exchange.model_requested, exchange.stream_requested, exchange.tools) == ("asked", True, 2)
    assert (exchange.retry_count, exchange.request_bytes) == (2, len(json.dumps(request)))
    assert (exchange.status, exchange.content_type, exchange.retry_after) == (200, STREAM, "3")
    assert exchange.location == "/there"
    assert exchange.correlation == {"request-id": "req_1", "x-my-trace-id": "t", "cf-ray": "r", "server": "s\ufffd[1m"}
    assert list(exchange.correlation) == ["request-id", "x-my-trace-id", "cf-ray", "server"]
    assert (exchange.model_served, exchange.stop_reason) == ("real-one", "tool_use")
    assert (exchange.message_id, exchange.cache) == ("msg_7", "x-cache: Hit from cloudfront")
    assert exchange.usage == ModelUsage(input_tokens=7, output_tokens=9)
    assert exchange.tools_requested == ("Bash",)
    assert (exchange.streamed, exchange.message_complete, exchange.good) == (True, True, True)
    assert (exchange.events, exchange.pings, exchange.content_events) == (11, 1, 3)
    assert (exchange.content_reads, exchange.content_span_ms) == (1, 0)
    assert exchange.response_bytes == len(stream)
    assert exchange.unreadable is None
    assert not exchange.capped


def test_a_message_in_json() -> None:
    exchange = exchange_of(ok(json.dumps(MESSAGE).encode()))
    assert (exchange.model_served, exchange.stop_reason, exchange.streamed) == ("real-one", "end_turn", False)
    assert (exchange.message_id, exchange.cache) == ("msg_8", None)
    assert exchange.usage == ModelUsage(input_tokens=3, cache_read_tokens=4)
    assert exchange.tools_requested == ("Bash\ufffd[0m",)
    assert exchange.first_content_at_ms is not None
    assert exchange.good


GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(4) + b"\x00\x00\x00\x01"
"""Of HTTP/2, with PROTOCOL_ERROR."""


@pytest.mark.parametrize(
    ("response", "kind", "message"),
    [
        (b'{"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}', "overloaded_error", "busy"),
        (b'{"error": {"message": "no", "type": null, "code": "bad_key"}}', "bad_key", "no"),
        (b'{"error": "boom"}', "error", "boom"),
        (b'{"error": {"type": "busy", "message": "cut \\ud83d"}}', "busy", "cut ?"),
    ],
)
def test_errors_in_json(response: bytes, kind: str, message: str) -> None:
    exchange = exchange_of(head("529 x", f"content-length: {len(response)}") + response)
    assert (exchange.status, exchange.error_type, exchange.error_message) == (529, kind, message)
    assert (exchange.unreadable, exchange.good, exchange.capped) == (None, False, False)


def test_an_error_event_and_a_text() -> None:
    exchange = exchange_of(ok(START + event("error", error={"type": "api_error", "message": "x" * 999}), STREAM))
    assert exchange.error_type == "api_error"
    assert len(exchange.error_message or "") == 300
    exchange = exchange_of(head("502 x", "content-length: 9") + b"gone away")
    assert (exchange.error_message, exchange.unreadable) == ("gone away", None)


HTML = b"<!DOCTYPE html><title>502 &amp; gone</title>"


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (ok(HTML, "text/plain"), "html"),
        (head("502 x", "content-type: text/html", f"content-length: {len(HTML)}") + HTML, "html"),
        (ok(b""), "empty"),
        (ok(b"", STREAM), "empty"),
        (ok(b'{"type": "mess'), "json"),
        (ok(b"[" * 100_000), "json"),
        (ok(START + b"event: content_block_delta\ndata: {oops\n\n", STREAM), "json"),
        (ok(START + b'{"type": "message_stop"}\n\n', STREAM), "sse"),
        (ok(b"junk", STREAM, b"content-encoding: gzip\r\n"), "gzip"),
        (ok(gzip.compress(START)[:-4], STREAM, b"content-encoding: gzip\r\n"), "gzip"),
        (ok(b"\xffjunk", STREAM, b"content-encoding: deflate\r\n"), "deflate"),
        (ok(b"\xffjunk", STREAM, b"content-encoding: br\r\n"), "brotli"),
        (ok(b"\xffjunk", STREAM, b"content-encoding: zstd\r\n"), "zstd"),
        (head("204 No Content"), "empty"),
        (head("202 Accepted", "content-length: 12") + b'{"id": "q1"}', "not a message"),
        (ok(START.partition(b"\n")[2] + DELTA + STOP, STREAM), "unnamed events"),
        (ok(START + b"event: message\n" + DELTA.partition(b"\n")[2] + STOP, STREAM), "unnamed events"),
        (ok(b'{"choices": []}'), "not a message"),
        (ok(b'data: {"choices": []}\n\ndata: [DONE]\n\n', STREAM), "not a message"),
        (b"SSH-2.0-OpenSSH_9\r\n", "not http"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00\x03\x00\x00\x00\x80" * 3, "http/2 only"),
        (b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + GOAWAY, "http/2 only"),
        (GOAWAY, "http/2 only"),
        (b"\x00\x00\x05\x04\x00\x00\x00\x00\x00hello", "not http"),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x01binary", "not http"),
        (b"\x00\x00\x00\x07\x00\x00\x00\x00\x00", "not http"),
        (b"HTTP/1.1 banana\r\n\r\n", "not http"),
        (head("200 OK", "transfer-encoding: chunked") + b"zz\r\n", "not http"),
    ],
)
def test_what_is_no_answer(response: bytes, why: str) -> None:
    exchange = exchange_of(response)
    assert exchange.unreadable == why
    assert not exchange.good
    if why == "html":
        assert exchange.error_message == "502 & gone"


def test_any_success_may_bring_an_answer() -> None:
    body = json.dumps(MESSAGE).encode()
    assert exchange_of(head("201 Created", f"content-length: {len(body)}") + body).good


def test_an_answer_is_whole_without_its_last_event_when_it_says_why_it_ends() -> None:
    reason = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9})
    assert exchange_of(ok(START + DELTA + reason, STREAM)).good
    for response in (
        ok(START + DELTA, STREAM),
        ok(START + DELTA + event("message_delta", delta={"stop_reason": None}), STREAM),
        ok(START + DELTA + reason, STREAM)[:-1].replace(b"Content-Length: ", b"Content-Length: 1"),
    ):
        assert not exchange_of(response).good


def test_what_need_not_have_a_name_may_have_none() -> None:
    bare = b'data: {"type": "ping"}\n\ndata: [DONE]\n\n'
    exchange = exchange_of(ok(START + bare + DELTA + STOP + bare, STREAM))
    assert (exchange.good, exchange.pings) == (True, 2)


def test_a_body_cut_short_is_no_bad_json() -> None:
    exchange = exchange_of(head("200 OK", "content-length: 99") + b'{"type": "mes')
    assert (exchange.end, exchange.unreadable) == (ExchangeEnd.TRUNCATED, None)


def test_other_requests_may_be_answered_with_anything() -> None:
    for response in (ok(b""), ok(b"{}"), ok(b"<html>", "text/html")):
        exchange = exchange_of(response, b"GET /v1/models HTTP/1.1\r\n\r\n")
        assert (exchange.kind, exchange.unreadable, exchange.end) == (RequestKind.OTHER, None, ExchangeEnd.COMPLETE)


def test_a_stream_without_its_content_type_is_one() -> None:
    exchange = exchange_of(ok(START + DELTA + STOP, "application/octet-stream"))
    assert (exchange.streamed, exchange.good) == (True, True)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("status(code=429, retry_after=2s)", {"status": 429, "error_type": "rate_limit_error", "retry_after": "2"}),
        ("status(code=503, body=html)", {"status": 503, "unreadable": "html"}),
        ("error_event(type=api_error)", {"status": 200, "error_type": "api_error"}),
        ("bad_json", {"unreadable": "json"}),
        ("bad_sse", {"unreadable": "sse"}),
        ("bad_gzip", {"unreadable": "gzip", "content_encoding": "gzip"}),
        ("html_200", {"unreadable": "html"}),
        ("refusal_200", {"unreadable": "not a message", "error_message": "令牌额度已用尽"}),
        ("empty_200", {"unreadable": "empty"}),
        ("truncate", {"end": ExchangeEnd.COMPLETE, "message_complete": False}),
        ("truncate(clean=false)", {"end": ExchangeEnd.TRUNCATED, "message_complete": False}),
        ("not_streamed", {"streamed": False, "stream_requested": True, "message_complete": True}),
        ("wrong_model(name=cheap)", {"model_served": "cheap", "model_requested": "some-model"}),
        ("tool_use(name=Bash)", {"tools_requested": ("Bash",), "stop_reason": "tool_use"}),
        ("fake_stream(delay=50ms)", {"message_complete": True}),
        ("redirect(to=http://127.0.0.1:9/x)", {"location": "http://127.0.0.1:9/x"}),
    ],
)
def test_each_fault_shows(spec: str, expected: dict[str, Any]) -> None:
    with upstream(spec) as up, recorder() as running, running.open_call(up.base_url) as tap:
        talk(tap, post(body(), extra=b"Connection: close\r\n"))
        (exchange,) = seen(tap)
    assert {name: getattr(exchange, name) for name in expected} == expected


def beside_the_upstreams_own_times() -> tuple[Exchange, list[float]]:
    """Return an exchange, and how far its times lie from what the upstream noted and did, in ms."""
    with upstream("cold_start(delay=400ms)", event_gap_s=0.03) as up, recorder() as running:
        origin = time.monotonic()
        with running.open_call(up.base_url + "/r/1/call1") as tap:
            with connect(tap.base_url) as client:
                client.sendall(post(body(), "/r/1/call1/v1/messages"))
                read_until(client, b"0\r\n\r\n")
            (exchange,) = seen(tap, origin)
        wait_until(lambda: bool(up.served))
    (served,) = up.served
    apart = []
    for ours, theirs in (
        (exchange.request_sent_at_ms, served.t_received),
        (exchange.first_byte_at_ms, served.t_first_byte),
        (exchange.first_content_at_ms, served.t_first_content),
        (exchange.last_byte_at_ms, served.t_end),
    ):
        assert ours is not None
        assert theirs is not None
        apart.append(abs(ours - (theirs - origin) * 1000))
    assert exchange.content_span_ms is not None
    assert exchange.longest_gap_ms is not None
    apart.append(abs(exchange.content_span_ms - 30 * (exchange.content_events - 1)))
    apart.append(abs(exchange.longest_gap_ms - 30))
    return exchange, apart


def test_times_agree_with_the_upstreams_own() -> None:
    for _ in range(5):  # a machine that stood still in between says nothing of the recorder
        exchange, apart = beside_the_upstreams_own_times()
        if max(apart) < LATE_MS and (exchange.wait_ms or 0) >= 395 and exchange.content_reads > 1:
            break
    assert max(apart) < LATE_MS, apart
    assert exchange.wait_ms is not None
    assert exchange.wait_ms >= 395
    assert 1 < exchange.content_reads <= exchange.content_events


def test_secrets_are_in_no_field_and_no_body() -> None:
    secret = "canary-0123456789"
    error = json.dumps({"error": {"type": secret, "message": f"key {secret} is bad"}}).encode()
    extra = f"request-id: {secret}\r\nlocation: /{secret}\r\nserver: {secret}\r\n".encode()
    with (
        answering(ok(error, secret, extra)) as server,
        recorder(Redactor([secret]), keep_bodies=True) as running,
        running.open_call(server.base_url) as tap,
    ):
        talk(tap, post({"model": secret, "stream": True}, f"/{secret}/v1/messages"))
        (exchange,) = seen(tap)
    assert secret not in exchange.model_dump_json()
    ((sequence, request, response),) = tap.bodies
    assert (sequence, secret.encode() in request + response) == (1, False)
    assert b"[redacted] is bad" in response


def test_heads_are_kept_with_bodies_as_they_are_spelled_and_without_secrets() -> None:
    secret = "canary-0123456789"
    extra = f"X-Odd-Case: a\r\nAuthorization: Bearer {secret}\r\nx-gate: {secret}\r\n".encode()
    for keep in (True, False):
        with (
            answering(ok(b"{}"), keep_alive=True) as server,
            recorder(Redactor([secret]), keep_bodies=keep) as running,
            running.open_call(f"{server.base_url}/base") as tap,
        ):
            with connect(tap.base_url) as client:
                for _ in range(2):
                    client.sendall(post(path="/base/v1/messages", extra=extra))
                    read_until(client, b"{}")
            exchanges = seen(tap)
        if not keep:
            assert tap.heads == []
            continue
        assert [sequence for sequence, _ in tap.heads] == [each.sequence for each in exchanges]
        for _, raw in tap.heads:
            lines = raw.decode().split("\r\n")
            assert lines[0] == "POST /base/v1/messages HTTP/1.1"
            assert lines[4:] == ["X-Odd-Case: a", "Authorization: [redacted]", "x-gate: [redacted]", "", ""]


def test_kept_bodies_are_decoded_and_capped_without_half_a_secret() -> None:
    secret = "canary-0123456789" * 4
    packed = gzip.compress(b"x" * 980 + secret.encode() * 200)
    limits = WireLimits(max_kept_body=1000)
    with (
        answering(ok(packed, "text/plain", b"content-encoding: gzip\r\n")) as server,
        recorder(Redactor([secret]), keep_bodies=True, limits=limits) as running,
        running.open_call(server.base_url) as tap,
    ):
        talk(tap, post())
        seen(tap)
    (_, _, response) = tap.bodies[0]
    assert response.startswith(b"x" * 980 + b"[redacted]")
    assert b"canary" not in response
    assert len(response) <= 1000


def test_a_request_that_cannot_be_decoded_passes_and_is_not_kept() -> None:
    request = post(extra=b"Content-Encoding: gzip\r\n")
    with (
        answering(ok(b"{}")) as server,
        recorder(keep_bodies=True) as running,
        running.open_call(server.base_url) as tap,
    ):
        talk(tap, request)
        (exchange,) = seen(tap)
    assert server.received[0].endswith(request.partition(b"\r\n\r\n")[2])
    assert tap.bodies[0][1:] == (b"", b"{}")
    assert (exchange.end, exchange.capped) == (ExchangeEnd.COMPLETE, True)


def test_caps_cut_what_is_seen_and_not_what_passes() -> None:
    long = event("content_block_delta", text="y" * 5000)
    for limits, stream in (
        (WireLimits(max_event_bytes=1000), START + long + STOP),
        (WireLimits(max_observed_body_bytes=50), START + STOP),
        (WireLimits(max_events=2), START + DELTA * 5),
    ):
        exchange = exchange_of(ok(stream, STREAM), limits=limits)
        assert (exchange.capped, exchange.end) == (True, ExchangeEnd.COMPLETE)
        assert exchange.response_bytes == len(stream)
    exchange = exchange_of(ok(json.dumps({**MESSAGE, "x": "y" * 999}).encode()), limits=WireLimits(max_json_bytes=500))
    assert (exchange.capped, exchange.unreadable) == (True, None)
    exchange = exchange_of(ok(b"x", extra=b"x: " + b"y" * 999 + b"\r\n"), limits=WireLimits(max_head_bytes=500))
    assert (exchange.capped, exchange.status, exchange.unreadable) == (True, None, "head too long")
    bomb = gzip.compress(b"\0" * 50_000_000)
    exchange = exchange_of(ok(bomb, extra=b"content-encoding: gzip\r\n"), limits=WireLimits(max_observed_body_bytes=99))
    assert (exchange.capped, exchange.end) == (True, ExchangeEnd.COMPLETE)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_holds_up_nobody(pack: Callable[[bytes], bytes]) -> None:
    coding = b"gzip" if pack is gzip.compress else b"deflate"
    bomb = pack(event("ping") * 1_000_000)
    response = ok(bomb, STREAM, b"content-encoding: %s\r\n" % coding)
    limits = WireLimits(max_decoded_read_bytes=200_000)
    with answering(response) as server, recorder(limits=limits) as running, running.open_call(server.base_url) as tap:
        began = time.process_time()  # of all threads, and of nobody else
        assert talk(tap, post()) == (response, None)
        (exchange,) = seen(tap)
        took = time.process_time() - began
    assert (exchange.capped, exchange.good, exchange.end) == (True, False, ExchangeEnd.COMPLETE)
    assert 0 < exchange.pings < 10_000
    assert took < 1


def test_an_unknown_coding_is_read_as_clients_read_it() -> None:
    strange = b"content-encoding: x-Strange\r\n"
    exchange = exchange_of(ok(START + DELTA + STOP, STREAM, strange))
    assert (exchange.good, exchange.content_encoding) == (True, "x-Strange")
    for response in (ok(b"?", extra=strange), ok(b"\x28\xb5\x2f\xfd\n\n", STREAM, strange)):
        exchange = exchange_of(response)
        assert (exchange.capped, exchange.good) == (False, False)
        assert exchange.unreadable == "content-encoding x-Strange"


@pytest.mark.parametrize(("coding", "library"), [("br", "brotli"), ("zstd", "zstandard")])
def test_codings_of_optional_libraries(coding: str, library: str) -> None:
    found = pytest.importorskip(library)
    raw = START + b": " + b"x" * 2_000_000 + b"\n" + STOP
    packed = found.compress(raw)
    whole = decoder(coding)
    pieces = [piece for start in range(0, len(packed), 7) for piece in whole.feed(packed[start : start + 7])]
    assert (b"".join(pieces), whole.whole()) == (raw, True)
    assert max(map(len, decoder(coding).feed(found.compress(b"x" * 50_000_000)))) <= 1_000_000
    assert start_of(packed, coding, 1000) == raw[:1000]
    with pytest.raises(Undecodable):
        list(decoder(coding).feed(b"garbage!" * 9))


def test_codings_in_pieces_concatenated_and_raw() -> None:
    for coding, packed in (
        ("gzip", gzip.compress(START) + gzip.compress(STOP)),
        ("deflate", zlib.compress(START + STOP)),
        ("deflate", zlib.compress(START + STOP)[2:-4]),
        ("identity", START + STOP),
    ):
        whole = decoder(coding)
        pieces = [piece for at in range(len(packed)) for piece in whole.feed(packed[at : at + 1])]
        assert b"".join(pieces) == START + STOP
        assert whole.whole()


@pytest.mark.parametrize(
    "place",
    [(ResponseBody, "feed"), (ResponseBody, "finish"), (ExchangeTracker, "response"), (ExchangeTracker, "request")],
)
def test_a_defect_of_the_observer_disturbs_nothing(place: tuple[type, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(*place, broken)
    response = ok(START + DELTA + STOP, STREAM)
    with answering(response) as server, recorder() as running, running.open_call(server.base_url) as tap:
        assert talk(tap, post()) == (response, None)
        exchanges = seen(tap)
    if place[1] != "request":
        assert (exchanges[0].unreadable, exchanges[0].capped) == ("recorder: ZeroDivisionError", True)


HOSTILE = {
    "endless headers": (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 500),
    "endless interim": (b"", b"HTTP/1.1 102 Wait\r\n\r\n" * 100),
    "endless body": (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
    "endless pings": (head("200 OK", "content-type: text/event-stream"), event("ping") * 50),
    "endless chunk size": (head("200 OK", "transfer-encoding: chunked"), b"0" * 5000),
    "endless trailers": (head("200 OK", "transfer-encoding: chunked") + b"0\r\n", b"a: b\r\n" * 500),
    "garbage": (b"", bytes(range(256)) * 50),
    "endless line": (head("200 OK", "content-type: text/event-stream"), b"data: " + b"x" * 60000),
}


def test_hostile_upstreams_hold_up_nobody() -> None:
    def hostile(connection: socket.socket) -> None:
        read_request(connection)
        first, rest = list(HOSTILE.values())[next(number)]
        connection.sendall(first)
        while True:
            connection.sendall(rest)
            time.sleep(0.002)

    number = count()
    limits = WireLimits(max_observed_body_bytes=2**20)
    with (
        RawServer(hostile) as server,
        upstream() as up,
        recorder(limits=limits) as running,
        running.open_call(server.base_url) as tap,
        running.open_call(up.base_url) as sound_tap,
    ):
        clients = [connect(tap.base_url) for _ in HOSTILE]
        for client in clients:
            client.sendall(post())
            client.recv(10)
        before = time.monotonic()
        while time.monotonic() < before + 0.6:
            for client in clients:
                client.recv(1 << 20)
        with connect(sound_tap.base_url) as sound:
            sound.sendall(post(body()))
            asked = time.process_time()
            read_until(sound, b"0\r\n\r\n")
            assert time.process_time() - asked < 3
        for client in clients:
            client.close()
        assert all(one.end is ExchangeEnd.CLIENT_CLOSED for one in seen(tap))
        assert [one.good for one in seen(sound_tap)] == [True]


REASON = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9})


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (START + OPEN + PIECE + REASON + STOP, "no content_block_stop"),
        (START + DELTA + PIECE + REASON + STOP, "content_block_delta without content_block_start"),
        (START + OPEN + event("content_block_delta", index=0, delta={"type": "thinking_delta"}), "thinking_delta in a"),
    ],
)
def test_what_the_client_throws_away_is_no_answer(stream: bytes, why: str) -> None:
    exchange = exchange_of(ok(stream, STREAM))
    assert why in str(exchange.unreadable)
    assert not exchange.good


def test_an_answer_whose_body_is_cut_short_is_not_good_though_its_last_event_came() -> None:
    response = ok(START + DELTA + REASON + STOP, STREAM).replace(b"Content-Length: ", b"Content-Length: 1")
    exchange = exchange_of(response)
    assert (exchange.message_complete, exchange.end, exchange.good) == (True, ExchangeEnd.TRUNCATED, False)


def test_an_event_too_long_to_be_read_is_not_missed_by_the_grammar() -> None:
    long = event("content_block_start", index=0, content_block={"type": "text", "text": "", "x": "y" * 2000})
    exchange = exchange_of(
        ok(START + long + PIECE + CLOSE + REASON + STOP, STREAM), limits=WireLimits(1, max_event_bytes=900)
    )
    assert (exchange.capped, exchange.unreadable) == (True, None)


@pytest.mark.parametrize(("magic", "why"), [(gzip.compress(START), "gzip"), (b"\x28\xb5\x2f\xfd rest", "zstd")])
@pytest.mark.parametrize("extra", [b"", b"content-encoding: identity\r\n"])
def test_compression_that_nothing_says_is_known_by_how_it_begins(magic: bytes, why: str, extra: bytes) -> None:
    exchange = exchange_of(ok(magic, STREAM, extra))
    assert (exchange.unreadable, exchange.good) == (f"unlabelled {why}", False)
    twice = exchange_of(ok(gzip.compress(magic), STREAM, b"content-encoding: gzip\r\n"))
    assert twice.unreadable == f"unlabelled {why}"
    other = exchange_of(ok(magic, "application/octet-stream", extra), b"GET /file HTTP/1.1\r\n\r\n")
    assert other.unreadable is None


def read_at(*pieces: tuple[float, bytes]) -> Record:
    """Return the record of a stream whose pieces come at these moments."""
    record = Record(1, 1, Clean(Redactor()), kind=RequestKind.MAIN, status=200, content_type=STREAM)
    record.response_bytes = sum(len(data) for _, data in pieces)
    answer = ResponseBody(record, WireLimits())
    for now, data in pieces:
        answer.feed(data, now)
    answer.finish(pieces[-1][0], complete=True)
    record.end = ExchangeEnd.COMPLETE
    return record


def test_deltas_of_thinking_are_told_from_the_answer() -> None:
    begun = event("content_block_start", index=0, content_block={"type": "thinking", "thinking": ""})
    thought = event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hm"})
    signed = event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "x"})
    record = read_at((0, START + begun + thought + signed + CLOSE + DELTA + REASON + STOP))
    assert (record.content_events, record.thinking_events) == (3, 2)


def test_a_message_is_there_when_it_says_so_though_its_body_goes_on() -> None:
    for end in (REASON, STOP, REASON + STOP):
        record = read_at((0, START + DELTA), (1, end), (9, event("ping")))
        assert record.exchange(0).complete_at_ms == 1000
    assert read_at((0, START + DELTA), (9, event("ping"))).exchange(0).complete_at_ms is None


def test_how_long_an_answer_stood_still_once_it_had_begun() -> None:
    ping = event("ping")
    record = read_at(
        (0, START),
        (30, OPEN + PIECE),
        (31, PIECE),
        (34, ping),
        (38, CLOSE),
        (39, REASON + STOP),
        (99, ping),
        (150, PIECE),
    )
    assert record.longest_pause_s == 7
    assert record.exchange(0).longest_pause_ms == 7000
    assert read_at((0, START), (30, OPEN + PIECE + CLOSE)).longest_pause_s == 0
    assert read_at((0, START), (30, OPEN)).longest_pause_s is None


def test_ids_are_redacted_and_cut() -> None:
    secret = "sk-secret-of-a-relay-123456"
    extra = f"x-log-id: {secret}\r\nx-call-id: {'7' * 900}\r\n".encode()
    exchange = exchange_of(ok(b"{}", extra=extra), redactor=Redactor([secret]))
    assert exchange.correlation["x-log-id"] == "[redacted]"
    assert len(exchange.correlation["x-call-id"]) == 200


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (
            "x-litellm-response-duration-ms: 512.3456789\r\nx-litellm-overhead-duration-ms: 4.5\r\n",
            (512.346, 4.5, None),
        ),
        ("x-litellm-attempted-retries: 2\r\n", (None, None, 2)),
        ("x-litellm-response-duration-ms: None\r\nx-litellm-attempted-retries: -1\r\n", (None, None, None)),
        ("x-litellm-response-duration-ms: 1e400\r\nx-litellm-overhead-duration-ms: nan\r\n", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_what_a_gateway_says_of_its_own_times(extra: str, told: tuple[float | None, ...]) -> None:
    exchange = exchange_of(ok(b"{}", extra=extra.encode()))
    assert (exchange.gateway_took_ms, exchange.gateway_overhead_ms, exchange.gateway_retries) == told
