"""The lifetime of prefixes in the embedded upstream's prompt cache, and conversations that grow."""

from typing import Any

from probe.upstream.prefix_cache import PromptCache

MARK = {"cache_control": {"type": "ephemeral"}}
SYSTEM = [{"type": "text", "text": "You help. " * 1000, **MARK}]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def turn(*texts: str) -> dict[str, Any]:
    """Return a conversation whose last message is to be kept, as the client sends it."""
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text} for text in texts]
    blocks[-1] |= MARK
    return {"model": "m", "system": SYSTEM, "messages": [{"role": "user", "content": [block]} for block in blocks]}


def test_a_prefix_is_kept_for_five_minutes_after_its_last_use() -> None:
    clock = Clock()
    cache = PromptCache(clock)
    reads = []
    for moment in (0.0, 299.0, 598.0, 899.0):
        clock.now = moment
        reads.append(cache.look_up(turn("a")).read > 0)
    assert reads == [False, True, True, False]


def test_a_conversation_reads_what_its_last_turn_wrote() -> None:
    cache = PromptCache()
    written = cache.look_up(turn("question " * 1000)).written
    assert written > 4500
    assert cache.look_up(turn("question " * 1000, "more")).read == written
