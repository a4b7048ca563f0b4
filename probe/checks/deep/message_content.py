"""The content of an answer of the Messages API as it came: blocks, and how a tool's arguments were sent. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from probe.checks.stream_content import message_events


@dataclass(slots=True)
class ContentBlock:
    """A block. `sent` is a tool's input as its pieces make it up, JSON if all is well; `pieces` counts those with text.

    `odd_pieces` counts pieces that were no text: a client cannot join them.
    """

    index: int
    type: str
    text: str = ""
    id: str = ""
    name: str = ""
    sent: str = ""
    pieces: int = 0
    odd_pieces: int = 0
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def input(self) -> dict[str, Any] | None:
        """The input of a tool as a client reads it; None where it is no JSON object."""
        try:
            value = json.loads(self.sent or "{}")
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


@dataclass(slots=True)
class MessageContent:
    """A whole answer: its blocks in the order in which they began, and why it ended."""

    blocks: list[ContentBlock] = field(default_factory=list)
    stop_reason: str | None = None
    model: str | None = None
    streamed: bool = False

    @property
    def text(self) -> str:
        """All text of the answer."""
        return "".join(block.text for block in self.blocks if block.type == "text")

    @property
    def tools(self) -> list[ContentBlock]:
        """The calls of tools."""
        return [block for block in self.blocks if block.type == "tool_use"]


def read_content(body: bytes) -> MessageContent | None:
    """Return the content of an answer, streamed or whole; None where the body is neither."""
    events = list(message_events(body))
    if any(event.get("type") == "message_start" for event in events):
        return _streamed(events)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("type") != "message":
        return None
    content = message.get("content")
    blocks = [_block(index, raw) for index, raw in enumerate(_objects(content))]
    return MessageContent(blocks, _text(message.get("stop_reason")) or None, _text(message.get("model")) or None)


def _streamed(events: list[dict[str, Any]]) -> MessageContent:
    content = MessageContent(streamed=True)
    for event in events:
        match event.get("type"):
            case "message_start":
                content.model = _text(_object(event.get("message")).get("model")) or None
            case "content_block_start":
                content.blocks.append(_block(_integer(event.get("index")), _object(event.get("content_block"))))
            case "content_block_delta":
                block = _last_of(content.blocks, _integer(event.get("index")))
                if block is not None:
                    _add_delta(block, _object(event.get("delta")))
            case "message_delta":
                content.stop_reason = _text(_object(event.get("delta")).get("stop_reason")) or content.stop_reason
    return content


def _last_of(blocks: list[ContentBlock], index: int) -> ContentBlock | None:
    """Return the block that a delta of this index belongs to: the last that began with it, as clients take it."""
    return next((block for block in reversed(blocks) if block.index == index), None)


def _add_delta(block: ContentBlock, delta: Mapping[str, Any]) -> None:
    match delta.get("type"):
        case "text_delta":
            block.text += _text(delta.get("text"))
        case "thinking_delta":
            block.text += _text(delta.get("thinking"))
        case "signature_delta":
            block.raw = {**block.raw, "signature": _text(delta.get("signature"))}
        case "input_json_delta":
            piece = delta.get("partial_json")
            if isinstance(piece, str):
                block.pieces += bool(piece)
                block.sent += piece
            else:
                block.odd_pieces += 1


def _block(index: int, raw: Mapping[str, Any]) -> ContentBlock:
    tool_input = raw.get("input")
    return ContentBlock(
        index,
        _text(raw.get("type")),
        _text(raw.get("text")) or _text(raw.get("thinking")),
        _text(raw.get("id")),
        _text(raw.get("name")),
        json.dumps(tool_input, ensure_ascii=False) if tool_input else "",
        raw=raw,
    )


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    items = value if isinstance(value, list) else ()
    return (item for item in items if isinstance(item, dict))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _integer(value: object) -> int:
    return value if isinstance(value, int) else -1
