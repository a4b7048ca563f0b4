"""Complaints in words for a person, with their places in a file."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from probe.errors import UsageError
from probe.inputs.load_config import Config
from probe.inputs.load_scenario import load_scenario
from probe.inputs.source_lines import (
    allowed_keys,
    decoded,
    key_text,
    nearest,
    read_bytes,
    read_text,
    shown,
    usage_error,
)
from probe.model.scenario import Scenario
from tests.inputs.scenario_files import FIRST, HEAD, refusal


def test_further_problems_are_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "mine.yaml", f"{HEAD}{FIRST}colour: red\nsize: big\nrounds: 0\n")
    first, colour, size = str(error).splitlines()
    assert first.endswith("mine.yaml:7: rounds: must be 1 or more")
    assert colour.startswith("Also: line 5: colour: unknown key (Allowed here: schema_version, name")
    assert size.startswith("Also: line 6: size: unknown key")


def test_of_many_problems_ten_are_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, "mine.yaml", f"{HEAD}{FIRST}" + "".join(f"key{number}: 1\n" for number in range(5000)))
    assert str(error).count("unknown key") == 10
    assert str(error).endswith("And 4990 more.")


@pytest.mark.parametrize("name", ["a.yaml", "a.toml"])
def test_bytes_that_are_no_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"name: \xff\xfe\n")
    with pytest.raises(UsageError, match="is not a text file in UTF-8"):
        load_scenario(str(path))


def test_a_misspelt_key_is_said_first_and_nothing_that_only_follows_from_it(tmp_path: Path) -> None:
    text = "name: mine\nsteps:\n  - lable: call1\n    prompt: x\n"
    assert str(refusal(tmp_path, "mine.yaml", text)).splitlines()[0].endswith(":3: steps[0].lable: unknown key")
    assert "steps:" not in str(refusal(tmp_path, "mine.yaml", text))
    both = str(refusal(tmp_path, "mine.yaml", "name: mine\nrouns: 3\nsteps:\n  - label: call1\n    session: old\n"))
    first, _, *further = both.splitlines()
    assert first.endswith(":2: rouns: unknown key")
    assert further == [
        "Also: line 4: steps[0].prompt: is missing",
        "Also: line 5: steps[0].session: must be 'new', 'same-id', 'resume', 'fork', 'continue' or 'live'",
    ]


def test_a_place_is_written_as_people_write_it() -> None:
    assert key_text(("steps", 1, "session")) == "steps[1].session"
    assert key_text(()) == ""
    assert "\n" not in key_text(("a\nb", 0, 0))


@pytest.mark.parametrize(
    ("model", "place", "keys"),
    [
        (Config, (), ["default_target", "targets", "fail_on", "history"]),
        (Config, ("targets", "glm", "aliases"), ["opus", "sonnet", "haiku", "small_fast"]),
        (Scenario, ("steps", 0), ["label", "prompt", "session", "timeout", "gap", "expect"]),
        (Scenario, ("steps", 0, "expect"), ["equals", "contains", "model", "outcome"]),
        (Scenario, ("name",), []),
        (Scenario, ("absent", "below"), []),
    ],
)
def test_the_keys_that_are_allowed_are_those_of_the_model_there(
    model: type[BaseModel], place: tuple[str | int, ...], keys: list[str]
) -> None:
    assert allowed_keys(model, place) == keys


def test_a_line_is_that_of_the_key_or_of_what_it_stands_in() -> None:
    line_of = nearest({("a",): 3, ("a", 0, "b"): 7})
    places: list[tuple[str | int, ...]] = [("a", 0, "b"), ("a", 0, "b", "c"), ("a", 1), ("b",), ()]
    assert [line_of(place) for place in places] == [7, 7, 3, None, None]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rounds": 0}, "rounds: must be 1 or more"),
        ({"rounds": 10**7}, "rounds: must be 1000000 or less"),
        ({"rounds": 1.5}, "rounds: must be a whole number"),
        ({"rounds": "many"}, "rounds: must be a whole number"),
        ({"steps": []}, "steps: is empty: it must have one entry or more"),
        ({"steps": 3}, "steps: must be a list"),
        ({"steps": [{"label": "a", "prompt": ""}]}, "steps[0].prompt: must not be empty"),
        ({"name": "A B"}, "name: 'A B' is no name: lower-case letters"),
        ({"name": "x" * 400}, "at most 32"),
        ({"description": 3}, "description: must be text"),
        ({"schema_version": 2}, "schema_version: must be 1"),
        ({"steps": [{"label": "a", "prompt": "x", "session": "odd"}]}, "steps[0].session: must be 'new'"),
    ],
)
def test_a_complaint_is_told_in_plain_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as invalid:
        Scenario.model_validate({"name": "s", "steps": [{"label": "a", "prompt": "x"}], **changes})
    told = usage_error(invalid.value, Scenario, "a.yaml", lambda _: 5)
    assert says in str(told)
    assert told.line == 5
    assert len(str(told)) < 1000


def test_a_file_has_one_kind_of_line_ends_and_is_not_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\n")
    assert read_text(path) == "a\nb\nc\n"
    path.write_bytes(b"x" * 2**20)
    assert len(read_text(path)) == 2**20
    path.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(UsageError, match="is larger than 1,048,576 bytes"):
        read_text(path)
    assert read_bytes(path, 3) == b"xxx"


def test_what_cannot_be_read_names_the_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(UsageError, match="cannot be read") as refused:
            read_text(path)
        assert refused.value.path == path


def test_a_byte_that_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"byte 6 cannot be decoded") as refused:
        decoded(b"a\nb\nc\xff", tmp_path)
    assert refused.value.line == 3


def test_a_text_of_unknown_origin_is_shown_in_one_line_and_cut() -> None:
    assert "\n" not in shown("a\nb\x1b[31m")
    assert "\x1b" not in shown("a\nb\x1b[31m")
    assert len(shown("x" * 5000)) < 400
