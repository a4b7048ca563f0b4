"""Faults of HTTP and below it, by what a client notices on the wire."""

import gzip
import json

import httpx
import pytest

from probe.upstream import Ended
from tests.upstream.support import ask, body, open_request, read_all, upstream, wait_until


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (502, "api_error"),
        (503, "api_error"),
        (504, "api_error"),
        (529, "overloaded_error"),
    ],
)
def test_status_has_the_error_type_of_its_code(code: int, kind: str) -> None:
    with upstream(f"status(code={code})") as up:
        answer = ask(up)
    assert answer.status_code == code
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["type"] == kind
    assert answer.headers["request-id"].startswith("req_")


def test_status_carries_retry_after_message_and_html() -> None:
    with upstream("status(code=503, body=html, retry_after=1500ms, message=gone fishing)") as up:
        answer = ask(up)
    assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("text/html; charset=utf-8", "2")
    assert "503 gone fishing" in answer.text


@pytest.mark.parametrize(("when", "sent"), [("before", b""), ("headers", b"200 "), ("mid", b"content_block_delta")])
def test_reset_is_a_tcp_reset(when: str, sent: bytes) -> None:
    with upstream(f"reset(when={when})") as up:
        with open_request(up) as connection:
            received, error = read_all(connection)
        wait_until(lambda: bool(up.served))
    assert error is ConnectionResetError
    assert sent in received
    assert (when == "before") == (received == b"")
    assert (when == "mid") == (b"content_block_delta" in received)
    assert up.served[0].ended is Ended.ABORTED_BY_FAULT


def test_short_body_promises_more_than_comes() -> None:
    with upstream("short_body(by=77)") as up:
        with open_request(up) as connection:
            received, error = read_all(connection)
        whole = ask(up, request=body(stream=False))
    head, _, sent = received.partition(b"\r\n\r\n")
    assert error is None
    assert b"transfer-encoding" not in head.lower()
    assert b"content-length: %d" % (len(sent) + 77) in head.lower()
    assert b'"type":"message_stop"' in sent.replace(b" ", b"")
    assert whole.json()["type"] == "message"


def test_bad_gzip_cannot_be_decompressed() -> None:
    with upstream("bad_gzip") as up, pytest.raises(httpx.DecodingError):
        ask(up)
    with upstream("bad_gzip") as up, open_request(up) as connection:
        assert b"content-encoding: gzip" in connection.recv(4096)


def test_html_200_and_empty_200_are_no_answers() -> None:
    with upstream("html_200(request=1)", "empty_200(request=2)") as up:
        html, empty = ask(up, "/r/1/call1"), ask(up, "/r/1/call1")
    assert html.status_code == empty.status_code == 200
    assert "<html>" in html.text
    assert (empty.content, empty.headers["content-type"]) == (b"", "text/event-stream; charset=utf-8")


def test_redirect_points_elsewhere() -> None:
    with upstream("redirect(to=http://127.0.0.1:9/v1/messages, code=308)") as up:
        answer = ask(up)
    assert (answer.status_code, answer.headers["location"]) == (308, "http://127.0.0.1:9/v1/messages")


def test_a_body_is_compressed_and_no_header_says_so() -> None:
    with upstream() as up:
        sound = ask(up, request=body(stream=False)).json()
    with upstream("unlabelled_gzip") as up:
        answer = ask(up, request=body(stream=False))
    assert "content-encoding" not in answer.headers
    assert json.loads(gzip.decompress(answer.content))["content"] == sound["content"]


def test_a_refusal_comes_as_a_200_of_json() -> None:
    with upstream("refusal_200(message=no quota)") as up:
        answer = ask(up)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert (answer.json()["success"], answer.json()["message"]) == (False, "no quota")


def test_a_status_that_has_no_name_is_told_by_its_number() -> None:
    with upstream("status(code=599)", "status(code=529)") as up:
        assert ask(up).json()["error"]["message"] == "Error 599"
