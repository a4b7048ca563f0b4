"""The command line: parse, show, exit code, signals. Nothing outside this package imports Typer."""

import os
import sys
from typing import Annotated

import typer

from probe.cli.annotations import choose_annotations
from probe.cli.command_group import CommandGroup
from probe.cli.common import put
from probe.cli.defects import end_of
from probe.cli.language import choose_language, present_texts, system_words, tell
from probe.cli.signals import acted_on_at_once
from probe.cli.streams import silence_libraries, standard_streams
from probe.errors import ExitCode

app = typer.Typer(
    name="probe",
    cls=CommandGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        # Without a default of their own Typer would convert None for these, and import pydantic to do so.
        "default_map": {"help": False, "install_completion": False, "show_completion": False},
    },
    help="Measure how reliable Claude Code really is through a given upstream.\n\n"
    "Drives the real claude --print through scripted first and second calls, each round in a sandbox of its own, "
    "and keeps what happened as evidence.\n\n"
    "Start with: probe check --base-url URL --model NAME\n\n"
    "Without a relay: probe run",
    epilog="Exit codes: 0 done, 1 defect in probe, 2 bad usage or configuration, 3 a gate failed, "
    "4 environment not usable, 5 done but its output could not be written, 130 interrupted.",
)


_COMPLETIONS = ("_PROBE_COMPLETE", "_CLAUDE_PROBE_COMPLETE")
"""The variables by which a shell asks what can come next, one for each name of the program."""


def _version(wanted: bool) -> None:
    if wanted:
        from probe.cli.version import version_lines

        put("\n".join(version_lines(os.environ, present_texts())))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Print the versions of probe, the client and the platform, and exit.",
        ),
    ] = False,
) -> None:
    """Take the options that stand before the command."""


def main() -> None:
    """Run the command line and exit; errors become one message and an exit code, never a traceback."""
    silence_libraries()
    with standard_streams() as streams:
        code = _run_app()
    for stream in streams:
        if stream.problem:
            with standard_streams():
                tell(f"command.lost.{stream.name}", problem=system_words(stream.problem))
            code = code or ExitCode.OUTPUT_LOST
    sys.exit(code)


def _words() -> list[str]:
    """Return the words of the command line without `--lang`. When a shell completes a line, no error may come."""
    is_completing = any(name in os.environ for name in _COMPLETIONS)
    return choose_language(sys.argv[1:], {} if is_completing else os.environ)


def _run_app() -> int:
    """Run the command that `sys.argv` names, and return its exit code."""
    choose_annotations(None)
    try:
        with acted_on_at_once():
            app(_words())
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - all that is left is a defect, which is said
        return end_of(error)
    return ExitCode.DONE
