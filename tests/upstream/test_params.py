"""The parameters of faults: each type reads what it writes, and says what it does not take."""

from dataclasses import dataclass
from typing import Any

import pytest

from probe.upstream.params import (
    Boolean,
    Choice,
    Duration,
    Integer,
    JsonObject,
    Number,
    ParamType,
    Text,
    param,
    params_of,
    unquote,
)


@dataclass(frozen=True)
class Example:
    delay_s: float = param(Duration())
    share_s: str = param(Text(), "x")
    model: str | None = param(Text(), None, key="name")
    code: int = param(Integer(400, 599, (("teapot", 418),)), 500)


def test_a_key_is_the_field_s_name_or_another_and_a_duration_s_has_no_unit() -> None:
    found = params_of(Example)
    assert list(found) == ["delay", "share_s", "name", "code"]
    assert [parameter.field_name for parameter in found.values()] == ["delay_s", "share_s", "model", "code"]
    assert [parameter.required for parameter in found.values()] == [True, False, False, False]


def test_help_says_form_and_default() -> None:
    assert [str(parameter) for parameter in params_of(Example).values()] == [
        "delay=<duration> (required)",
        "share_s=<text> (x)",
        "name=<text>",
        "code=<integer, 400-599>|teapot (500)",
    ]


@pytest.mark.parametrize(
    ("of", "label"),
    [
        (Integer(1), "<integer, 1 or more>"),
        (Number(1.0), "<number, 0-1>"),
        (Number(2.5), "<number, 0-2.5>"),
        (Choice(("a", "b")), "a|b"),
        (Boolean(), "true|false"),
        (JsonObject(), "<JSON object>"),
    ],
)
def test_a_label_shows_the_bounds(of: ParamType, label: str) -> None:
    assert of.label == label


@pytest.mark.parametrize(
    ("of", "text", "value", "written"),
    [
        (Duration(), "0.25s", 0.25, "250ms"),
        (Duration(), "'2m'", 120.0, "120s"),
        (Duration(), "0", 0.0, "0s"),
        (Duration(), "1500ms", 1.5, "1.5s"),
        (Duration(), "0.0004", 0.0004, "0.0004s"),
        (Duration(), "0.00001", 0.00001, "1e-05"),
        (Integer(1, 9), "9", 9, "9"),
        (Integer(1, 9), "1", 1, "1"),
        (Integer(1, 9, (("first", 1),)), "first", 1, "1"),
        (Number(1), "1", 1.0, "1.0"),
        (Number(1), "0", 0.0, "0.0"),
        (Boolean(), "TRUE", True, "true"),
        (Boolean(), "false", False, "false"),
        (Choice(("a", "b")), "'b'", "b", "b"),
        (Text(), "plain/word", "plain/word", "plain/word"),
        (Text(), "'a, b'", "a, b", '"a, b"'),
        (Text(), r'"a\"b"', 'a"b', r'"a\"b"'),
        (Text(), "''", "", '""'),
        (Text(), "'您'", "您", "您"),
        (JsonObject(), '{"a": [1]}', {"a": [1]}, '{"a": [1]}'),
    ],
)
def test_a_value_is_written_so_that_it_is_read_again(of: ParamType, text: str, value: Any, written: str) -> None:
    assert of.parse(text) == value
    assert of.format(value) == written
    assert of.parse(written) == value


@pytest.mark.parametrize(
    ("of", "text", "says"),
    [
        (Integer(1, 9), "0", "0 is out of range"),
        (Integer(1, 9), "10", "10 is out of range"),
        (Integer(1, 9), "1.5", "'1.5' is not an integer"),
        (Integer(1, 9, (("first", 1),)), "First", "'First' is not an integer"),
        (Number(1), "1.01", "1.01 is not between 0 and 1"),
        (Number(1), "-0.1", "-0.1 is not between 0 and 1"),
        (Number(1), "nan", "nan is not between 0 and 1"),
        (Number(1), "much", "'much' is not a number"),
        (Boolean(), "yes", "'yes' is neither true nor false"),
        (Choice(("a", "b")), "A", "'A' is none of a, b"),
        (JsonObject(), "[]", "'[]' is not a JSON object"),
        (JsonObject(), "{", "'{' is not JSON"),
        (Duration(), "-1s", "is not a duration"),
        (Text(), '"open', "is not a quoted string"),
    ],
)
def test_what_is_not_taken_is_said(of: ParamType, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"^") as caught:
        of.parse(text)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("", ""), ("'", "'"), ("'a", "'a"), ("''", ""), ("'it''s'", "it''s"), ('"a\nb"', "a\nb"), ("a'b'", "a'b'")],
)
def test_only_what_is_quoted_on_both_sides_is_unquoted(text: str, value: str) -> None:
    assert unquote(text) == value
