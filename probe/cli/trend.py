"""`probe trend`: the calls of a history by day and hour, and the nights that were kept."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.history_option import HistoryOption, history_folder
from probe.cli.language import present_texts, tell
from probe.cli.options import OutputOption
from probe.texts import Texts

if TYPE_CHECKING:
    from probe.model.call_trend import CallTrend
    from probe.reporting.trend_report import StoredTrend

EXAMPLES = """\b
Examples:
  probe trend
  probe trend --last 90 --format html --output trend.html
  probe trend --history /var/lib/probe --chart nights.svg"""

AnyMachineOption = Annotated[
    bool,
    typer.Option("--any-machine", help="Compare nights of different machines: a CI's runners are new each night."),
]


class TrendFormat(StrEnum):
    """Formats of a trend."""

    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"


def trend(
    history: HistoryOption = None,
    form: Annotated[
        TrendFormat | None,
        typer.Option("--format", help="How to write it. (default: markdown; on a terminal, fitted to it)"),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the failure rates of the series measured last, as SVG."),
    ] = None,
    last: Annotated[
        int, typer.Option(min=1, help="How many nights of each series, and days of each target, to show.")
    ] = 60,
    any_machine: AnyMachineOption = False,
    vantage: Annotated[
        str | None, typer.Option(metavar="NAME", help="Show the calls and nights of this vantage alone.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Show calls by day and hour, and the nights of `probe nightly`.

    Calls are those that `probe history add` has kept. Nights of a series are alike in all that matters, so they can be
    compared.
    """
    from probe.cli.console import show
    from probe.cli.deliver import deliver, is_for_terminal, named_file
    from probe.reporting.trend_report import StoredTrend, nights_at, trend_chart
    from probe.store.nights import read_history

    on_terminal, texts, output = is_for_terminal(form, output), present_texts(), named_file(output)
    folder = history_folder(history)
    nights = nights_at(read_history(folder), vantage)
    kept = StoredTrend(nights, calls_in(folder, last, vantage), last, any_machine=any_machine)
    if not folder.is_dir():
        tell("trend.no_history", path=folder)
    if on_terminal:
        show(kept.blocks(texts))
    else:
        deliver(_written(kept, form, texts), output)
    if form is TrendFormat.HTML and not kept.calls.targets:
        tell("calltrend.no_html", path=folder)
    if output:
        tell("command.written", path=output)
    if chart and not kept.history.nights:
        tell("trend.no_chart", path=chart)
    elif chart:
        deliver(trend_chart(kept.history, texts, last=last, any_machine=any_machine), chart)
        tell("command.written", path=chart)


def calls_in(folder: Path, last: int, vantage: str | None) -> "CallTrend":
    """Return the calls of a history by day and hour; none where it has only nights. Raises EnvironmentUnusableError."""
    from probe.model.call_trend import CallTrend

    if not any(folder.glob("*/*/*.parquet")):
        return CallTrend()
    from probe.reporting.history_extra import require_history_extra

    require_history_extra()
    from probe.reporting.read_call_trend import read_call_trend

    return read_call_trend(folder, last, vantage)


def _written(kept: "StoredTrend", form: TrendFormat | None, texts: Texts) -> str:
    match form:
        case TrendFormat.JSON:
            return kept.json()
        case TrendFormat.HTML:
            return kept.html(texts)
    return kept.markdown(texts)
