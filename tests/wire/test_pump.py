"""Tests for connections on which one side takes nothing, sends too late, or is lost while the other goes on."""

import asyncio
import itertools
import select
import socket
import ssl
import struct
import threading
import time
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.model.exchange import ConnectFailure, ExchangeEnd
from probe.wire import WireLimits
from probe.wire.pump import Link
from tests.upstream.support import body, upstream, wait_until
from tests.wire.answers import DELTA, START, STOP
from tests.wire.support import (
    RawServer,
    answering,
    connect,
    event,
    exchange_of,
    ok,
    post,
    read_all,
    read_request,
    read_until,
    recorder,
    reset,
    seen,
    talk,
)

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
PIECE = bytes(range(256)) * 256
MOST_PIECES = 2000
HALT_S = 0.2


class Sender:
    """A server's side that sends until nobody takes more for a while, and then closes or resets its connection."""

    def __init__(self, *, resets: bool = False) -> None:
        self.sent = 0
        self.is_over = threading.Event()
        self._resets = resets

    def __call__(self, connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HEAD)
        connection.settimeout(HALT_S)
        with pytest.raises(TimeoutError):
            self._send_on(connection)
        if self._resets:
            reset(connection)
        self.is_over.set()

    def _send_on(self, connection: socket.socket) -> None:
        for _ in range(MOST_PIECES):
            self.sent += connection.send(PIECE[self.sent % len(PIECE) :])


