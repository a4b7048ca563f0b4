"""Requests that the API refuses, in its words."""

from typing import Any

import pytest

from probe.upstream.signature import signature_of
from probe.upstream.validate_request import problem_of
from tests.upstream.support import HI, chat_request, post, refusal, request_for, upstream, user


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0.role: Input should be 'user' or 'assistant'"),
        ({"messages": ["x"]}, "messages.0: Input should be an object"),
        ({"max_tokens": 0}, "max_tokens: must be greater than or equal to 1"),
        (
            {"max_tokens": 999_999},
            "max_tokens: 999999 > 128000, which is the maximum allowed number of output tokens for m",
        ),
    ],
)
def test_refusals(changes: dict[str, Any], words: str) -> None:
    with upstream() as up:
        assert refusal(post(up, **{"messages": [user("Hi")], **changes})) == words


def test_a_prompt_that_is_too_long_unless_the_long_context_is_asked_for() -> None:
    messages = [user("word " * 170_000)]
    with upstream() as up:
        refused = post(up, messages=messages)
        longer = post(up, messages=messages, headers={"anthropic-beta": "other-1, context-1m-2025-08-07"})
    assert refusal(refused).startswith("prompt is too long: 2125")
    assert refusal(refused).endswith(" tokens > 200000 maximum")
    assert longer.status_code == 200


def test_system_messages_are_taken_within_a_conversation() -> None:
    messages = [user("Reply with exactly: HI"), {"role": "system", "content": "Be brief."}]
    with upstream() as up:
        assert post(up, messages=messages).json()["content"][0]["text"] == "HI"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"max_tokens": 999_999}, "max_tokens is too large: 999999."),
        ({"messages": [user("word " * 170_000)]}, "maximum context length is 200000 tokens"),
    ],
)
def test_chat_completions_refuse_in_the_words_of_openai(changes: dict[str, Any], words: str) -> None:
    with upstream() as up:
        answer = post(up, "/v1/chat/completions", **{"messages": [user("Hi")], **changes})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert words in error["message"]
    assert "type" not in answer.json()


def test_a_sound_request_is_not_refused() -> None:
    assert problem_of(request_for(max_tokens=128_000)) is None
    assert problem_of(request_for(max_tokens="many")) is None
    assert problem_of(chat_request(max_tokens=128_000, messages=[])) is None


def test_the_limits_are_those_of_the_api() -> None:
    assert problem_of(request_for(max_tokens=1)) is None
    assert (problem_of(request_for(max_tokens=-1)) or "").startswith("max_tokens: must be greater")
    assert (problem_of(request_for(max_tokens=128_001)) or "").startswith("max_tokens: 128001 > 128000")
    assert "128001" in (problem_of(chat_request(max_completion_tokens=128_001)) or "")


def test_the_first_problem_is_told() -> None:
    robot = {"role": "robot", "content": [{"type": "thinking", "thinking": "x", "signature": "y"}]}
    assert problem_of(request_for(messages=[*HI, robot])) == "messages.1.role: Input should be 'user' or 'assistant'"
    assert (problem_of(request_for(messages=[robot], max_tokens=0)) or "").startswith("max_tokens")


@pytest.mark.parametrize("signature", [None, 3, "", "AAAA", signature_of("another")])
def test_thinking_that_this_upstream_did_not_sign_is_refused(signature: object) -> None:
    def told(block: object) -> str | None:
        return problem_of(request_for(messages=[*HI, {"role": "assistant", "content": [{"type": "text"}, block]}]))

    block = {"type": "thinking", "thinking": "x", "signature": signature}
    assert told(block) == "messages.1.content.1: Invalid `signature` in `thinking` block"
    assert told({**block, "signature": signature_of("x")}) is None
    assert told("hostile") is None
