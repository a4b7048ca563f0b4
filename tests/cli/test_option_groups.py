"""Groups of options: Typer sees their fields, the command a value of the group."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from probe.cli.option_groups import given, with_groups


@dataclass(frozen=True)
class Group:
    """Two options."""

    rounds: Annotated[int | None, typer.Option("--rounds", "-n")] = None
    model: Annotated[str | None, typer.Option()] = None


def test_fields_are_options_and_the_command_gets_the_group() -> None:
    received: list[tuple[Group, bool]] = []

    @with_groups
    def command(*, group: Group, quiet: Annotated[bool, typer.Option("--quiet")] = False) -> None:
        """Do nothing."""
        received.append((group, quiet))

    app = typer.Typer()
    app.command()(command)
    ended = CliRunner().invoke(app, ["-n", "3", "--quiet"])
    assert ended.exit_code == 0, ended.output
    assert received == [(Group(rounds=3), True)]
    command(model="m")
    assert received[1:] == [(Group(model="m"), False)]


def test_what_was_given_is_found_in_groups_too() -> None:
    arguments = {"group": Group(model="m"), "timeout_s": 3.0, "targets": "glm", "faults": [], "nothing_of_options": 1}
    assert given(arguments) == {"model": "m", "timeout_s": 3.0, "targets": ("glm",)}
