"""The pure parts, for what is hard to have from a real upstream."""

from dataclasses import replace
from typing import Any

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.client_findings import PlainHttpResult, judge_client_calls
from probe.checks.endpoint_answers import listed_models, no_such_model, no_such_path
from probe.checks.model_names import similar_models
from probe.checks.stream_facts import CHAT, MESSAGES, stream_facts
from probe.checks.stream_findings import judge_stream, patience_of
from probe.model.check import Attempt, ClientCall, Severity
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Flag, Outcome
from probe.model.request_kind import RequestKind


def said(status: int, body: bytes, outcome: Outcome = Outcome.OK) -> ApiResult:
    exchange = Exchange(
        sequence=1,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        status=status,
        streamed=True,
        end=ExchangeEnd.COMPLETE,
    )
    return ApiResult(exchange, status, body, 5.0, outcome)


def events(*pairs: tuple[str, str]) -> bytes:
    return "".join(f"event: {name}\ndata: {data}\n\n" for name, data in pairs).encode()


START = ("message_start", '{"type":"message_start","message":{}}')
BLOCK = ("content_block_start", '{"type":"content_block_start","index":0}')
DELTA = ("content_block_delta", '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}')
STOP = ("content_block_stop", '{"type":"content_block_stop","index":0}')
WHY = ("message_delta", '{"type":"message_delta","delta":{"stop_reason":"end_turn"}}')
END = ("message_stop", '{"type":"message_stop"}')
GOOD = (START, BLOCK, DELTA, STOP, WHY, END)


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        (GOOD, ()),
        ((START, ("ping", '{"type":"ping"}'), *GOOD[1:]), ()),
        (GOOD[1:2] + GOOD[:1] + GOOD[2:], ("content_block_start before message_start",)),
        ((START, *GOOD), ("message_start twice",)),
        ((START, DELTA, WHY, END), ("content_block_delta without content_block_start",)),
        ((START, BLOCK, DELTA, WHY, END), ("no content_block_stop",)),
        ((START, BLOCK, DELTA, STOP, END), ("no message_delta, so no stop_reason",)),
        ((*GOOD, DELTA), ("content_block_delta after message_stop",)),
        ((*GOOD[:2], ("wrong", DELTA[1]), *GOOD[3:]), ("an event is called wrong and holds content_block_delta",)),
        ((*GOOD[:4], ("message_delta", '{"type":"message_delta","delta":{}}'), END), ("no stop_reason",)),
    ],
)
def test_the_order_of_messages_events(sent: tuple[tuple[str, str], ...], problems: tuple[str, ...]) -> None:
    assert stream_facts(MESSAGES, said(200, events(*sent))).problems == problems


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (b'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n', ()),
        (b'data: {"choices":[{"finish_reason":"stop"}]}\n\n', ("no [DONE] at the end",)),
        (b'data: {"choices":[]}\r\n\r\ndata: [DONE]\r\n\r\n', ("no finish_reason",)),
        (
            b'data: {"error":{"message":"x"}}\n\ndata: [DONE]\n\n',
            ("an error inside the stream", "no finish_reason"),
        ),
    ],
)
def test_the_chunks_of_chat(body: bytes, problems: tuple[str, ...]) -> None:
    assert stream_facts(CHAT, said(200, body)).problems == problems


@pytest.mark.parametrize(
    ("asked", "listed", "first"),
    [
        ("claude-opus-4.6", ["claude-opus-4-5-20251101", "claude-opus-4-6-20260205"], "claude-opus-4-6-20260205"),
        ("claude-sonnet-4-5", ["anthropic/claude-sonnet-4.5", "claude-sonnet-4"], "anthropic/claude-sonnet-4.5"),
        ("Kimi-K2", ["kimi-k2-0905", "kimi-k2"], "kimi-k2"),
        ("claude-opus-4-5", ["us.anthropic.claude-opus-4-5-v1:0"], "us.anthropic.claude-opus-4-5-v1:0"),
        ("deepsek-v3", ["deepseek-v3", "qwen3"], "deepseek-v3"),
    ],
)
def test_the_model_that_was_meant_comes_first(asked: str, listed: list[str], first: str) -> None:
    assert similar_models(asked, listed)[0] == first


def test_nothing_is_guessed_where_nothing_is_near() -> None:
    assert similar_models("glm-4.7", ["gpt-5", "claude-haiku-4-5"]) == []
    assert similar_models("glm-4.7", ["glm-4.7", "glm-4-7"]) == []


@pytest.mark.parametrize(
    ("status", "body", "model", "path"),
    [
        (404, b'{"error":{"type":"not_found_error","message":"model: glm-5"}}', True, False),
        (503, b'{"error":{"message":"No available channel for model glm-5 under group default"}}', True, False),
        (400, b'{"error":{"message":"Unknown model"}}', True, False),
        (404, b'{"error":{"message":"Invalid URL (POST /v1/v1/messages)"}}', False, True),
        (404, b"<html>model not found</html>", False, True),
        (405, b"", False, True),
        (401, b'{"error":{"message":"invalid token for model glm-5"}}', False, False),
        (529, b'{"error":{"message":"model glm-5 is not available, overloaded"}}', False, False),
    ],
)
def test_a_missing_model_is_told_from_a_missing_path(status: int, body: bytes, model: bool, path: bool) -> None:
    sent = said(status, body, Outcome.API_ERROR)
    assert (no_such_model(sent, "glm-5"), no_such_path(sent, "glm-5")) == (model, path)


