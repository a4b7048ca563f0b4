"""Findings on the endpoints: which are sound, which header is taken, whether anything is encrypted."""

from dataclasses import replace
from typing import Any

import pytest

from probe.checks.api_result import EndpointResult
from probe.checks.check_context import CheckContext
from probe.checks.endpoint_findings import judge_endpoints
from probe.checks.endpoints import Endpoints
from probe.model.check_report import CheckFinding, Severity
from probe.model.choices import TokenHeader
from probe.model.outcome import Outcome
from tests.checks.results import GOOD, answered, in_english, said, stream, stream_of


def findings(base_url: str = "https://relay.example", **endpoints: Any) -> dict[str, CheckFinding]:
    """Return the findings of these endpoints by their code."""
    context = CheckContext(base_url, "glm-5", TokenHeader.BEARER, "TOKEN")
    return {finding.code: finding for finding in in_english(*judge_endpoints(Endpoints(**endpoints), context))}


def good(*, streamed: bool, **changes: Any) -> EndpointResult:
    text = b"1 2 3" if streamed else b"PROBE_OK"
    body = stream_of(*GOOD).replace(b'"a"', b'"%s"' % text) if streamed else b'{"content":[{"text":"%s"}]}' % text
    return answered(stream(said(200, body), streamed=streamed), **changes)


REFUSED = answered(said(401, b'{"error":{"message":"no"}}', Outcome.AUTH))


def test_answers_of_both_kinds_are_told_with_their_times() -> None:
    found = findings(stream=good(streamed=True, ms=1500.0), whole=good(streamed=False, ms=400.0))
    assert found["messages"].severity is Severity.GOOD
    assert "1.50 s" in found["messages"].evidence
    assert "auth" not in found, "the other header was not tried"


def test_an_answer_beside_a_failure_is_no_sound_api() -> None:
    found = findings(stream=good(streamed=True), whole=REFUSED)
    assert "messages" not in found
    assert any(finding.severity is Severity.WRONG for finding in found.values())


def test_nothing_is_found_of_what_was_not_asked() -> None:
    assert findings() == {}


@pytest.mark.parametrize(
    ("key", "words"),
    [(good(streamed=False), ("Authorization: Bearer", "x-api-key")), (REFUSED, ("Authorization: Bearer",))],
)
def test_which_header_is_taken_is_told(key: EndpointResult, words: tuple[str, ...]) -> None:
    found = findings(stream=good(streamed=True), whole=good(streamed=False), key=key)
    assert found["auth"].severity is Severity.GOOD
    assert all(word in found["auth"].title for word in words)


@pytest.mark.parametrize(
    ("base_url", "warned"),
    [
        ("http://relay.example", True),
        ("http://10.0.0.1:8080/api", True),
        ("https://relay.example", False),
        ("http://127.0.0.1:9", False),
        ("http://localhost:9", False),
        ("http://[::1]:9", False),
    ],
)
def test_a_token_that_travels_in_the_open_is_warned_of(base_url: str, warned: bool) -> None:
    assert ("no_encryption" in findings(base_url)) is warned


def test_events_without_names_are_a_finding_of_streams_alone() -> None:
    nameless = b'data: {"type":"message_start","message":{}}\n\n'
    failed = answered(replace(said(200, nameless, Outcome.MALFORMED_RESPONSE), cause="unnamed events"))
    found = findings(stream=failed, whole=good(streamed=False))
    assert not [finding for finding in found.values() if finding.severity is Severity.WRONG]
