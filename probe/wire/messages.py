"""What a message says, whole or in events, and what an error says, of either API."""

from collections.abc import Mapping
from typing import Any

from probe.wire.record import MESSAGE_CHARS, Record, mapping, tokens

_TOKENS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_input_tokens": "cache_read_tokens",
    "cache_creation_input_tokens": "cache_creation_tokens",
}

_MESSAGES = ("message", "msg", "detail", "error_description", "error_msg", "title")
"""Where gateways put what they have to say."""
_RESETS = ("resetAt", "reset_at", "resets_at")
"""Where they say when a limit is reset."""


def note_message(record: Record, message: Mapping[str, Any]) -> None:
    """A message, or the beginning of one."""
    record.message_id = record.clean.optional(message.get("id")) or record.message_id
    record.model_served = record.clean.optional(message.get("model")) or record.model_served
    _stop(record, message.get("stop_reason"))
    _usage(record, message.get("usage"))


def note_delta(record: Record, data: Mapping[str, Any]) -> None:
    """The end of a message."""
    _stop(record, mapping(data.get("delta")).get("stop_reason"))
    _usage(record, data.get("usage"))


def note_block(record: Record, block: object) -> None:
    """A block of the content, or the beginning of one."""
    if mapping(block).get("type") == "tool_use":
        record.requests_tool(mapping(block).get("name"))


def note_error(record: Record, value: Mapping[str, Any]) -> None:
    """Anthropic's `{"error": {"type", "message"}}`, OpenAI's with a `code`, or a bare text."""
    error = value.get("error")
    parts = mapping(error)
    kind, message = parts.get("type") or parts.get("code"), parts.get("message")
    if isinstance(error, str):
        message = value.get("message") or error
    record.reset_said = _reset_said(value, parts)
    record.error_type = record.clean.optional(kind) or record.error_type or "error"
    record.error_message = record.clean.optional(message, MESSAGE_CHARS) or record.error_message


def _reset_said(*said: Mapping[str, Any]) -> str:
    """When a limit is reset, as it is written."""
    values = (part.get(name) for part in said for name in _RESETS)
    return next((value[:100] for value in values if isinstance(value, str)), "")


def note_refusal(record: Record, value: Mapping[str, Any]) -> None:
    """What an object that is neither an answer nor an error of these APIs says: `{"success": false, "message": …}`."""
    texts = (record.clean.optional(value.get(name), MESSAGE_CHARS) for name in _MESSAGES)
    record.error_message = next(filter(None, texts), None) or record.error_message


def _stop(record: Record, reason: object) -> None:
    record.stop_reason = record.clean.optional(reason) or record.stop_reason


def _usage(record: Record, usage: object) -> None:
    for theirs, ours in _TOKENS.items():
        count = tokens(mapping(usage).get(theirs))
        if count is not None:
            record.usage[ours] = count
