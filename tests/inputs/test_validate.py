"""Validation of what a user gives, without showing secrets."""

from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.inputs.load_target import (
    embedded_target,
    read_token,
)
from probe.inputs.validate import check_given, check_headers, check_names, check_sendable, check_text, is_reserved
from tests.inputs.support import resolved


@pytest.mark.parametrize("token", ["two\nlines", "tök€n-ünïcode", "“quoted”", "bell\a"])
def test_a_token_that_no_header_can_hold_is_refused_by_name_and_not_shown(tmp_path: Path, token: str) -> None:
    target = resolved(tmp_path, {"targets": ("glm",)})
    assert target is not None
    with pytest.raises(UsageError) as caught:
        read_token(target, {"GLM_TOKEN": token})
    assert caught.value.key == "GLM_TOKEN"
    assert token not in str(caught.value)
    assert read_token(target, {"GLM_TOKEN": " to ken\n"}).get_secret_value() == "to ken"


@pytest.mark.parametrize("line", ["X-Ü: hidden-value", "bad name: hidden-value", "X-A: hidden-value-ü"])
def test_a_header_that_cannot_be_sent_is_refused_by_name_and_its_value_not_shown(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        embedded_target("http://127.0.0.1:1", None, {"ANTHROPIC_CUSTOM_HEADERS": f"X-Good: fine\n{line}"})
    assert caught.value.key == "ANTHROPIC_CUSTOM_HEADERS"
    assert line.partition(":")[0] in str(caught.value)
    assert "hidden-value" not in str(caught.value)


@pytest.mark.parametrize("value", ["a\0b", ("fine", "a\0b"), ["a\0b"]])
def test_a_nul_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="holds a NUL character") as refused:
        check_text(value, "--env")
    assert refused.value.key == "--env"


def test_a_byte_that_is_no_text_is_refused_and_all_else_is_not_looked_at() -> None:
    with pytest.raises(UsageError, match="no text in UTF-8"):
        check_text("a\udcff", "--model")
    for value in ("plain 您", None, 3, True, (), ("a", None)):
        check_text(value, "--model")


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("HOME", True),
        ("XDG_CACHE_HOME", True),
        ("ANTHROPIC_BASE_URL", True),
        ("ANTHROPIC_API_KEY", True),
        ("ANTHROPIC_CUSTOM_HEADERS", False),
        ("MY_HOME", False),
        ("HOMEBREW", False),
        ("home", False),
    ],
)
def test_variables_that_probe_sets_are_its_own(name: str, reserved: bool) -> None:
    assert is_reserved(name) is reserved
    if reserved:
        with pytest.raises(UsageError, match=f"{name} is set by probe itself"):
            check_names({"FINE": "1", name: "x"})
    else:
        check_names({name: "x"})


def test_the_embedded_upstream_has_no_other_address() -> None:
    with pytest.raises(UsageError, match="has an address of its own"):
        check_given(("glm", "embedded"), "http://a", "embedded")
    check_given(("embedded",), None, "embedded")
    check_given(("glm",), "http://a", "embedded")


def test_headers_that_can_be_sent_and_lines_that_are_none_are_taken() -> None:
    check_headers({"ANTHROPIC_CUSTOM_HEADERS": "X-A: b c\n\nno header\n: nothing\nX-Tab: a\tb"})
    check_headers({})


@pytest.mark.parametrize("token", ["", "sk-1 2", "a\tb", "~"])
def test_a_token_of_ascii_can_be_sent(token: str) -> None:
    check_sendable(token, "GLM_TOKEN")
