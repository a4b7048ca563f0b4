"""The order and completeness of a stream's events, read from its bytes. Pure."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from probe.message_stream import MessageStream
from probe.sanitise import printable
from probe.sse import events_of

_COMMENT = re.compile(rb"^:", re.MULTILINE)


def messages_problems(body: bytes, complete: bool) -> Iterator[str]:
    """What departs from the grammar of Messages events; what lacks only where the stream has ended."""
    stream, kinds = MessageStream(), 0
    for name, data in _events(body):
        if data is not _DONE:
            kinds += bool(stream.event(name, data))
    if complete and kinds:
        stream.end()
    return (printable(problem, 100) for problem in stream.problems)


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
