"""The two endpoints that plain drivers ask: what is sent to each, and how the text of its answer is read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from probe.sse import events_of

MAX_TOKENS = 256
"""Enough for what a script asks to be said; the answer's length is no part of what is measured."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and answered before, in the same session."""

    prompt: str
    answer: str


class PlainApi(Protocol):
    """An endpoint. `name` is the driver's, `path` follows the base URL."""

    name: str
    path: str
    headers: Mapping[str, str]

    def body(self, model: str, turns: Sequence[Turn], prompt: str) -> dict[str, Any]:
        """The request, without its secrets."""
        ...

    def text(self, said: Mapping[str, Any]) -> str:
        """The text in an event of a stream, or in a whole answer."""
        ...


class Messages:
    """`POST /v1/messages`, as Anthropic has it."""

    name = "messages"
    path = "/v1/messages"
    headers: Mapping[str, str] = {"anthropic-version": "2023-06-01"}

    def body(self, model: str, turns: Sequence[Turn], prompt: str) -> dict[str, Any]:
        return {"model": model, "max_tokens": MAX_TOKENS, "stream": True, "messages": _messages(turns, prompt)}

    def text(self, said: Mapping[str, Any]) -> str:
        if said.get("type") == "content_block_delta":
            return _text(_object(said.get("delta")).get("text"))
        return "".join(_text(block.get("text")) for block in _objects(said.get("content")))


class ChatCompletions:
    """`POST /v1/chat/completions`, as OpenAI has it.

    The usage of a stream is not asked for: an upstream that does not know `stream_options` would refuse every call.
    """

    name = "chat-completions"
    path = "/v1/chat/completions"
    headers: Mapping[str, str] = {}

    def body(self, model: str, turns: Sequence[Turn], prompt: str) -> dict[str, Any]:
        return {"model": model, "max_tokens": MAX_TOKENS, "stream": True, "messages": _messages(turns, prompt)}

    def text(self, said: Mapping[str, Any]) -> str:
        first = next(_objects(said.get("choices")), {})
        return _text(_object(first.get("delta") or first.get("message")).get("content"))


PLAIN_APIS: dict[str, type[PlainApi]] = {api.name: api for api in (Messages, ChatCompletions)}


def answer_text(api: PlainApi, body: bytes) -> str:
    """The text of an answer, of a stream or whole; empty where the body is neither."""
    return "".join(api.text(said) for said in _said(body))


def _said(body: bytes) -> Iterator[Mapping[str, Any]]:
    data: list[str] | list[bytes] = [event.data for event in events_of(body)]
    for each in data or [body]:
        try:
            value = json.loads(each)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _messages(turns: Sequence[Turn], prompt: str) -> list[dict[str, str]]:
    said = [part for turn in turns for part in (("user", turn.prompt), ("assistant", turn.answer))]
    return [{"role": role, "content": content} for role, content in (*said, ("user", prompt))]


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in (value if isinstance(value, list) else ()) if isinstance(each, dict))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
