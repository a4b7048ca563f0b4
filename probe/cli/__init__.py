"""The command line: parse, wire, exit code. Nothing else in the package imports Typer."""

import os
import sys
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
from probe.errors import ExitCode, ProbeError


class PlainGroup(TyperGroup):
    """Prints its own help without rich, whose import would take as long as all the rest; commands keep it."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.rich_markup_mode = None


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
    try:
        app()
    except ProbeError as error:
        code: int = error.exit_code
        message = str(error)
    except KeyboardInterrupt:
        code, message = ExitCode.INTERRUPTED, "interrupted"
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code, message = ExitCode.DONE, ""
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
    if message:
        typer.echo(f"probe: {message}", err=True)
    sys.exit(int(code))
