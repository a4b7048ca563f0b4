"""The text of the right answer: what the prompt asks for."""

import base64
import json
from typing import Any

import pytest

from probe.digit_picture import draw_digits
from probe.model.request_kind import RequestKind
from probe.upstream import EmbeddedUpstream
from probe.upstream.said_text import text_of_answer
from tests.upstream.support import (
    DIGITS,
    ECHO,
    ask,
    background_body,
    body,
    chat_request,
    picture,
    post,
    request_for,
    said,
    upstream,
    user,
)


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
    ("prompt", "text"),
    [
        ("hello", "PROBE_OK"),
        ("Reply with exactly: A  \nand nothing else", "A"),
        ("exactly: ", "PROBE_OK"),
    ],
)
def test_the_prompt_decides_the_text(prompt: str, text: str) -> None:
    with upstream() as up:
        assert said(ask(up, request=body(prompt)).text) == text
        assert ask(up, request=body(prompt, stream=False)).json()["content"] == [{"type": "text", "text": text}]


def test_reminders_before_the_prompt_do_not_hide_it() -> None:
    content = [{"type": "text", "text": "<system-reminder>exactly: no</system-reminder>"}]
    content += [{"type": "text", "text": "Reply exactly: YES"}]
    with upstream() as up:
        assert said(ask(up, request=body(messages=[{"role": "user", "content": content}])).text) == "YES"


def test_a_background_request_for_json_gets_a_title() -> None:
    with upstream() as up:
        title = json.loads(said(ask(up, request=background_body()).text))["title"]
    assert isinstance(title, str)
    assert up.served[0].kind is RequestKind.BACKGROUND


CODE = {"type": "object", "properties": {"code": {"type": "integer"}}, "required": ["code"]}


def test_the_latest_prompt_that_asks_for_something_decides() -> None:
    first, last = user("Reply with exactly: FIRST"), user("Reply with exactly: LAST")
    assert text_of_answer(request_for(messages=[first, last])) == "LAST"
    assert text_of_answer(request_for(messages=[first, user("Thank you")])) == "FIRST"
    assert text_of_answer(request_for(messages=[])) == "PROBE_OK"


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"output_format": {"type": "json_schema", "schema": CODE}}, {"code": 1, "title": "Probe session"}),
        ({"output_config": {"format": {"schema": CODE}}}, {"code": 1, "title": "Probe session"}),
        ({"output_config": {"format": {"schema": "hostile"}}}, {"title": "Probe session"}),
    ],
)
def test_a_request_for_json_gets_what_its_schema_requires(changes: dict[str, Any], answer: dict[str, Any]) -> None:
    assert json.loads(text_of_answer(request_for(**changes))) == answer


def test_a_prompt_with_tools_or_a_chat_without_schema_gets_text() -> None:
    asked = {"output_format": {"type": "json_schema", "schema": CODE}}
    assert text_of_answer(request_for(**asked, tools=[ECHO])) == "HI THERE YOU"
    assert text_of_answer(chat_request(response_format={"type": "json_object"})) == "HI THERE YOU"


def test_results_of_tools_are_told_only_where_they_are_new() -> None:
    asked = user("Reply with the tool's answer.")
    result = user([{"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "seen"}]}])
    answer = {"role": "assistant", "content": "x"}
    assert text_of_answer(request_for(messages=[asked, answer, result])) == "seen"
    assert text_of_answer(request_for(messages=[result, answer, asked])) == "No tool has answered."
    assert (
        text_of_answer(request_for(messages=["hostile", asked, {"role": "user", "content": [3]}]))
        == "No tool has answered."
    )
