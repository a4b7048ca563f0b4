"""Tests of a client within the recorder's own process, and of moments that a busy recorder does not shift."""

import asyncio
import socket
import sys
import threading
import time
from collections.abc import Callable

import pytest

from probe.model.exchange import Exchange, ExchangeEnd
from tests.wire.support import RawServer, answering, connect, ok, post, read_all, read_request, recorder, reset, seen

ANSWER = ok(b'{"type": "message"}')


class Asker(asyncio.Protocol):
    """Sends a request, and keeps what comes. `end` is called in the loop, with each piece that was received."""

    def __init__(self, end: Callable[["Asker"], object] = lambda _: None, request: bytes = b"") -> None:
        self.received = b""
        self.saw_eof = False
        self.lost: list[Exception | None] = []
        self.transport: asyncio.Transport | None = None
        self.is_over = threading.Event()
        self._end = end
        self._request = request or post()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._end(self)

    def eof_received(self) -> bool:
        self.saw_eof = True
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost.append(exc)
        self.is_over.set()


def asked(server: RawServer, asker: Asker) -> list[Exchange]:
    """Connect a client to a recorder in front of a server, and return the exchanges once it has ended."""
    with recorder() as running, running.open_call(server.base_url) as tap:
        tap.connect(asker)
        assert asker.is_over.wait(20)
        return seen(tap)


def test_it_gets_what_the_upstream_sends_and_sees_the_end() -> None:
    request = post({"model": "m", "text": "x" * 300_000})
    with answering(ANSWER) as server:
        asker = Asker(request=request)
        (exchange,) = asked(server, asker)
    assert (asker.received, asker.saw_eof, asker.lost) == (ANSWER, True, [None])
    assert server.received[0].partition(b"\r\n\r\n")[2] == request.partition(b"\r\n\r\n")[2]
    assert (exchange.end, exchange.status) == (ExchangeEnd.COMPLETE, 200)
    assert exchange.model_requested == "m"


def test_a_reset_of_the_upstream_is_a_reset() -> None:
    def reset_after_the_request(connection: socket.socket) -> None:
        read_request(connection)
        reset(connection)

    with RawServer(reset_after_the_request) as server:
        asker = Asker()
        (exchange,) = asked(server, asker)
    assert (asker.received, asker.saw_eof) == (b"", False)
    assert [type(error) for error in asker.lost] == [ConnectionResetError]
    assert exchange.end is ExchangeEnd.RESET


@pytest.mark.parametrize("how", [("close",), ("abort",), ("close", "abort", "write_eof", "close")])
def test_its_own_end_is_one_for_the_upstream(how: tuple[str, ...]) -> None:
    ends: list[bytes] = []

    def half(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        ends.append(read_all(connection)[0])

    def leave(asker: Asker) -> None:
        assert asker.transport is not None
        for step in how:
            getattr(asker.transport, step)()
        asker.transport.write(b"more")  # which comes too late

    with RawServer(half) as server:
        asker = Asker(leave)
        (exchange,) = asked(server, asker)
    assert asker.lost == [None]
    assert exchange.end is ExchangeEnd.CLIENT_CLOSED
    assert ends == [b""]


def test_nobody_can_connect_to_a_tap_whose_address_was_not_asked_for() -> None:
    with answering(ANSWER) as server, recorder() as running, running.open_call(server.base_url) as tap:
        asker = Asker()
        tap.connect(asker)
        assert asker.is_over.wait(20)
        assert tap._server is None
        with connect(tap.base_url) as client:  # asked for, it listens
            client.sendall(post())
            assert read_all(client)[0] == ANSWER
        assert [exchange.sequence for exchange in seen(tap)] == [1, 2]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel does not say when bytes came")
def test_a_recorder_that_is_busy_knows_when_an_answer_came() -> None:
    """Have the loop stand still for a second, in which the answer comes."""

    def answer_a_busy_recorder(connection: socket.socket) -> None:
        read_request(connection)
        tap._loop.call_soon(time.sleep, 1.0)
        time.sleep(0.05)
        connection.sendall(ANSWER)

    with (
        RawServer(answer_a_busy_recorder) as server,
        recorder() as running,
        running.open_call(server.base_url) as tap,
    ):
        began = time.monotonic()
        asker = Asker()
        tap.connect(asker)
        assert asker.is_over.wait(20)
        read_after_s = time.monotonic() - began
        (exchange,) = seen(tap)
    assert exchange.wait_ms is not None
    assert read_after_s >= 1.0
    assert 50 <= exchange.wait_ms < 950
