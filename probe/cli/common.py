"""What the commands share. Imports nothing heavy."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from probe.errors import ExitCode
from probe.units import parse_duration_s

DEFAULT_OUT = Path("reports")
RUNS = "runs"


def duration(text: str) -> float:
    """A Typer parser for durations: seconds."""
    try:
        return parse_duration_s(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def deadline(text: str) -> float:
    """The same for what must be longer than nothing."""
    seconds = duration(text)
    if seconds == 0:
        raise typer.BadParameter(f"{text!r} is no time at all; it must be more than 0")
    return seconds


OutOption = Annotated[
    Path,
    typer.Option("--out", help="Directory for runs and reports; runs go into its `runs`.", rich_help_panel="Output"),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help="Print the result as one JSON object on standard output.", rich_help_panel="Output"),
]


def say(text: str = "") -> None:
    """A line for the person, on standard error: standard output is for results."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """A result, on standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def end(code: ExitCode) -> NoReturn:
    """End the command with this exit code."""
    raise typer.Exit(int(code))
