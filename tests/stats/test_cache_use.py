"""The use of the prompt cache: what calls read from it, and which of them were expected to."""

from datetime import timedelta

import pytest

from probe.model.call import Call
from probe.model.client import ModelUsage
from probe.model.note import NoteCode
from probe.model.statistics import PromptCacheUse
from probe.model.wire import WireSummary
from tests.builders import START, call, manifest
from tests.stats.frames import section


def made(
    number: int, step: int, at_s: float, read: int | None, prefix: str | None = "aaaaaaaaaaaa", size: int = 60_000
) -> Call:
    """Return a call of 1 s with a prompt of 1,000 tokens, of which `read` came from the cache."""
    usage = ModelUsage(
        input_tokens=100,
        output_tokens=3,
        cache_read_tokens=read,
        cache_creation_tokens=None if read is None else 900 - read,
    )
    wire = WireSummary(attempts=1, usage=usage, prefix=prefix, prefix_chars=size)
    return call(number, step, started_at=START + timedelta(seconds=at_s), wall_ms=1000.0, wire=wire)


def uses(*calls: Call) -> tuple[PromptCacheUse | None, ...]:
    return tuple(step.cache for step in section(calls, manifest()).steps)


def test_the_share_is_of_the_whole_prompt_and_the_mean_of_the_calls() -> None:
    _, second = uses(made(1, 1, 0, 0), made(1, 2, 2, 900), made(2, 1, 10, 0), made(2, 2, 12, 500))
    assert second
    assert second.read_share.value == pytest.approx(0.7)
    assert (second.read_share.low, second.read_share.high, second.read_share.n) == (0.0, 1.0, 2)


def test_a_call_that_repeats_a_prompt_is_expected_to_read_it() -> None:
    first, second = uses(made(1, 1, 0, 0, "a" * 12), made(1, 2, 2, 0, "a" * 12), made(2, 1, 10, 0, "b" * 12))
    assert first
    assert second
    assert (first.expected, second.expected, second.expected_unread) == (0, 1, 1)


@pytest.mark.parametrize(
    ("at_s", "prefix", "size", "expected"),
    [
        (300.0, "aaaaaaaaaaaa", 60_000, 1),
        (301.5, "aaaaaaaaaaaa", 60_000, 0),  # 300.5 s after the end of the call before
        (0.5, "aaaaaaaaaaaa", 60_000, 0),  # while that went on
        (10.0, "bbbbbbbbbbbb", 60_000, 0),
        (10.0, "aaaaaaaaaaaa", 2_000, 0),
        (10.0, None, 60_000, 0),
    ],
)
def test_nothing_is_expected_of_another_a_short_or_a_late_prompt(
    at_s: float, prefix: str | None, size: int, expected: int
) -> None:
    _, second = uses(made(1, 1, 0, 0), made(1, 2, at_s, 0, prefix, size))
    assert second
    assert second.expected == expected


def test_an_upstream_that_says_nothing_of_its_cache_has_no_share() -> None:
    assert uses(made(1, 1, 0, None), made(1, 2, 2, None)) == (None, None)


@pytest.mark.parametrize(
    ("reads", "noted"), [((0, 0, 0), True), ((0, 0, 900), True), ((0, 900, 900), False), ((0,), False)]
)
def test_a_remark_says_that_repeated_prompts_are_not_read(reads: tuple[int, ...], noted: bool) -> None:
    calls = []
    for number, read in enumerate(reads, start=1):
        prefix = f"{number:012x}"
        calls += [made(number, 1, 10 * number, 0, prefix), made(number, 2, 10 * number + 2, read, prefix)]
    notes = [note for note in section(calls, manifest()).notes if note.code is NoteCode.CACHE_NOT_READ]
    assert bool(notes) is noted
    if noted:
        assert notes[0].values == {"label": "call2", "count": reads.count(0), "n": len(reads)}
