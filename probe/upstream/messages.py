"""The right message for a request, before it is put on the wire."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import uuid4

from probe.model.request_kind import RequestKind, asks_for_json
from probe.upstream.json_schema import example_object
from probe.upstream.request import MessagesRequest

DEFAULT_TEXT = "PROBE_OK"
CHARS_A_TOKEN = 4
"""About what the API would count."""
_EXACTLY = re.compile(r"exactly:[ \t]*(\S[^\r\n]*)", re.IGNORECASE)


@dataclass(frozen=True)
class TextBlock:
    """A block of text."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the API gives it."""
        return {"type": "text", "text": self.text}


@dataclass(frozen=True)
class ThinkingBlock:
    """A block of thinking."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the API gives it."""
        return {"type": "thinking", "thinking": self.text, "signature": ""}


@dataclass(frozen=True)
class ToolUseBlock:
    """A tool that the client is asked to run."""

    name: str
    input: Mapping[str, Any]
    id: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the API gives it."""
        return {"type": "tool_use", "id": self.id, "name": self.name, "input": dict(self.input)}


Block: TypeAlias = TextBlock | ThinkingBlock | ToolUseBlock


@dataclass(frozen=True)
class CacheUse:
    """The tokens of a prompt that were read from the prompt cache, and those that were written into it."""

    read: int = 0
    written: int = 0


@dataclass(frozen=True)
class AssistantMessage:
    """One message of the assistant. `stream`: whether it is sent as events, or as one JSON object.

    `chat`: whether as a chat completion, or as the Messages API does. `input_tokens` are those that were neither read
    from the cache nor written into it; with `cache` None nothing is said of it.
    """

    id: str
    model: str
    blocks: tuple[Block, ...]
    stop_reason: str
    input_tokens: int
    stream: bool
    chat: bool = False
    cache: CacheUse | None = CacheUse()

    @property
    def output_tokens(self) -> int:
        """About what the API would count."""
        return (
            sum(
                len(json.dumps(block.as_json())) if isinstance(block, ToolUseBlock) else len(block.text)
                for block in self.blocks
            )
            // 4
            + 1
        )


def answer_to(request: MessagesRequest, cache: CacheUse = CacheUse()) -> AssistantMessage:
    """Return the right answer: the prompt's text after `exactly:`, else PROBE_OK; a title where a schema is set."""
    return AssistantMessage(
        id=f"{'chatcmpl-' if request.chat else 'msg_'}{uuid4().hex[:24]}",
        model=request.model,
        blocks=(TextBlock(_text(request)),),
        stop_reason="end_turn",
        input_tokens=max(1, request.body_bytes // CHARS_A_TOKEN - cache.read - cache.written),
        stream=request.stream,
        chat=request.chat,
        cache=cache,
    )


def _text(request: MessagesRequest) -> str:
    if request.kind is RequestKind.BACKGROUND and asks_for_json(request.body):
        return json.dumps({**example_object(_schema(request.body), "probe"), "title": "Probe session"})
    found = _EXACTLY.findall(request.prompt)
    # The client puts reminders of its own before the prompt, in the same message.
    return found[-1].strip() if found else DEFAULT_TEXT


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    config = body.get("output_config")
    output = body.get("output_format") or (config.get("format") if isinstance(config, Mapping) else None)
    schema = output.get("schema") if isinstance(output, Mapping) else None
    return schema if isinstance(schema, Mapping) else {}
