"""Limits, thinking, tools, pictures, counts and refusals of the embedded upstream, as the Messages API has them."""

import base64
from typing import Any

import httpx
import pytest

from probe.digit_picture import draw_digits
from probe.upstream import EmbeddedUpstream
from tests.upstream.support import AUTH, BASH, events, said, upstream

ECHO = {"name": "echo", "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}}}
CALL = 'Call the tool echo with {"text": "a \\"b\\" | ü"} and wait.'
THINKING = {"type": "enabled", "budget_tokens": 1024}
DIGITS = "Reply with only the digits in the picture."


def post(
    up: EmbeddedUpstream, path: str = "/v1/messages", headers: dict[str, str] | None = None, **body: Any
) -> httpx.Response:
    sent = {"model": "m", "max_tokens": 100, **body}
    return httpx.post(f"{up.base_url}{path}", json=sent, headers={**AUTH, **(headers or {})}, timeout=20)


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def picture(digits: str) -> dict[str, Any]:
    data = base64.b64encode(draw_digits(digits)).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    error = answer.json()
    assert (error["type"], error["error"]["type"]) == ("error", "invalid_request_error")
    return str(error["error"]["message"])


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


def test_a_tool_is_called_as_the_prompt_says_and_its_result_is_taken() -> None:
    with upstream() as up:
        first = post(up, messages=[user(CALL)], tools=[BASH, ECHO]).json()
        (call,) = first["content"]
        result = {"type": "tool_result", "tool_use_id": call["id"], "content": "done"}
        turns = [user(CALL), {"role": "assistant", "content": [call]}, user([result])]
        second = post(up, messages=turns, tools=[BASH, ECHO]).json()
        absent = post(up, messages=[user(CALL)], tools=[BASH]).json()
    assert (first["stop_reason"], call["name"], call["input"]) == ("tool_use", "echo", {"text": 'a "b" | ü'})
    assert [second["stop_reason"], absent["stop_reason"]] == ["end_turn", "end_turn"]


@pytest.mark.parametrize(
    ("choice", "name"),
    [({"type": "tool", "name": "echo"}, "echo"), ({"type": "any"}, "Bash"), ({"type": "auto"}, None), (None, None)],
)
def test_a_forced_tool(choice: Any, name: str | None) -> None:
    with upstream() as up:
        answer = post(up, messages=[user("Go on")], tools=[BASH, ECHO], tool_choice=choice).json()
    assert answer["content"][0].get("name") == name


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


def test_digits_in_pictures_also_in_a_tool_result() -> None:
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [picture("4711")]}
    call = {"type": "tool_use", "id": "toolu_1", "name": "echo", "input": {}}
    turns = [user(DIGITS), {"role": "assistant", "content": [call]}, user([result])]
    data_url = "data:image/png;base64," + base64.b64encode(draw_digits("99")).decode()
    part = {"type": "image_url", "image_url": {"url": data_url}}
    text = {"type": "text", "text": DIGITS}
    with upstream() as up:
        plain = post(up, messages=[user([picture("350"), text])]).json()
        of_tool = post(up, messages=turns, tools=[ECHO]).json()
        none = post(up, messages=[user(DIGITS)]).json()
        chat = post(up, "/v1/chat/completions", messages=[user([part, text])]).json()
    assert [answer["content"][0]["text"] for answer in (plain, of_tool, none)] == [
        "350",
        "4711",
        "There is no picture.",
    ]
    assert chat["choices"][0]["message"]["content"] == "99"


def test_a_code_word_is_found_in_a_long_text() -> None:
    text = f"{'Some words. ' * 50}The code word is velvet17. {'Other words. ' * 50}What is the code word?"
    with upstream() as up:
        found, missing = (post(up, messages=[user(words)]).json() for words in (text, "What is the code word?"))
    assert [answer["content"][0]["text"] for answer in (found, missing)] == ["velvet17", "There is no code word."]


def test_stream_whole_answer_and_count_agree_on_the_tokens() -> None:
    body: dict[str, Any] = {
        "system": "Be brief.",
        "messages": [user([picture("12"), {"type": "text", "text": "ü" * 400}])],
    }
    with upstream() as up:
        whole = post(up, **body, tools=[BASH]).json()["usage"]["input_tokens"]
        start = dict(events(post(up, **body, tools=[BASH], stream=True).text))["message_start"]
        count = post(up, "/v1/messages/count_tokens", **body, tools=[BASH]).json()["input_tokens"]
        without_tools = post(up, **body).json()["usage"]["input_tokens"]
    assert whole == start["message"]["usage"]["input_tokens"] == count
    assert 100 < without_tools < whole < 400  # the picture counts by its size, not by its letters


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


def chat_message(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def chat_text(up: EmbeddedUpstream, messages: list[dict[str, Any]], **more: Any) -> str:
    answer = post(up, "/v1/chat/completions", messages=messages, **more)
    return str(answer.json()["choices"][0]["message"]["content"])


def test_chat_completions_can_the_same() -> None:
    url = "data:image/png;base64," + base64.b64encode(draw_digits("314")).decode()
    asked = chat_message("assistant", None, tool_calls=[{"id": "c1", "type": "function", "function": {"name": "echo"}}])
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    title = {"type": "json_schema", "json_schema": {"schema": schema}}
    with upstream() as up:
        tool = [chat_message("tool", "[shown below]", tool_call_id="c1")]
        shown = [
            {"type": "text", "text": "The images are tool output."},
            {"type": "image_url", "image_url": {"url": url}},
        ]
        texts = [
            chat_text(up, [user(DIGITS), asked, *tool, user(shown)]),
            chat_text(up, [user("Call it, then reply with the tool's answer."), asked, *tool]),
            chat_text(up, [user("Reply with exactly: HI"), user("# Environment")]),
            chat_text(up, [user("A title")], response_format=title),
        ]
    assert texts == ["314", "[shown below]", "HI", '{"title": "Probe session"}']


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
