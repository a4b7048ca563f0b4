"""The tools that the right answer calls."""

from typing import Any

import pytest

from probe.upstream.tool_calls import tool_calls
from tests.upstream.support import BASH, CALL, ECHO, post, request_for, upstream, user


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


RESULT = {"type": "tool_result", "tool_use_id": "t", "content": "done"}


@pytest.mark.parametrize(
    ("prompt", "calls"),
    [
        ("call the tool `echo` with {} and {more}", [("echo", {})]),
        ('Call the tool \'echo\' with {"a": {"b": [1, "}"]}}.', [("echo", {"a": {"b": [1, "}"]}})]),
        ('Call the tool echo with {} and call the tool Bash with {"x": 1}', [("echo", {}), ("Bash", {"x": 1})]),
        ("Call the tool unknown with {}", []),
        ("Call the tool echo with {broken", []),
        ("Call the tool echo with " + '{"a":' * 50_000, []),
        ("Recall the tool echo with {}", []),
        ("Call the tool echo", []),
    ],
)
def test_a_prompt_names_the_calls(prompt: str, calls: list[tuple[str, Any]]) -> None:
    assert tool_calls(request_for(messages=[user(prompt)], tools=[ECHO, BASH])) == calls


def test_a_prompt_goes_before_a_forced_tool_which_gets_an_input_of_its_schema() -> None:
    forced = {"tools": [BASH, ECHO], "tool_choice": {"type": "tool", "name": "Bash"}}
    assert tool_calls(request_for(messages=[user("Call the tool echo with {}")], **forced)) == [("echo", {})]
    assert tool_calls(request_for(**forced)) == [("Bash", {"command": "touch probe"})]
    assert tool_calls(request_for(**{**forced, "tools": [{"name": "Bash"}]})) == [("Bash", {})]
    assert tool_calls(request_for(**{**forced, "tools": [ECHO]})) == []


def test_after_a_result_nothing_is_called_and_earlier_turns_ask_for_nothing() -> None:
    asked, answer = user("Call the tool echo with {}"), {"role": "assistant", "content": "Done."}
    assert tool_calls(request_for(messages=[asked, user([RESULT])], tools=[ECHO])) == []
    assert tool_calls(request_for(messages=[asked, answer, user("Thanks")], tools=[ECHO])) == []
