"""Bodies of answers are read as clients read them: streams, messages, errors, and what is none of these."""

import gzip
import json
import time
import zlib
from collections.abc import Callable

import pytest

from probe.model.exchange import ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.wire import WireLimits
from tests.wire.answers import CLOSE, DELTA, MESSAGE, OPEN, PIECE, REASON, START, STOP, STREAM, head, read_at
from tests.wire.support import answering, event, exchange_of, ok, post, recorder, seen, talk

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


EVENTS = START + DELTA + STOP


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
