"""One plain HTTP request: what is sent, what is told, and that nothing keeps it beyond its deadline."""

import socket
import threading

import pytest

from probe import __version__
from probe.drivers.plain_http import MAX_BODY_BYTES, PlainAnswer
from probe.errors import UsageError
from probe.model.exchange import ConnectFailure, ExchangeEnd
from probe.redact import MARK
from tests.drivers.support import SECRET, Send
from tests.wire.support import LOOPBACK, answering, ok

NOWHERE = f"http://{'x' * 64}.invalid"


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
