"""One table from what was seen to what it is called. The texts are those of real clients, 2.1.329 unless said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.diagnose.classify import diagnose
from probe.model.call import Diagnosis
from probe.model.outcome import Outcome, WaitCause
from probe.model.scenario import Expect
from tests.builders import JSON_ARGV, MODEL, flags, lines, observation, verdict

INIT = {"type": "system", "subtype": "init", "claude_code_version": "2.1.329"}
REQUESTING = {"type": "system", "subtype": "status", "status": "requesting"}
START = {"type": "stream_event", "event": {"type": "message_start", "message": {"model": MODEL}}, "ttft_ms": 5}
DELTA = {"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": {}}}
STOP = {"type": "stream_event", "event": {"type": "message_stop"}}
STREAM = (INIT, REQUESTING, START, DELTA, STOP)
GOOD = {"type": "result", "subtype": "success", "is_error": False, "result": "PROBE_OK"}


def retry(status: int | None = 529, error: str | None = "overloaded", attempt: int = 1) -> dict[str, object]:
    return {"type": "system", "subtype": "api_retry", "attempt": attempt, "max_retries": 10, "error_status": status,
            "error": error}  # fmt: skip


def failed(text: str, status: int | None = None, **changes: object) -> dict[str, object]:
    return {"type": "result", "subtype": "success", "is_error": True, "result": text, "api_error_status": status,
            "num_turns": 1, **changes}  # fmt: skip


def told(found: Diagnosis) -> tuple[str, str | None, list[str]]:
    return found.outcome.value, found.cause, [flag.value for flag in found.flags]


@pytest.mark.parametrize(
    ("stdout", "seen", "outcome", "cause"),
    [
        # ours, before anything else
        ((*STREAM, GOOD), {"cancelled": True}, "interrupted", None),
        ((), {"cancelled": True, "timed_out": True, "rc": None}, "interrupted", None),
        ((), {"spawn_error": "no such file", "rc": None}, "client_missing", None),
        # the deadline
        ((*STREAM, GOOD), {"timed_out": True, "wall_ms": 30_000.0}, "client_hung_after_result", None),
        ((*STREAM, GOOD), {"timed_out": True, "deadline_ms": 9_000.0}, "client_hung_after_result", None),
        ((*STREAM, GOOD), {"timed_out": True, "deadline_ms": 8_900.0, "wall_ms": 30_000.0}, "timed_out", "late_answer"),
        ((*STREAM, GOOD), {"timed_out": True, "deadline_ms": 5_000.0}, "timed_out", "late_answer"),
        (STREAM, {"timed_out": True, "wall_ms": 30_000.0}, "timed_out", "no_result"),
        ((INIT, REQUESTING, retry()), {"timed_out": True}, "overloaded", "529"),
        ((INIT, REQUESTING, retry(401, "authentication_failed")), {"timed_out": True}, "auth", "401"),
        ((INIT, REQUESTING, retry(429), retry(529)), {"timed_out": True}, "overloaded", "529"),
        ((INIT, REQUESTING, retry(None, "overloaded")), {"timed_out": True}, "overloaded", None),
        ((INIT, REQUESTING, retry(None, "unknown")), {"timed_out": True}, "timed_out", "retrying"),
        ((INIT, REQUESTING, retry(None, None)), {"timed_out": True}, "timed_out", "retrying"),
        ((INIT, START, DELTA, retry(503)), {"timed_out": True}, "bad_gateway", "503"),
        ((INIT, REQUESTING, retry(), START, DELTA), {"timed_out": True}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING, START, DELTA), {"timed_out": True}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING, START), {"timed_out": True}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING), {"timed_out": True}, "timed_out", "no_first_byte"),
        ((INIT,), {"timed_out": True}, "timed_out", "unknown"),
        ((), {"timed_out": True}, "timed_out", "no_request"),
        ((), {"timed_out": True, "argv": JSON_ARGV}, "timed_out", "unknown"),
        # a signal, which nobody asked for
        ((INIT,), {"signal": "SIGSEGV", "rc": -11}, "client_crashed", "SIGSEGV"),
        ((*STREAM, GOOD), {"signal": "SIGKILL", "rc": -9}, "client_crashed", "SIGKILL"),
        # no result: the client refuses
        ((), {"rc": 1, "stderr": "Error: Session ID 237c90a2 is already in use.\n"}, "session_in_use", None),
        ((), {"rc": 1, "stderr": "No conversation found with session ID: 237c90a2\n"}, "session_not_found", None),
        ((), {"rc": 1, "stderr": "Error: Invalid session ID. Must be a valid UUID.\n"}, "client_usage", None),
        ((), {"rc": 1, "stderr": "error: unknown option '--toools'\n"}, "client_usage", None),
        ((), {"rc": 1, "stderr": "error: option '--model <model>' argument missing\n"}, "client_usage", None),
        ((b"Not logged in. Please run /login",), {"rc": 1}, "not_logged_in", None),
        ((b"Invalid API key",), {"rc": 1}, "not_logged_in", None),
        # no result: nothing that makes sense
        ((), {"rc": 0}, "invalid_output", "empty"),
        ((b"<html>",), {"rc": 0}, "invalid_output", None),
        ((b"\xff\xfe",), {"rc": 1}, "invalid_output", None),
        ((), {"rc": 1}, "client_crashed", "exit 1"),
        ((), {"rc": 7, "stderr": "TypeError: x is not a function\n"}, "client_crashed", "exit 7"),
        ((INIT, REQUESTING), {"rc": 0}, "client_crashed", "exit 0"),
        ((INIT,), {"rc": 1, "stderr": "boom"}, "client_crashed", "exit 1"),
        # a good result
        ((*STREAM, GOOD), {}, "ok", None),
        ((GOOD,), {}, "ok", None),
        ((*STREAM, GOOD), {"rc": 3}, "client_crashed", "exit 3"),
    ],
)
def test_how_a_call_ended(stdout: tuple[object, ...], seen: dict[str, Any], outcome: str, cause: str | None) -> None:
    found = verdict(stdout, **seen)
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
        said: tuple[object, ...] = (INIT, failed("API Error: something", status))
    elif where == "text":
        said = (INIT, failed(f'API Error: {status} {{"type":"error"}}'))
    else:
        said = (INIT, retry(status, None), failed("API Error: something"))
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
    found = verdict((INIT, failed(text, status)), rc=1)
    assert (found.outcome.value, found.cause) == (outcome, cause)


BROKEN = (INIT, REQUESTING, START, DELTA)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ((INIT, failed("API Error: Connection dropped (ECONNRESET). Check the gateway set in ANTHROPIC_BASE_URL, "
                       "then try again.")), "connection_reset"),
        ((INIT, failed("API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)")),
         "connection_refused"),
        ((INIT, failed("API Error: Unable to connect to API (FailedToOpenSocket)")), "connection_failed"),
        ((INIT, failed("API Error: Unable to connect to API (ENOTFOUND)")), "dns"),
        ((INIT, failed("API Error: getaddrinfo EAI_AGAIN relay.example")), "dns"),
        ((INIT, failed("API Error: self signed certificate in certificate chain")), "tls"),
        ((INIT, failed("API Error: Unable to connect to API: SSL certificate verification failed")), "tls"),
        ((INIT, failed("API Error: connect ETIMEDOUT 10.0.0.1:443")), "connect_timeout"),
        ((INIT, failed("API Error: Request timed out.")), "timed_out"),
        ((INIT, failed("API Error: terminated")), "connection_reset"),
        ((INIT, failed("API Error: The socket connection was closed unexpectedly.")), "connection_reset"),
        # a stream that began and broke, against an answer that never made sense
        ((*BROKEN, failed("API Error: JSON Parse error: Unterminated string")), "truncated_stream"),
        ((*BROKEN, failed("API Error: JSON Parse error: Unexpected EOF")), "truncated_stream"),
        ((*BROKEN, failed("API Error: Unexpected end of JSON input")), "truncated_stream"),
        ((*BROKEN, failed("")), "truncated_stream"),
        ((*BROKEN, failed("API Error: Connection dropped (ECONNRESET).")), "connection_reset"),
        ((INIT, failed("API Error: JSON Parse error: Unterminated string")), "malformed_response"),
        ((INIT, failed('API Error: JSON Parse error: Unexpected identifier "message"')), "malformed_response"),
        ((INIT, failed('API Error: ZlibError fetching "http://127.0.0.1:33347/r/0001/call1/v1/messages?beta=true".')),
         "malformed_response"),
        ((INIT, failed("API Error: API returned an empty or malformed response (HTTP 200) — check for a proxy or "
                       "gateway intercepting the request")), "malformed_response"),
        ((*BROKEN, failed('API Error: JSON Parse error: Unexpected identifier "message"')), "malformed_response"),
        # the model stopped
        ((INIT, failed("API Error: Claude's response exceeded the 32000 output token maximum. To configure this, set "
                       "the CLAUDE_CODE_MAX_OUTPUT_TOKENS environment variable.")), "stopped_early"),
        ((INIT, failed("API Error: m's safeguards flagged this message (https://x.example/aup)")), "stopped_early"),
        ((INIT, failed("API Error: Claude Code is unable to respond to this request, which appears to violate our "
                       "Usage Policy")), "stopped_early"),
        ((INIT, failed("API Error: The model has reached its context window limit.")), "stopped_early"),
        # accounts
        ((INIT, failed("Credit balance is too low")), "billing"),
        ((INIT, failed("Not logged in · Please run /login", 401)), "auth"),
        ((INIT, failed("Not logged in · Please run /login", num_turns=0)), "not_logged_in"),
        ((INIT, failed("Please run /login · API Error: 401 Invalid token")), "auth"),
        ((INIT, failed("API Error: Request rejected (429) · This request would exceed your rate limit.")),
         "rate_limited"),
        ((INIT, failed("There's an issue with the selected model (glm-9). It may not exist")), "model_not_found"),
        # in the stream
        ((*BROKEN, failed('API Error: {"type":"overloaded_error","message":"Overloaded"}')), "stream_error"),
        # the answer that is no answer
        ((INIT, START, {"type": "assistant", "message": {"content": [{"type": "tool_use", "name": "Bash"}]}},
          {"type": "result", "subtype": "error_max_turns", "is_error": False}), "tool_use"),
        ((INIT, {"type": "result", "subtype": "error_max_turns", "is_error": False}), "api_error"),
        ((INIT, {"type": "result", "subtype": "error_during_execution", "is_error": False}), "api_error"),
        ((INIT, failed("Something that nobody has seen before")), "api_error"),
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
    assert verdict((INIT, failed(text)), rc=1).outcome is Outcome.AUTH


@pytest.mark.parametrize(
    ("expect", "text", "outcome", "cause"),
    [
        (Expect(equals="PROBE_OK"), "PROBE_OK", "ok", None),
        (Expect(equals="PROBE_OK"), " PROBE_OK\n", "ok", None),
        (Expect(equals="PROBE_OK"), "PROBE_OK!", "wrong_answer", None),
        (Expect(equals="PROBE_OK"), "", "wrong_answer", "empty"),
        (Expect(contains="OK"), "PROBE_OK", "ok", None),
        (Expect(contains="OK"), "no", "wrong_answer", None),
        (Expect(contains="OK"), "", "wrong_answer", "empty"),
        (Expect(), "", "ok", None),
        (Expect(model=MODEL), "x", "ok", None),
        (Expect(model="other"), "x", "wrong_model", None),
    ],
)
def test_what_the_scenario_expects_of_an_answer(expect: Expect, text: str, outcome: str, cause: str | None) -> None:
    found = verdict((*STREAM, {**GOOD, "result": text}), expect=expect)
    assert (found.outcome.value, found.cause) == (outcome, cause)


def test_an_expected_model_must_be_named() -> None:
    found = verdict((GOOD,), expect=Expect(model=MODEL))
    assert found.outcome is Outcome.WRONG_MODEL
    assert "no model that was named" in found.evidence


OTHER = {"type": "stream_event", "event": {"type": "message_start", "message": {"model": "another"}}}
TOOL = {"type": "assistant", "message": {"model": MODEL, "content": [{"type": "tool_use", "name": "Bash"}]}}


@pytest.mark.parametrize(
    ("stdout", "changes", "expected", "evidence"),
    [
        ((*STREAM, GOOD), {}, (), ""),
        ((GOOD,), {}, (), ""),
        ((INIT, retry(), *STREAM[1:], GOOD), {}, ("retried",), "retried once, after 529 overloaded"),
        ((INIT, retry(), retry(503, None), *STREAM[1:], GOOD), {}, ("retried",), "retried 2 times, after 529 over"),
        ((*BROKEN, GOOD), {}, ("recovered_stream",), "a stream began and broke"),
        ((*BROKEN, START, DELTA, STOP, GOOD), {}, ("recovered_stream",), "a stream began and broke"),
        ((INIT, OTHER, DELTA, STOP, GOOD), {}, ("model_mismatch",), "asked for glm-4.7, served by another"),
        ((*STREAM, TOOL, GOOD), {}, ("tool_use_requested",), ""),
        ((*STREAM, GOOD), {"output_truncated": True}, ("output_truncated",), ""),
        ((*STREAM, GOOD), {"leftovers": 2}, ("left_processes",), ""),
        ((INIT, retry(), OTHER, STOP, TOOL, GOOD), {"leftovers": 1},
         ("retried", "model_mismatch", "tool_use_requested", "left_processes"), "retried once"),
    ],
)  # fmt: skip
def test_flags_of_a_success(
    stdout: tuple[object, ...], changes: dict[str, Any], expected: tuple[str, ...], evidence: str
) -> None:
    found = verdict(stdout, **changes)
    assert found.outcome is Outcome.OK
    assert found.flags == flags(*expected)
    assert found.evidence.startswith(evidence)
    assert bool(found.evidence) == bool(evidence)


def test_a_failure_that_was_retried_is_flagged_but_never_recovered() -> None:
    found = verdict((*BROKEN, retry(), failed("API Error: 529 Overloaded", 529)), rc=1)
    assert told(found) == ("overloaded", "529", ["retried"])


def test_without_a_known_request_no_model_is_wrong() -> None:
    found = diagnose(observation(lines(INIT, OTHER, STOP, GOOD)), Expect(), None)
    assert found.flags == ()


def test_the_evidence_is_the_line_that_decided() -> None:
    found = verdict((), stderr="warning: x\nError: Session ID 1 is already in use.\nbye\n", rc=1)
    assert found.evidence == "Error: Session ID 1 is already in use."


def test_evidence_is_one_short_line() -> None:
    found = verdict((INIT, failed("API Error: 529\n" + "word " * 500, 529)), rc=1)
    assert len(found.evidence) <= 300
    assert "\n" not in found.evidence


def test_a_deadline_says_how_far_the_call_had_come() -> None:
    assert "3 content events" in verdict((INIT, START, DELTA, DELTA, DELTA), timed_out=True).evidence
    assert "2 announced, the last after 529 overloaded" in verdict(
        (INIT, retry(429), retry(529)), timed_out=True
    ).evidence  # fmt: skip


def test_every_wait_cause_is_reached_by_the_table_above() -> None:
    reached = {"retrying", "stalled_stream", "no_first_byte", "no_request", "unknown",
               "late_answer", "no_result"}  # fmt: skip
    only_on_the_wire = {"ping_only", "body_never_ends"}  # tests/diagnose/test_wire.py
    assert {cause.value for cause in WaitCause} <= reached | only_on_the_wire


json_lines = st.lists(
    st.sampled_from([INIT, REQUESTING, START, DELTA, STOP, GOOD, TOOL, retry(), failed("API Error: x"), b"\xff", b"["]),
    max_size=8,
)


@given(json_lines, st.binary(max_size=40), st.sampled_from([None, 0, 1, -9]), st.booleans(), st.booleans())
def test_whatever_was_seen_has_one_outcome(
    stdout: list[object], stderr: bytes, rc: int | None, timed_out: bool, cancelled: bool
) -> None:
    found = diagnose(observation(lines(*stdout), stderr, rc, timed_out=timed_out, cancelled=cancelled), Expect(), MODEL)
    assert (found.outcome is Outcome.INTERRUPTED) == cancelled
    if found.outcome is Outcome.OK:
        assert (rc, timed_out) in {(0, False), (None, False)}
    if found.outcome is Outcome.TIMED_OUT:
        assert timed_out or found.cause is None
        assert not timed_out or found.cause
