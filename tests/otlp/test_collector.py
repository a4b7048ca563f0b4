"""Sending to a collector over loopback: all that it may answer, or not answer, ends soon and is said clearly."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from probe.errors import EnvironmentUnusableError
from probe.otlp import collector as module
from probe.otlp.collector import Collector
from probe.otlp.collector_settings import CollectorSettings, collector_settings
from probe.otlp.trace_span import SpanBatch, TraceSpan, TraceSpanKind, span_id, trace_id
from tests.otlp.receiver import Answer, Receiver, partial, plain, receiving

TOKEN = "Bearer a-secret-of-nobody"


def batch(n: int = 3) -> SpanBatch:
    trace = trace_id("test")
    kind = TraceSpanKind.INTERNAL
    spans = [TraceSpan(trace, span_id(trace, number), b"", f"s{number}", kind, 1, 2, {}) for number in range(n)]
    return SpanBatch({"service.name": "x"}, spans)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def settings(receiver: Receiver, **environment: str) -> CollectorSettings:
    found = collector_settings(receiver.url, [f"Authorization={TOKEN}"], environment)
    assert found
    return found


def sent(receiver: Receiver, n: int = 3, **environment: str) -> Collector:
    with Collector(settings(receiver, **environment), {}) as collector:
        collector.send(batch(n))
    return collector


def refused(receiver: Receiver, *answers: Answer) -> str:
    receiver.answers = list(answers)
    with pytest.raises(EnvironmentUnusableError) as caught:
        sent(receiver)
    assert "a-secret" not in str(caught.value)
    return str(caught.value)


def test_spans_come_over_compressed_with_the_headers(receiver: Receiver) -> None:
    assert sent(receiver).accepted == 3
    assert [span.name for span in receiver.spans] == ["s0", "s1", "s2"]
    (headers,) = receiver.headers
    assert (headers["content-encoding"], headers["authorization"]) == ("gzip", TOKEN)
    assert (headers["content-type"], receiver.paths) == ("application/x-protobuf", ["/v1/traces"])


def test_compression_can_be_turned_off(receiver: Receiver) -> None:
    assert sent(receiver, OTEL_EXPORTER_OTLP_COMPRESSION="none").accepted == 3
    assert "content-encoding" not in receiver.headers[0]


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(receiver: Receiver, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert sent(receiver).accepted == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (plain(401, f"no {TOKEN} here"), "HTTP 401: no [redacted] here\nAdd --header Authorization=…"),
        (plain(403), "refuses the spans: HTTP 403\nAdd --header"),
        (plain(404), "HTTP 404\nName the collector's address"),
        (plain(415), "HTTP 415\nSet OTEL_EXPORTER_OTLP_COMPRESSION=none"),
        (plain(500, "\x1b[31mbroken\r\nfor good" + "x" * 10_000), "HTTP 500: �[31mbroken for goodxxx"),
        (plain(307, Location="http://elsewhere.example/"), "HTTP 307"),
        ((400, {"Content-Type": "application/x-protobuf"}, b"\x08\x03\x12\x07bad ids"), "HTTP 400: bad ids"),
        ((400, {"Content-Type": "application/x-protobuf"}, b"\xff\xff"), "HTTP 400"),
        ((200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"), "something else than a collector"),
        ((200, {"Content-Type": "application/json"}, b"["), "something else than a collector"),
    ],
)
def test_a_refusal_is_told_with_its_remedy_and_without_the_token(
    receiver: Receiver, answer: Answer, words: str
) -> None:
    told = refused(receiver, answer)
    assert words in told
    assert receiver.url in told
    assert len(told) < 500
    assert len(receiver.paths) == 1


def test_a_busy_collector_is_asked_again(receiver: Receiver, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "_FIRST_WAIT_S", 0.0)
    receiver.answers = [plain(503), plain(429, Retry_After="0")]
    assert sent(receiver).accepted == 3
    assert len(receiver.paths) == 3


def test_a_collector_that_stays_busy_longer_than_there_is_time_for_has_refused(receiver: Receiver) -> None:
    assert "HTTP 503: full" in refused(receiver, plain(503, "full", Retry_After="3600"))


def test_spans_that_were_not_taken_are_counted_and_told(receiver: Receiver) -> None:
    receiver.answers = [partial(2, "attributes too long")]
    collector = sent(receiver)
    assert (collector.accepted, collector.rejected, collector.rejection) == (1, 2, "attributes too long")
    receiver.answers = [(200, {"Content-Type": "application/json"}, b'{"partialSuccess":{"rejectedSpans":"9"}}')]
    collector = sent(receiver)
    assert (collector.accepted, collector.rejected) == (0, 3)


def test_what_is_too_large_is_sent_in_halves(receiver: Receiver) -> None:
    def at_most_two(request: Any) -> Answer:
        spans = request.resource_spans[0].scope_spans[0].spans
        return plain(413) if len(spans) > 2 else plain(200)

    receiver.judge = at_most_two
    assert sent(receiver, 7).accepted == 7
    assert sorted(span.name for span in receiver.spans) == [f"s{number}" for number in range(7)]
    receiver.judge = lambda _: plain(413, "too large")
    assert "HTTP 413: too large" in refused(receiver)


@contextmanager
def dribbling(first: bytes, more: bytes) -> Iterator[Receiver]:
    """Run a server that answers with some bytes, and then with others again and again, without an end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    connection.sendall(first)
                    while not over.wait(0.02):
                        connection.sendall(more)
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}")
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    ("first", "more"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: header\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"x"),
    ],
    ids=["silent", "headers without end", "body without end"],
)
def test_a_collector_that_hangs_is_given_up(first: bytes, more: bytes, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "ATTEMPT_TIMEOUT_S", 0.3)
    with dribbling(first, more) as server:
        assert "did not answer in time" in refused(server)


def test_an_answer_without_end_is_read_no_further_than_any_collector_s(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "ATTEMPT_TIMEOUT_S", 60.0)
    with dribbling(b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\n\r\n", b"x" * 30_000) as server:
        assert "HTTP 500: xxx" in refused(server)


def test_where_nothing_listens_the_system_s_word_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert "cannot be reached: Connection refused" in refused(gone)


def test_what_speaks_no_http_is_told_from_a_collector() -> None:
    with dribbling(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"") as server:
        assert "cannot be reached: " in refused(server)
