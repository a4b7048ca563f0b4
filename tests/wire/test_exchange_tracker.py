"""The exchanges of a connection are told apart, and messages are kept on demand."""

import gzip
import json
import socket
import time
from dataclasses import replace

import httpx
import pytest

from probe.model.exchange import ExchangeEnd
from probe.model.recorded_events import ExchangeEnded
from probe.model.request_kind import RequestKind
from probe.redact import Redactor
from probe.wire import RECORDING_LIMITS, WireLimits
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.response_body import ResponseBody
from tests.upstream.support import AUTH, body, upstream
from tests.wire.answers import DELTA, START, STOP, STREAM, head
from tests.wire.calls import MAIN, ask, tap_of
from tests.wire.sinks import MESSAGES, Collected
from tests.wire.support import (
    RawServer,
    answering,
    connect,
    exchange_of,
    ok,
    post,
    read_all,
    read_until,
    recorder,
    seen,
    talk,
)

GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(4) + b"\x00\x00\x00\x01"
"""Of HTTP/2, with PROTOCOL_ERROR."""


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


@pytest.mark.parametrize(
    ("response", "why"),
    [
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
def test_bytes_that_are_no_http_are_named(response: bytes, why: str) -> None:
    exchange = exchange_of(response)
    assert (exchange.unreadable, exchange.good) == (why, False)


def test_a_head_of_an_answer_that_is_too_long_is_not_read() -> None:
    exchange = exchange_of(ok(b"x", extra=b"x: " + b"y" * 999 + b"\r\n"), limits=WireLimits(max_head_bytes=500))
    assert (exchange.capped, exchange.status, exchange.unreadable) == (True, None, "head too long")


def test_keep_alive_head_and_pipelining_share_one_connection() -> None:
    with upstream() as up, recorder() as running, running.open_call(up.base_url + "/r/1/call1") as tap:
        with httpx.Client(headers=AUTH) as client:
            assert client.head(tap.base_url + "/").content == b""
            direct = client.post(up.base_url + "/r/1/call2/v1/messages", json=body()).text
            through = client.post(tap.base_url + "/v1/messages?beta=true", json=body()).text
        warmup, main = seen(tap)
    assert [part.split(":")[0] for part in through.splitlines()] == [part.split(":")[0] for part in direct.splitlines()]
    assert (warmup.kind, main.kind) == (RequestKind.WARMUP, RequestKind.MAIN)
    assert (warmup.connection, main.connection) == (1, 1)
    assert warmup.connected_at_ms is not None
    assert main.connected_at_ms is main.accepted_at_ms is None
    assert {warmup.end, main.end} == {ExchangeEnd.COMPLETE}


def test_two_requests_of_one_connection_are_two_exchanges() -> None:
    with (
        answering(ok(b"{}"), keep_alive=True) as server,
        recorder() as running,
        running.open_call(server.base_url) as tap,
    ):
        with connect(tap.base_url) as client_socket:
            client_socket.sendall(post())
            assert read_until(client_socket, b"{}") == ok(b"{}")
            client_socket.sendall(b"GET /a HTTP/1.1\r\n\r\n")
            assert read_until(client_socket, b"{}") == ok(b"{}")
        assert [one.method for one in seen(tap)] == ["POST", "GET"]


def test_pipelined_requests_are_told_apart() -> None:
    def handle(connection: socket.socket) -> None:
        data = b""
        while data.count(b"\r\n\r\n") < 2:
            data += connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + ok(b"{}"))
        read_all(connection)

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(b"HEAD / HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")
            read_until(client, b"{}")
        first, second = seen(tap)
    assert (first.response_bytes, second.response_bytes) == (0, 2)
    assert (first.end, second.end) == (ExchangeEnd.COMPLETE, ExchangeEnd.COMPLETE)


def test_continue_passes_and_is_no_answer() -> None:
    def handle(connection: socket.socket) -> None:
        read_until(connection, b"\r\n\r\n")
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        assert connection.recv(10) == b"{}"
        connection.sendall(ok(b"{}"))
        read_all(connection)

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            read_until(client, b"100 Continue\r\n\r\n")
            client.sendall(b"{}")
            read_until(client, b"{}")
        (exchange,) = seen(tap)
    assert exchange.status == 200
    assert exchange.wait_ms is not None
    assert exchange.wait_ms >= 0


def test_it_is_told_for_how_long_a_connection_was_idle() -> None:
    with upstream() as up, tap_of(up.base_url) as tap, connect(tap.base_url) as client:
        for pause_s in (0.0, 0.3):
            time.sleep(pause_s)
            ask(client, MAIN)
            read_until(client, b"0\r\n\r\n")
        first, second = tap.end_call(0.0).exchanges
    assert first.connection_idle_ms is None
    assert 300 <= (second.connection_idle_ms or 0) < 10_000


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
