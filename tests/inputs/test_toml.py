"""TOML: errors with their lines, and the lines of keys."""

from pathlib import Path
from textwrap import dedent

import pytest

from probe.errors import UsageError
from probe.inputs.toml import parse_toml, toml_lines
from tests.inputs.scenario_files import refusal

TOML_HEAD = 'name = "mine"\n'
TOML_FIRST = '[[steps]]\nlabel = "call1"\nprompt = "Say it"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        (f"{TOML_HEAD}colour = 1\n{TOML_FIRST}", 2, "colour", "Allowed here"),
        (f'{TOML_HEAD}{TOML_FIRST}promt = "x"\n', 5, "steps[0].promt", "Allowed here: label, prompt"),
        (f'{TOML_HEAD}{TOML_FIRST}session = "old"\n', 5, "steps[0].session", "'new'"),
        (f'{TOML_HEAD}{TOML_FIRST}[steps.expect]\noutcome = "fine"\n', 6, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}{TOML_FIRST}expect.outcome = "fine"\n', 5, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}{TOML_FIRST}expect = {{outcome = "fine"}}\n', 5, "steps[0].expect.outcome", "is no outcome"),
        (f'{TOML_HEAD}[[steps]]\nlabel = "call1"\n', 2, "steps[0].prompt", "is missing"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "soon"\n', 5, "steps[0].timeout", "is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = []\n", 5, "steps[0].timeout", "[] is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 400}\n", 5, None, "holds a number of 400 characters"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 90}\n", 5, "steps[0].timeout", "999... is longer than 20 days"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = {'9' * 5000}\n", 5, None, "holds a number of 5,000 characters"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "1e308s"\n', 5, "steps[0].timeout", "is not a duration"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "{"9" * 9000}s"\n', 5, "steps[0].timeout", "is not a duration"),
        (f'{TOML_HEAD}{TOML_FIRST}timeout = "99999999999999h"\n', 5, "steps[0].timeout", "is longer than 20 days"),
        (f'{TOML_HEAD}description = """\na\n[b]\nc = 1\n"""\ncolour = 1\n{TOML_FIRST}', 7, "colour", "unknown key"),
        (f"{TOML_HEAD}description = '''\n\\\n[[steps]]'''\ncolour = 1\n{TOML_FIRST}", 5, "colour", "unknown key"),
        (f'{TOML_HEAD}fail_on = [\n  "a",  # [b]\n  "]",\n]\ncolour = 1\n{TOML_FIRST}', 6, "colour", "unknown key"),
        (
            'name = "x"\nsteps = [\n  {label = "a", prompt = "b"},\n  {label = "a", promt = "c"},\n]\n',
            4,
            "steps[1].promt",
            "unknown key\nDid you mean prompt? Allowed here: label, prompt",
        ),
        (f'{TOML_HEAD}{TOML_FIRST}"colo\\u0075r" = 1\n', 5, "steps[0].colour", "unknown key"),
        (f"{TOML_HEAD}{TOML_FIRST}timeout = true\n", 5, "steps[0].timeout", "is not a duration"),
        (f"{TOML_HEAD}{TOML_FIRST}{TOML_FIRST}", 6, "steps[1].label", "two steps are called 'call1'"),
        (f'{TOML_HEAD}{TOML_FIRST}[[steps]]\nlabel = "B"\nprompt = "x"\n', 6, "steps[1].label", "'B' is no name"),
        (f'{TOML_HEAD}rounds = "many"\n{TOML_FIRST}', 2, "rounds", "must be a whole number"),
        ("name = \n", 1, None, "is not TOML"),
        (".".join("a" * 99_999) + " = 1\n", 1, None, "is nested more than 50 deep"),
        ("x = " + "[" * 99_999 + "\n", 1, None, "is nested more than 50 deep"),
        ("[" + ".".join("a" * 99_999) + "]\n", 1, None, "is nested more than 50 deep"),
        ("", None, "name", "is missing"),
    ],
)
def test_errors_in_toml(tmp_path: Path, text: str, line: int | None, key: str | None, says: str) -> None:
    error = refusal(tmp_path, "mine.toml", text)
    assert (error.line, error.key) == (line, key)
    assert says in str(error)


LINES = dedent("""\
    # a comment = 1
    plain = 1
    "quoted key" = 2
    'literal' . inner = 3
    text = \"\"\"
    not = a key
    \"\"\"
    list = [
      "one", # [comment
      { inside = 1, deep = { deeper = 2 } },
      [4,
       5],
    ]
    [table]
    key = "a # b = c"
    [table.sub]
    key = 1
    [[array]]
    first = 1
    [[array]]
    second = 2
    [array.below]
    third = 3
    """)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("plain",), 2),
        (("quoted key",), 3),
        (("literal", "inner"), 4),
        (("text",), 5),
        (("list",), 8),
        (("list", 0), 9),
        (("list", 1), 10),
        (("list", 1, "inside"), 10),
        (("list", 1, "deep", "deeper"), 10),
        (("list", 2, 1), 12),
        (("table",), 14),
        (("table", "key"), 15),
        (("table", "sub", "key"), 17),
        (("array", 0, "first"), 19),
        (("array", 1), 20),
        (("array", 1, "second"), 21),
        (("array", 1, "below", "third"), 23),
        (("not",), None),
        (("table", "absent"), 14),
        (("absent",), None),
    ],
)
def test_each_key_has_its_line_or_that_of_the_nearest_it_stands_in(
    tmp_path: Path, place: tuple[str | int, ...], line: int | None
) -> None:
    content, line_of = parse_toml(LINES, tmp_path / "a.toml")
    assert content["array"][1]["below"]["third"] == 3
    assert line_of(place) == line


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a = 1\nb = \n", 2, "is not TOML"),
        ("a = 1\na = 2\n", 2, "is not TOML"),
        ("a = 1\nb = " + "9" * 101 + "\n", 2, "holds a number of 101 characters"),
        ("a = " + "[" * 51, 1, "is nested more than 50 deep"),
        (".".join("a" * 51) + " = 1", 1, "is nested more than 50 deep"),
    ],
)
def test_what_is_beyond_a_bound_or_no_toml_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_toml(text, tmp_path / "a.toml")
    assert (refused.value.line, refused.value.path) == (line, tmp_path / "a.toml")
    assert says in refused.value.message


def test_up_to_a_bound_all_is_taken(tmp_path: Path) -> None:
    number = "9" * 100
    deep = "[" * 50 + "]" * 50
    content, _ = parse_toml(f"a = {number}\nb = {deep}\nc = '{'9' * 5000}'\n", tmp_path / "a.toml")
    assert content["a"] == int(number)


@pytest.mark.parametrize("text", ["", "\n\n# only comments", "[", "[[", "a", "=", "a = ", 'a = "open', "a = {b", "]]]"])
def test_what_is_no_toml_has_lines_all_the_same(tmp_path: Path, text: str) -> None:
    assert toml_lines(text, tmp_path / "a.toml")(("x",)) is None
