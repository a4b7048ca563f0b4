"""Findings on the real client's calls, from calls that are hard to have from a real upstream."""

from collections.abc import Sequence
from typing import Any

import pytest

from probe.checks.client_findings import PlainHttpResult, judge_client_calls
from probe.model.check_report import Attempt, CheckFinding, ClientCall, Severity
from probe.model.outcome import Flag, Outcome
from probe.texts import Texts


def findings_of(calls: Sequence[ClientCall], plain: PlainHttpResult) -> list[CheckFinding]:
    """Return the findings of these calls, in English."""
    return [draft.in_words(Texts()) for draft in judge_client_calls(calls, plain)]


def test_what_the_client_hides_is_said() -> None:
    call = ClientCall(
        label="call1",
        outcome=Outcome.OK,
        flags=(Flag.RETRIED, Flag.FALLBACK_NON_STREAMING),
        wall_ms=2000,
        attempts=2,
        endings=("529 overloaded_error", "good"),
    )
    (finding,) = findings_of([call], PlainHttpResult("T", served=True))
    assert finding.code == "client_recovered"
    assert "it retried" in finding.title
    assert "529 overloaded_error, then good" in finding.evidence


def test_a_client_that_is_refused_for_money_is_told_to_pay() -> None:
    said = "HTTP 429, 1113, Insufficient balance or no resource package. Please recharge."
    call = ClientCall(label="call1", outcome=Outcome.RATE_LIMITED, cause="429", evidence=said, wall_ms=900, attempts=3)
    (finding,) = findings_of([call], PlainHttpResult("T"))
    assert (finding.code, finding.severity) == ("client_billing", Severity.WRONG)
    assert "Top up" in str(finding.remedy)


def attempt(status: int = 200, said: str = "", **more: Any) -> Attempt:
    return Attempt(good=status == 200, status=status, error_message=said or None, **more)


BETA = "Unexpected value(s) `{}` for the `anthropic-beta` header."
DROPPED = [
    attempt(400, BETA.format("effort-2025-11-24")),
    attempt(400, BETA.format("advanced-tool-use-2025-11-20")),
    attempt(),
]


def call_of(outcome: Outcome = Outcome.OK, evidence: str = "", **more: Any) -> ClientCall:
    return ClientCall(label="call1", outcome=outcome, evidence=evidence, wall_ms=900, **more)


def test_betas_that_the_client_dropped_one_by_one_are_named() -> None:
    call = call_of(flags=(Flag.RETRIED,), tries=tuple(DROPPED), attempts=3)
    (finding,) = findings_of([call], PlainHttpResult("T", served=True))
    assert (finding.code, finding.severity) == ("betas_refused", Severity.WARNING)
    assert "effort-2025-11-24, advanced-tool-use-2025-11-20" in finding.title
    assert "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1" in str(finding.remedy)
    assert "3 attempts, 2 of them refused" in finding.evidence


REFUSED = [
    (400, BETA.format("effort-2025-11-24"), "client_betas_refused", "DISABLE_EXPERIMENTAL_BETAS=1"),
    (400, "invalid beta flag", "client_betas_refused", "DISABLE_EXPERIMENTAL_BETAS=1"),
    (400, "context_management: Extra inputs are not permitted", "client_field_refused", "EXPERIMENTAL_BETAS=1"),
    (400, "thinking: Extra inputs are not permitted", "client_field_refused", "MAX_THINKING_TOKENS=0"),
    (422, "Unrecognized request argument supplied: metadata", "client_field_refused", "Have the gateway drop it"),
    (400, "max_tokens: 32000 > 8192, the maximum for glm-4.7", "client_max_tokens_limit", "OUTPUT_TOKENS=8192"),
    (400, "max_tokens 参数超过上限 4096，范围 [1, 4096]", "client_max_tokens_limit", "OUTPUT_TOKENS=4096"),
    (400, "max_tokens is too large for this model", "client_max_tokens_limit", "CLAUDE_CODE_MAX_OUTPUT_TOKENS"),
    (400, "This model's maximum context length is 8192 tokens", "client_context_window", "longer context"),
    (400, "messages: at least one message is required", "client_bad_request", "larger than a plain one"),
    (400, "no connected db", "client_auth", "LiteLLM"),
]


@pytest.mark.parametrize(("status", "said", "code", "remedy"), REFUSED)
def test_the_remedy_of_a_refused_request_follows_from_what_is_said(
    status: int, said: str, code: str, remedy: str
) -> None:
    call = call_of(Outcome.BAD_REQUEST, f"HTTP {status}, {said}", cause=str(status), tries=(attempt(status, said),))
    (finding,) = findings_of([call], PlainHttpResult("T", served=True))
    assert (finding.code, finding.severity, remedy in str(finding.remedy)) == (code, Severity.WRONG, True), finding
    assert "though plain HTTP is" in finding.title


