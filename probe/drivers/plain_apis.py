"""The two endpoints of plain HTTP drivers: build their requests and read the text of their answers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from probe.sse import events_of

MAX_TOKENS = 256
"""Enough for the answers that a scenario asks for. The length of an answer is not measured."""


@dataclass(frozen=True, slots=True)
class SessionTurn:
    """An earlier prompt of the same session, with its answer."""

    prompt: str
    answer: str


class PlainApi(Protocol):
    """An endpoint. `name` is that of its driver, `path` follows the base URL."""

    name: str
    path: str
    headers: Mapping[str, str]

    def body(self, model: str, turns: Sequence[SessionTurn], prompt: str) -> dict[str, Any]:
        """Return the request's JSON. It holds no secret."""
        ...

    def text(self, content: Mapping[str, Any]) -> str:
        """Return the text in an event of a stream, or in a whole answer."""
        ...


class Messages:
    """`POST /v1/messages`, as defined by Anthropic."""

    name = "messages"
    path = "/v1/messages"
    headers: Mapping[str, str] = {"anthropic-version": "2023-06-01"}

    def body(self, model: str, turns: Sequence[SessionTurn], prompt: str) -> dict[str, Any]:
        return {"model": model, "max_tokens": MAX_TOKENS, "stream": True, "messages": _messages(turns, prompt)}

    def text(self, content: Mapping[str, Any]) -> str:
        if content.get("type") == "content_block_delta":
            return _text(_object(content.get("delta")).get("text"))
        return "".join(_text(block.get("text")) for block in _objects(content.get("content")))


class ChatCompletions:
    """`POST /v1/chat/completions`, as defined by OpenAI.

    The usage of a stream is not asked for: an upstream that does not know `stream_options` would refuse every call.
    """

    name = "chat-completions"
    path = "/v1/chat/completions"
    headers: Mapping[str, str] = {}

    def body(self, model: str, turns: Sequence[SessionTurn], prompt: str) -> dict[str, Any]:
        return {"model": model, "max_tokens": MAX_TOKENS, "stream": True, "messages": _messages(turns, prompt)}

    def text(self, content: Mapping[str, Any]) -> str:
        first = next(_objects(content.get("choices")), {})
        return _text(_object(first.get("delta") or first.get("message")).get("content"))


def answer_text(api: PlainApi, body: bytes) -> str:
    """Return the text of an answer, streamed or whole; empty when the body is neither."""
    return "".join(api.text(value) for value in _json_objects(body))


def _json_objects(body: bytes) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON objects of a stream's events, or the one object of a whole answer."""
    documents: list[str] | list[bytes] = [event.data for event in events_of(body)] or [body]
    for document in documents:
        try:
            value = json.loads(document)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _messages(turns: Sequence[SessionTurn], prompt: str) -> list[dict[str, str]]:
    earlier = [message for turn in turns for message in (("user", turn.prompt), ("assistant", turn.answer))]
    return [{"role": role, "content": content} for role, content in (*earlier, ("user", prompt))]


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else ()
    return (item for item in items if isinstance(item, dict))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
