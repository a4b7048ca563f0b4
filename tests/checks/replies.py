"""Replies of upstreams: streams of messages, errors."""

import json
from typing import Any

from tests.checks.front import MODEL, Reply

COUNT = " ".join(str(number) for number in range(1, 41))


def events(*data: dict[str, Any], named: bool = True) -> bytes:
    parts = (f"event: {each['type']}\n" if named and "type" in each else "" for each in data)
    return "".join(f"{head}data: {json.dumps(each)}\n\n" for head, each in zip(parts, data, strict=True)).encode()


def message(text: str = COUNT, **block: Any) -> list[dict[str, Any]]:
    """Return the events of a message with this text, or with this block."""
    start: dict[str, Any] = {"type": "text", "text": ""}
    piece = {"type": "text_delta", "text": text} if text else {"type": "input_json_delta", "partial_json": "{}"}
    return [
        {"type": "message_start", "message": {"model": MODEL, "content": [], "usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": block or start},
        {"type": "content_block_delta", "index": 0, "delta": piece},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "tool_use" if block else "end_turn"},
            "usage": {"output_tokens": 40},
        },
        {"type": "message_stop"},
    ]


CHUNK = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": COUNT}}]}
TOOL = message("", type="tool_use", id="toolu_1", name="Bash", input={})


def error(status: int, message: str, **more: Any) -> Reply:
    return Reply(json.dumps({"error": {"message": message, **more}}).encode(), status)
