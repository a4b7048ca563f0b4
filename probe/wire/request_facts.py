"""Tell who made a request, and in which conversation, without keeping anything of what was asked."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from probe.http1 import MessageHead
from probe.model.recorded_events import RequestFacts
from probe.wire.exchange_record import Clean

_HEADERS = {
    "session_id": "x-claude-code-session-id",
    "prompt_id": "x-claude-code-prompt-id",
    "agent_id": "x-claude-code-agent-id",
    "agent_type": "x-claude-code-agent-type",
    "request_class": "x-claude-code-request-class",
}
_SESSION = re.compile(r"session[\w\"': ]{1,8}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
"""The session in `metadata.user_id`, as older clients say it; what stands before it names an account."""
_MOST_CHARS = 120


def head_facts(head: MessageHead, clean: Clean) -> RequestFacts:
    """Return what the headers tell."""
    told = {name: clean.optional(head.get(header), _MOST_CHARS) for name, header in _HEADERS.items()}
    return RequestFacts(user_agent=clean.optional(head.get("user-agent"), _MOST_CHARS), **told)


def with_body_facts(facts: RequestFacts, body: Mapping[str, Any], key: bytes) -> RequestFacts:
    """Return the facts together with what the JSON of the request tells; `key` is of the digests."""
    found: dict[str, Any] = {}
    metadata = body.get("metadata")
    user = metadata.get("user_id") if isinstance(metadata, Mapping) else None
    if facts.session_id is None and isinstance(user, str) and (match := _SESSION.search(user)):
        found["session_id"] = match[1]
    messages = body.get("messages")
    if isinstance(messages, list) and messages:
        found["messages"] = len(messages)
        found["conversation"] = _digest(messages[:1], key)
        found["digest"] = _digest([len(messages), messages[0], messages[-1]], key)
    return facts.model_copy(update=found)


def _digest(value: object, key: bytes) -> str:
    """Return a digest that is alike for messages that differ in their marks for a cache only."""
    text = json.dumps(_without_cache_marks(value)).encode()
    return hashlib.blake2b(text, key=key, digest_size=8).hexdigest()


def _without_cache_marks(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_cache_marks(part) for part in value]
    if isinstance(value, dict):
        return {name: _without_cache_marks(part) for name, part in value.items() if name != "cache_control"}
    return value
