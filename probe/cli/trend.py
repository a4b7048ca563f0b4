"""`probe trend`: the nights that were kept."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from probe.cli.language import present_texts, tell
from probe.cli.options import OutputOption

EXAMPLES = """\b
Examples:
  probe trend
  probe trend --history /var/lib/probe --chart nights.svg"""
DEFAULT_HISTORY = Path("reports/history")

HistoryOption = Annotated[
    Path, typer.Option("--history", metavar="DIR", help="Where the nights are kept.", show_default=True)
]
AnyMachineOption = Annotated[
    bool,
    typer.Option("--any-machine", help="Compare nights of different machines: a CI's runners are new each night."),
]


class TrendFormat(StrEnum):
    """Formats of a trend."""

    MARKDOWN = "markdown"
    JSON = "json"


def trend(
    history: HistoryOption = DEFAULT_HISTORY,
    form: Annotated[
        TrendFormat | None,
        typer.Option("--format", help="How to write it. (default: markdown; on a terminal, fitted to it)"),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the failure rates of the series measured last, as SVG."),
    ] = None,
    last: Annotated[int, typer.Option(min=1, help="How many nights of each series to show.")] = 60,
    any_machine: AnyMachineOption = False,
    output: OutputOption = None,
) -> None:
    """Show the nights that `probe nightly` has kept, series by series.

    Nights of a series are alike in all that matters, so they can be compared.
    """
    from probe.cli.console import show
    from probe.cli.deliver import deliver, is_for_terminal, named_file
    from probe.reporting.trend_report import trend_blocks, trend_chart, trend_json, trend_markdown
    from probe.store.nights import read_history

    on_terminal, texts, output = is_for_terminal(form, output), present_texts(), named_file(output)
    kept = read_history(history)
    if not history.is_dir():
        tell("trend.no_history", path=history)
    if on_terminal:
        show(trend_blocks(kept, texts, last=last, any_machine=any_machine))
    elif form is TrendFormat.JSON:
        deliver(trend_json(kept), output)
    else:
        deliver(trend_markdown(kept, texts, last=last, any_machine=any_machine), output)
    if output:
        tell("command.written", path=output)
    if chart and not kept.nights:
        tell("trend.no_chart", path=chart)
    elif chart:
        deliver(trend_chart(kept, texts, last=last, any_machine=any_machine), chart)
        tell("command.written", path=chart)
