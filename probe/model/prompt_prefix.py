"""The beginnings of a prompt, by which the prompt cache of the Messages API finds what it has read before.

The order is the API's (docs.claude.com, "Prompt caching"): tools, system, messages. A `cache_control` at a block asks
for all up to that block to be kept.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LIFETIME_S = 300.0
"""The time for which a prefix is kept after its last use, where nothing else is asked for."""
LEAST_CHARS = 16_384
"""Shorter prefixes are not expected to be kept: it takes 1,024 to 4,096 tokens, depending on the model."""
_DIGITS = 12
_BILLING = "x-anthropic-billing-header"
"""Begins a block of the client's in which some versions write another value in each request. It is no part of the
prompt: the API takes it out."""


@dataclass(frozen=True, slots=True)
class PromptPrefix:
    """A prompt up to the end of a block. `digest`: twelve hex digits; `is_marked`: the request asks to keep it.

    `is_shared`: it ends before the messages, so that other sessions of the same client send it too.
    """

    digest: str
    chars: int
    is_marked: bool
    is_shared: bool


def prompt_prefixes(body: Mapping[str, Any]) -> Iterator[PromptPrefix]:
    """Yield the prefixes of a request for a message, one for each block, the shortest first."""
    digest = hashlib.sha256(json.dumps(body.get("model")).encode())
    chars = 0
    for block, is_shared in _blocks(body):
        content = {key: value for key, value in block.items() if key != "cache_control"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest.update(text.encode("utf-8", "surrogatepass"))
        chars += len(text)
        yield PromptPrefix(digest.hexdigest()[:_DIGITS], chars, bool(block.get("cache_control")), is_shared)


def shared_prefix(body: Mapping[str, Any]) -> PromptPrefix | None:
    """Return the longest prefix of tools and system prompt that the request asks to keep; None where it asks for none.

    Calls of one client in one directory have it in common.
    """
    found = None
    for prefix in prompt_prefixes({**body, "messages": ()}):
        if prefix.is_marked:
            found = prefix
    return found


def prefix_number(digest: str | None, chars: int | None) -> int | None:
    """Return a number for a stored prefix; None for one that is too short to be kept, or damaged."""
    if digest is None or (chars or 0) < LEAST_CHARS:
        return None
    try:
        return int(digest[:_DIGITS], 16)
    except ValueError:
        return None


def _blocks(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """Yield the blocks of a prompt, and whether each stands before the messages."""
    for block in (*_listed(body.get("tools")), *_listed(body.get("system"))):
        if not str(block.get("text", "")).startswith(_BILLING):
            yield block, True
    for message in _listed(body.get("messages")):
        for block in _listed(message.get("content")):
            yield {"role": message.get("role"), **block}, False


def _listed(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the blocks of a list; a text stands for a block of its own."""
    if isinstance(value, str):
        yield {"type": "text", "text": value}
    elif isinstance(value, list | tuple):
        yield from (block for block in value if isinstance(block, Mapping))
