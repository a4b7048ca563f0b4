"""The embedded upstream as a chat-completions API: the answers, and the faults that look different there."""

import json
from typing import Any

import httpx
import pytest

from probe.upstream import EmbeddedUpstream, Ended
from tests.upstream.support import upstream

_INPUT = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
BASH = {"type": "function", "function": {"name": "Bash", "parameters": _INPUT}}
PATHS = ("/v1/chat/completions", "/chat/completions", "/r/0003/call2/v1/chat/completions")


def ask(
    served_by: EmbeddedUpstream, path: str = PATHS[0], key: str = "authorization", **changes: Any
) -> httpx.Response:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Reply exactly: HELLO WORLD"}]
    body = {"model": "some-model", "stream": True, "messages": messages, "tools": [BASH], **changes}
    return httpx.post(f"{served_by.base_url}{path}", json=body, headers={key: "Bearer key"}, timeout=20)


def chunks(answer: httpx.Response) -> list[Any]:
    assert answer.headers["content-type"].startswith("text/event-stream")
    data = [block.removeprefix("data: ") for block in answer.text.strip().split("\n\n")]
    return [each if each == "[DONE]" else json.loads(each) for each in data]


def deltas(answer: httpx.Response) -> list[dict[str, Any]]:
    return [choice["delta"] for chunk in chunks(answer)[:-1] for choice in chunk["choices"]]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", ["authorization", "x-api-key"])
def test_a_stream_of_chunks(path: str, key: str) -> None:  # complexity: assertions on one result
    with upstream() as served_by:
        answer = ask(served_by, path, key)
    found = chunks(answer)
    assert found[-1] == "[DONE]"
    assert {chunk["object"] for chunk in found[:-1]} == {"chat.completion.chunk"}
    assert {chunk["model"] for chunk in found[:-1]} == {"some-model"}
    parts = deltas(answer)
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
        said = ask(served_by, stream=False).json()
    assert said["object"] == "chat.completion"
    assert said["choices"][0]["message"] == {"role": "assistant", "content": "HELLO WORLD"}
    assert said["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("stream", [True, False])
def test_a_tool_is_asked_for(stream: bool) -> None:
    with upstream("tool_use(name=all)") as served_by:
        answer = ask(served_by, stream=stream)
    if stream:
        calls = [call for part in deltas(answer) for call in part.get("tool_calls", [])]
        finish = chunks(answer)[-3]["choices"][0]["finish_reason"]
    else:
        (choice,) = answer.json()["choices"]
        calls, finish = choice["message"]["tool_calls"], choice["finish_reason"]
        assert choice["message"]["content"] is None
    assert [call["function"]["name"] for call in calls if "name" in call["function"]] == ["Bash"]
    assert "command" in json.loads("".join(call["function"]["arguments"] for call in calls))
    assert finish == "tool_calls"


def test_after_a_tool_s_result_comes_text() -> None:
    turns = [{"role": "user", "content": "Reply exactly: DONE"}, {"role": "tool", "content": "x", "tool_call_id": "1"}]
    with upstream("tool_use") as served_by:
        assert "".join(part.get("content", "") for part in deltas(ask(served_by, messages=turns))) == "DONE"


@pytest.mark.parametrize("stream", [True, False])
def test_an_error_inside_a_200(stream: bool) -> None:
    with upstream("error_event(after=1, type=api_error, message=Broken)") as served_by:
        answer = ask(served_by, stream=stream)
    assert answer.status_code == 200
    last = json.loads(answer.text.strip().rpartition("data: ")[2]) if stream else answer.json()
    assert (last["error"]["type"], last["error"]["message"]) == ("api_error", "Broken")
    assert "event:" not in answer.text
    assert "[DONE]" not in answer.text


def test_a_chunk_that_does_not_parse_has_no_name_either() -> None:
    with upstream("bad_json") as served_by:
        text = ask(served_by).text
    assert "event:" not in text
    assert text.endswith("data: [DONE]\n\n")
    with pytest.raises(json.JSONDecodeError):
        [json.loads(block.removeprefix("data: ")) for block in text.strip().split("\n\n")[:-1]]


def test_pings_are_comments() -> None:
    with upstream("ping_only(gap=20ms)") as served_by, httpx.Client() as client:
        url, body = f"{served_by.base_url}{PATHS[0]}", {"model": "m", "stream": True, "messages": []}
        with client.stream("POST", url, json=body, headers={"x-api-key": "k"}) as answer:
            lines = [line for line, _ in zip(answer.iter_lines(), range(4), strict=False)]
    assert {line for line in lines if line} == {": keep-alive"}


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [({}, {"model": "m", "messages": []}, 401), ({"x-api-key": "k"}, {"messages": []}, 400)],
)
def test_what_is_refused(headers: dict[str, str], body: dict[str, Any], status: int) -> None:
    with upstream() as served_by:
        answer = httpx.post(f"{served_by.base_url}/chat/completions", json=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_unknown_path_stays_unknown() -> None:
    with upstream() as served_by:
        for path in ("/v1/completions", "/completions", "/messages", "/v2/chat/completions/x"):
            assert httpx.post(f"{served_by.base_url}{path}", json={}, headers={"x-api-key": "k"}).status_code == 404
