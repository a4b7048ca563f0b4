"""`probe trend`"""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.common import say
from probe.cli.options import OutputOption
from probe.model.choices import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from probe.model.night import Night
    from probe.render.texts import Texts
    from probe.store.history import History

EXAMPLES = "\n\n".join(("Examples:", "  probe trend", "  probe trend --history /var/lib/probe --chart nights.svg"))
DEFAULT_HISTORY = Path("reports/history")

HistoryOption = Annotated[
    Path, typer.Option("--history", metavar="DIR", help="Where the nights are kept.", show_default=True)
]
AnyMachineOption = Annotated[
    bool,
    typer.Option("--any-machine", help="Compare nights of different machines: a CI's runners are new each night."),
]


class TrendFormat(StrEnum):
    """What a trend is written as."""

    MARKDOWN = "markdown"
    JSON = "json"


def trend(
    history: HistoryOption = DEFAULT_HISTORY,
    form: Annotated[TrendFormat, typer.Option("--format", help="How to write it.")] = TrendFormat.MARKDOWN,
    chart: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the failure rates of the series measured last, as SVG."),
    ] = None,
    last: Annotated[int, typer.Option(min=1, help="How many nights of each series to show.")] = 60,
    any_machine: AnyMachineOption = False,
    lang: Annotated[Language, typer.Option(help="The language it is written in.")] = Language.EN,
    output: OutputOption = None,
) -> None:
    """Show the nights that `probe nightly` has kept, a table for each series of like nights."""
    from probe.cli.deliver import deliver, named_file
    from probe.render.texts import Texts
    from probe.store.history import read_history

    texts, output = Texts(lang), named_file(output)
    kept = read_history(history)
    if not history.is_dir():
        say(f"{history}: there is no such directory; `probe nightly` makes it, --history names another.")
    if form is TrendFormat.JSON:
        nights = [night.model_dump(mode="json") for night in kept.nights]
        text = json.dumps({"nights": nights, "corrupt": kept.corrupt})
    else:
        text = trend_markdown(kept, texts, last=last, any_machine=any_machine)
    deliver(text, output)
    if output:
        say(f"written to {output}")
    if chart and not kept.nights:
        say(f"{chart}: not written, since there is no night to draw")
    elif chart:
        _draw(chart, _series(kept, any_machine=any_machine)[-1][-last:], texts)
        say(f"written to {chart}")


def trend_markdown(kept: "History", texts: "Texts", *, last: int, any_machine: bool) -> str:
    """A table for each series, the one measured last at the end."""
    from probe.render.markup import plain
    from probe.render.nights_markdown import render_nights

    parts = []
    for nights in _series(kept, any_machine=any_machine):
        parts += [f"## {texts('nights.title', target=plain(nights[-1].target))}", render_nights(nights[-last:], texts)]
    if kept.corrupt:
        key = "nights.corrupt.one" if kept.corrupt == 1 else "nights.corrupt"
        parts.append(f"> {texts(key, count=kept.corrupt)}")
    return "\n\n".join(parts or [texts("nights.none")]) + "\n"


def ignored(*, any_machine: bool) -> frozenset[str]:
    """What of the identity may differ within a series, on top of what always may."""
    return frozenset({"machine"}) if any_machine else frozenset()


def _series(kept: "History", *, any_machine: bool) -> "list[list[Night]]":
    from probe.stats.night_baseline import all_series

    return all_series(kept.nights, ignoring=ignored(any_machine=any_machine))


def _draw(path: Path, nights: "Sequence[Night]", texts: "Texts") -> None:
    from probe.cli.deliver import deliver
    from probe.render.charts import nights_chart, svg_file
    from probe.render.nights_markdown import chart_rows
    from probe.stats.rates import failure_rate

    rates = [failure_rate(step.failed, step.n) for night in nights for step in night.steps]
    deliver(svg_file(nights_chart(chart_rows(nights, rates), texts)), path)