def test_a_list_of_models_in_any_shape() -> None:
    assert listed_models(said(200, b'{"data":[{"id":"a"},"b",{"name":"c"},3]}')) == ("a", "b")
    assert listed_models(said(200, b'{"data":["cut \\ud83d"]}')) == ("cut \ufffd",)
    assert listed_models(said(200, b"<html>")) is None
    assert listed_models(said(404, b'{"data":[]}')) is None


def stream(sent: ApiResult, **fields: object) -> ApiResult:
    assert sent.exchange is not None
    return replace(sent, exchange=sent.exchange.model_copy(update=fields))


@pytest.mark.parametrize(
    ("env", "wait_ms", "gap_ms", "body", "codes"),
    [
        ({}, 290_000, 0, b"", {"late_first_byte"}),
        ({}, 300_000, 0, b"", {"first_byte_too_late"}),
        ({"API_TIMEOUT_MS": "900000"}, 300_000, 0, b"", {"first_byte_too_late"}),
        ({"API_TIMEOUT_MS": "2000"}, 3_000, 0, b"", {"first_byte_too_late"}),
        ({}, 1, 9_000, b"", {"long_gap"}),
        ({"CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "2000"}, 1, 9_000, b"", {"long_gap"}),
        ({"CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "2000"}, 1, 11_000, b"", {"gap_too_long"}),
        ({"CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS": "2000"}, 1, 11_000, b": PING\n\n", {"long_gap"}),
    ],
)
def test_how_long_the_client_waits(
    env: dict[str, str], wait_ms: float, gap_ms: float, body: bytes, codes: set[str]
) -> None:
    sent = stream(
        said(200, body + events(*GOOD)), request_sent_at_ms=0.0, first_byte_at_ms=wait_ms, longest_gap_ms=gap_ms
    )
    found = list(judge_stream(stream_facts(MESSAGES, sent), sent, patience_of(env)))
    assert {each.code for each in found if each.severity is not Severity.GOOD} == codes
    lowered = env.get("API_TIMEOUT_MS") == "2000"
    assert all(("Raise API_TIMEOUT_MS" in str(each.remedy)) is lowered for each in found if each.code.startswith("f"))


def test_what_the_client_hides_is_said() -> None:
    call = ClientCall(
        label="call1",
        outcome=Outcome.OK,
        flags=(Flag.RETRIED, Flag.FALLBACK_NON_STREAMING),
        wall_ms=2000,
        attempts=2,
        endings=("529 overloaded_error", "good"),
    )
    (finding,) = judge_client_calls([call], PlainHttpResult("T", served=True))
    assert finding.code == "client_recovered"
    assert "tried again" in finding.title
    assert "529 overloaded_error, then good" in finding.evidence


def test_a_client_that_is_refused_for_money_is_told_to_pay() -> None:
    said = "HTTP 429, 1113, Insufficient balance or no resource package. Please recharge."
    call = ClientCall(label="call1", outcome=Outcome.RATE_LIMITED, cause="429", evidence=said, wall_ms=900, attempts=3)
    (finding,) = judge_client_calls([call], PlainHttpResult("T"))
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
    (finding,) = judge_client_calls([call], PlainHttpResult("T", served=True))
    assert (finding.code, finding.severity) == ("betas_refused", Severity.WARNING)
    assert "effort-2025-11-24, advanced-tool-use-2025-11-20" in finding.title
    assert "CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1" in str(finding.remedy)
    assert "3 attempts, 2 of them refused" in finding.evidence


REFUSED = [
    (400, BETA.format("effort-2025-11-24"), "client_betas_refused", "DISABLE_EXPERIMENTAL_BETAS=1"),
    (400, "invalid beta flag", "client_betas_refused", "DISABLE_EXPERIMENTAL_BETAS=1"),
    (400, "context_management: Extra inputs are not permitted", "client_field_refused", "EXPERIMENTAL_BETAS=1"),
    (400, "thinking: Extra inputs are not permitted", "client_field_refused", "MAX_THINKING_TOKENS=0"),
    (422, "Unrecognized request argument supplied: metadata", "client_field_refused", "dropped by the gateway"),
    (400, "max_tokens: 32000 > 8192, the maximum for glm-4.7", "client_max_tokens_limit", "OUTPUT_TOKENS=8192"),
    (400, "max_tokens 参数超过上限 4096，范围 [1, 4096]", "client_max_tokens_limit", "OUTPUT_TOKENS=4096"),
    (400, "This model's maximum context length is 8192 tokens", "client_context_window", "longer context"),
    (400, "messages: at least one message is required", "client_bad_request", "larger than a plain one"),
    (400, "no connected db", "client_auth", "LiteLLM"),
]


@pytest.mark.parametrize(("status", "said", "code", "remedy"), REFUSED)
def test_the_remedy_of_a_refused_request_follows_from_what_is_said(
    status: int, said: str, code: str, remedy: str
) -> None:
    call = call_of(Outcome.BAD_REQUEST, f"HTTP {status}, {said}", cause=str(status), tries=(attempt(status, said),))
    (finding,) = judge_client_calls([call], PlainHttpResult("T", served=True))
    assert (finding.code, finding.severity, remedy in str(finding.remedy)) == (code, Severity.WRONG, True), finding
    assert "though plain HTTP is" in finding.title


def test_a_body_limit_says_what_was_refused_and_what_passed() -> None:
    tries = (attempt(413, "413 Request Entity Too Large", server="nginx/1.22.1", request_bytes=48_886),)
    call = call_of(Outcome.BAD_REQUEST, "HTTP 413", cause="413", tries=tries)
    (finding,) = judge_client_calls([call], PlainHttpResult("T", served=True, passed_bytes=232))
    assert finding.code == "client_body_limit"
    assert "48,886 bytes were refused, 232 bytes passed, server: nginx/1.22.1" in finding.evidence
    assert "client_max_body_size" in str(finding.remedy)


def test_the_same_time_at_each_attempt_is_a_limit() -> None:
    alike = tuple(attempt(504, wait_ms=ms, server="nginx") for ms in (2003.0, 2004.0, 2010.0))
    apart = tuple(attempt(504, wait_ms=ms, server="nginx") for ms in (700.0, 2004.0))
    titles = []
    for tries in (alike, apart):
        call = call_of(Outcome.BAD_GATEWAY, "HTTP 504", cause="504", tries=tries)
        titles += [finding.title for finding in judge_client_calls([call], PlainHttpResult("T"))]
    assert "nginx waits in vain for what is behind it, and gives up after 2.01 s at each attempt" in titles[0]
    assert "at each attempt" not in titles[1]


def test_all_tokens_spent_on_thinking_name_the_variables() -> None:
    tries = tuple(attempt(stop_reason="max_tokens") for _ in range(4))
    call = call_of(Outcome.API_ERROR, "API Error", cause="success", tries=tries)
    (finding,) = judge_client_calls([call], PlainHttpResult("T", served=True))
    assert finding.code == "client_max_tokens_spent"
    assert "CLAUDE_CODE_MAX_OUTPUT_TOKENS" in str(finding.remedy)


def test_a_relay_whose_own_key_is_refused_is_told_from_a_wrong_token() -> None:
    tries = (attempt(401, "invalid x-api-key"), attempt(429, "No deployments available, in cooldown"))
    relays, mine = (
        next(judge_client_calls([call_of(Outcome.AUTH, "HTTP 401", cause="401", tries=some)], PlainHttpResult("T")))
        for some in (tries, tries[:1])
    )
    assert ("the relay's token" in relays.title, "Check that T" in str(mine.remedy)) == (True, True)
    assert "Check that T" not in str(relays.remedy)


def test_what_the_check_itself_cut_is_blamed_on_nobody() -> None:
    call = call_of(Outcome.TIMED_OUT, "nothing came", cause="no_first_byte", cut_short=True)
    assert list(judge_client_calls([call], PlainHttpResult("T"))) == []
    (whole,) = judge_client_calls([call.model_copy(update={"cut_short": False})], PlainHttpResult("T"))
    assert "when the time of a step of this check is over (--timeout)" in whole.title


def test_a_fake_stream_that_only_the_client_gets_is_a_finding() -> None:
    call = call_of(flags=(Flag.FAKE_STREAM,), tries=(attempt(),), ttft_ms=1500.0)
    found = {finding.code: finding for finding in judge_client_calls([call], PlainHttpResult("T", served=True))}
    assert "gzip off" in str(found["client_fake_stream"].remedy)
    assert "client_served" in found


def test_one_refused_call_beside_one_that_was_served_may_be_the_checks_own_haste() -> None:
    refused = call_of(Outcome.RATE_LIMITED, "HTTP 429", cause="429", tries=(attempt(429, "slow down"),))
    found = {
        finding.code: finding
        for finding in judge_client_calls([refused, call_of(tries=(attempt(),))], PlainHttpResult("T"))
    }
    assert found["client_rate_limited"].severity is Severity.WARNING
    assert "this check's own requests" in str(found["client_rate_limited"].remedy)


def test_the_clients_answers_without_usage_are_a_finding_where_plain_http_was_not_served() -> None:
    silent = call_of(flags=(Flag.USAGE_MISSING,))
    assert "no_usage" in {finding.code for finding in judge_client_calls([silent], PlainHttpResult("T"))}
    assert "no_usage" not in {
        finding.code for finding in judge_client_calls([silent], PlainHttpResult("T", served=True))
    }
