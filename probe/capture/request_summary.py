"""A captured request in figures."""

import hashlib
from collections.abc import Iterator
from typing import Literal

from pydantic import JsonValue

from probe.capture.placeholders import compact
from probe.model.captured_requests import CapturedRequest, RequestSummary, Sized

_PARTS = frozenset({"messages", "system", "tools", "metadata"})
_MOST_CHARS = 200
_START_CHARS = 48


def summarise_request(request: CapturedRequest) -> RequestSummary:
    """Return the summary of a request; one whose body is no JSON object has headers only."""
    body = request.body if isinstance(request.body, dict) else {}
    headers: dict[str, str] = {}
    for name, value in request.headers:
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    betas = next((value for name, value in headers.items() if name.lower() == "anthropic-beta"), "")
    user_id = _user_id(body)
    return RequestSummary(
        call=request.call,
        kind=request.kind,
        method=request.method,
        path=request.path,
        body_bytes=request.body_bytes,
        headers=headers,
        betas=tuple(beta.strip() for beta in betas.split(",") if beta.strip()),
        user_id_form=_form(user_id),
        user_id=user_id,
        tools=tuple(_tools(body.get("tools"))),
        system=tuple(_blocks("block", body.get("system"))),
        messages=tuple(_messages(body.get("messages"))),
        cache_control=tuple(_cached(body)),
        settings={key: _short(compact(value).decode()) for key, value in body.items() if key not in _PARTS},
    )


def _user_id(body: dict[str, JsonValue]) -> str | None:
    metadata = body.get("metadata")
    user_id = metadata.get("user_id") if isinstance(metadata, dict) else None
    return user_id if isinstance(user_id, str) else None


def _form(user_id: str | None) -> Literal["old", "json", "other"] | None:
    if user_id is None:
        return None
    if user_id.startswith("user_") and "_session_" in user_id:
        return "old"
    return "json" if user_id.startswith("{") else "other"


def _tools(tools: JsonValue) -> Iterator[Sized]:
    for number, tool in enumerate(_list(tools), start=1):
        fields = tool if isinstance(tool, dict) else {}
        schema = fields.get("input_schema")
        note = f"schema {len(compact(schema)):,}" if schema is not None else f"type {fields.get('type')}"
        yield _sized(str(fields.get("name") or f"tool {number}"), tool, note)


def _messages(messages: JsonValue) -> Iterator[Sized]:
    for number, message in enumerate(_list(messages), start=1):
        fields = message if isinstance(message, dict) else {}
        yield from _blocks(f"{number} {fields.get('role')}", fields.get("content"))


def _blocks(name: str, content: JsonValue) -> Iterator[Sized]:
    """Yield the size of a text, or of each block of a list."""
    for number, block in enumerate(_list(content), start=1):
        text = block.get("text") if isinstance(block, dict) else block
        note = _short(text, _START_CHARS) if isinstance(text, str) else str(_type_of(block))
        yield _sized(f"{name} {number}", block, note)


def _cached(body: dict[str, JsonValue]) -> Iterator[str]:
    """Yield the place and value of each `cache_control`."""
    for key in ("tools", "system"):
        for number, block in enumerate(_list(body.get(key)), start=1):
            yield from _control(f"{key} {number}", block)
    for number, message in enumerate(_list(body.get("messages")), start=1):
        content = message.get("content") if isinstance(message, dict) else None
        for place, block in enumerate(_list(content), start=1):
            yield from _control(f"messages {number} block {place}", block)


def _control(place: str, block: JsonValue) -> Iterator[str]:
    control = block.get("cache_control") if isinstance(block, dict) else None
    if isinstance(control, dict):
        yield f"{place}: {' '.join(str(value) for value in control.values())}"


def _list(value: JsonValue) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _type_of(block: JsonValue) -> JsonValue:
    return block.get("type") if isinstance(block, dict) else None


def _sized(name: str, value: JsonValue, note: str) -> Sized:
    data = compact(value)
    return Sized(name=name, size=len(data), digest=hashlib.sha256(data).hexdigest()[:12], note=note)


def _short(text: str, most: int = _MOST_CHARS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
