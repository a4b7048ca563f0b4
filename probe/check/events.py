"""The order and completeness of a stream's events, read from its bytes. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from probe.sanitise import printable
from probe.sse import events_of

_COMMENT = re.compile(rb"^:", re.MULTILINE)


@dataclass
class _MessagesOrder:
    """Reads the events of one message and says what is out of order."""

    started: bool = False
    stopped: bool = False
    said_why: bool = False
    blocks: set[str] = field(default_factory=set)

    def event(self, kind: str, data: Mapping[str, Any]) -> Iterator[str]:
        index = str(data.get("index"))
        if self.stopped:
            yield f"{kind} after message_stop"
        if kind == "message_start" and self.started:
            yield "message_start twice"
        if not self.started and kind not in {"ping", "error", "message_start"}:
            yield f"{kind} before message_start"
        if kind in {"content_block_delta", "content_block_stop"} and index not in self.blocks:
            yield f"{kind} without content_block_start"
        self.started |= kind == "message_start"
        self.said_why |= kind == "message_delta"
        self.stopped |= kind == "message_stop"
        if kind == "content_block_start":
            self.blocks.add(index)
        elif kind == "content_block_stop":
            self.blocks.discard(index)

    def end(self) -> Iterator[str]:
        """What is missing at the end."""
        if self.blocks:
            yield "no content_block_stop"
        if not self.said_why:
            yield "no message_delta, so no stop_reason"
        if not self.stopped:
            yield "no message_stop"


def messages_problems(body: bytes, complete: bool) -> Iterator[str]:
    """What is wrong with the order of Messages events; with their completeness only where the stream has ended."""
    order, kinds = _MessagesOrder(), 0
    for name, data in _events(body):
        kind = printable(str(data.get("type", name)), 40)
        if not kind or (data is _DONE and not order.started):
            continue  # no event of this API
        kinds += 1
        if name and name != kind:
            yield f"an event is called {printable(name, 40)} and holds {kind}"
        yield from order.event(kind, data)
    if complete and kinds:
        yield from order.end()


def chat_problems(body: bytes, complete: bool) -> Iterator[str]:
    """What is wrong with the chunks of chat completions."""
    done = reason = False
    for _, data in _events(body):
        if data is _DONE:
            done = True
        elif done:
            yield "a chunk after [DONE]"
        if "error" in data:
            yield "an error inside the stream"
        choices = data.get("choices")
        if isinstance(choices, list):
            reason |= any(isinstance(each, dict) and bool(each.get("finish_reason")) for each in choices)
    if complete and not done:
        yield "no [DONE] at the end"
    if complete and not reason:
        yield "no finish_reason"


def is_nameless(body: bytes) -> bool:
    """Whether these are Messages events of which none has a name, so that the client receives none of them."""
    events = [(name, data) for name, data in _events(body) if data is not _DONE]
    return any(data.get("type") == "message_start" for _, data in events) and not any(name for name, _ in events)


def error_inside(body: bytes) -> tuple[str, str] | None:
    """Kind and message of the first error in a stream, also where its event is none of the API."""
    for _, data in _events(body):
        error = data.get("error")
        if isinstance(error, dict):
            kind, message = (error.get(key) or "" for key in ("type", "message"))
            return printable(str(kind), 60) or "error", printable(str(message), 200)
        if error:
            return "error", printable(str(error), 200)
    return None


def holds_chat(body: bytes) -> bool:
    """Whether chunks of a chat completion stand in a stream."""
    return any(isinstance(data.get("choices"), list) for _, data in _events(body))


def holds_comments(body: bytes) -> bool:
    """Whether comments stand in a stream, which are no events and keep a client waiting."""
    return bool(_COMMENT.search(body))


def text_of(body: bytes) -> str:
    """The text of a message that was streamed."""
    deltas = (data.get("delta") for _, data in _events(body) if data.get("type") == "content_block_delta")
    return "".join(str(delta.get("text") or "") for delta in deltas if isinstance(delta, dict))


_DONE: dict[str, Any] = {"type": "[DONE]"}


def _events(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, data) of each whole server-sent event with a JSON object; `[DONE]` as _DONE."""
    for name, data in events_of(body):
        if data == "[DONE]":
            yield name, _DONE
            continue
        with suppress(ValueError, RecursionError):
            value = json.loads(data)
            if isinstance(value, dict):
                yield name, value
