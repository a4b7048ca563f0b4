"""The prompt cache of the embedded upstream: prefixes that a request marked with `cache_control`, as the API has it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from probe.upstream.input_tokens import CHARS_A_TOKEN
from probe.upstream.messages import CacheUse

LEAST_TOKENS = 1024
"""A shorter prefix is not kept."""


@dataclass
class PromptCache:
    """The prefixes that requests have marked, each with its model. Nothing is forgotten while the upstream runs."""

    _known: dict[bytes, int] = field(default_factory=dict)

    def look_up(self, body: Mapping[str, Any]) -> CacheUse:
        """Return the tokens of a request that a marked prefix covers, and keep those prefixes."""
        prefixes = list(_marked_prefixes(body))
        read = max((self._known.get(digest, 0) for digest, _ in prefixes), default=0)
        longest = max((tokens for _, tokens in prefixes), default=0)
        self._known.update(prefixes)
        return CacheUse(read, longest - read)


def _marked_prefixes(body: Mapping[str, Any]) -> Iterator[tuple[bytes, int]]:
    """Yield digest and tokens of each prefix that ends in a block with `cache_control` and is long enough.

    As the API has it, a prefix is what comes before in the order of tools, system and messages.
    """
    digest = hashlib.sha256(str(body.get("model")).encode())
    chars = 0
    for block in _blocks(body):
        unmarked = {key: value for key, value in block.items() if key != "cache_control"}
        data = json.dumps(unmarked, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest.update(data.encode("utf-8", "surrogatepass"))
        chars += len(data)
        if block.get("cache_control") and chars // CHARS_A_TOKEN >= LEAST_TOKENS:
            yield digest.digest(), chars // CHARS_A_TOKEN


def _blocks(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _as_blocks(body.get("tools"))
    yield from _as_blocks(body.get("system"))
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, Mapping):
            yield {"role": message.get("role")}
            yield from _as_blocks(message.get("content"))


def _as_blocks(content: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(content, str):
        yield {"type": "text", "text": content}
    elif isinstance(content, list):
        yield from (block for block in content if isinstance(block, Mapping))
