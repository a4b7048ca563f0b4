"""The limits that a request sets on its answer."""

from dataclasses import replace
from typing import Any

import pytest

from probe.upstream.limited_answer import limited
from probe.upstream.messages import TextBlock, ThinkingBlock, ToolUseBlock, answer_to
from tests.upstream.support import events, post, request_for, said, upstream, user


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("limits", "text", "reason", "sequence"),
    [
        ({"max_tokens": 2}, "one two", "max_tokens", None),
        ({"stop_sequences": ["four", "thr"]}, "one two ", "stop_sequence", "thr"),
        ({"stop_sequences": ["absent"]}, "one two three four", "end_turn", None),
        ({"stop_sequences": "three"}, "one two ", "stop_sequence", "three"),
        ({"max_tokens": 1, "stop_sequences": ["four"]}, "one", "max_tokens", None),
        ({}, "one two three four", "end_turn", None),
    ],
)
def test_limits_on_the_answer(stream: bool, limits: dict[str, Any], text: str, reason: str, sequence: str) -> None:
    messages = [user("Reply with exactly: one two three four")]
    with upstream() as up:
        answer = post(up, messages=messages, stream=stream, **limits)
    if stream:
        end = dict(events(answer.text))["message_delta"]["delta"]
        found = said(answer.text), end["stop_reason"], end["stop_sequence"]
    else:
        whole = answer.json()
        found = whole["content"][0]["text"], whole["stop_reason"], whole["stop_sequence"]
    assert found == (text, reason, sequence)


CALL_OF_TOOL = ToolUseBlock("echo", {"text": "stop" * 50}, "toolu_1")


def test_a_call_that_does_not_fit_is_left_out_as_a_whole() -> None:
    request = request_for(max_tokens=5)
    answer = replace(answer_to(request), blocks=(TextBlock("short"), CALL_OF_TOOL), stop_reason="tool_use")
    cut = limited(answer, request)
    assert (cut.blocks, cut.stop_reason) == ((TextBlock("short"),), "max_tokens")


def test_the_limit_counts_over_all_blocks() -> None:
    request = request_for(max_tokens=3)
    answer = replace(answer_to(request), blocks=(ThinkingBlock("x" * 8), TextBlock("y" * 8)))
    cut = limited(answer, request)
    assert cut.blocks == (ThinkingBlock("x" * 8), TextBlock("y" * 3))
    assert cut.output_tokens == 3


def test_a_stop_sequence_ends_what_comes_after_it_and_is_not_looked_for_in_calls() -> None:
    request = request_for(stop_sequences=["stop", "b"])
    answer = replace(answer_to(request), blocks=(CALL_OF_TOOL, TextBlock("abc stop"), TextBlock("more")))
    cut = limited(answer, request)
    assert (cut.blocks, cut.stop_reason, cut.stop_sequence) == ((CALL_OF_TOOL, TextBlock("a")), "stop_sequence", "b")
