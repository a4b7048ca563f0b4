"""One request and its answer as a protocol: what is written, what is read, and that nothing keeps it."""

import gzip
import itertools
import socket
import threading
import time
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from probe.drivers.plain_exchange import LocalProtocolError, request_bytes
from probe.drivers.plain_http import MAX_BODY_BYTES, PlainAnswer, PlainHttp, PlainRequest
from probe.drivers.process import Cancel
from probe.model.exchange import ExchangeEnd
from probe.redact import Redactor
from probe.wire import Recorder
from tests.drivers.support import LATER_S, SECRET, Send, at_a_deadline
from tests.wire.support import RawServer, answering, ok, read_request, wait_for_end

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_header_goes_out_byte_by_byte(send: Send) -> None:
    with answering(ok(b"{}")) as server:
        assert send(server.base_url, X_Name="caf\u00e9").status == 200
    assert b"x-name: caf\xe9\r\n" in server.received[0].lower()


def never(connection: socket.socket) -> None:
    connection.recv(1 << 20)
    while connection.recv(1 << 20):
        pass


def drip_the_head(connection: socket.socket) -> None:
    read_request(connection)
    for number in itertools.count():
        connection.sendall(b"HTTP/1.1 200 OK\r\n" if not number else b"X-%d: a\r\n" % number)
        time.sleep(0.05)


