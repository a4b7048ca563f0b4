"""YAML, read within bounds."""

import time
import tracemalloc
from pathlib import Path

import pytest

from probe.inputs.load_scenario import load_scenario
from probe.inputs.yaml import parse_yaml
from tests.inputs.scenario_files import refusal

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 9)
)
MERGES = "a0: &a0 {x0: 1}\n" + "".join(
    f"a{number}: &a{number} {{<<: [*a{number - 1}, *a{number - 1}], x{number}: 1}}\n" for number in range(1, 60)
)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: &a [*a]\n", 1, "*a stands for what it is a part of itself"),
        ("a: 1\nb: &b {c: {d: *b}}\n", 2, "*b stands for what it is a part of itself"),
        (LAUGHS, 5, "holds more than 20,000 values, with what aliases stand for"),
        (MERGES, 12, "holds more than 20,000 values"),
        ("a: " + "[" * 99_999, 1, "is nested more than 50 deep"),
        ("- " * 99_999, 1, "is nested more than 50 deep"),
        ("a: " + "9" * 99_999, 1, "holds a number of 99,999 characters"),
        ("a: 1\nb: 0x" + "f" * 99_999, 2, "holds a number of 100,001 characters"),
        ("a: *b\n", 1, "undefined alias"),
        ("x: !!python/object/apply:os.system ['true']\n", None, "is missing"),
        ("x: !!timestamp 2026-99-99\n", None, "is not YAML"),
        ("x: !!float y\n", None, "is not YAML"),
        ('a: 1\nb: "\\ud800"\n', 2, "holds half of a letter"),
        ("? [a]\n: b\n", None, "is missing"),
        ("a: \x00\n", None, "is not YAML"),
        ("x" * (1 << 20) + "x", None, "is larger than 1,048,576 bytes"),
    ],
)
def test_hostile_yaml_is_a_usage_error_at_once_and_in_little_memory(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    began = time.process_time()
    tracemalloc.start()
    error = refusal(tmp_path, "a.yaml", text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert says in str(error)
    assert error.line == line
    assert time.process_time() - began < 5
    assert peak < 100 << 20
    assert len(str(error)) < 1000


def test_anchors_and_merge_keys_that_stand_for_little_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "name: mine\nsteps:\n- &first\n  label: call1\n  prompt: &say Say it\n- <<: *first\n  label: call2\n"
        "- label: call3\n  prompt: *say\n"
    )
    assert [(step.label, step.prompt) for step in load_scenario(str(path)).steps] == [
        ("call1", "Say it"),
        ("call2", "Say it"),
        ("call3", "Say it"),
    ]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("name",), 1),
        (("steps",), 2),
        (("steps", 0), 3),
        (("steps", 0, "prompt"), 4),
        (("steps", 1, "expect", "equals"), 8),
        (("steps", 1, "absent"), 6),
        (("absent",), None),
    ],
)
def test_each_key_has_its_line(tmp_path: Path, place: tuple[str | int, ...], line: int | None) -> None:
    text = "name: a\nsteps:\n- label: x\n  prompt: y\n# comment\n- label: z\n  expect:\n    equals: w\n"
    _, line_of = parse_yaml(text, tmp_path / "a.yaml")
    assert line_of(place) == line


def test_up_to_a_bound_all_is_taken(tmp_path: Path) -> None:
    text = f"number: {'9' * 100}\ntext: '{'9' * 5000}'\nlist: [{', '.join('x' * 19_000)}]\n"
    content, _ = parse_yaml(text, tmp_path / "a.yaml")
    assert isinstance(content, dict)
    assert (len(content["list"]), len(content["text"])) == (19_000, 5000)


@pytest.mark.parametrize("text", ["", "# only a comment", "3", "- a\n- b"])
def test_a_file_of_another_shape_is_read_and_left_to_others(tmp_path: Path, text: str) -> None:
    content, line_of = parse_yaml(text, tmp_path / "a.yaml")
    assert not isinstance(content, dict)
    assert line_of(("name",)) is None