def test_a_body_limit_says_what_was_refused_and_what_passed() -> None:
    tries = (attempt(413, "413 Request Entity Too Large", server="nginx/1.22.1", request_bytes=48_886),)
    call = call_of(Outcome.BAD_REQUEST, "HTTP 413", cause="413", tries=tries)
    (finding,) = findings_of([call], PlainHttpResult("T", served=True, passed_bytes=232))
    assert finding.code == "client_body_limit"
    assert "48,886 bytes were refused, 232 bytes passed, server: nginx/1.22.1" in finding.evidence
    assert "client_max_body_size" in str(finding.remedy)


def test_the_same_time_at_each_attempt_is_a_limit() -> None:
    alike = tuple(attempt(504, wait_ms=ms, server="nginx") for ms in (2003.0, 2004.0, 2010.0))
    apart = tuple(attempt(504, wait_ms=ms, server="nginx") for ms in (700.0, 2004.0))
    titles = []
    for tries in (alike, apart):
        call = call_of(Outcome.BAD_GATEWAY, "HTTP 504", cause="504", tries=tries)
        titles += [finding.title for finding in findings_of([call], PlainHttpResult("T"))]
    assert "nginx waits for its backend and gives up after 2.01 s at each attempt" in titles[0]
    assert "at each attempt" not in titles[1]


def test_all_tokens_spent_on_thinking_name_the_variables() -> None:
    tries = tuple(attempt(stop_reason="max_tokens") for _ in range(4))
    call = call_of(Outcome.API_ERROR, "API Error", cause="success", tries=tries)
    (finding,) = findings_of([call], PlainHttpResult("T", served=True))
    assert finding.code == "client_max_tokens_spent"
    assert "CLAUDE_CODE_MAX_OUTPUT_TOKENS" in str(finding.remedy)


def test_a_relay_whose_own_key_is_refused_is_told_from_a_wrong_token() -> None:
    tries = (attempt(401, "invalid x-api-key"), attempt(429, "No deployments available, in cooldown"))
    relays, mine = (
        findings_of([call_of(Outcome.AUTH, "HTTP 401", cause="401", tries=some)], PlainHttpResult("T"))[0]
        for some in (tries, tries[:1])
    )
    assert ("the relay's token" in relays.title, "Check that T" in str(mine.remedy)) == (True, True)
    assert "Check that T" not in str(relays.remedy)


def test_what_is_odd_about_answers_of_the_client_is_warned_of() -> None:
    flags = (Flag.MODEL_MISMATCH, Flag.TOOL_USE_REQUESTED)
    call = call_of(flags=flags, models_served=("glm-4.7",), tries=(attempt(),), attempts=1)
    found = {finding.code: finding for finding in findings_of([call], PlainHttpResult("T"))}
    assert "glm-4.7" in found["model_mismatch"].title
    assert {found[code].severity for code in ("model_mismatch", "tool_use")} == {Severity.WARNING}
    known = findings_of([call], PlainHttpResult("T", served=True))
    assert "model_mismatch" not in {finding.code for finding in known}, "plain HTTP has said so already"


def test_a_refused_attempt_whose_words_name_nothing_is_a_retry_like_any_other() -> None:
    call = call_of(flags=(Flag.RETRIED,), tries=(attempt(400, "odd"), attempt()), attempts=2)
    (finding,) = findings_of([call], PlainHttpResult("T", served=True))
    assert finding.code == "client_recovered"


def test_what_the_check_itself_cut_is_blamed_on_nobody() -> None:
    call = call_of(Outcome.TIMED_OUT, "nothing came", cause="no_first_byte", cut_short=True)
    assert findings_of([call], PlainHttpResult("T")) == []
    (whole,) = findings_of([call.model_copy(update={"cut_short": False})], PlainHttpResult("T"))
    assert "no answer within a step of this check (--timeout)" in whole.title


def test_a_fake_stream_that_only_the_client_gets_is_a_finding() -> None:
    call = call_of(flags=(Flag.FAKE_STREAM,), tries=(attempt(),), ttft_ms=1500.0)
    found = {finding.code: finding for finding in findings_of([call], PlainHttpResult("T", served=True))}
    assert "gzip off" in str(found["client_fake_stream"].remedy)
    assert "client_served" in found


def test_one_refused_call_beside_one_that_was_served_may_be_the_checks_own_haste() -> None:
    refused = call_of(Outcome.RATE_LIMITED, "HTTP 429", cause="429", tries=(attempt(429, "slow down"),))
    found = {
        finding.code: finding for finding in findings_of([refused, call_of(tries=(attempt(),))], PlainHttpResult("T"))
    }
    assert found["client_rate_limited"].severity is Severity.WARNING
    assert "this check's own requests" in str(found["client_rate_limited"].remedy)


def test_the_clients_answers_without_usage_are_a_finding_where_plain_http_was_not_served() -> None:
    silent = call_of(flags=(Flag.USAGE_MISSING,))
    assert "no_usage" in {finding.code for finding in findings_of([silent], PlainHttpResult("T"))}
    assert "no_usage" not in {finding.code for finding in findings_of([silent], PlainHttpResult("T", served=True))}
