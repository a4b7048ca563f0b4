"""`probe report`"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.common import DEFAULT_OUT, OutOption, end, put, say
from probe.errors import ExitCode

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe report",
        "  probe report 20261121T080000Z-cold-start-glm --output report.md",
        "  probe report RUN --fail-on 'call1.failure_rate > 0.1'",
    )
)


class ReportFormat(StrEnum):
    """What a report is written as."""

    MARKDOWN = "markdown"
    JSON = "json"


def report(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN", help="Run directories or ids, or summaries of the original script; else the latest."
        ),
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How to write it.")] = ReportFormat.MARKDOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of to standard output.")
    ] = None,
    fail_on: Annotated[
        list[str] | None, typer.Option("--fail-on", metavar="GATE", help="End with 3 when this holds; may be repeated.")
    ] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Make a run's report again from the store.

    Several runs are reported one by one, never pooled.
    """
    from probe.cli.stored import find_run, load
    from probe.render.markdown import render_markdown
    from probe.store import write_atomically

    names: Sequence[str | None] = runs or [None]
    reports = [load(find_run(name, out), fail_on).report for name in names]
    if form is ReportFormat.JSON:
        text = "".join(each.model_dump_json() + "\n" for each in reports)
    else:
        text = "\n".join(render_markdown(each) for each in reports)
    if output:
        write_atomically(output, text.encode())
        say(f"written to {output}")
    else:
        put(text)
    failed = [gate for each in reports for gate in each.gates if gate.failed]
    for gate in failed:
        say(f"gate failed: {gate.expression} (observed {gate.observed})")
    if failed:
        end(ExitCode.GATE_FAILED)
