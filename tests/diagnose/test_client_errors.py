"""A call that went wrong, by the client's own output. The texts are those of real clients, 2.1.329 unless said."""

from typing import Any

import pytest

from probe.diagnose.client_errors import is_success
from probe.model.client import ClientResult
from probe.model.outcome import Outcome
from tests.builders import result, verdict
from tests.diagnose.client_lines import BROKEN, INIT, REQUESTING, START, error, retry


@pytest.mark.parametrize(
    ("stdout", "changes", "outcome", "cause"),
    [
        # the client refuses
        ((), {"rc": 1, "stderr": "Error: Session ID 237c90a2 is already in use.\n"}, "session_in_use", None),
        ((), {"rc": 1, "stderr": "No conversation found with session ID: 237c90a2\n"}, "session_not_found", None),
        ((), {"rc": 1, "stderr": "Error: Invalid session ID. Must be a valid UUID.\n"}, "client_usage", None),
        ((), {"rc": 1, "stderr": "error: unknown option '--toools'\n"}, "client_usage", None),
        ((), {"rc": 1, "stderr": "error: option '--model <model>' argument missing\n"}, "client_usage", None),
        ((b"Not logged in. Please run /login",), {"rc": 1}, "not_logged_in", None),
        ((b"Invalid API key",), {"rc": 1}, "not_logged_in", None),
        # nothing that makes sense
        ((), {"rc": 0}, "invalid_output", "empty"),
        ((b"<html>",), {"rc": 0}, "invalid_output", None),
        ((b"\xff\xfe",), {"rc": 1}, "invalid_output", None),
        ((), {"rc": 1}, "client_crashed", "exit 1"),
        ((), {"rc": 7, "stderr": "TypeError: x is not a function\n"}, "client_crashed", "exit 7"),
        ((INIT, REQUESTING), {"rc": 0}, "client_crashed", "exit 0"),
        ((INIT,), {"rc": 1, "stderr": "boom"}, "client_crashed", "exit 1"),
    ],
)
def test_a_client_that_ends_without_a_result(
    stdout: tuple[object, ...], changes: dict[str, Any], outcome: str, cause: str | None
) -> None:
    found = verdict(stdout, **changes)
    assert (found.outcome.value, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (301, "redirected"), (307, "redirected"), (400, "bad_request"), (401, "auth"), (402, "billing"),
        (403, "forbidden"), (404, "model_not_found"), (405, "model_not_found"), (410, "model_not_found"),
        (501, "model_not_found"), (413, "bad_request"), (418, "api_error"), (422, "bad_request"),
        (429, "rate_limited"), (500, "server_error"), (502, "bad_gateway"), (503, "bad_gateway"),
        (504, "bad_gateway"), (408, "bad_gateway"), *((code, "bad_gateway") for code in range(520, 527)),
        (527, "server_error"), (529, "overloaded"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["field", "text", "retries"])
def test_an_error_status(status: int, outcome: str, where: str) -> None:
    if where == "field":
        said: tuple[object, ...] = (INIT, error("API Error: something", status))
    elif where == "text":
        said = (INIT, error(f'API Error: {status} {{"type":"error"}}'))
    else:
        said = (INIT, retry(status, None), error("API Error: something"))
    found = verdict(said, rc=1)
    assert (found.outcome.value, found.cause) == (outcome, str(status))


@pytest.mark.parametrize(
    ("text", "status", "outcome", "cause"),
    [
        ("Credit balance is too low", None, "billing", None),
        ("API Error: 403 令牌额度已用尽", 403, "billing", "403"),
        ("Claude AI usage limit reached|1762952400", None, "rate_limited", "usage_limit"),
        ("API Error: Request rejected (429) · [1308][已达到 5 小时的使用上限。]", 429, "rate_limited", "usage_limit"),
        ("API Error: 503 the load balancer has no server", 503, "bad_gateway", "503"),
    ],
)
def test_words_of_an_account_that_has_run_out(text: str, status: int | None, outcome: str, cause: str | None) -> None:
    found = verdict((INIT, error(text, status)), rc=1)
    assert (found.outcome.value, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((INIT, error("API Error: Connection dropped (ECONNRESET). Check the gateway set in ANTHROPIC_BASE_URL, "
                       "then try again.")), "connection_reset"),
        ((INIT, error("API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)")),
         "connection_refused"),
        ((INIT, error("API Error: Unable to connect to API (FailedToOpenSocket)")), "connection_failed"),
        ((INIT, error("API Error: Unable to connect to API (ENOTFOUND)")), "dns"),
        ((INIT, error("API Error: getaddrinfo EAI_AGAIN relay.example")), "dns"),
        ((INIT, error("API Error: self signed certificate in certificate chain")), "tls"),
        ((INIT, error("API Error: Unable to connect to API: SSL certificate verification failed")), "tls"),
        ((INIT, error("API Error: connect ETIMEDOUT 10.0.0.1:443")), "connect_timeout"),
        ((INIT, error("API Error: Request timed out.")), "timed_out"),
        ((INIT, error("API Error: terminated")), "connection_reset"),
        ((INIT, error("API Error: The socket connection was closed unexpectedly.")), "connection_reset"),
        # a stream that began and broke, against an answer that never made sense
        ((*BROKEN, error("API Error: JSON Parse error: Unterminated string")), "truncated_stream"),
        ((*BROKEN, error("API Error: JSON Parse error: Unexpected EOF")), "truncated_stream"),
        ((*BROKEN, error("API Error: Unexpected end of JSON input")), "truncated_stream"),
        ((*BROKEN, error("")), "truncated_stream"),
        ((*BROKEN, error("API Error: Connection dropped (ECONNRESET).")), "connection_reset"),
        ((INIT, error("API Error: JSON Parse error: Unterminated string")), "malformed_response"),
        ((INIT, error('API Error: JSON Parse error: Unexpected identifier "message"')), "malformed_response"),
        ((INIT, error('API Error: ZlibError fetching "http://127.0.0.1:33347/r/0001/call1/v1/messages?beta=true".')),
         "malformed_response"),
        ((INIT, error("API Error: API returned an empty or malformed response (HTTP 200) — check for a proxy or "
                       "gateway intercepting the request")), "malformed_response"),
        ((*BROKEN, error('API Error: JSON Parse error: Unexpected identifier "message"')), "malformed_response"),
        # the model stopped
        ((INIT, error("API Error: Claude's response exceeded the 32000 output token maximum. To configure this, set "
                       "the CLAUDE_CODE_MAX_OUTPUT_TOKENS environment variable.")), "stopped_early"),
        ((INIT, error("API Error: m's safeguards flagged this message (https://x.example/aup)")), "stopped_early"),
        ((INIT, error("API Error: Claude Code is unable to respond to this request, which appears to violate our "
                       "Usage Policy")), "stopped_early"),
        ((INIT, error("API Error: The model has reached its context window limit.")), "stopped_early"),
        # accounts
        ((INIT, error("Credit balance is too low")), "billing"),
        ((INIT, error("Not logged in · Please run /login", 401)), "auth"),
        ((INIT, error("Not logged in · Please run /login", num_turns=0)), "not_logged_in"),
        ((INIT, error("Please run /login · API Error: 401 Invalid token")), "auth"),
        ((INIT, error("API Error: Request rejected (429) · This request would exceed your rate limit.")),
         "rate_limited"),
        ((INIT, error("There's an issue with the selected model (glm-9). It may not exist")), "model_not_found"),
        # in the stream
        ((*BROKEN, error('API Error: {"type":"overloaded_error","message":"Overloaded"}')), "stream_error"),
        # the answer that is no answer
        ((INIT, START, {"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "Bash"}]}},
          {"type": "result", "subtype": "error_max_turns", "is_error": False}), "tool_use"),
        ((INIT, {"type": "result", "subtype": "error_max_turns", "is_error": False}), "api_error"),
        ((INIT, {"type": "result", "subtype": "error_during_execution", "is_error": False}), "api_error"),
        ((INIT, error("Something that nobody has seen before")), "api_error"),
    ],
)  # fmt: skip
def test_what_an_error_in_the_result_is(said: tuple[object, ...], outcome: str) -> None:
    assert verdict(said, rc=1).outcome.value == outcome


@pytest.mark.parametrize(
    "text",
    [
        "API Error: 401 see http://127.0.0.1:33347/r/0500/call1",
        "API Error: Request failed with status code 401",
        "API Error (401 {\"type\":\"error\"})",
    ],
)  # fmt: skip
def test_the_status_is_the_one_of_the_error_not_another_number(text: str) -> None:
    assert verdict((INIT, error(text)), rc=1).outcome is Outcome.AUTH


def test_the_evidence_is_the_line_that_decided() -> None:
    found = verdict((), stderr="warning: x\nError: Session ID 1 is already in use.\nbye\n", rc=1)
    assert found.evidence == "Error: Session ID 1 is already in use."


def test_the_stop_reason_of_an_error_is_told_whatever_its_words() -> None:
    found = verdict((INIT, error("Something that nobody has seen before", stop_reason="refusal")), rc=1)
    assert (found.outcome, found.cause) == (Outcome.STOPPED_EARLY, "refusal")


@pytest.mark.parametrize(
    ("said", "succeeded"),
    [
        (None, False),
        (result(), True),
        (result(subtype=None), True),
        (result(is_error=True), False),
        (result(subtype="error_max_turns"), False),
    ],
)
def test_a_result_is_a_success_where_neither_its_mark_nor_its_name_is_an_error(
    said: ClientResult | None, succeeded: bool
) -> None:
    assert is_success(said) is succeeded
