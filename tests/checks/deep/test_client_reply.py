"""Tests for what the client says of tools that it could not use, and for calls that nobody answered."""

from dataclasses import replace

import pytest

from probe.checks.deep.case_ends import NotServed
from probe.checks.deep.client_reply import ClientReply
from probe.checks.deep.tool_answers import ToolAnswers
from probe.checks.deep.tool_round_trip import judge_round_trip
from probe.model.deep_report import CaseResult
from probe.texts import Texts
from tests.checks.deep.tool_replies import refused, tool_answers


def handed_in(*contents: object) -> ClientReply:
    """Return a reply in which the client hands in failed results with these contents, and the tool received nothing."""
    reply = tool_answers(["a text"]).reply
    results = [
        {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": content, "is_error": True}
        for number, content in enumerate(contents)
    ]
    messages = [
        {"role": "user", "content": "a prompt"},
        {"role": "user", "content": results},
        {"role": "user", "content": "a reminder"},
        "odd",
    ]
    second = replace(reply.requests[1], request={"messages": messages})
    return replace(reply, requests=[reply.requests[0], second], received=[])


def test_what_the_client_says_of_a_failed_tool_is_quoted_in_either_form() -> None:
    blocks = [{"type": "text", "text": "Input should be"}, {"type": "text", "text": "an object"}, {"type": "image"}]
    reply = handed_in("No such tool available", blocks, None)
    assert reply.refusals == ["No such tool available", "Input should be an object ", ""]
    finding = judge_round_trip(ToolAnswers(reply, ["a text"]))
    assert finding.result is CaseResult.FAIL
    assert "No such tool available; Input should be an object" in Texts().words(finding.evidence or "")


def test_a_client_that_hands_no_result_in_says_nothing() -> None:
    reply = handed_in()
    assert reply.refusals == []
    assert replace(reply, requests=[replace(reply.requests[1], request={"messages": 7})] * 2).refusals == []


def test_a_call_that_nobody_answered_is_no_judgement_of_the_case() -> None:
    reply = tool_answers(["a text"]).reply
    assert reply.required() is reply
    alone = refused(replace(reply, requests=reply.requests[:1]), 529)
    with pytest.raises(NotServed, match="HTTP 529"):
        alone.required()
