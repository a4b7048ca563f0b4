"""A request for a message: what it asks for, and the call that it belongs to."""

import json
from typing import Any

import pytest

from probe.upstream.request import (
    CallIdentity,
    InvalidRequestError,
    MessagesRequest,
    identify,
    json_object,
    without_prefix,
)
from tests.upstream.support import ECHO, ask, body, chat_request, request_for, upstream, user


def test_a_session_id_that_is_deep_is_none() -> None:
    with upstream() as up:
        assert ask(up, request=body(metadata={"user_id": "[" * 200_000})).status_code == 200
    assert up.served[0].session_id is None


SESSION = "11111111-2222-3333-4444-555555555555"
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": "done"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (None, "The request body is not valid JSON"),
        ({}, "model: Field required"),
        ({"model": 3, "messages": []}, "model: Field required"),
        ({"model": "m"}, "messages: Field required"),
        ({"model": "m", "messages": "Hi"}, "messages: Field required"),
    ],
)
def test_a_body_without_model_or_messages_is_no_request(body: dict[str, Any] | None, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        MessagesRequest.of("/v1/messages", {}, body, 10)


@pytest.mark.parametrize(
    ("path", "number", "step"),
    [
        ("/r/0003/call1/v1/messages", 3, "call1"),
        ("/r/12/call2", 12, "call2"),
        ("/r/x/call1/v1/messages", None, None),
        ("/r/3/", None, None),
        ("/v1/r/3/call1/messages", None, None),
        ("/v1/messages", None, None),
    ],
)
def test_round_and_step_stand_at_the_beginning_of_the_path(path: str, number: int | None, step: str | None) -> None:
    assert identify(path, {}, None) == CallIdentity(number, step)


def test_a_path_is_shown_without_round_and_step() -> None:
    paths = ("/r/3/call1/v1/messages", "/r/3/call1", "/v1/messages", "/r/3/call1/r/4/call2")
    assert [without_prefix(path) for path in paths] == ["/v1/messages", "/", "/v1/messages", "/r/4/call2"]


@pytest.mark.parametrize(
    ("user_id", "session"),
    [
        (f"user_ab_account__session_{SESSION}", SESSION),
        (json.dumps({"session_id": SESSION, "more": 1}), SESSION),
        (json.dumps({"session_id": 7}), None),
        (json.dumps([SESSION]), None),
        ("somebody", None),
        (7, None),
        ("[" * 100_000, None),
    ],
)
def test_a_session_is_found_in_the_metadata(user_id: object, session: str | None) -> None:
    assert identify("/", {}, {"metadata": {"user_id": user_id}}).session_id == session
    header = {"x-claude-code-session-id": "of the header"}
    assert identify("/", header, {"metadata": {"user_id": user_id}}).session_id == "of the header"


def test_metadata_that_is_no_object_names_no_session() -> None:
    assert identify("/", {}, {"metadata": f"_session_{SESSION}"}) == CallIdentity()


@pytest.mark.parametrize("raw", [b"", b"[]", b"3", b"{", b"\xff{}", b"[" * 100_000])
def test_only_an_object_is_a_json_object(raw: bytes) -> None:
    assert json_object(raw) is None
    assert json_object(b'{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ({"max_tokens": 5}, 5),
        ({"max_completion_tokens": 6}, 6),
        ({"max_tokens": 5, "max_completion_tokens": 6}, 5),
        ({"max_tokens": 1}, 1),
        ({"max_tokens": 0}, None),
        ({"max_tokens": "5"}, None),
        ({}, None),
    ],
)
def test_the_limit_on_tokens(body: dict[str, Any], limit: int | None) -> None:
    assert request_for(**body).max_tokens == limit


def test_texts_that_end_an_answer_have_another_name_in_chat() -> None:
    both = {"stop": ["a"], "stop_sequences": ["b", "", 3]}
    assert (request_for(**both).stop_sequences, chat_request(**both).stop_sequences) == (("b",), ("a",))
    assert [request_for(stop_sequences=stops).stop_sequences for stops in ("", "x", None, 3)] == [(), ("x",), (), ()]


def test_betas_are_the_names_between_commas() -> None:
    body = {"model": "m", "messages": []}
    headers = {"anthropic-beta": " a-1,, b-2 ,"}
    assert MessagesRequest.of("/v1/messages", headers, body, 10).betas == ("a-1", "b-2")
    assert request_for().betas == ()


def test_tools_of_chat_are_described_as_those_of_messages() -> None:
    function = {"name": "echo", "parameters": {"type": "object"}}
    offered = chat_request(tools=[{"type": "function", "function": function}, "x", {"type": "function"}]).tools
    assert offered == (
        {"name": "echo", "input_schema": {"type": "object"}},
        {"name": None, "input_schema": None},
    )
    assert request_for(tools=[ECHO, None]).tools == (ECHO,)
    assert request_for(tools="all").tools == ()


@pytest.mark.parametrize(
    ("choice", "name"),
    [
        ({"type": "function", "function": {"name": "echo"}}, "echo"),
        ({"type": "tool", "name": "echo"}, "echo"),
        ("required", "echo"),
        ({"type": "any"}, "echo"),
        ("auto", None),
        ("none", None),
        ({"type": "none"}, None),
        (3, None),
        (None, None),
    ],
)
def test_the_tool_that_has_to_be_called(choice: object, name: str | None) -> None:
    assert request_for(tools=[ECHO], tool_choice=choice).forced_tool == name


def test_any_tool_of_none_is_none() -> None:
    assert request_for(tool_choice={"type": "any"}).forced_tool is None


def test_thinking_is_asked_for_or_allowed() -> None:
    forms = ({"type": "enabled"}, {"type": "adaptive"}, {"type": "disabled"}, "enabled", None)
    assert [request_for(thinking=form).thinks for form in forms] == [True, True, False, False, False]


def test_a_turn_of_results_is_told_from_a_question() -> None:
    question, results = user("Q"), user([RESULT])
    for messages, expected in (
        ([question], False),
        ([question, results], True),
        ([results, question], False),
        ([], False),
    ):
        assert request_for(messages=messages).is_tool_turn is expected
    tool, answer = {"role": "tool", "content": "x"}, {"role": "assistant", "content": "y"}
    assert chat_request(messages=[question, tool, user("more")]).is_tool_turn
    assert not chat_request(messages=[question, tool, answer, question]).is_tool_turn


def test_prompts_are_the_user_s_texts_the_latest_first() -> None:
    answer = {"role": "assistant", "content": "not this"}
    parts = user([{"type": "text", "text": "c"}, {"type": "text", "text": "d"}])
    request = request_for(messages=[user("a"), user("b"), answer, "hostile", user([RESULT]), user(""), parts])
    assert request.prompts == ["c\nd", "b", "a"]
    assert request.latest_prompts == ["c\nd"]


def test_the_latest_messages_come_after_the_last_answer() -> None:
    answer = {"role": "assistant", "content": "x"}
    assert request_for(messages=[user("a"), answer, user("b"), user("c")]).latest_messages == [user("b"), user("c")]
    assert request_for(messages=[user("a")]).latest_messages == [user("a")]
    assert request_for(messages=[user("a"), answer]).latest_messages == []
