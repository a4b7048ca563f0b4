"""Arguments of the public API are brought into the form that a session takes."""

from pathlib import Path
from typing import Any

import pytest

from probe.api.arguments import deadline_s, duration_s, environment_texts, given_options, language_of, texts
from probe.errors import UsageError
from probe.model.choices import Language


@pytest.mark.parametrize(
    ("value", "found"),
    [("one", ("one",)), ("", ("",)), (["a", "b"], ("a", "b")), ((), ()), ((Path("a"), 7), ("a", "7"))],
)
def test_one_text_stands_for_several(value: object, found: tuple[str, ...]) -> None:
    assert texts(value) == found


@pytest.mark.parametrize("value", [7, None, 1.5])
def test_what_is_neither_a_text_nor_several_is_an_error(value: object) -> None:
    with pytest.raises(UsageError, match="neither a text nor several"):
        texts(value)


def test_variables_are_written_as_options_take_them() -> None:
    assert environment_texts(None) == environment_texts({}) == ()
    assert environment_texts({"A": "1", "B": "x=y"}) == ("A=1", "B=x=y")


@pytest.mark.parametrize("wrong", [{"A": 1}, {"A": None}, ["A=1"], "A=1"])
def test_variables_of_another_form_are_an_error_that_shows_no_value(wrong: Any) -> None:
    with pytest.raises(UsageError) as caught:
        environment_texts(wrong)
    assert "env" in str(caught.value)
    with pytest.raises(UsageError) as hidden:
        environment_texts({"TOKEN": b"s3cret"})  # type: ignore[dict-item]
    assert "s3cret" not in str(hidden.value) + repr(hidden.value)


def test_what_was_not_given_is_left_out() -> None:
    assert given_options(rounds=None, seed=0, until_sure=False) == {"seed": 0, "until_sure": False}


def test_options_are_brought_into_their_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    found = given_options(
        targets="relay", faults=["none"], timeout_s="1m30s", gap_s=2, config="p.toml", scenario=Path("s.toml")
    )
    assert found == {
        "targets": ("relay",),
        "faults": ("none",),
        "timeout_s": 90.0,
        "gap_s": 2.0,
        "config": str(tmp_path / "p.toml"),
        "scenario": "s.toml",
    }


@pytest.mark.parametrize(("name", "argument"), [("targets", "target"), ("drivers", "drivers")])
def test_an_empty_sequence_is_an_error_where_a_default_would_act_in_its_place(name: str, argument: str) -> None:
    with pytest.raises(UsageError, match=f"{argument}: is empty"):
        given_options(**{name: []})
    assert given_options(faults=[], fail_on=()) == {"faults": (), "fail_on": ()}


@pytest.mark.parametrize("value", ["soon", "", -1, None, "90 apples"])
def test_a_duration_that_is_none_is_an_error_about_its_argument(value: object) -> None:
    for convert in (duration_s, deadline_s):
        with pytest.raises(UsageError, match="gap_s: "):
            convert(value, "gap_s")


def test_a_deadline_is_longer_than_nothing() -> None:
    assert duration_s(0, "gap_s") == 0
    assert duration_s("250ms", "gap_s") == deadline_s(0.25, "gap_s") == 0.25
    with pytest.raises(UsageError, match="timeout: is no time at all"):
        deadline_s("0s", "timeout")


def test_a_language_is_known_by_its_name() -> None:
    for language in Language:
        assert language_of(language.value) is language_of(language) is language
    with pytest.raises(UsageError, match="'fr' is not one of 'en', 'zh'"):
        language_of("fr")
