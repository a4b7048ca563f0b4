"""The command line: parse, wire, exit code. Nothing else in the package imports Typer."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
from probe.cli.signals import acted_on_at_once
from probe.errors import ExitCode, ProbeError


@contextmanager
def _ends_of_our_own() -> Iterator[None]:
    """Ctrl-C and a reader that has gone end as they are documented to; Typer has another code, or no word, for them."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("probe: interrupted", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except (BrokenPipeError, SystemExit) as error:
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise  # that of rich, which prints the commands' help, stands for a pipe that broke
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(nowhere, number)
        raise typer.Exit(ExitCode.DONE) from None


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
    "4 environment not usable, 130 interrupted.",
)
app.command("check", epilog=check.EXAMPLES)(check.check)
app.command("run", epilog=run.EXAMPLES)(run.run)
app.command("report", epilog=report.EXAMPLES)(report.report)
app.command("explain", epilog=explain.EXAMPLES)(explain.explain)
app.command("export", epilog=export.EXAMPLES)(export.export)
app.command("compare", epilog=compare.EXAMPLES)(compare.compare)
app.command("nightly", epilog=nightly.EXAMPLES)(nightly.nightly)
app.command("trend", epilog=trend.EXAMPLES)(trend.trend)
app.command("capture", epilog=capture.EXAMPLES)(capture.capture)
app.command("replay", epilog=replay.EXAMPLES)(replay.replay)
app.command("tolerance", epilog=tolerance.EXAMPLES)(tolerance.tolerance)
app.command("schema", epilog=schema.EXAMPLES)(schema.schema)
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no such letter is no reason to end
    try:
        with acted_on_at_once():
            app()
    except ProbeError as error:
        code, message = error.exit_code, str(error)
    except Exception as error:
        if os.environ.get("PROBE_DEBUG"):
            raise
        code = ExitCode.INTERNAL
        message = (
            f"a defect in probe: {type(error).__name__}: {error}\n"
            "Set PROBE_DEBUG=1 for the traceback, and please report it."
        )
    else:
        return
    typer.echo(f"probe: {message}", err=True)
    sys.exit(int(code))
