"""An empty option is refused by every command, before anything else is done: no default takes its place."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from probe.cli import app
from probe.cli.command_group import ProbeCommand
from probe.errors import UsageError
from tests.conftest import Probe

OF_ANOTHER_PROGRAM = "COMMAND"
"""The words of a command to record, of which all but the first may be empty; see test_record.py."""


def commands(found: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    found = found or get_command(app)
    if not hasattr(found, "commands"):
        yield path, found
    for name, inner in getattr(found, "commands", {}).items():
        yield from commands(inner, (*path, name))


def arguments_of(command: Any) -> list[Any]:
    return [param for param in command.params if not param.opts[0].startswith("-")]


def empty_words(command: Any) -> Iterator[tuple[list[str], str]]:
    """Yield each way to write nothing: words of the command line, and the name of what is empty."""
    arguments = arguments_of(command)
    for param in command.params:
        if param in arguments or param.is_flag:
            continue
        longest = max(param.opts, key=len)
        for written in param.opts:
            yield [written, *[""] * param.nargs], longest
        yield [longest, *["  "] * param.nargs], longest
        yield [longest, *["x"] * (param.nargs - 1), ""], longest
        if param.nargs == 1:
            yield [f"{longest}="], longest
    yield from empty_arguments(arguments)


def empty_arguments(arguments: list[Any]) -> Iterator[tuple[list[str], str]]:
    for place, param in enumerate(arguments):
        if param.metavar != OF_ANOTHER_PROGRAM:
            yield [*["x"] * place, ""], (param.metavar or param.opts[0].upper()).strip("[].")


def test_all_commands_refuse_what_is_empty() -> None:
    assert {type(command) for _, command in commands()} == {ProbeCommand}
    assert sum(len(list(empty_words(command))) for _, command in commands()) > 200


@pytest.mark.parametrize("path", [" ".join(path) for path, _ in commands()])
def test_an_empty_option_or_argument_is_refused_by_its_name(path: str) -> None:
    command = dict(commands())[tuple(path.split())]
    for words, name in empty_words(command):
        with pytest.raises(UsageError) as caught:
            command.make_context(path, words)
        assert (caught.value.key, caught.value.message) == (name, "is empty"), words


def test_it_is_one_message_with_exit_code_2(probe: Probe) -> None:
    for words in (("run", "--token-env", ""), ("check", "--token-env="), ("replay", "x.json", "--token-env", " ")):
        said = probe(*words, code=2, ANTHROPIC_AUTH_TOKEN="a-token-of-nobody").err
        assert said.startswith("probe: --token-env: is empty\n")
    assert "RUN: is empty" in probe("report", "", code=2).err


def test_one_empty_value_among_several_is_refused(probe: Probe) -> None:
    assert "--fail-on: is empty" in probe("run", "--fail-on", "call1.failed > 1", "--fail-on", "", code=2).err


def test_a_variable_may_be_given_the_empty_text(probe: Probe) -> None:
    probe("run", "--driver", "messages", "--env", "ANTHROPIC_CUSTOM_HEADERS=", "--dry-run")


def test_an_empty_address_in_the_environment_is_no_address(probe: Probe) -> None:
    said = probe("check", "--no-client", code=2, ANTHROPIC_BASE_URL="", ANTHROPIC_MODEL="m").err
    assert "ANTHROPIC_BASE_URL: is empty" in said


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('token_env = ""', "targets.a.token_env"),
        ('token_env = " "', "targets.a.token_env"),
        ('token_command = ""', "targets.a.token_command"),
        ('model = ""', "targets.a.model"),
        ('base_url = ""', "targets.a.base_url"),
        ('aliases = {opus = ""}', "targets.a.aliases"),
        ('fail_on = [""]', "fail_on"),
    ],
)
def test_an_empty_value_in_the_configuration_is_refused(probe: Probe, line: str, key: str) -> None:
    fields = {"base_url": 'base_url = "http://127.0.0.1:9"', "model": 'model = "m"'} | {line.split(maxsplit=1)[0]: line}
    (probe.folder / "probe.toml").write_text("[targets.a]\n" + "\n".join(fields.values()))
    said = probe("run", "--dry-run", "--target", "a", code=2, ANTHROPIC_AUTH_TOKEN="a-token-of-nobody").err
    assert key in said


def test_an_empty_default_target_is_refused(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text('default_target = ""')
    assert "default_target" in probe("run", "--dry-run", code=2).err
