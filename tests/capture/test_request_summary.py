"""A captured request in figures: its parts, their sizes, and what is asked to be cached."""

from typing import Any

import pytest

from probe.capture.request_summary import summarise_request
from tests.capture.samples import request


def test_a_summary_names_every_part() -> None:
    summary = summarise_request(request())
    assert summary.betas == ("one", "two")
    assert summary.headers["Accept"] == "a, b"
    assert summary.user_id_form == "old"
    assert [(each.name, each.note) for each in summary.tools] == [("Bash", "schema 17"), ("Read", "type None")]
    assert [(each.name, each.note) for each in summary.system] == [("block 1", "You help.")]
    assert [each.name for each in summary.messages] == ["1 user 1", "1 user 2"]
    assert summary.cache_control == ("system 1: ephemeral 1h",)
    assert summary.settings == {"model": '"m"', "thinking": '{"type":"adaptive"}'}


def test_a_body_of_another_shape_is_no_error() -> None:
    odd: list[Any] = [None, [], "x", {"tools": "no", "system": 5, "messages": [7, {"content": None}], "metadata": []}]
    for body in odd:
        summarise_request(request().model_copy(update={"body": body}))


def test_a_body_that_is_no_object_has_headers_only() -> None:
    bodies: tuple[Any, ...] = (None, [], "x", 7)
    for body in bodies:
        summary = summarise_request(request().model_copy(update={"body": body}))
        assert summary.headers["User-Agent"] == "x/1"
        assert (summary.tools, summary.system, summary.messages, summary.cache_control) == ((), (), (), ())
        assert (summary.settings, summary.user_id, summary.user_id_form) == ({}, None, None)


@pytest.mark.parametrize(
    ("user_id", "form"),
    [
        ("user_1_account__session_2", "old"),
        ('{"device_id": "1"}', "json"),
        ("user_1", "other"),
        ("", "other"),
        (7, None),
        (None, None),
    ],
)
def test_the_form_of_the_user_id_tells_the_generation_of_the_client(user_id: object, form: str | None) -> None:
    summary = summarise_request(request({"metadata": {"user_id": user_id}}))
    assert (summary.user_id_form, summary.user_id) == (form, None if form is None else user_id)


@pytest.mark.parametrize(
    ("value", "betas"),
    [("one,two", ("one", "two")), (" one , ,two,", ("one", "two")), ("", ()), (",", ())],
)
def test_betas_are_read_from_their_header_however_it_is_spelled(value: str, betas: tuple[str, ...]) -> None:
    for name in ("anthropic-beta", "Anthropic-Beta"):
        assert summarise_request(request(headers=(("X-App", "cli"), (name, value)))).betas == betas
    assert summarise_request(request(headers=())).betas == ()


def test_a_system_prompt_and_content_may_be_bare_text() -> None:
    summary = summarise_request(
        request({"system": "You  help.\nAlways.", "messages": [{"role": "user", "content": "Hi"}, "odd"]})
    )
    assert [(each.name, each.note, each.size) for each in summary.system] == [("block 1", "You help. Always.", 21)]
    assert [(each.name, each.note) for each in summary.messages] == [("1 user 1", "Hi")]


def test_tools_are_named_by_their_place_where_they_have_no_name() -> None:
    tools = [{"type": "web_search_20250305"}, None, {"name": "Read", "input_schema": {}}]
    assert [(each.name, each.note) for each in summarise_request(request({"tools": tools})).tools] == [
        ("tool 1", "type web_search_20250305"),
        ("tool 2", "type None"),
        ("Read", "schema 2"),
    ]


def test_what_is_asked_to_be_cached_is_told_by_its_place() -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    body: dict[str, Any] = {
        "tools": [{"name": "Read"}, {"name": "Bash", **mark}],
        "system": [{"text": "x", "cache_control": {"type": "ephemeral", "ttl": "5m"}}],
        "messages": [{"content": [{"text": "a"}, mark]}, {"content": mark}, {"content": "text"}],
    }
    assert summarise_request(request(body)).cache_control == (
        "tools 2: ephemeral",
        "system 1: ephemeral 5m",
        "messages 1 block 2: ephemeral",
        "messages 2 block 1: ephemeral",
    )


def test_equal_parts_have_equal_digests_and_others_do_not() -> None:
    first, second, third = summarise_request(request({"system": ["a", "a", "b"]})).system
    assert first.digest == second.digest != third.digest


@pytest.mark.parametrize(("chars", "cut"), [(46, False), (199, True)])
def test_long_texts_and_settings_are_shown_by_their_start(chars: int, cut: bool) -> None:
    summary = summarise_request(request({"system": "x" * chars, "stop": "y" * (chars + 10)}))
    assert summary.system[0].note.endswith("…") == cut
    assert len(summary.system[0].note) == min(chars, 48)
    assert summary.settings["stop"].endswith("…") == cut
    assert len(summary.settings["stop"]) == min(chars + 12, 200)


@pytest.mark.parametrize(("chars", "cut"), [(48, False), (49, True)])
def test_a_text_that_just_fits_is_shown_whole(chars: int, cut: bool) -> None:
    (block,) = summarise_request(request({"system": "x" * chars})).system
    assert block.note.endswith("…") is cut
