"""Tests that bytes come out at one end as they went in at the other."""

import asyncio
import gzip
import itertools
import socket
import struct
import threading
import time
import zlib

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probe.errors import UsageError
from probe.model.exchange import ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.wire import WireLimits
from probe.wire.pump import Link
from tests.upstream.support import AUTH, body, upstream, wait_until

from .support import (
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

STREAM = (
    b"HTTP/1.1 200 OK\r\ncOntent-Type: text/event-stream\r\nX-Odd:  two  spaces \r\nTransfer-Encoding: chunked\r\n\r\n"
)
EVENTS = b"".join(
    (
        event("message_start", message={"model": "m"}),
        event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"}),
        event("content_block_stop", index=0),
        event("message_stop"),
    )
)


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_the_head_changes_in_one_place_only() -> None:
    request = (
        b"POST /some/prefix/v1/messages?beta=true HTTP/1.1\r\naccept:*/*\r\nHOST:  localhost:1\r\nX-Api-Key: k\r\n"
        b"x-ODD:   a b \r\nx-odd: again\r\nContent-Length: 3\r\n\r\nabc"
    )
    with (
        answering(ok(b"{}")) as server,
        recorder() as running,
        running.open_call(server.base_url + "/some/prefix/") as tap,
    ):
        talk(tap, request)
    assert server.received == [request.replace(b"localhost:1", f"127.0.0.1:{server.port}".encode())]


def test_a_redirect_to_a_path_of_the_same_host_leads_where_it_leads_without_the_recorder() -> None:
    """Behind a base URL with a path: `/other` is no path below it."""

    def handle(connection: socket.socket) -> None:
        request = read_request(connection)
        server.received.append(request)
        head = b"Location: /other/v1/messages\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        moved = b"HTTP/1.1 307 X\r\n" + head
        connection.sendall(ok(b"{}") if request.startswith(b"POST /other/") else moved)

    with RawServer(handle) as server, recorder() as running, running.open_call(f"{server.base_url}/old") as tap:
        answer = httpx.post(f"{tap.base_url}/v1/messages", json={"model": "m"}, follow_redirects=True)
        exchanges = seen(tap)
    assert (answer.status_code, len(server.received)) == (200, 2)
    assert [(each.path, each.kind, each.status) for each in exchanges] == [
        ("/v1/messages", RequestKind.MAIN, 307),
        ("/other/v1/messages", RequestKind.MAIN, 200),
    ]


@pytest.mark.parametrize(
    ("line", "passed_on"),
    [
        (b"GET http://127.0.0.1:9/a?b HTTP/1.1", b"GET /a?b HTTP/1.1"),
        (b"GET http://127.0.0.1:9 HTTP/1.1", b"GET / HTTP/1.1"),
        (b"nonsense", b"nonsense"),
    ],
)
def test_a_request_line_of_another_form(line: bytes, passed_on: bytes) -> None:
    """Turn a full URL, as for a proxy, into a path. What is no request line is the upstream's to refuse."""
    with answering(ok(b"{}")) as server, recorder() as running, running.open_call(server.base_url) as tap:
        talk(tap, line + b"\r\nAccept: */*\r\n\r\n")
        seen(tap)
    assert server.received == [passed_on + b"\r\nAccept: */*\r\n\r\n"]


def test_paths_are_told_below_the_base_url() -> None:
    with answering(ok(b"{}")) as server, recorder() as running, running.open_call(f"{server.base_url}/v1/x") as tap:
        for path in ("", "/", "/api/hello", "2/api/hello"):
            httpx.head(f"{tap.base_url}{path}")
        exchanges = seen(tap)
    assert [(each.path, each.kind) for each in exchanges] == [
        ("/", RequestKind.WARMUP),
        ("/", RequestKind.WARMUP),
        ("/api/hello", RequestKind.WARMUP),
        ("/v1/x2/api/hello", RequestKind.OTHER),
    ]


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


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
def test_compressed_bodies_pass_as_they_are_and_are_read(coding: bytes) -> None:
    packed = gzip.compress(EVENTS) if coding == b"gzip" else zlib.compress(EVENTS)
    response = ok(packed, "text/event-stream", b"Content-Encoding: " + coding + b"\r\n")
    with (
        answering(response[:150], response[150:], gap_s=0.01) as server,
        recorder() as running,
        running.open_call(server.base_url) as tap,
    ):
        assert talk(tap, post()) == (response, None)
        (exchange,) = seen(tap)
    assert (exchange.content_encoding, exchange.events, exchange.good) == (coding.decode(), 5, True)


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


def test_closing_ends_hung_exchanges_within_a_second() -> None:  # complexity: radon counts assertions, too
    with upstream("hang") as up, recorder() as running, running.open_call(up.base_url) as tap:
        clients = [connect(tap.base_url) for _ in range(20)]
        for client in clients:
            client.sendall(post(body()))
        wait_until(lambda: sum("request_sent" in record.at for record in tap._log.records) == len(clients))
        before = time.monotonic()
        tap.close()
        tap.close()
        closed = time.monotonic()
        assert closed - before < 1
        exchanges = tap.exchanges(before)
        for client in clients:
            assert read_all(client)[0] == b""
            client.close()
        with pytest.raises(ConnectionRefusedError):
            connect(tap.base_url)
    assert len(exchanges) == 20
    assert {(exchange.end, exchange.first_byte_at_ms) for exchange in exchanges} == {(ExchangeEnd.CLIENT_CLOSED, None)}
    for exchange in exchanges:
        assert exchange.ended_at_ms is not None
        assert 0 <= exchange.ended_at_ms <= (closed - before) * 1000 + 1


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


def test_too_many_connections_and_exchanges_are_reset_and_counted() -> None:
    limits = WireLimits(max_connections=1, max_exchanges=2)
    with (
        answering(ok(b"{}"), keep_alive=True) as server,
        recorder(limits=limits) as running,
        running.open_call(server.base_url) as tap,
        connect(tap.base_url) as client,
    ):
        for _ in range(2):
            client.sendall(post())
            read_until(client, b"{}")
        # The reset may come before the connection stands in the client's eyes.
        with pytest.raises(ConnectionResetError), connect(tap.base_url) as second:
            second.recv(1)
        client.sendall(post())
        assert read_all(client) == (b"", ConnectionResetError)
        assert len(seen(tap)) == tap.refused == 2


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


@pytest.mark.parametrize("url", ["ftp://h", "http://", "http://h:99999", "http://h:0", "//h", "http://h/a b"])
def test_an_address_that_cannot_be_used_is_an_error(url: str) -> None:
    with recorder() as running, pytest.raises(UsageError):
        running.open_call(url)


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
