"""The beginnings of prompts: what changes them, and what does not."""

from typing import Any

import pytest

from probe.model.prompt_prefix import LEAST_CHARS, prefix_number, prompt_prefixes, shared_prefix

MARK = {"cache_control": {"type": "ephemeral"}}


def body(**changes: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "tools": [{"name": "Read"}, {"name": "Write"}],
        "system": [{"type": "text", "text": "You help."}, {"type": "text", "text": "In /work.", **MARK}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "hello", **MARK}]}],
        **changes,
    }


def digest(request: dict[str, Any]) -> str:
    found = shared_prefix(request)
    assert found
    return found.digest


def test_prefixes_follow_the_order_of_the_api_and_grow() -> None:
    prefixes = list(prompt_prefixes(body()))
    assert [(each.is_marked, each.is_shared) for each in prefixes] == [
        (False, True), (False, True), (False, True), (True, True), (True, False),
    ]  # fmt: skip
    sizes = [each.chars for each in prefixes]
    assert sizes == sorted(set(sizes))
    assert len({each.digest for each in prefixes}) == 5


def test_another_session_of_the_same_client_has_the_same_prefix() -> None:
    other = body(messages=[{"role": "user", "content": "something else"}], max_tokens=5)
    assert digest(other) == digest(body())


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "other"},
        {"tools": [{"name": "Read"}]},
        {"tools": [{"name": "Write"}, {"name": "Read"}]},
        {"system": [{"type": "text", "text": "You help."}, {"type": "text", "text": "In /tmp.", **MARK}]},
    ],
)
def test_what_stands_before_the_mark_makes_the_prefix(changes: dict[str, Any]) -> None:
    assert digest(body(**changes)) != digest(body())


def test_what_stands_behind_the_last_mark_does_not_count() -> None:
    longer = body(system=[*body()["system"], {"type": "text", "text": "Today is Monday."}])
    assert digest(longer) == digest(body())


def test_the_clients_billing_block_does_not_count() -> None:
    billing = [{"type": "text", "text": f"x-anthropic-billing-header: cch={number};"} for number in (1, 2)]
    first, second = (body(system=[block, *body()["system"]]) for block in billing)
    assert digest(first) == digest(second) == digest(body())


@pytest.mark.parametrize(
    "request_body",
    [{}, {"system": "text alone"}, {"tools": 5, "system": [None, "x"], "messages": {"a": 1}}, {"messages": [3, {}]}],
)
def test_a_prompt_without_marks_has_no_prefix_to_keep(request_body: dict[str, Any]) -> None:
    assert shared_prefix(request_body) is None


def test_text_that_is_no_unicode_has_a_prefix() -> None:
    assert digest(body(system=[{"type": "text", "text": "\ud800", **MARK}]))


@pytest.mark.parametrize(
    ("stored", "size", "number"),
    [
        ("00000000000f", LEAST_CHARS, 15),
        ("00000000000f", LEAST_CHARS - 1, None),
        ("damaged", 10**6, None),
        (None, None, None),
    ],
)
def test_short_and_damaged_prefixes_have_no_number(stored: str | None, size: int | None, number: int | None) -> None:
    assert prefix_number(stored, size) == number
