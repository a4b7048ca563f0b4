"""The command line: parse, wire, exit code. Nothing else in the package imports Typer."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from probe import __version__
from probe.cli import (
    capture,
    check,
    compare,
    explain,
    export,
    nightly,
    replay,
    report,
    run,
    scenarios,
    schema,
    tolerance,
    trend,
    upstream,
)
from probe.cli.common import say
from probe.cli.defects import end_of
from probe.cli.filled import Command
from probe.cli.signals import acted_on_at_once
from probe.cli.streams import silence_libraries, standard_streams
from probe.errors import ExitCode, ProbeError


@contextmanager
def _ends_of_our_own() -> Iterator[None]:
    """End as it is documented; Typer has codes of its own for Ctrl-C, for a pipe that broke and for an end of input."""
    try:
        yield
    except KeyboardInterrupt:
        say("probe: interrupted")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except ProbeError as error:
        say(f"probe: {error}")
        raise typer.Exit(error.exit_code) from None
    except (OSError, EOFError, MemoryError) as error:
        raise typer.Exit(end_of(error)) from None


class PlainGroup(TyperGroup):
    """Prints its own help without rich, whose import would take as long as all the rest; commands keep it."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.rich_markup_mode = None

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        with _ends_of_our_own():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: Any) -> Any:
        with _ends_of_our_own():
            return super().invoke(ctx)


app = typer.Typer(
    name="probe",
    cls=PlainGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Measure how reliable Claude Code really is through a given upstream.\n\n"
    "Drives the real claude --print through scripted first and second calls, each round in a sandbox of its own, "
    "and keeps what happened as evidence.\n\n"
    "Start with: probe run",
    epilog="Exit codes: 0 done, 1 defect in probe, 2 bad usage or configuration, 3 a gate failed, "
    "4 environment not usable, 5 done but its output could not be written, 130 interrupted.",
)
_command = partial(app.command, cls=Command)
_command("check", epilog=check.EXAMPLES)(check.check)
_command("run", epilog=run.EXAMPLES)(run.run)
_command("report", epilog=report.EXAMPLES)(report.report)
_command("explain", epilog=explain.EXAMPLES)(explain.explain)
_command("export", epilog=export.EXAMPLES)(export.export)
_command("compare", epilog=compare.EXAMPLES)(compare.compare)
_command("nightly", epilog=nightly.EXAMPLES)(nightly.nightly)
_command("trend", epilog=trend.EXAMPLES)(trend.trend)
_command("capture", epilog=capture.EXAMPLES)(capture.capture)
_command("replay", epilog=replay.EXAMPLES)(replay.replay)
_command("tolerance", epilog=tolerance.EXAMPLES)(tolerance.tolerance)
_command("schema", epilog=schema.EXAMPLES)(schema.schema)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(upstream.app, name="upstream")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"probe {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """The console script: errors become one message and an exit code, never a traceback."""
    silence_libraries()
    with standard_streams() as streams:
        code = _run_app()
    for stream in streams:
        if stream.problem:
            with standard_streams():
                say(f"probe: {stream.name} could not be written: {stream.problem}")
            code = code or ExitCode.OUTPUT_LOST
    sys.exit(code)


def _run_app() -> int:
    """Run the command. Its exit code."""
    try:
        with acted_on_at_once():
            app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - all that is left is a defect, which is said
        return end_of(error)
    return ExitCode.DONE
