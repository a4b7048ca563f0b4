"""Note in a record what a message says, whole or in events, and what an error of either API says."""

from collections.abc import Mapping
from typing import Any

from probe.wire.exchange_record import MESSAGE_CHARS, Record, mapping, tokens

_TOKENS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_creation_input_tokens": "cache_creation_tokens",
}

_MESSAGES = ("message", "msg", "detail", "error_description", "error_msg", "title")
"""Keys under which gateways put the text of an error."""
_RESETS = ("resetAt", "reset_at", "resets_at")
"""Keys under which they say when a limit is reset."""
_THINKING = ("thinking_delta", "signature_delta")


def note_event(record: Record, kind: str, data: Mapping[str, Any], now: float) -> None:
    """Note an event of a streamed message; `kind` is its kind as the client takes it."""
    match kind:
        case "ping":
            record.pings += 1
        case "content_block_delta":
            record.content_events += 1
            record.thinking_events += mapping(data.get("delta")).get("type") in _THINKING
            record.mark("first_content", now)
            record.last_content = now
        case "message_start":
            _note_message(record, mapping(data.get("message")))
        case "content_block_start":
            _note_block(record, data.get("content_block"))
        case "message_delta":
            _stop(record, mapping(data.get("delta")).get("stop_reason"))
            _usage(record, data.get("usage"))
        case "message_stop":
            record.message_complete = True
        case "error":
            note_error(record, data)


def note_answer(record: Record, value: Mapping[str, Any], now: float) -> bool:
    """Note a whole message; return False where the object is none."""
    if value.get("type") != "message":
        return False
    record.mark("first_content", now)
    _note_message(record, value)
    content = value.get("content")
    for block in content if isinstance(content, list) else ():
        _note_block(record, block)
    return True


def is_error(value: Mapping[str, Any]) -> bool:
    """Return True for an object that stands for an error in one of the APIs."""
    return value.get("type") == "error" or bool(value.get("error"))


def _note_message(record: Record, message: Mapping[str, Any]) -> None:
    """Note the fields of a message, whole or at the beginning of a stream."""
    record.message_id = record.clean.optional(message.get("id")) or record.message_id
    record.model_served = record.clean.optional(message.get("model")) or record.model_served
    _stop(record, message.get("stop_reason"))
    _usage(record, message.get("usage"))


def _note_block(record: Record, block: object) -> None:
    if mapping(block).get("type") == "tool_use":
        record.requests_tool(mapping(block).get("name"))


def note_error(record: Record, value: Mapping[str, Any]) -> None:
    """Note an error: Anthropic's `{"error": {"type", "message"}}`, OpenAI's with a `code`, or a bare text."""
    error = value.get("error")
    parts = mapping(error)
    kind, message = parts.get("type") or parts.get("code"), parts.get("message")
    if isinstance(error, str):
        message = value.get("message") or error
    record.reset_said = _reset_said(value, parts)
    record.error_type = record.clean.optional(kind) or record.error_type or "error"
    record.error_message = record.clean.optional(message, MESSAGE_CHARS) or record.error_message


def _reset_said(*said: Mapping[str, Any]) -> str:
    """Return when a limit is reset, as it is written."""
    values = (part.get(name) for part in said for name in _RESETS)
    return next((value[:100] for value in values if isinstance(value, str)), "")


def note_refusal(record: Record, value: Mapping[str, Any]) -> None:
    """Note the text of an object that is neither an answer nor an error: `{"success": false, "message": …}`."""
    texts = (record.clean.optional(value.get(name), MESSAGE_CHARS) for name in _MESSAGES)
    record.error_message = next(filter(None, texts), None) or record.error_message


def _stop(record: Record, reason: object) -> None:
    record.stop_reason = record.clean.optional(reason) or record.stop_reason


def _usage(record: Record, usage: object) -> None:
    for theirs, ours in _TOKENS.items():
        count = tokens(mapping(usage).get(theirs))
        if count is not None:
            record.usage[ours] = count
