"""The right message for a request, before it is put on the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import uuid4

from probe.upstream.input_tokens import CHARS_A_TOKEN, count_input_tokens
from probe.upstream.request import MessagesRequest
from probe.upstream.said_text import text_of_answer
from probe.upstream.signature import signature_of
from probe.upstream.tool_calls import tool_calls


@dataclass(frozen=True)
class TextBlock:
    """A block of text."""

    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the block as the API gives it."""
        return {"type": "text", "text": self.text}


@dataclass(frozen=True)
class ThinkingBlock:
    """A block of thinking. `signature` is the upstream's own where it is None."""

    text: str
    signature: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the block as the API gives it."""
        signature = signature_of(self.text) if self.signature is None else self.signature
        return {"type": "thinking", "thinking": self.text, "signature": signature}


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
    stop_sequence: str | None = None
    cache: CacheUse | None = CacheUse()

    @property
    def output_tokens(self) -> int:
        """About what the API would count."""
        return (
            sum(
                len(json.dumps(block.as_json())) if isinstance(block, ToolUseBlock) else len(block.text)
                for block in self.blocks
            )
            // CHARS_A_TOKEN
            + 1
        )


def answer_to(request: MessagesRequest, cache: CacheUse = CacheUse()) -> AssistantMessage:
    """Return the right answer: the tools that are asked for, after some thinking where that is allowed, or a text."""
    calls = tuple(ToolUseBlock(name, value, f"toolu_{uuid4().hex[:24]}") for name, value in tool_calls(request))
    blocks: tuple[Block, ...] = calls or (TextBlock(text_of_answer(request)),)
    if calls and request.thinks:
        blocks = (ThinkingBlock(f"I am asked to call {', '.join(call.name for call in calls)}."), *blocks)
    return AssistantMessage(
        id=f"{'chatcmpl-' if request.chat else 'msg_'}{uuid4().hex[:24]}",
        model=request.model,
        blocks=blocks,
        stop_reason="tool_use" if calls else "end_turn",
        input_tokens=max(1, count_input_tokens(request.body) - cache.read - cache.written),
        stream=request.stream,
        chat=request.chat,
        cache=cache,
    )
