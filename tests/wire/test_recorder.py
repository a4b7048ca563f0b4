"""The recorder in front of faulty and hostile upstreams."""

import socket
import time
from itertools import count
from typing import Any

import pytest

from probe.errors import UsageError
from probe.model.exchange import Exchange, ExchangeEnd
from probe.wire import WireLimits
from tests.upstream.support import body, upstream, wait_until
from tests.wire.answers import head
from tests.wire.support import RawServer, connect, event, post, read_request, read_until, recorder, seen, talk

LATE_MS = 200
"""The delay that a thread may have on a busy machine."""


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


@pytest.mark.parametrize("url", ["ftp://h", "http://", "http://h:99999", "http://h:0", "//h", "http://h/a b"])
def test_an_address_that_cannot_be_used_is_an_error(url: str) -> None:
    with recorder() as running, pytest.raises(UsageError):
        running.open_call(url)
