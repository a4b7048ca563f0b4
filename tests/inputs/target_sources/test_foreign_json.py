"""JSON of other programs: values of the wrong type are errors that name file and key, and show no content."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probe.errors import UsageError
from probe.inputs.target_sources.foreign_json import (
    ForeignObject,
    parse_foreign,
    read_foreign_file,
    skipped_if_unreadable,
)
from probe.inputs.target_sources.found_target import FoundTarget, SkippedTarget

FILE = Path("/settings.json")


def of(**content: Any) -> ForeignObject:
    return ForeignObject(content, FILE, "here")


def test_a_text_is_the_first_that_is_there_and_numbers_are_texts_too() -> None:
    given = of(a="", b="  ", c=" x ", d=3, e=True, f=None, g="\ud800")
    assert [given.text(*names) for names in (("a", "b", "c"), ("d",), ("e",), ("f",), ("absent",), ("g",))] == [
        "x",
        "3",
        "true",
        "",
        "",
        "?",
    ]


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (lambda given: given.text("list"), "here.list: must be text, and is a list"),
        (lambda given: given.text("absent", "inner"), "here.inner: must be text, and is an object"),
        (lambda given: given.inner("text"), "here.text: must be an object, and is text"),
        (lambda given: given.inner("number"), "here.number: must be an object, and is a number"),
        (lambda given: given.entries("text"), "here.text: must be a list of objects, and is text"),
        (lambda given: given.entries("list"), "here.list: must be a list of objects, and is a list"),
        (lambda given: given.first_text("numbers"), "here.numbers: must be a list of texts, and is a list"),
        (lambda given: given.first_text("yes"), "here.yes: must be a list of texts, and is true or false"),
        (lambda given: given.inner("inner").inner("deep"), "here.inner.deep: must be an object"),
        (lambda given: given.entries("objects")[1].text("b"), r"here.objects\[1\].b: must be text"),
    ],
)
def test_another_type_is_an_error_with_its_place(read: Callable[[ForeignObject], object], says: str) -> None:
    given = of(
        text="secret", number=3, yes=True, list=["secret"], numbers=[1], inner={"deep": 1}, objects=[{}, {"b": []}]
    )
    with pytest.raises(UsageError, match=says) as refused:
        read(given)
    assert "secret" not in str(refused.value)


def test_what_is_absent_is_empty() -> None:
    given = of(nothing=None, empty=[], objects=[{"a": "x"}])
    assert (given.inner("absent").names(), given.entries("absent"), given.first_text("empty")) == ([], [], "")
    assert given.first_text("absent") == ""
    assert [entry.text("a") for entry in given.entries("nothing", "objects")] == ["x"]
    assert given.raw("absent") is None
    assert [name for name, _ in of(a={}, b={}).items()] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not JSON"),
        ('{"a": "secret"', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"a": NaN}', "is not JSON"),
        ("[]", "must be an object, and is a list"),
        ('"secret"', "must be an object, and is text"),
        ("null", "must be an object, and is nothing"),
    ],
)
def test_what_is_no_object_is_refused_without_its_content(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        parse_foreign(text, FILE, "key")
    assert "secret" not in str(refused.value)
    assert (refused.value.path, refused.value.key) == (FILE, "key")


def test_a_file_may_begin_with_a_byte_order_mark_and_must_be_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('\ufeff{"a": 1}')
    assert read_foreign_file(path).text("a") == "1"
    with pytest.raises(UsageError, match="is no file"):
        read_foreign_file(tmp_path)


def test_one_provider_that_cannot_be_read_is_skipped_with_its_place() -> None:
    def broken() -> FoundTarget:
        raise UsageError("must be text", key="a.b")

    assert skipped_if_unreadable("p", broken) == SkippedTarget(
        "p", "targets.skip.unreadable", {"place": "a.b", "problem": "must be text"}
    )
    sound = SkippedTarget("p", "targets.skip.login")
    assert skipped_if_unreadable("p", lambda: sound) is sound
