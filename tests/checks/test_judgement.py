"""The pure parts, for what is hard to have from a real upstream."""

from dataclasses import replace

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.endpoint_answers import listed_models, no_such_model, no_such_path
from probe.checks.model_names import similar_models
from probe.checks.stream_content import error_inside
from probe.checks.stream_facts import CHAT, MESSAGES, stream_facts
from probe.checks.stream_findings import judge_stream, patience_of
from probe.model.check_report import Severity
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.texts import Texts


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
        (
            b'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\ndata: 7\n\ndata: {"choices":[]}\n\n',
            ("a chunk after [DONE]",),
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


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'data: {"error":{"type":"overloaded","message":"later"}}\n\n', ("overloaded", "later")),
        (b'data: {"error":"no channel"}\n\n', ("error", "no channel")),
        (b'data: {"error":null}\n\n', None),
    ],
)
def test_the_error_of_a_stream_in_any_shape(body: bytes, error: tuple[str, str] | None) -> None:
    assert error_inside(body) == error


def test_a_request_that_reached_nobody_is_no_stream() -> None:
    facts = stream_facts(MESSAGES, ApiResult(None, None, b"", 5.0, Outcome.CONNECTION_FAILED))
    assert (facts.endpoint, facts.streamed, facts.problems) == (MESSAGES, False, ())


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
    drafts = judge_stream(stream_facts(MESSAGES, sent), sent, patience_of(env))
    found = [draft.in_words(Texts()) for draft in drafts]
    assert {each.code for each in found if each.severity is not Severity.GOOD} == codes
    lowered = env.get("API_TIMEOUT_MS") == "2000"
    assert all(("Raise API_TIMEOUT_MS" in str(each.remedy)) is lowered for each in found if each.code.startswith("f"))
