"""The right message: its blocks, and thinking before a tool."""

import httpx
import pytest

from probe.upstream.messages import CacheUse, ThinkingBlock, ToolUseBlock, answer_to
from tests.upstream.support import (
    CALL,
    ECHO,
    THINKING,
    chat_request,
    events,
    post,
    refusal,
    request_for,
    upstream,
    user,
)


@pytest.mark.parametrize("stream", [True, False])
def test_thinking_comes_before_a_tool_and_is_taken_back_only_as_it_was(stream: bool) -> None:
    with upstream() as up:
        answer = post(up, messages=[user(CALL)], tools=[ECHO], thinking=THINKING, stream=stream)
        if stream:
            deltas = [data["delta"] for name, data in events(answer.text) if name == "content_block_delta"]
            thinking = "".join(delta.get("thinking", "") for delta in deltas)
            signature = "".join(delta.get("signature", "") for delta in deltas)
        else:
            block = answer.json()["content"][0]
            thinking, signature = block["thinking"], block["signature"]
        assert thinking
        sent_back = {"type": "thinking", "thinking": thinking, "signature": signature}

        def second_turn(**changed: str) -> httpx.Response:
            turn = {"role": "assistant", "content": [{**sent_back, **changed}]}
            return post(up, messages=[user(CALL), turn, user("Go on")], tools=[ECHO], thinking=THINKING)

        whole = second_turn()
        forged = [second_turn(signature=signature[:-8]), second_turn(thinking="Other."), second_turn(signature="")]
    assert whole.status_code == 200
    for answer in forged:
        assert refusal(answer) == "messages.1.content.0: Invalid `signature` in `thinking` block"


def test_thinking_comes_only_before_a_tool_and_only_where_it_is_allowed() -> None:
    def blocks(prompt: str, thinking: object) -> list[str]:
        request = request_for(messages=[user(prompt)], tools=[ECHO], thinking=thinking)
        return [block.as_json()["type"] for block in answer_to(request).blocks]

    assert blocks(CALL, {"type": "adaptive"}) == ["thinking", "tool_use"]
    assert blocks(CALL, {"type": "disabled"}) == ["tool_use"]
    assert blocks("Hi", THINKING) == ["text"]


def test_what_the_cache_covers_is_no_new_input_and_one_token_always_is() -> None:
    request = request_for(messages=[user("word " * 400)])
    whole = answer_to(request).input_tokens
    assert answer_to(request, CacheUse(100, 50)).input_tokens == whole - 150
    assert answer_to(request, CacheUse(10**6)).input_tokens == 1


def test_a_message_s_id_has_the_form_of_its_api_and_is_new_each_time() -> None:
    for request, prefix in ((request_for(), "msg_"), (chat_request(), "chatcmpl-")):
        first, second = answer_to(request).id, answer_to(request).id
        assert first != second
        assert first.startswith(prefix)


def test_thinking_is_signed_unless_it_brings_a_signature() -> None:
    assert ThinkingBlock("a").as_json()["signature"] not in ("", ThinkingBlock("b").as_json()["signature"])
    assert ThinkingBlock("a", "").as_json()["signature"] == ""
    assert ToolUseBlock("echo", {"a": 1}, "t").as_json() == {
        "type": "tool_use",
        "id": "t",
        "name": "echo",
        "input": {"a": 1},
    }
