"""Findings on streams: their events, their first byte, their gaps, and how long the client waits."""

import json

import pytest

from probe.checks.stream_facts import MESSAGES, stream_facts
from probe.checks.stream_findings import judge_stream, patience_of
from probe.model.check_report import Severity
from probe.texts import Texts
from tests.checks.front import Reply, Rules, front
from tests.checks.replies import COUNT, events, message
from tests.checks.results import GOOD, said, stream, stream_of
from tests.checks.support import Checker


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
        said(200, body + stream_of(*GOOD)), request_sent_at_ms=0.0, first_byte_at_ms=wait_ms, longest_gap_ms=gap_ms
    )
    drafts = judge_stream(stream_facts(MESSAGES, sent), sent, patience_of(env))
    found = [draft.in_words(Texts()) for draft in drafts]
    assert {each.code for each in found if each.severity is not Severity.GOOD} == codes
    lowered = env.get("API_TIMEOUT_MS") == "2000"
    assert all(("Raise API_TIMEOUT_MS" in str(each.remedy)) is lowered for each in found if each.code.startswith("f"))


def test_the_order_of_events_is_looked_at(checker: Checker) -> None:
    with front(Rules(rewrite={b"content_block_start": b"content_block_begin"})) as upstream:
        checked = checker(upstream.url)
    finding = checked.finding("malformed_response")
    assert "without content_block_start" in finding.title + finding.evidence
    assert "event_order" not in checked.complaints, "one trouble, one finding"


def test_what_the_client_takes_though_it_is_out_of_order_is_remarked(checker: Checker) -> None:
    with front(Rules(rewrite={b"event: message_stop": b"event: message_over"})) as upstream:
        checked = checker(upstream.url)
    assert checked.finding("event_order").evidence == "no message_stop"


def test_a_chat_stream_without_its_end(checker: Checker) -> None:
    with front(Rules(rewrite={b"data: [DONE]": b": nothing"})) as upstream:
        checked = checker(upstream.url)
    said = [each for each in checked.report.findings if each.code in {"chat_events", "chat_fails"}]
    assert said or any("chat" in each.code for each in checked.report.findings if each.severity is Severity.NOTE)
    assert checked.code == 0, "Claude Code needs no chat completions"


def test_the_end_event_may_be_missing_where_the_stop_reason_came(checker: Checker) -> None:
    with front(Rules(says={"stream": Reply(events(*message()[:-1]))})) as upstream:
        checked = checker(upstream.url)
    assert (checked.code, checked.complaints) == (0, {"event_order"})
    assert checked.finding("event_order").evidence == "no message_stop"


def test_a_chat_that_does_not_stream_costs_the_client_nothing(checker: Checker) -> None:
    whole = Reply(json.dumps({"choices": [{"message": {"content": COUNT}, "finish_reason": "stop"}]}).encode())
    with front(Rules(says={"/v1/chat/completions": whole})) as upstream:
        checked = checker(upstream.url)
    assert "paid for twice" not in str(checked.finding("chat_not_streamed").remedy)


def test_a_buffering_proxy_is_no_cold_start(checker: Checker) -> None:
    checked = checker(faults=["fake_stream(delay=1200ms, times=1)"])
    assert checked.complaints == {"fake_stream"}
