"""What the commands share. Imports nothing heavy."""

import sys
from typing import NoReturn

import typer

from probe.errors import ExitCode

RUNS = "runs"


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
