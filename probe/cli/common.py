"""Print and end, for all commands. Imports nothing heavy."""

import sys
from typing import IO, NoReturn

import typer

from probe.errors import ExitCode
from probe.sanitise import harmless, harmless_json


def is_terminal(stream: IO[str]) -> bool:
    """Return True where a person reads the stream as it is written."""
    return stream.isatty()


def say(text: str = "") -> None:
    """Write a line for a person to standard error: standard output is for results."""
    print(harmless(text), file=sys.stderr, flush=True)  # noqa: T201


def put(text: str) -> None:
    """Write a result for a person to standard output."""
    put_data(harmless(text))


def put_json(text: str) -> None:
    """Write JSON to standard output."""
    put_data(harmless_json(text))


def put_data(text: str) -> None:
    """Write a result for a program to standard output, as it is."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def end(code: ExitCode) -> NoReturn:
    """End the command with this exit code."""
    raise typer.Exit(int(code))