def drip_the_body(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(CHUNKED)
    while True:
        connection.sendall(b"1\r\na\r\n")
        time.sleep(0.01)


def pour(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(CHUNKED)
    while True:
        connection.sendall(b"10000\r\n" + b"a" * 0x10000 + b"\r\n")


@pytest.mark.parametrize("handle", [never, drip_the_head, drip_the_body, pour])
def test_one_deadline_holds_for_whatever_an_upstream_does(send: Send, handle: Callable[[socket.socket], None]) -> None:
    def ask(timeout_s: float) -> PlainAnswer:
        with RawServer(handle) as server:
            return send(server.base_url, timeout_s=timeout_s)

    def begun(answer: PlainAnswer) -> bool:
        exchange = answer.exchange
        if exchange is None or handle is never:
            return exchange is not None
        return exchange.first_byte_at_ms is not None if handle is drip_the_head else exchange.response_bytes > 8

    began = time.monotonic()
    answer = at_a_deadline(ask, begun, 0.4)
    assert 0.4 <= time.monotonic() - began < LATER_S + 10
    assert answer.timed_out
    assert not answer.cancelled
    assert answer.exchange is not None
    assert answer.exchange.end is ExchangeEnd.CLIENT_CLOSED
    assert len(answer.body) <= MAX_BODY_BYTES
    assert (answer.status == 200) is (handle in {drip_the_body, pour})
    assert (answer.body[:4] == b"aaaa") is (handle in {drip_the_body, pour})


def test_a_cancel_ends_it_at_once(send: Send) -> None:
    def drip_and_cancel(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(CHUNKED)
        for number in itertools.count():
            connection.sendall(b"1\r\na\r\n")
            time.sleep(0.02)
            if number == 20:  # the first has long come
                cancel.cancel()

    with Cancel() as cancel, RawServer(drip_and_cancel) as server:
        answer = send(server.base_url, timeout_s=30, cancel=cancel)
    assert answer.cancelled
    assert not answer.timed_out
    assert answer.wall_ms < 20_000
    assert answer.body.startswith(b"a")


def test_what_is_no_http_is_an_error_in_words(send: Send) -> None:
    with answering(b"SSH-2.0-OpenSSH_9.6\r\n") as server:
        answer = send(server.base_url)
    assert answer.status is None
    assert answer.error is not None
    assert answer.error.startswith("RemoteProtocolError: ")


def test_a_header_that_cannot_be_sent_is_an_error_without_the_secret(send: Send) -> None:
    with answering(ok(b"{}")) as server:
        answer = send(server.base_url, Authorization=f"Bearer {SECRET}\n")
    assert server.received == []
    assert answer.error is not None
    assert SECRET not in answer.error


PACKERS = [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress), ("zstd", zstandard.compress)]


@pytest.mark.parametrize(("coding", "pack"), PACKERS)
def test_a_packed_body_is_unpacked_and_stays_small(send: Send, coding: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"\0" * 50_000_000)
    coded = f"Content-Encoding: {coding}\r\n".encode()
    with answering(ok(pack(b"hello"), extra=coded)) as small, answering(ok(bomb, extra=coded)) as large:
        assert send(small.base_url).body == b"hello"
        assert len(send(large.base_url).body) == MAX_BODY_BYTES


def test_a_body_that_is_not_packed_as_it_says_is_shown_as_it_is(send: Send) -> None:
    with answering(ok(b"plain text", extra=b"Content-Encoding: gzip\r\n")) as server:
        answer = send(server.base_url)
    assert answer.body == b"plain text"
    assert answer.exchange is not None
    assert answer.exchange.unreadable == "gzip"


def test_a_cancel_ends_all_requests_that_are_under_way() -> None:
    """Make more of them than an operator would wait for one after the other."""
    number = 200
    answers: list[PlainAnswer] = []
    begun = threading.Semaphore(0)

    def hang(connection: socket.socket) -> None:
        read_request(connection)
        begun.release()
        wait_for_end(connection)

    with Recorder(redactor=Redactor()) as recorder, Cancel() as cancel, RawServer(hang) as server:
        http = PlainHttp(recorder.open_call, Redactor(), cancel)
        request = PlainRequest("POST", "/v1/messages", {}, b"{}")
        threads = [
            threading.Thread(target=lambda: answers.append(http.send(server.base_url, request, 600)))
            for _ in range(number)
        ]
        for thread in threads:
            thread.start()
        for _ in range(number):
            assert begun.acquire(timeout=60)
        cancel.cancel()
        for thread in threads:
            thread.join(60)
    assert len(answers) == number
    assert {(answer.cancelled, answer.timed_out) for answer in answers} == {(True, False)}
    assert {answer.exchange and answer.exchange.end for answer in answers} == {ExchangeEnd.CLIENT_CLOSED}


def test_a_request_has_a_host_and_the_length_of_its_body() -> None:
    written = request_bytes("POST", "/v1/messages", "relay", {"X-A": "1"}, b"body")
    assert written == b"POST /v1/messages HTTP/1.1\r\nhost: relay\r\nX-A: 1\r\ncontent-length: 4\r\n\r\nbody"
    assert request_bytes("GET", "/", "relay", {}, None) == b"GET / HTTP/1.1\r\nhost: relay\r\n\r\n"
    assert b"content-length: 0\r\n" in request_bytes("POST", "/", "relay", {}, b"")


def test_a_host_or_a_length_of_the_caller_s_stands_alone() -> None:
    written = request_bytes("POST", "/", "relay", {"Host": "other", "Content-Length": "9"}, b"body")
    assert written == b"POST / HTTP/1.1\r\nHost: other\r\nContent-Length: 9\r\n\r\nbody"


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("/a b?x=1&y=%20", b"/a%20b?x=1&y=%20"),
        ("/caf\u00e9", b"/caf%C3%A9"),
        ("/a#b", b"/a%23b"),
        ("/a\r\nX-Evil: 1", b"/a%0D%0AX-Evil:%201"),
    ],
)
def test_a_target_stays_on_its_line(target: str, line: bytes) -> None:
    assert request_bytes("GET", target, "relay", {}, None).split(b"\r\n")[0] == b"GET %b HTTP/1.1" % line


@pytest.mark.parametrize(("name", "value"), [("X", "a\nb"), ("X", "a\x00"), ("X\r\nY", "a"), ("", "a"), ("X Y", "a")])
def test_a_header_that_would_end_its_line_is_refused_without_its_value(name: str, value: str) -> None:
    with pytest.raises(LocalProtocolError) as refused:
        request_bytes("GET", "/", "relay", {name: value}, None)
    assert repr(value) not in str(refused.value)


def test_a_tab_in_a_header_is_sent_and_a_letter_beyond_latin_1_is_not() -> None:
    assert b"X: a\tb\r\n" in request_bytes("GET", "/", "relay", {"X": "a\tb"}, None)
    with pytest.raises(UnicodeError):
        request_bytes("GET", "/", "relay", {"X": "\u4f60"}, None)
