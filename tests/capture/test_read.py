"""Requests of the wire are read into captured ones."""

import json

import pytest

from probe.capture.read import SeenRequest, read_requests
from probe.model.request_kind import RequestKind
from tests.capture.samples import DAY, PLACE, SESSION


def seen_request(body: object, *lines: str, call: str = "call1", kind: RequestKind = RequestKind.MAIN) -> SeenRequest:
    head = "\r\n".join(["POST /base/v1/messages?beta=true HTTP/1.1", *lines, "", ""]).encode()
    return SeenRequest(call, kind, head, json.dumps(body).encode(), "/base")


def test_a_request_is_read_with_its_path_below_the_base_url_and_its_headers_as_spelled() -> None:
    (read,) = read_requests(
        [seen_request({"a": 1}, "Accept: x", f"X-Claude-Code-Session-Id: {SESSION}", "HOST: h:1", "Content-Length: 9")],
        PLACE,
        [DAY],
    )
    assert (read.method, read.path, read.body, read.body_bytes) == ("POST", "/v1/messages?beta=true", {"a": 1}, 7)
    assert read.headers == (
        ("Accept", "x"),
        ("X-Claude-Code-Session-Id", "<probe:session-id>"),
        ("HOST", "<host>"),
        ("Content-Length", "<length>"),
    )


def test_the_order_of_requests_is_not_that_of_chance() -> None:
    small, large, main = {"b": 1}, {"b": "two"}, {"m": 1}
    parts = [
        seen_request(large, kind=RequestKind.BACKGROUND),
        seen_request(main),
        seen_request(small, kind=RequestKind.BACKGROUND),
        seen_request({"m": "again"}),
        seen_request(main, call="call2"),
    ]
    first = read_requests(parts, PLACE, [DAY])
    second = read_requests([parts[2], parts[1], parts[0], *parts[3:]], PLACE, [DAY])
    assert first == second
    assert [each.body for each in first] == [small, large, main, main]


@pytest.mark.parametrize(
    ("target", "base_path", "path"),
    [
        ("/base/v1/messages?beta=true", "/base", "/v1/messages?beta=true"),
        ("/v1/messages", "", "/v1/messages"),
        ("/base", "/base", "/"),
        ("/base?x=1", "/base", "/?x=1"),
        ("/elsewhere/v1/messages", "/base", "/elsewhere/v1/messages"),
        ("/basement/v1/messages", "/base", "/basement/v1/messages"),
        ("http://relay.example/base/v1/messages", "/base", "/v1/messages"),
        ("http://relay.example", "", "/"),
    ],
)
def test_a_path_is_told_below_the_base_url_and_one_elsewhere_whole(target: str, base_path: str, path: str) -> None:
    seen = SeenRequest("call1", RequestKind.MAIN, f"GET {target} HTTP/1.1\r\n\r\n".encode(), b"", base_path)
    (read,) = read_requests([seen], PLACE, [DAY])
    assert (read.method, read.path, read.headers) == ("GET", path, ())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", None),
        (b"no JSON of 2026-11-21", "no JSON of <probe:date>"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"a": NaN}', '{"a": NaN}'),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_a_body_that_is_no_json_is_kept_as_text(body: bytes, text: str | None) -> None:
    seen = SeenRequest("call1", RequestKind.MAIN, b"POST / HTTP/1.1\r\n\r\n", body)
    (read,) = read_requests([seen], PLACE, [DAY])
    assert (read.body, read.text) == (None, text)
    assert read.body_bytes == len((text or "").encode())


def test_of_a_call_come_first_what_opens_the_connection_then_the_clients_own_then_the_prompt() -> None:
    kinds = [RequestKind.OTHER, RequestKind.MAIN, RequestKind.BACKGROUND, RequestKind.WARMUP]
    seen = [seen_request({}, call=call, kind=kind) for call in ("call2", "call1") for kind in kinds]
    order = [RequestKind.WARMUP, RequestKind.BACKGROUND, RequestKind.MAIN, RequestKind.OTHER]
    assert [(each.call, each.kind) for each in read_requests(seen, PLACE, [DAY])] == [
        (call, kind) for call in ("call2", "call1") for kind in order
    ]


def test_lines_of_a_head_that_are_no_headers_are_left_out() -> None:
    (read,) = read_requests([seen_request({}, "nonsense", "A:1", "B : 2 ")], PLACE, [DAY])
    assert read.headers == (("A", "1"), ("B", "2"))
    assert read_requests([], PLACE, []) == ()
