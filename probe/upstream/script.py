"""A response as a list of actions on the wire: faults rewrite it, `play` performs it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from probe.upstream.messages import AssistantMessage, Block, TextBlock, ThinkingBlock, ToolUseBlock

EVENT_STREAM = "text/event-stream; charset=utf-8"
_DELTA_CHARS = 8
_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


@dataclass(frozen=True)
class Pause:
    """Nothing, for some seconds."""

    seconds: float


@dataclass(frozen=True)
class Hang:
    """Nothing, until the client or the server goes."""


@dataclass(frozen=True)
class ResponseHead:
    """Status and headers; `identified`: with a `request-id` beside them."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    identified: bool = True


@dataclass(frozen=True)
class Send:
    """Some bytes of the body. `content` is True where a part of the answer itself is in them."""

    data: bytes
    content: bool = False


@dataclass(frozen=True)
class Repeat:
    """The same bytes again and again, until the client or the server goes."""

    data: bytes
    gap_s: float


@dataclass(frozen=True)
class Close:
    """The connection closes (FIN) without the end of the body."""


@dataclass(frozen=True)
class Reset:
    """The connection is reset (RST)."""


@dataclass(frozen=True)
class CloseWhenIdle:
    """The connection closes (FIN) when nothing more was asked on it for some time after the response."""

    after_s: float


Action: TypeAlias = Pause | Hang | ResponseHead | Send | Repeat | Close | Reset | CloseWhenIdle
Script: TypeAlias = tuple[Action, ...]


def script_of(answer: AssistantMessage, gap_s: float = 0.0) -> Script:
    """Return the script that delivers an answer; `gap_s` lies before each content event of a stream.

    A JSON answer goes in two parts, so that it too can be cut in the middle.
    """
    if not answer.stream:
        data = json.dumps(message_json(answer)).encode()
        half = len(data) // 2
        head = ResponseHead(200, (("content-type", "application/json"),))
        return (head, Send(data[:half], content=True), Send(data[half:]))
    actions: list[Action] = [ResponseHead(200, (("content-type", EVENT_STREAM), ("cache-control", "no-cache")))]
    for name, payload in _events(answer):
        content = name == "content_block_delta"
        if content and gap_s:
            actions.append(Pause(gap_s))
        actions.append(Send(event(name, payload), content))
    return tuple(actions)


def error_script(status: int, message: str, headers: tuple[tuple[str, str], ...] = ()) -> Script:
    """Return an error as the API answers it: `status`, and a JSON body with the type that belongs to it."""
    body = json.dumps(error_json(error_type(status), message)).encode()
    return (ResponseHead(status, (("content-type", "application/json"), *headers)), Send(body))


def json_script(value: Mapping[str, Any]) -> Script:
    """Return a 200 with a JSON object."""
    return (ResponseHead(200, (("content-type", "application/json"),)), Send(json.dumps(value).encode()))


def head_of(script: Script) -> Script:
    """Return the script up to and with its head."""
    end = next((i for i, action in enumerate(script) if isinstance(action, ResponseHead)), -1)
    return script[: end + 1]


def cut(script: Script, after: int) -> Script:
    """Return the script up to its `after`-th content event, or the last there is. With 0, up to before the first."""
    content = [i for i, action in enumerate(script) if isinstance(action, Send) and action.content]
    if not content:
        return head_of(script)
    if after == 0:
        end = content[0]
        return script[: end - 1] if isinstance(script[end - 1], Pause) else script[:end]
    return script[: content[min(after, len(content)) - 1] + 1]


def body_of(script: Script) -> bytes:
    """Return all bytes of the body."""
    return b"".join(action.data for action in script if isinstance(action, Send))


def event(name: str, data: Mapping[str, Any]) -> bytes:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def error_type(status: int) -> str:
    """Return the error type that Anthropic gives with a status."""
    return _ERROR_TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def error_json(kind: str, message: str) -> dict[str, Any]:
    """Return the body of an error, in a response or an event."""
    return {"type": "error", "error": {"type": kind, "message": message}}


def message_json(answer: AssistantMessage) -> dict[str, Any]:
    """Return the whole message, as a request without stream gets it."""
    return {
        "id": answer.id,
        "type": "message",
        "role": "assistant",
        "model": answer.model,
        "content": [block.as_json() for block in answer.blocks],
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "usage": _usage(answer, answer.output_tokens),
    }


def _usage(answer: AssistantMessage, output_tokens: int) -> dict[str, int]:
    cache = answer.cache
    cached = cache and {"cache_creation_input_tokens": cache.written, "cache_read_input_tokens": cache.read}
    return {"input_tokens": answer.input_tokens, **(cached or {}), "output_tokens": output_tokens}


def _events(answer: AssistantMessage) -> Iterator[tuple[str, dict[str, Any]]]:
    unfinished: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None, "usage": _usage(answer, 1)}
    start = {**message_json(answer), **unfinished}
    yield "message_start", {"type": "message_start", "message": start}
    for index, block in enumerate(answer.blocks):
        empty = {**block.as_json(), **_blank(block)}
        yield "content_block_start", {"type": "content_block_start", "index": index, "content_block": empty}
        if index == 0:
            yield "ping", {"type": "ping"}
        for delta in _deltas(block):
            yield "content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}
        yield "content_block_stop", {"type": "content_block_stop", "index": index}
    end = {"stop_reason": answer.stop_reason, "stop_sequence": answer.stop_sequence}
    yield "message_delta", {"type": "message_delta", "delta": end, "usage": {"output_tokens": answer.output_tokens}}
    yield "message_stop", {"type": "message_stop"}


def _blank(block: Block) -> dict[str, Any]:
    match block:
        case TextBlock():
            return {"text": ""}
        case ThinkingBlock():
            return {"thinking": "", "signature": ""}
        case ToolUseBlock():
            return {"input": {}}


def _deltas(block: Block) -> Iterator[dict[str, Any]]:
    if isinstance(block, ThinkingBlock):
        for part in parts(block.text):
            yield {"type": "thinking_delta", "thinking": part}
        yield {"type": "signature_delta", "signature": block.as_json()["signature"]}
    elif isinstance(block, TextBlock):
        for part in parts(block.text):
            yield {"type": "text_delta", "text": part}
    else:
        for part in parts(json.dumps(block.input)):
            yield {"type": "input_json_delta", "partial_json": part}


def parts(text: str) -> Iterator[str]:
    """Yield the text in pieces of at most 8 characters, at least two where it has two."""
    size = max(1, min(_DELTA_CHARS, (len(text) + 1) // 2))
    for start in range(0, len(text), size):
        yield text[start : start + size]
