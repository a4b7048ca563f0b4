"""Answers in the form of chat completions."""

import json
from dataclasses import replace

import pytest

from probe.upstream import Ended
from probe.upstream.chat_script import chat_error_script, completion_json
from probe.upstream.messages import TextBlock, ThinkingBlock, ToolUseBlock, answer_to
from probe.upstream.script import body_of
from tests.upstream.support import CHAT_PATHS, ask_chat, chat_chunks, chat_deltas, chat_request, upstream


@pytest.mark.parametrize("path", CHAT_PATHS)
@pytest.mark.parametrize("key", ["authorization", "x-api-key"])
def test_a_stream_of_chunks(path: str, key: str) -> None:  # complexity: assertions on one result
    with upstream() as served_by:
        answer = ask_chat(served_by, path, key)
    found = chat_chunks(answer)
    assert found[-1] == "[DONE]"
    assert {chunk["object"] for chunk in found[:-1]} == {"chat.completion.chunk"}
    assert {chunk["model"] for chunk in found[:-1]} == {"some-model"}
    parts = chat_deltas(answer)
    assert parts[0]["role"] == "assistant"
    assert "".join(part.get("content", "") for part in parts) == "HELLO WORLD"
    assert [choice["finish_reason"] for chunk in found[:-1] for choice in chunk["choices"]][-1] == "stop"
    usage = found[-2]["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0
    (served,) = served_by.served
    assert (served.kind, served.model, served.stream, served.tools) == ("main", "some-model", True, 1)
    assert (served.ended, served.step) == (Ended.COMPLETED, "call2" if "/r/" in path else None)
    assert answer.headers["request-id"].startswith("req_")


def test_one_object_where_no_stream_is_asked_for() -> None:
    with upstream() as served_by:
        said = ask_chat(served_by, stream=False).json()
    assert said["object"] == "chat.completion"
    assert said["choices"][0]["message"] == {"role": "assistant", "content": "HELLO WORLD"}
    assert said["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("stream", [True, False])
def test_a_tool_is_asked_for(stream: bool) -> None:
    with upstream("tool_use(name=all)") as served_by:
        answer = ask_chat(served_by, stream=stream)
    if stream:
        calls = [call for part in chat_deltas(answer) for call in part.get("tool_calls", [])]
        finish = chat_chunks(answer)[-3]["choices"][0]["finish_reason"]
    else:
        (choice,) = answer.json()["choices"]
        calls, finish = choice["message"]["tool_calls"], choice["finish_reason"]
        assert choice["message"]["content"] is None
    assert [call["function"]["name"] for call in calls if "name" in call["function"]] == ["Bash"]
    assert "command" in json.loads("".join(call["function"]["arguments"] for call in calls))
    assert finish == "tool_calls"


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("end_turn", "stop"),
        ("tool_use", "tool_calls"),
        ("max_tokens", "length"),
        ("refusal", "content_filter"),
        ("odd", "odd"),
    ],
)
def test_the_reason_to_stop_has_the_name_that_openai_gave_it(reason: str, finish: str) -> None:
    answer = replace(answer_to(chat_request()), stop_reason=reason)
    assert completion_json(answer)["choices"][0]["finish_reason"] == finish


def test_texts_are_joined_thinking_is_left_out_and_calls_are_numbered() -> None:
    calls = (ToolUseBlock("echo", {"a": 1}, "t1"), ToolUseBlock("Bash", {}, "t2"))
    blocks = (ThinkingBlock("hidden"), TextBlock("a"), TextBlock("b"))
    message = completion_json(replace(answer_to(chat_request()), blocks=(*blocks, *calls)))["choices"][0]["message"]
    assert message["content"] == "ab"
    assert [(call["index"], call["id"], call["function"]["name"]) for call in message["tool_calls"]] == [
        (0, "t1", "echo"),
        (1, "t2", "Bash"),
    ]
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"a": 1}


def test_an_error_has_openai_s_form() -> None:
    assert json.loads(body_of(chat_error_script(404, "gone"))) == {
        "error": {"message": "gone", "type": "not_found_error", "param": None, "code": None}
    }