def test_a_client_that_takes_nothing_for_a_while_gets_everything_afterwards() -> None:
    sender = Sender()
    with RawServer(sender) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(post())
            assert sender.is_over.wait(20)
            received, error = read_all(client)
        (exchange,) = seen(tap)
    body = received.removeprefix(HEAD)
    assert (len(body), error) == (sender.sent, None)
    assert body == (PIECE * (sender.sent // len(PIECE) + 1))[: sender.sent]
    assert (exchange.end, exchange.response_bytes) == (ExchangeEnd.COMPLETE, sender.sent)


def test_a_reset_that_is_noticed_while_the_client_takes_nothing_comes_after_what_waits_for_it() -> None:
    """Have the client send on, which is how a recorder that reads no more of the upstream learns of its reset."""
    sender = Sender(resets=True)
    with RawServer(sender) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(post())
            assert sender.is_over.wait(20)
            client.sendall(post())
            wait_until(lambda: all(record.end is ExchangeEnd.RESET for record in tap._log.records))
            received, error = read_all(client)
        exchanges = seen(tap)
    body = received.removeprefix(HEAD)
    assert error is ConnectionResetError
    assert len(body) == exchanges[0].response_bytes > len(PIECE)
    assert body == (PIECE * (len(body) // len(PIECE) + 1))[: len(body)]
    assert [exchange.status for exchange in exchanges] == [200, None]


def test_a_request_after_the_end_of_an_encrypted_upstream_is_reset(tmp_path: Path) -> None:
    """TLS knows no half-close: what a client still sends can reach nobody, and must not wait for an answer."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def answer_and_close(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            read_request(secure)
            secure.sendall(ok(b"{}"))

    with (
        RawServer(answer_and_close) as server,
        recorder(environment={"NODE_EXTRA_CA_CERTS": str(tmp_path / "ca.pem")}) as running,
        running.open_call(f"https://localhost:{server.port}") as tap,
        connect(tap.base_url) as client,
    ):
        client.sendall(post())
        assert read_all(client) == (ok(b"{}"), None)
        client.sendall(post())
        ended = select.poll()
        ended.register(client, 0)
        assert ended.poll(3_000) == [(client.fileno(), select.POLLERR | select.POLLHUP)]
        exchanges = seen(tap)
    assert [exchange.end for exchange in exchanges] == [ExchangeEnd.COMPLETE, ExchangeEnd.RESET]


def test_what_nobody_foresaw_while_connecting_leaves_no_client_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LookupError("of a library")

    monkeypatch.setattr("probe.wire.pump.connect", broken)
    with recorder() as running, running.open_call("http://relay.example") as tap:
        assert talk(tap, post()) == (b"", ConnectionResetError)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.failure) == (ExchangeEnd.NOT_CONNECTED, ConnectFailure.OTHER)
    assert exchange.failure_detail == "LookupError"


EVENTS = START + DELTA + STOP
STREAM = (
    b"HTTP/1.1 200 OK\r\ncOntent-Type: text/event-stream\r\nX-Odd:  two  spaces \r\nTransfer-Encoding: chunked\r\n\r\n"
)


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@settings(max_examples=30)
@given(cuts=st.lists(st.integers(1, 400), max_size=12), framing=st.sampled_from(["chunked", "length", "close"]))
def test_responses_pass_byte_for_byte_wherever_they_are_cut(cuts: list[int], framing: str) -> None:
    if framing == "chunked":
        response = STREAM + chunked(EVENTS[:37], EVENTS[37:])
    elif framing == "length":
        response = ok(EVENTS, "text/event-stream")
    else:
        response = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + EVENTS
    places = sorted({0, *(cut for cut in cuts if cut < len(response)), len(response)})
    pieces = [response[start:end] for start, end in itertools.pairwise(places)]
    with answering(*pieces, gap_s=0.0005) as server, recorder() as running, running.open_call(server.base_url) as tap:
        assert talk(tap, post()) == (response, None)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.events, exchange.good) == (ExchangeEnd.COMPLETE, 5, True)
    assert exchange.response_bytes == len(EVENTS)


def test_a_request_passes_whatever_way_it_is_framed_and_cut() -> None:
    payload = chunked(b'{"model": "abc",', b'"stream": false}')
    request = b"PUT /v1/odd HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + payload
    received = bytearray()

    def handle(connection: socket.socket) -> None:
        while not received.endswith(b"0\r\n\r\n"):
            received.extend(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        read_all(connection)

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for position in range(len(request)):
                client.sendall(request[position : position + 1])
            assert read_until(client, b"\r\n\r\n").startswith(b"HTTP/1.1 204")
        (exchange,) = seen(tap)
    assert received.endswith(b"\r\n\r\n" + payload)
    assert (exchange.method, exchange.status, exchange.end) == ("PUT", 204, ExchangeEnd.COMPLETE)
    assert (exchange.request_bytes, exchange.model_requested, exchange.stream_requested) == (32, "abc", False)


@pytest.mark.parametrize("when", ["before", "headers", "mid"])
def test_a_reset_is_passed_on_as_a_reset(when: str) -> None:
    with upstream(f"reset(when={when})") as up, recorder() as running, running.open_call(up.base_url) as tap:
        received, error = talk(tap, post(body()))
        (exchange,) = seen(tap)
    assert error is ConnectionResetError
    assert (received == b"") == (when == "before")
    assert (exchange.end, exchange.failure) == (ExchangeEnd.RESET, None)
    assert exchange.status == (None if when == "before" else 200)


def on_the_way(connection: socket.socket) -> int:
    """Return how many bytes the other side's kernel has not taken yet: a reset drops them."""
    import fcntl
    import termios

    return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0\0\0\0"))[0])


def test_what_came_before_a_reset_reaches_a_slow_client_first() -> None:
    size = 300_000
    gone = threading.Event()

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * size)
        wait_until(lambda: not on_the_way(connection))
        reset(connection)
        gone.set()

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(20)
            client.connect(("127.0.0.1", int(tap.base_url.rpartition(":")[2])))
            client.sendall(post())
            assert gone.wait(20)
            time.sleep(0.15)
            received, error = read_all(client)
        (exchange,) = seen(tap)
    assert (len(received) > size, error) == (True, ConnectionResetError), len(received)
    assert exchange.end is ExchangeEnd.RESET


def test_a_truncation_is_passed_on_as_an_end_at_the_same_place() -> None:
    response = STREAM + b"ff\r\n" + event("message_start", message={})
    with answering(response) as server, recorder() as running, running.open_call(server.base_url) as tap:
        assert talk(tap, post()) == (response, None)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.events, exchange.message_complete) == (ExchangeEnd.TRUNCATED, 1, False)


def test_a_half_closed_client_still_gets_its_answer() -> None:
    def handle(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass
        connection.sendall(ok(b"{}"))

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        with connect(tap.base_url) as client:
            client.sendall(post())
            client.shutdown(socket.SHUT_WR)
            assert read_all(client) == (ok(b"{}"), None)
        (exchange,) = seen(tap)
    assert exchange.end is ExchangeEnd.COMPLETE


@pytest.mark.parametrize("rudely", [False, True])
def test_a_client_that_leaves_takes_the_upstream_connection_along(rudely: bool) -> None:
    left = threading.Event()

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(STREAM)
        read_all(connection)
        left.set()

    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        client = connect(tap.base_url)
        client.sendall(post())
        read_until(client, b"\r\n\r\n")
        reset(client) if rudely else client.close()
        assert left.wait(20)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.status) == (ExchangeEnd.CLIENT_CLOSED, 200)


def test_a_client_that_reads_nothing_holds_the_upstream_back() -> None:
    sent = [0]

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent[0] += connection.send(b"x" * 65536)

    with (
        RawServer(handle) as server,
        recorder() as running,
        running.open_call(server.base_url) as tap,
        connect(tap.base_url) as client,
    ):
        client.sendall(post())
        wait_until(lambda: sent[0] > 0)
        halted = 0
        while sent[0] != halted:
            halted = sent[0]
            assert halted < 64 * 1024 * 1024
            time.sleep(0.4)


def test_a_request_head_without_end_is_reset() -> None:
    limits = WireLimits(max_head_bytes=1000)
    with answering(ok(b"{}")) as server, recorder(limits=limits) as running, running.open_call(server.base_url) as tap:
        assert talk(tap, b"GET / HTTP/1.1\r\nx: " + b"y" * 2000) == (b"", ConnectionResetError)
        (exchange,) = seen(tap)
    assert (exchange.end, exchange.capped) == (ExchangeEnd.RECORDER_LIMIT, True)


def test_what_is_no_request_passes_as_it_is() -> None:
    def handle(connection: socket.socket) -> None:
        server.received.append(connection.recv(65536))
        connection.sendall(b"what?")

    request = post() + b"POST / HTTP/1.1\r\ncontent-length: 5, 6\r\n\r\nmore"
    with RawServer(handle) as server, recorder() as running, running.open_call(server.base_url) as tap:
        assert talk(tap, request)[0] == b"what?"
        seen(tap)
    assert server.received == [request.replace(b"client.example", f"127.0.0.1:{server.port}".encode())]


def test_events_to_the_client_do_not_wait_for_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TCP_NODELAY each small event on a used connection would wait up to 40 ms for the client's kernel."""
    at_once: list[bool] = []

    class Watched(Link):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            connection = transport.get_extra_info("socket")
            at_once.append(bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))

    monkeypatch.setattr("probe.wire.call_tap.Link", Watched)
    exchange_of(ok(b"{}"))
    assert at_once == [True]
