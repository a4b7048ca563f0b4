"""Faults of the prompt cache, by what the usage of answers says."""

from typing import Any

import pytest

from tests.upstream.support import HI, post, upstream

SYSTEM = [{"type": "text", "text": "You help. " * 1000, "cache_control": {"type": "ephemeral"}}]
READ, WRITTEN, NEW = "cache_read_input_tokens", "cache_creation_input_tokens", "input_tokens"


def usages(*faults: str) -> list[dict[str, Any]]:
    """Return the usage of one request that is made twice."""
    with upstream(*faults) as up:
        return [post(up, system=SYSTEM, messages=HI).json()["usage"] for _ in range(2)]


def test_without_the_fault_the_second_request_reads_what_the_first_wrote() -> None:
    first, second = usages()
    assert (first[READ], second[WRITTEN]) == (0, 0)
    assert second[READ] == first[WRITTEN] > 2000


@pytest.mark.parametrize("how", ["unused", "unsaid"])
def test_a_cache_that_is_not_used_costs_all_tokens_each_time(how: str) -> None:
    first, second = usages(f"no_cache(how={how})")
    assert first == second
    assert first[NEW] > 2000
    assert (READ in first, WRITTEN in first) == ((True, True) if how == "unused" else (False, False))


def test_a_cache_may_be_written_each_time_and_never_read() -> None:
    first, second = usages("no_cache(how=write_only)")
    assert first == second
    assert (first[READ], first[WRITTEN] > 2000) == (0, True)
