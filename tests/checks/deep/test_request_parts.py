"""Parts of the client's own request are found, named and left out."""

from typing import Any

import pytest

from probe.checks.deep.request_parts import SYSTEM_MESSAGES, OwnRequest, RequestPart, parts_of, without
from tests.checks.deep.own_request import NAMES, OWN


def test_the_parts_of_a_request() -> None:
    assert [part.name for part in parts_of(OWN)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_part_is_left_out_and_nothing_else(name: str) -> None:
    part = next(part for part in parts_of(OWN) if part.name == name)
    rest = without(OWN, [part])
    gone = {other for other in NAMES if other == name or other.startswith(f"{name}.")}
    assert [part.name for part in parts_of(rest)] == [other for other in NAMES if other not in gone]
    assert parts_of(OWN)[0].name == NAMES[0]  # the original stays as it was
    assert (rest.path, rest.headers["x-app"]) == (OWN.path, "cli")


def test_a_request_without_betas_has_no_header_for_them() -> None:
    betas = [part for part in parts_of(OWN) if part.is_beta]
    assert "anthropic-beta" not in without(OWN, betas).headers


@pytest.mark.parametrize(
    ("name", "words", "named"),
    [
        ("thinking", "thinking: Extra inputs are not permitted", True),
        ("thinking", "Unexpected value(s) `interleaved-thinking-2025-05-14`", False),
        ("thinking.display", "thinking.adaptive.display: Extra inputs are not permitted", True),
        ("tools.defer_loading", "tools.0.custom.defer_loading: Extra inputs", True),
        ("tools", "no such tool", False),
    ],
)
def test_words_that_name_a_part(name: str, words: str, named: bool) -> None:
    assert RequestPart(name).is_named_in(words) is named


def request(body: dict[str, Any], betas: str = "") -> OwnRequest:
    return OwnRequest("/v1/messages", {"anthropic-beta": betas} if betas else {}, body)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({}, []),
        ({"model": "m", "messages": [], "max_tokens": 1, "stream": True, "system": "x"}, []),
        ({"metadata": {"user_id": "u"}}, ["metadata"]),
        ({"thinking": {"type": "enabled", "budget_tokens": 9}}, ["thinking"]),
        ({"thinking": "odd"}, ["thinking"]),
        ({"output_config": {"effort": "low"}}, ["output_config"]),
        (
            {"output_config": {"effort": "low", "format": {}}},
            ["output_config.effort", "output_config.format", "output_config"],
        ),
        ({"tools": [{"name": "A", "strict": True}, {"name": "B", "strict": False}, 7]}, ["tools.strict", "tools"]),
        ({"tools": [{"name": "A", "cache_control": {}}]}, ["cache_control", "tools"]),
        ({"messages": [{"role": "user", "content": [{"cache_control": {}}]}]}, ["cache_control"]),
        ({"messages": [{"role": "system"}, "odd"]}, ["messages.role"]),
        ({"messages": "odd", "tools": "odd"}, ["tools"]),
    ],
)
def test_what_can_be_left_out_of_a_body(body: dict[str, Any], names: list[str]) -> None:
    assert [part.name for part in parts_of(request(body))] == names


def test_betas_are_parts_by_their_names() -> None:
    betas = parts_of(request({}, " one-2025-01-01 ,, two "))
    assert [(part.name, part.is_beta) for part in betas] == [("one-2025-01-01", True), ("two", True)]
    rest = without(request({}, "one, two,three"), [RequestPart("two", is_beta=True)])
    assert rest.headers == {"anthropic-beta": "one,three"}


def test_marks_of_the_cache_are_left_out_wherever_they_stand() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    body: dict[str, Any] = {
        "system": [{"text": "a", **mark}],
        "messages": [{"content": [{"content": [{"t": 1, **mark}]}]}],
    }
    rest = without(request(body), [RequestPart("cache_control")])
    assert rest.body == {"system": [{"text": "a"}], "messages": [{"content": [{"content": [{"t": 1}]}]}]}
    assert "cache_control" in body["system"][0], "the original stays as it was"


def test_only_messages_of_the_system_are_left_out_with_their_role() -> None:
    body = {"messages": [{"role": "user", "content": "a"}, {"role": "system", "content": "b"}]}
    assert without(request(body), [SYSTEM_MESSAGES]).body == {"messages": [{"role": "user", "content": "a"}]}


def test_to_leave_out_what_is_not_there_changes_nothing() -> None:
    body = {"tools": ["odd"], "thinking": "odd"}
    absent = [RequestPart(name) for name in ("metadata", "tools.strict", "thinking.display")]
    assert without(request(body), absent).body == body
    assert without(request(body), [RequestPart("x", is_beta=True)]).headers == {}


@pytest.mark.parametrize(
    ("part", "words", "named"),
    [
        (RequestPart("effort-2025-11-24", is_beta=True), "unknown beta effort-2025-11-24", True),
        (RequestPart("effort-2025-11-24", is_beta=True), "unknown beta effort", False),
        (RequestPart("cache_control"), "messages.0.cache_control: not permitted", True),
        (SYSTEM_MESSAGES, "messages.1.role: system is not allowed", True),
        (SYSTEM_MESSAGES, "the system prompt is too long", False),
        (RequestPart("tools.strict"), "strict-mode is off", False),
    ],
)
def test_words_of_a_refusal_name_a_part_whole(part: RequestPart, words: str, named: bool) -> None:
    assert part.is_named_in(words) is named
