"""Read the events of a stream from its bytes: their order and completeness, errors, text. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from probe.message_stream import MessageStream
from probe.sanitise import printable
from probe.sse import events_of

_COMMENT = re.compile(rb"^:", re.MULTILINE)


def messages_problems(body: bytes, complete: bool) -> Iterator[str]:
    """Return what departs from the grammar of Messages events; where the stream is `complete`, also what is missing."""
    stream, kinds = MessageStream(), 0
    for name, data in _events(body):
        if data is not _DONE:
            kinds += bool(stream.event(name, data))
    if complete and kinds:
        stream.end()
    return (printable(problem, 100) for problem in stream.problems)


def chat_problems(body: bytes, complete: bool) -> Iterator[str]:
    """Yield what is wrong with the chunks of chat completions; where the stream is `complete`, also what is missing."""
    done = reason = False
    for _, data in _events(body):
        if data is _DONE:
            done = True
        elif done:
            yield "a chunk after [DONE]"
        if "error" in data:
            yield "an error inside the stream"
        reason |= any(choice.get("finish_reason") for choice in _choices(data))
    if complete and not done:
        yield "no [DONE] at the end"
    if complete and not reason:
        yield "no finish_reason"


def _choices(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    choices = data.get("choices")
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def is_nameless(body: bytes) -> bool:
    """Return True for Messages events of which none has a name, so that the client receives none of them."""
    events = [(name, data) for name, data in _events(body) if data is not _DONE]
    starts = any(data.get("type") == "message_start" for _, data in events)
    return starts and not any(name for name, _ in events)


def error_inside(body: bytes) -> tuple[str, str] | None:
    """Return kind and message of the first error in a stream, also where its event is none of the API."""
    for _, data in _events(body):
        error = data.get("error")
        if isinstance(error, dict):
            kind = printable(str(error.get("type") or ""), 60)
            return kind or "error", printable(str(error.get("message") or ""), 200)
        if error:
            return "error", printable(str(error), 200)
    return None


def holds_chat(body: bytes) -> bool:
    """Return True where chunks of a chat completion stand in a stream."""
    return any(isinstance(data.get("choices"), list) for _, data in _events(body))


def holds_comments(body: bytes) -> bool:
    """Return True where comments stand in a stream; they are no events, and keep a client waiting."""
    return bool(_COMMENT.search(body))


def text_of(body: bytes) -> str:
    """Return the text of a message that was streamed."""
    deltas = (data.get("delta") for _, data in _events(body) if data.get("type") == "content_block_delta")
    return "".join(str(delta.get("text") or "") for delta in deltas if isinstance(delta, dict))


def message_events(body: bytes) -> Iterator[dict[str, Any]]:
    """Yield the data of each whole event of a stream."""
    return (data for _, data in _events(body) if data is not _DONE)


_DONE: dict[str, Any] = {"type": "[DONE]"}


def _events(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (name, data) of each whole server-sent event with a JSON object; `[DONE]` as _DONE."""
    for name, data in events_of(body):
        if data == "[DONE]":
            yield name, _DONE
            continue
        with suppress(ValueError, RecursionError):
            value = json.loads(data)
            if isinstance(value, dict):
                yield name, value
