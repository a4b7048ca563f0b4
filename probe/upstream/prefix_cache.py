"""The prompt cache of the embedded upstream: prefixes that a request marked with `cache_control`, as the API has it."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from probe.model.prompt_prefix import LIFETIME_S, PromptPrefix, prompt_prefixes
from probe.upstream.input_tokens import CHARS_A_TOKEN
from probe.upstream.messages import CacheUse

LEAST_TOKENS = 1024
"""A shorter prefix is not kept."""
_LOOK_BACK = 20
"""A prefix that ends so many blocks before a mark is found, as the API has it."""
_MOST = 10_000
"""The number of prefixes that are kept."""


class PromptCache:
    """Keeps the prefixes that requests have marked, as digests, for five minutes after their last use."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_use: OrderedDict[str, float] = OrderedDict()

    def look_up(self, body: Mapping[str, Any]) -> CacheUse:
        """Return the tokens of a request that a marked prefix covers, and keep those prefixes."""
        now = self._clock()
        prefixes = list(prompt_prefixes(body))
        marks = [place for place, prefix in enumerate(prefixes) if prefix.is_marked and _tokens(prefix) >= LEAST_TOKENS]
        read = max((self._read(prefixes[max(0, mark - _LOOK_BACK) : mark + 1], now) for mark in marks), default=0)
        for mark in marks:
            self._keep(prefixes[mark], now)
        longest = _tokens(prefixes[marks[-1]]) if marks else 0
        return CacheUse(read, longest - read)

    def _read(self, prefixes: Sequence[PromptPrefix], now: float) -> int:
        """Return the tokens of the longest of these prefixes that is kept."""
        for prefix in reversed(prefixes):
            last_use = self._last_use.get(prefix.digest)
            if last_use is not None and now - last_use <= LIFETIME_S:
                self._keep(prefix, now)
                return _tokens(prefix)
        return 0

    def _keep(self, prefix: PromptPrefix, now: float) -> None:
        self._last_use[prefix.digest] = now
        self._last_use.move_to_end(prefix.digest)
        if len(self._last_use) > _MOST:
            self._last_use.popitem(last=False)


def _tokens(prefix: PromptPrefix) -> int:
    return prefix.chars // CHARS_A_TOKEN
