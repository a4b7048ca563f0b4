"""The options of `probe check --deep`. Imports nothing heavy."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

DEEP = "Deep check"


class DeepFormat(StrEnum):
    """Formats of a deep check's report."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True)
class DeepOptions:
    """The cases of a deep check, and what is written of them."""

    deep: Annotated[
        bool,
        typer.Option("--deep", help="Try all that Claude Code needs, case by case.", rich_help_panel=DEEP),
    ] = False
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="CASE,...", help="These cases alone, opt-in ones too.", rich_help_panel=DEEP),
    ] = None
    also: Annotated[
        str | None,
        typer.Option(
            "--also", metavar="CASE,...", help="These opt-in cases beside the usual ones.", rich_help_panel=DEEP
        ),
    ] = None
    reference: Annotated[
        str | None,
        typer.Option(
            "--reference",
            metavar="TARGET",
            help="A target to compare with: the case `model` counts tokens there too.",
            rich_help_panel=DEEP,
        ),
    ] = None
    list_cases: Annotated[
        bool,
        typer.Option("--list", help="List the cases and what each costs, and stop.", rich_help_panel=DEEP),
    ] = False
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask before the first request.", rich_help_panel=DEEP)
    ] = False
    form: Annotated[
        DeepFormat | None,
        typer.Option("--format", help="How to write the result. (default: plain text)", rich_help_panel=DEEP),
    ] = None
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write here instead of to standard output.", rich_help_panel=DEEP),
    ] = None

    @property
    def first_given(self) -> str | None:
        """The name of the first option that was given, and that has no meaning without --deep."""
        given = {
            "--only": self.only,
            "--also": self.also,
            "--reference": self.reference,
            "--list": self.list_cases,
            "--yes": self.yes,
            "--format": self.form,
            "--output": self.output,
        }
        return next((name for name, value in given.items() if value), None)


def case_names(text: str | None) -> tuple[str, ...]:
    """Return the names of `tools,cache`."""
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))
