"""An answer as a chat completion, whole or in chunks, in the form that OpenAI gave it."""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

from probe.upstream.messages import AssistantMessage, TextBlock, ToolUseBlock
from probe.upstream.script import EVENT_STREAM, Action, Pause, ResponseHead, Script, Send, error_type, parts

PING = b": keep-alive\n\n"
"""Chat streams have no ping event; what keeps them open is a comment."""
_FINISH = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length", "refusal": "content_filter"}


def chat_script(answer: AssistantMessage, gap_s: float = 0.0) -> Script:
    """Return the script that delivers an answer, as `script_of` does for the Messages API."""
    if not answer.stream:
        data = json.dumps(completion_json(answer)).encode()
        half = len(data) // 2
        head = ResponseHead(200, (("content-type", "application/json"),))
        return (head, Send(data[:half], content=True), Send(data[half:]))
    actions: list[Action] = [ResponseHead(200, (("content-type", EVENT_STREAM), ("cache-control", "no-cache")))]
    actions.append(Send(chunk(_chunk(answer, {"role": "assistant", "content": ""}))))
    for delta in _deltas(answer):
        if gap_s:
            actions.append(Pause(gap_s))
        actions.append(Send(chunk(_chunk(answer, delta)), content=True))
    actions.append(Send(chunk(_chunk(answer, {}, _finish(answer)))))
    actions.append(Send(chunk({**_chunk(answer, {}), "choices": [], "usage": _usage(answer)})))
    return (*actions, Send(b"data: [DONE]\n\n"))


def chat_error_script(status: int, message: str) -> Script:
    """Return an error in the form that OpenAI gave it."""
    error = {"message": message, "type": error_type(status), "param": None, "code": None}
    return (ResponseHead(status, (("content-type", "application/json"),)), Send(json.dumps({"error": error}).encode()))


def chunk(data: Mapping[str, Any]) -> bytes:
    """Return one event of a chat stream; such events have no name."""
    return f"data: {json.dumps(data)}\n\n".encode()


def completion_json(answer: AssistantMessage) -> dict[str, Any]:
    """Return the whole completion, as a request without stream gets it."""
    calls = [_call(index, block) for index, block in _tools(answer)]
    text = "".join(block.text for block in answer.blocks if isinstance(block, TextBlock))
    message: dict[str, Any] = {"role": "assistant", "content": text or None if calls else text}
    if calls:
        message["tool_calls"] = calls
    choice = {"index": 0, "message": message, "finish_reason": _finish(answer)}
    return {**_envelope(answer, "chat.completion"), "choices": [choice], "usage": _usage(answer)}


def _deltas(answer: AssistantMessage) -> Iterator[dict[str, Any]]:
    for block in answer.blocks:
        if isinstance(block, TextBlock):
            yield from ({"content": part} for part in parts(block.text))
    for index, block in _tools(answer):
        first = _call(index, block)
        yield {"tool_calls": [{**first, "function": {**first["function"], "arguments": ""}}]}
        for part in parts(first["function"]["arguments"]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": part}}]}


def _tools(answer: AssistantMessage) -> list[tuple[int, ToolUseBlock]]:
    return list(enumerate(block for block in answer.blocks if isinstance(block, ToolUseBlock)))


def _call(index: int, block: ToolUseBlock) -> dict[str, Any]:
    function = {"name": block.name, "arguments": json.dumps(block.input)}
    return {"index": index, "id": block.id, "type": "function", "function": function}


def _chunk(answer: AssistantMessage, delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    return {**_envelope(answer, "chat.completion.chunk"), "choices": [choice]}


def _envelope(answer: AssistantMessage, kind: str) -> dict[str, Any]:
    return {"id": answer.id, "object": kind, "created": int(time.time()), "model": answer.model}


def _finish(answer: AssistantMessage) -> str:
    return _FINISH.get(answer.stop_reason, answer.stop_reason)


def _usage(answer: AssistantMessage) -> dict[str, int]:
    into, out = answer.input_tokens, answer.output_tokens
    return {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}
