"""Note in a record what a chat completion says, whole or in chunks: the facts of a message, under other names."""

from collections.abc import Iterator, Mapping
from typing import Any

from probe.wire.exchange_record import Record, mapping, tokens

_CONTENT = ("content", "reasoning_content", "reasoning", "refusal", "tool_calls", "function_call")
"""Keys of a delta that hold a part of the answer, thinking included."""


def asked_for(record: Record) -> bool:
    """Return True where the request was for a chat completion."""
    return record.path.endswith("/chat/completions")


def note_chunk(record: Record, chunk: Mapping[str, Any], now: float) -> bool:
    """Note a chunk of an answer; return False where the object is none."""
    return _note(record, chunk, "delta", now)


def note_completion(record: Record, completion: Mapping[str, Any], now: float) -> bool:
    """Note a whole answer; return False where the object is none."""
    if not _note(record, completion, "message", now):
        return False
    # A whole answer is no stream: nothing of it came as a delta.
    record.content_events, record.last_content = 0, None
    record.mark("first_content", now)
    return True


def _note(record: Record, content: Mapping[str, Any], part: str, now: float) -> bool:
    if not isinstance(content.get("choices"), list):
        return False
    record.message_id = record.clean.optional(content.get("id")) or record.message_id
    record.model_served = record.clean.optional(content.get("model")) or record.model_served
    _usage(record, mapping(content.get("usage")))
    for choice in map(mapping, content["choices"]):
        record.stop_reason = record.clean.optional(choice.get("finish_reason")) or record.stop_reason
        delta = mapping(choice.get(part))
        for name in _tools(delta):
            record.requests_tool(name)
        if any(delta.get(key) for key in _CONTENT):
            record.content_events += 1
            record.mark("first_content", now)
            record.last_content = now
    return True


def _tools(delta: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the tools whose calls begin here: their arguments come in pieces without a name."""
    calls = delta.get("tool_calls")
    for call in map(mapping, calls if isinstance(calls, list) else []):
        if name := mapping(call.get("function")).get("name"):
            yield name
    if name := mapping(delta.get("function_call")).get("name"):
        yield name


def _usage(record: Record, usage: Mapping[str, Any]) -> None:
    """Note the tokens; `prompt_tokens` include those read from a cache, which the Messages API counts apart."""
    prompt, completion = tokens(usage.get("prompt_tokens")), tokens(usage.get("completion_tokens"))
    cached = tokens(mapping(usage.get("prompt_tokens_details")).get("cached_tokens"))
    if prompt is not None:
        record.usage["input_tokens"] = max(prompt - (cached or 0), 0)
    if cached is not None:
        record.usage["cache_read_tokens"] = cached
    if completion is not None:
        record.usage["output_tokens"] = completion
