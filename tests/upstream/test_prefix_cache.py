"""The embedded upstream's prompt cache: which prefixes it keeps and for how long, and conversations that grow."""

from typing import Any

from probe.upstream.messages import CacheUse
from probe.upstream.prefix_cache import LEAST_TOKENS, PromptCache

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


def test_a_request_without_a_mark_neither_reads_nor_writes() -> None:
    cache = PromptCache()
    cache.look_up(turn("a"))
    unmarked = {**turn("a"), "system": [{"type": "text", "text": SYSTEM[0]["text"]}], "messages": []}
    assert cache.look_up(unmarked) == CacheUse(0, 0)
    assert cache.look_up({"model": "m"}) == CacheUse(0, 0)


def test_a_prefix_that_is_too_short_is_not_kept() -> None:
    for chars, kept in ((LEAST_TOKENS * 4 - 200, False), (LEAST_TOKENS * 4 + 200, True)):
        cache = PromptCache()
        body = {"model": "m", "system": [{"type": "text", "text": "x" * chars, **MARK}], "messages": []}
        assert (cache.look_up(body).written > 0) is kept
        assert (cache.look_up(body).read > 0) is kept


def test_another_beginning_or_another_model_is_another_prefix() -> None:
    cache = PromptCache()
    cache.look_up(turn("a"))
    changed = {**turn("a"), "system": [{"type": "text", "text": "Be brief. " * 1000, **MARK}]}
    assert cache.look_up(changed).read == 0
    assert cache.look_up({**turn("a"), "model": "n"}).read == 0
    assert cache.look_up(turn("a")).read > 0


def test_a_mark_finds_what_was_kept_up_to_twenty_blocks_before_it() -> None:
    for more, found in ((20, True), (21, False)):
        cache = PromptCache()
        blocks: list[dict[str, Any]] = [{"type": "text", "text": "word " * 1000, **MARK}]
        cache.look_up({"model": "m", "messages": [{"role": "user", "content": blocks}]})
        blocks = [{"type": "text", "text": "word " * 1000}, *[{"type": "text", "text": "y"}] * more]
        blocks[-1] = {**blocks[-1], **MARK}
        assert (cache.look_up({"model": "m", "messages": [{"role": "user", "content": blocks}]}).read > 0) is found
