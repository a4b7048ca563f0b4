"""The case errors: the status, the shape, the words and the id of an error."""

import json

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.deep.error_envelope import judge_error
from probe.checks.deep.target_access import PlainReply
from probe.model.deep_report import CaseResult
from probe.model.outcome import Outcome
from probe.texts import Texts
from tests.checks.deep.support import assert_found
from tests.checks.results import said, stream
from tests.conftest import Probe

ANTHROPIC = {"type": "error", "error": {"type": "invalid_request_error", "message": "max_tokens: 99999937 > 8192"}}


def reply(status: int | None, body: object) -> PlainReply:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = ApiResult(None, None, b"", 5.0, Outcome.DNS) if status is None else said(status, data, Outcome.BAD_REQUEST)
    return PlainReply(stream(answer, streamed=False) if answer.exchange else answer)


def told(status: int | None, body: object, request_id: str | None = "req_1") -> tuple[CaseResult, str]:
    finding = judge_error(reply(status, body), request_id)
    return finding.result, Texts().words(finding.summary)


@pytest.mark.parametrize("message", ["max_tokens: 99999937 > 8192", "99,999,937 is too many", "too many tokens"])
def test_an_error_as_the_api_makes_it_passes(message: str) -> None:
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    assert told(400, body)[0] is CaseResult.PASS


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, {"error": {"message": "max_tokens is too large"}}, "in the shape of OpenAI"),
        (400, {"detail": "max_tokens is too large"}, "in no known shape"),
        (400, b"max_tokens is too large", "it is no JSON"),
        (400, b"<html>max_tokens is too large</html>", "it is a web page"),
        (400, {"type": "error", "error": {"type": "x", "message": ""}}, "in no known shape"),
        (400, {"type": "error", "error": "max_tokens"}, "in no known shape"),
        (200, ANTHROPIC, "200"),
        (429, ANTHROPIC, "429"),
        (500, ANTHROPIC, "500"),
        (418, ANTHROPIC, "418"),
    ],
)
def test_what_is_wrong_with_an_error_is_told(status: int, body: object, words: str) -> None:
    result, summary = told(status, body)
    assert result is CaseResult.FAIL
    assert words in summary


def test_an_error_without_an_id_or_without_its_cause_fails() -> None:
    whole = told(400, ANTHROPIC)[1]
    without_id = told(400, ANTHROPIC, None)
    vague = told(400, {"type": "error", "error": {"type": "x", "message": "bad request"}})
    assert without_id[0] is vague[0] is CaseResult.FAIL
    assert len({whole, without_id[1], vague[1]}) == 3


def test_a_request_that_nobody_answered_has_no_status() -> None:
    assert told(None, b"")[0] is CaseResult.FAIL


@pytest.mark.parametrize(
    ("result", "faults", "said"),
    [
        (CaseResult.FAIL, ["error_shape(as=openai)"], "in the shape of OpenAI"),
        (CaseResult.FAIL, ["error_shape(as=detail)"], "in no known shape"),
        (CaseResult.FAIL, ["error_shape(as=text)"], "it is no JSON"),
        (CaseResult.FAIL, ["error_shape(as=html)"], "it is a web page"),
        (CaseResult.FAIL, ["error_shape(as=words)"], "do not say what is wrong"),
        (CaseResult.FAIL, ["error_shape(as=500)"], "HTTP 500, upon which Claude Code asks again"),
        (CaseResult.FAIL, ["error_shape(as=200)"], "it comes with HTTP 200"),
        (CaseResult.FAIL, ["error_shape(as=no_id)"], "it has no request id"),
        (CaseResult.CANNOT_TELL, ["drop_field(name=max_tokens)"], "max_tokens 99,999,937 is served"),
        (CaseResult.CANNOT_TELL, ["status(code=400)", "error_shape"], "the upstream did not answer: HTTP 400"),
        (CaseResult.CANNOT_TELL, ["truncate"], "did not answer"),
    ],
)
def test_what_a_faulty_upstream_comes_to(probe: Probe, result: CaseResult, faults: list[str], said: str) -> None:
    assert_found(probe, "errors", result, faults, said)
