"""Results of requests are told as evidence, each thing once."""

from dataclasses import replace

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.evidence import code_of, evidence_of, failure_of
from probe.model.outcome import Outcome
from probe.texts import Texts
from tests.checks.results import answered, said


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (said(404, b"", Outcome.MODEL_NOT_FOUND), "HTTP 404"),
        (said(200, b""), "HTTP 200"),
        (ApiResult(None, None, b"", 5.0, Outcome.TIMED_OUT), "ETIMEDOUT"),
        (ApiResult(None, None, b"", 5.0, Outcome.DNS), "DNS"),
    ],
)
def test_a_result_takes_a_word_or_two(sent: ApiResult, code: str) -> None:
    assert Texts().words(code_of(answered(sent))) == code


def test_a_success_that_cannot_be_used_says_why() -> None:
    words = Texts().words(code_of(answered(said(200, b"<html>", Outcome.MALFORMED_RESPONSE))))
    assert words.startswith("HTTP 200")
    assert words != "HTTP 200"


def test_what_differs_in_its_request_id_alone_is_told_once() -> None:
    results = [
        answered(replace(said(529, b"", Outcome.OVERLOADED), evidence=f"HTTP 529, busy, request id req_{number}"))
        for number in range(3)
    ]
    assert Texts().words(evidence_of(results)) == "HTTP 529, busy, request id req_0"
    other = answered(replace(said(500, b"", Outcome.SERVER_ERROR), evidence="HTTP 500"))
    assert Texts().words(evidence_of([*results, other])).count("HTTP") == 2


def test_the_words_of_a_page_stand_in_the_evidence_once() -> None:
    page = b"<html><title>502</title><p>The backend is gone</p></html>"
    apart = answered(replace(said(502, page, Outcome.BAD_GATEWAY), evidence="HTTP 502"))
    assert "The backend is gone" in Texts().words(evidence_of([apart]))
    within = answered(replace(apart.answer, evidence="HTTP 502, 502 The backend is gone"))
    assert Texts().words(evidence_of([within])).count("The backend is gone") == 1


def test_a_request_without_evidence_is_told_by_its_code() -> None:
    assert Texts().words(evidence_of([answered(said(503, b"", Outcome.BAD_GATEWAY))])) == "HTTP 503"


def test_the_failure_of_several_requests_has_the_words_of_all_and_the_outcome_of_the_first() -> None:
    first = replace(said(500, b'{"error":"broke"}', Outcome.SERVER_ERROR), cause="500", evidence="HTTP 500")
    second = replace(said(429, b'{"error":"slow"}', Outcome.RATE_LIMITED), challenged=True)
    nobody = ApiResult(None, None, b"", 5.0, Outcome.DNS, evidence="no such host")
    found = failure_of([answered(first), answered(second), answered(nobody), answered(first)], "TOKEN")
    assert (found.outcome, found.cause, found.token, found.challenged) == (Outcome.SERVER_ERROR, "500", "TOKEN", True)
    assert [attempt.status for attempt in found.attempts] == [500, 429, 500]
    assert found.words.count("broke") == 1
    assert "slow" in found.words
    assert "no such host" in found.words
    assert found.status == 500, "that of the last"
