"""The commands as a group: their list, their help, what help loads, and which words are refused."""

import re
import subprocess
import sys
from typing import Any

import pytest
from typer.main import get_command

from probe.cli import app
from probe.cli.command_group import ALIASES, COMMANDS, GROUPS, LazyCommands, check_filled
from probe.errors import UsageError
from tests.conftest import Probe


def command_of(*names: str) -> Any:
    """Return a command as Typer has it, with its `params`, or its `commands`."""
    found: Any = get_command(app)
    for name in names:
        found = found.commands[name]
    return found


def test_help_names_every_command_and_the_exit_codes(probe: Probe) -> None:
    said = probe("--help").out
    commands, exit_codes, _ = said.partition("Measure:")[2].partition("Exit codes: 0 done")
    listed = [line.split()[0] for line in commands.splitlines() if line.strip() and line.startswith("  ")]
    assert sorted(listed) == sorted(command_of().commands)
    assert {"check", "run", "targets", "report"} <= set(listed)
    assert exit_codes
    assert "130 interrupted" in said


def test_commands_are_grouped_each_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)


def test_the_list_of_commands_says_what_their_own_help_says() -> None:
    for name, text in COMMANDS.items():
        assert command_of(name).help.partition("\n")[0] == text


@pytest.mark.parametrize("command", ["run", "nightly"])
@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_help_of_many_options_begins_with_the_common_ones(probe: Probe, command: str, width: str) -> None:
    said = probe(command, "--help", COLUMNS=width).out
    common, *advanced = said.partition("Common:")[2].split("\nAdvanced")
    for option in ("--target", "--base-url", "--model", "--scenario", "--rounds", "--timeout", "--gap", "--fail-on"):
        assert f"  {option} " in common or f", {option} " in common
    assert "--record-bodies" not in common
    assert len(advanced) > 5
    assert not re.search(r"<(int|str|list|float|path)\b|<=x", said)


def test_help_loads_nothing_heavy() -> None:
    heavy = (
        "pandas",
        "scipy",
        "numpy",
        "pydantic",
        "httpx",
        "uvicorn",
        "starlette",
        "psutil",
        "ruamel.yaml",
        "rich.live",
    )
    code = f"import sys, probe.cli; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert loaded == "[]"


def test_help_of_a_command_loads_neither_pydantic_nor_rich(probe: Probe) -> None:
    code = (
        "import sys; sys.argv = ['probe', 'run', '--help']\n"
        "from probe.cli import main\n"
        "try: main()\n"
        "finally: print([name for name in ('pydantic', 'rich') if name in sys.modules], file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr.strip()
    assert loaded == "[]"


def test_the_commands_of_the_list_are_in_their_groups_and_second_names_are_not(probe: Probe) -> None:
    lines = probe("--help", COLUMNS="100").out.splitlines()
    headings = [line.rstrip(":") for line in lines if line.rstrip(":") in GROUPS]
    assert headings == list(GROUPS)
    for title, names in GROUPS.items():
        start = lines.index(f"{title}:") + 1
        assert [line.split()[0] for line in lines[start : start + len(names)]] == list(names)
    assert not [line for line in lines if line.split()[:1] == ["open"]]


def test_a_command_has_its_second_name_too() -> None:
    commands = LazyCommands()
    assert commands["open"] is commands["show"]
    assert set(ALIASES) & set(commands) == set()
    assert len(commands) == len(COMMANDS)
    with pytest.raises(KeyError):
        commands["frobnicate"]


@pytest.mark.parametrize("group", ["fleet", "history", "scenarios", "targets", "upstream"])
def test_a_group_lists_its_commands_with_the_first_lines_of_their_help(probe: Probe, group: str) -> None:
    listed = "".join(probe(group, "--help").out.partition("Commands:\n")[2].split())
    commands = command_of(group).commands.items()
    expected = "".join(name + command.help.partition("\n")[0] for name, command in commands)
    assert listed.startswith(expected.replace(" ", ""))


@pytest.mark.parametrize("words", [(), ("ls",), ("run",), ("fleet",), ("fleet", "worker"), ("report",)])
def test_every_help_has_the_language_once_and_no_words_of_programmers(probe: Probe, words: tuple[str, ...]) -> None:
    said = probe(*words, "--help", COLUMNS="120").out
    assert said.count("--lang [en|zh]") == 1
    assert not re.search(r"<(int|str|list|float|path)\b|<=x|x>=", said)


def test_the_language_stands_among_the_options_of_output(probe: Probe) -> None:
    said = probe("run", "--help", COLUMNS="120").out
    assert "--lang [en|zh]" in said.partition("Advanced: Output:\n")[2].partition("\n\n")[0]


def test_a_range_is_told_in_words(probe: Probe) -> None:
    assert "[default: 8786; 0 to 65535]" in " ".join(probe("fleet", "scheduler", "--help").out.split())
    assert "[1 or more]" in " ".join(probe("explain", "--help").out.split())


def test_a_command_with_few_options_keeps_them_in_the_order_of_its_making(probe: Probe) -> None:
    said = probe("explain", "--help", COLUMNS="120").out
    assert "Common:" not in said
    assert "Advanced" not in said
    arguments, _, options = said.partition("Arguments:\n")[2].partition("\n\nOptions:\n")
    assert re.findall(r"^  ([A-Z]+)", arguments, re.MULTILINE) == ["RUN", "REQUEST"]
    assert re.findall(r"^  (--[a-z]+)", options, re.MULTILINE)[:2] == ["--round", "--step"]


def test_the_help_of_a_command_speaks_the_readers_language(probe: Probe) -> None:
    chinese = probe("--lang", "zh", "explain", "--help").out
    assert re.search("[\u4e00-\u9fff]{6}", chinese)
    assert "Show what happened" not in chinese
    assert "Show what happened" in probe("explain", "--help").out


@pytest.mark.parametrize("value", ["", "  ", ["a", ""], ("", "a")])
def test_what_is_empty_is_named(value: object) -> None:
    with pytest.raises(UsageError, match="is empty") as caught:
        check_filled({"--good": "x", "--bad": value, "--worse": ""})
    assert caught.value.key == "--bad"


def test_what_was_not_given_is_not_empty() -> None:
    check_filled({"--model": None, "--target": [], "--rounds": 0, "--quiet": False, "--name": "a"})
