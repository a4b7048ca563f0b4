"""One plain HTTP request: what is sent, what is told, and that nothing keeps it beyond its deadline."""

import gzip
import itertools
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard

from probe import __version__
from probe.drivers.plain_http import MAX_BODY_BYTES, PlainAnswer, PlainHttp, PlainRequest
from probe.drivers.process import Cancel
from probe.errors import UsageError
from probe.model.exchange import ConnectFailure, ExchangeEnd
from probe.redact import MARK, Redactor
from probe.wire import Recorder
from tests.drivers.support import LATER_S, at_a_deadline
from tests.wire.support import LOOPBACK, RawServer, answering, ok, read_request, wait_for_end

SECRET = "a-token-of-nobody"
NOWHERE = f"http://{'x' * 64}.invalid"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
Send = Callable[..., PlainAnswer]


@pytest.fixture
def send() -> Iterator[Send]:
    """Send a request through a recorder that knows the secret."""
    redactor = Redactor([SECRET])
    with Recorder(redactor=redactor) as recorder:

        def send(
            base_url: str,
            path: str = "/v1/models",
            timeout_s: float = 30.0,
            cancel: Cancel | None = None,
            **headers: str,
        ) -> PlainAnswer:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            request = PlainRequest("POST", path, named, b'{"model": "m"}')
            return PlainHttp(recorder.open_call, redactor, cancel).send(base_url, request, timeout_s)

        yield send


def test_an_answer_comes_whole(send: Send) -> None:
    with answering(ok(b'{"data": []}', extra=b"X-Request-Id: r1\r\nX-Two: 1\r\nX-Two: 2\r\n")) as server:
        answer = send(f"{server.base_url}/api")
    assert (answer.status, answer.body, answer.error) == (200, b'{"data": []}', None)
    assert (answer.headers["x-request-id"], answer.headers["x-two"]) == ("r1", "1, 2")
    assert not answer.timed_out
    assert not answer.cancelled
    assert answer.exchange is not None
    assert (answer.exchange.status, answer.exchange.end) == (200, ExchangeEnd.COMPLETE)
    assert 0 < (answer.exchange.ended_at_ms or 0) <= answer.wall_ms


def test_it_says_who_it_is_and_adds_nothing_of_a_client(send: Send) -> None:
    with answering(ok(b"{}")) as server:
        send(f"{server.base_url}/api", Authorization=f"Bearer {SECRET}")
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    line, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in lines)}
    assert line == "POST /api/v1/models HTTP/1.1"
    assert headers == {
        "host": server.base_url.removeprefix("http://"),
        "user-agent": f"probe/{__version__}",
        "accept-encoding": "gzip, deflate, br, zstd",
        "authorization": f"Bearer {SECRET}",
        "content-length": "14",
    }
    assert body == b'{"model": "m"}'


@pytest.mark.parametrize(
    ("base", "path", "asked"),
    [("/v1/messages", "", "/v1/messages"), ("", "", "/"), ("/v1", "/x?beta=true", "/v1/x?beta=true")],
)
def test_the_path_is_joined_to_the_end(send: Send, base: str, path: str, asked: str) -> None:
    with answering(ok(b"{}")) as server:
        send(server.base_url + base, path)
    assert server.received[0].split(b" ")[1].decode() == asked


@pytest.mark.parametrize("path", ["@{thief}/v1/messages", ":1@{thief}/v1/messages", "1/v1/messages", "x", "?x"])
def test_no_path_leads_away_from_the_upstream(send: Send, path: str) -> None:
    with answering(ok(b"{}")) as server, answering(ok(b"{}")) as thief:
        with pytest.raises(UsageError, match="is no path"):
            send(server.base_url, path.format(thief=thief.base_url.removeprefix("http://")), X_Api_Key=SECRET)
        assert send(server.base_url, f"//{thief.base_url.removeprefix('http://')}/").status == 200
    assert thief.received == []
    assert len(server.received) == 1


def test_a_header_goes_out_byte_by_byte(send: Send) -> None:
    with answering(ok(b"{}")) as server:
        assert send(server.base_url, X_Name="caf\u00e9").status == 200
    assert b"x-name: caf\xe9\r\n" in server.received[0].lower()


def test_a_header_of_the_caller_wins(send: Send) -> None:
    with answering(ok(b"{}")) as server:
        send(server.base_url, User_Agent="captured/1", Accept_Encoding="gzip, br")
    assert b"user-agent: captured/1\r\n" in server.received[0].lower()
    assert b"accept-encoding: gzip, br\r\n" in server.received[0].lower()


def test_a_redirect_is_told_and_not_followed(send: Send) -> None:
    with answering(b"HTTP/1.1 307 Away\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n") as server:
        answer = send(server.base_url)
    assert (answer.status, answer.headers["location"], len(server.received)) == (307, "/elsewhere", 1)


def test_a_proxy_of_the_environment_is_left_to_the_recorder(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with answering(ok(b"{}")) as server:
        assert send(server.base_url).status == 200


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


def test_the_true_reason_stands_in_the_exchange(send: Send) -> None:
    with socket.socket() as deaf:
        deaf.bind((LOOPBACK, 0))  # as long as it has the port nobody else listens there
        refused, unknown = send(f"http://{LOOPBACK}:{deaf.getsockname()[1]}"), send(NOWHERE)
    assert [each.exchange and each.exchange.failure for each in (refused, unknown)] == [
        ConnectFailure.REFUSED,
        ConnectFailure.DNS,
    ]
    assert refused.error
    assert (refused.status, refused.body, refused.timed_out) == (None, b"", False)


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


def test_a_secret_that_comes_back_is_taken_out(send: Send) -> None:
    body = b"you said %s" % SECRET.encode()
    with answering(ok(body, extra=b"X-Echo: %s\r\n" % SECRET.encode())) as server:
        answer = send(server.base_url)
    assert SECRET not in repr(answer)
    assert (answer.body, answer.headers["x-echo"]) == (b"you said [redacted]", "[redacted]")


def test_a_secret_on_the_cut_of_a_long_body_is_not_torn(send: Send) -> None:
    body = b"x" * (MAX_BODY_BYTES - 8) + b" " + SECRET.encode() + b" and more" * 1000
    with answering(ok(body)) as server:
        answer = send(server.base_url)
    assert answer.body == body[: MAX_BODY_BYTES - 7] + MARK[:7]


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


def test_requests_in_many_threads_do_not_meet(send: Send) -> None:
    answers: dict[int, PlainAnswer] = {}
    with answering(ok(b"{}")) as server:

        def one(number: int) -> None:
            answers[number] = send(server.base_url, f"/{number}")

        threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {number: each.exchange and each.exchange.path for number, each in answers.items()} == {
        number: f"/{number}" for number in range(8)
    }


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
