"""Requests of a check come to what calls come to, by the same rules."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from probe.checks.api_result import ApiRequest, ApiResult, SendRequest
from probe.checkup.http_sender import sender
from probe.drivers.plain_http import PlainHttp
from probe.drivers.process import Cancel
from probe.model.check_report import Category
from probe.model.outcome import Outcome, WaitCause
from probe.redact import Redactor
from probe.texts import Texts
from probe.wire import Recorder
from tests.upstream.support import body, upstream
from tests.wire.answers import DELTA, START, STREAM
from tests.wire.support import answering, event, ok


@contextmanager
def sending() -> Iterator[SendRequest]:
    """Yield a function that sends requests, as a check does."""
    redactor = Redactor(["s3cret-token"])
    with Recorder(redactor=redactor) as recorder, Cancel() as cancel:
        yield sender(PlainHttp(recorder.open_call, redactor, cancel))


def asked(*faults: str, path: str = "/v1/messages", timeout_s: float = 20.0, **changes: Any) -> ApiResult:
    """Return the result of a request to an embedded upstream with these faults."""
    data = json.dumps(body(**changes)).encode() if path.endswith("messages") else None
    headers = {"content-type": "application/json", "x-api-key": "key"}
    with upstream(*faults) as up, sending() as send:
        return send(ApiRequest(up.base_url, "POST" if data else "GET", path, headers, data), timeout_s)


def said_by(response: bytes, path: str = "/v1/messages", **changes: Any) -> ApiResult:
    """Return the result where an upstream answers with these bytes."""
    data = json.dumps(body(**changes)).encode() if path.endswith("messages") else None
    with answering(response) as server, sending() as send:
        return send(ApiRequest(server.base_url, "POST" if data else "GET", path, {}, data), 20.0)


@pytest.mark.parametrize(
    ("faults", "outcome", "cause", "status"),
    [
        ((), Outcome.OK, None, 200),
        (("status(code=401)",), Outcome.AUTH, "401", 401),
        (("status(code=503, body=html)",), Outcome.BAD_GATEWAY, "503", 503),
        (("refusal_200",), Outcome.BILLING, None, 200),
        (("error_event(type=api_error)",), Outcome.STREAM_ERROR, "api_error", 200),
        (("truncate(clean=false)",), Outcome.TRUNCATED_STREAM, None, 200),
        (("reset(when=before)",), Outcome.CONNECTION_RESET, None, None),
        (("bad_json",), Outcome.MALFORMED_RESPONSE, "json", 200),
        (("html_200",), Outcome.MALFORMED_RESPONSE, "html", 200),
        (("stop_reason(name=refusal)",), Outcome.STOPPED_EARLY, "refusal", 200),
        (("redirect(to='http://127.0.0.1:9/x')",), Outcome.REDIRECTED, "307", 307),
    ],
)
def test_a_call_of_a_model_comes_to_what_it_would_in_a_run(
    faults: tuple[str, ...], outcome: Outcome, cause: str | None, status: int | None
) -> None:
    found = asked(*faults)
    assert (found.outcome, found.status) == (outcome, status)
    if cause is not None:
        assert found.cause == cause
    assert found.evidence


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("hang", WaitCause.NO_FIRST_BYTE),
        ("stall(after=1)", WaitCause.STALLED_STREAM),
        ("ping_only", WaitCause.PING_ONLY),
        ("body_never_ends", WaitCause.BODY_NEVER_ENDS),
    ],
)
def test_a_wait_says_how_far_the_answer_had_come(fault: str, cause: WaitCause) -> None:
    found = asked(fault, timeout_s=0.4)
    assert (found.outcome, found.cause) == (Outcome.TIMED_OUT, cause)
    words = Texts().words(found.evidence)
    assert "given up after" in words
    assert ("bytes" in words) is (cause is not WaitCause.NO_FIRST_BYTE)


@pytest.mark.parametrize(
    ("response", "outcome"),
    [
        (ok(b'{"data": []}'), Outcome.OK),
        (ok(b"anything", "text/plain"), Outcome.OK),
        (b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", Outcome.MODEL_NOT_FOUND),
        (b"HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n", Outcome.RATE_LIMITED),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", Outcome.TRUNCATED_STREAM),
        (b"SSH-2.0-OpenSSH_9\r\n", Outcome.MALFORMED_RESPONSE),
        (b"", Outcome.CONNECTION_RESET),
    ],
)
def test_what_asks_no_model_is_judged_by_its_status_and_its_end(response: bytes, outcome: Outcome) -> None:
    assert said_by(response, "/v1/models").outcome is outcome


def test_a_stream_that_lacks_its_last_event_alone_is_taken_as_the_client_takes_it() -> None:
    reason = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9})
    assert said_by(ok(START + DELTA + reason, STREAM)).ok
    assert said_by(ok(START + DELTA, STREAM)).outcome is Outcome.TRUNCATED_STREAM


def test_an_error_within_a_stream_is_found_however_it_is_spelled() -> None:
    found = said_by(ok(b'data: {"error": {"type": "upstream_error", "message": "no channel"}}\n\n', STREAM))
    assert (found.outcome, found.cause) == (Outcome.STREAM_ERROR, "upstream_error")
    assert "no channel" in Texts().words(found.evidence)


def test_a_bot_check_is_known_by_its_page_or_its_header() -> None:
    page = b"<html><title>Just a moment...</title></html>"
    head = b"HTTP/1.1 403 X\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(page)
    assert said_by(head + page).challenged
    assert said_by(b"HTTP/1.1 429 X\r\ncf-mitigated: challenge\r\nContent-Length: 0\r\n\r\n").challenged
    assert not said_by(b"HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n").challenged


def test_a_secret_that_an_upstream_says_back_is_in_no_result() -> None:
    found = said_by(ok(b'{"error": {"type": "s3cret-token", "message": "bad key s3cret-token"}}'))
    assert "s3cret-token" not in repr(found)
    assert b"[redacted]" in found.body


def test_nobody_at_the_address_is_told_with_its_reason() -> None:
    with sending() as send:
        found = send(ApiRequest("http://127.0.0.1:9", "GET", "/v1/models", {}), 20.0)
    assert (found.outcome, found.status, found.category) == (Outcome.CONNECTION_REFUSED, None, Category.REFUSED)
