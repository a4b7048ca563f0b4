"""Calls over months as one HTML file, made of the parts of the page that reports have."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from probe.model.call_trend import CallTrend, TargetTrend, TrendPeriod
from probe.render.axes import NARROW
from probe.render.html import page_frame
from probe.render.html_tables import drawn_table
from probe.render.svg import Draw, Spec, draw_here, svg
from probe.render.table_model import Table
from probe.render.templates import template
from probe.render.trend_chart import durations_chart, failures_chart
from probe.render.trend_tables import days_table, hours_table
from probe.texts import Texts

Chart = Callable[..., Spec]


@dataclass(frozen=True)
class TrendFigure:
    """A chart below its title; `told` is what it shows in words."""

    title: str
    told: str
    svg: Markup
    caption: str


@dataclass(frozen=True)
class TrendPart:
    """The days of a target, or its hours: charts, and the table behind them."""

    id: str
    title: str
    figures: tuple[TrendFigure, ...]
    table: Markup


@dataclass(frozen=True)
class TrendSection:
    """A target of the page."""

    id: str
    name: str
    facts: str
    parts: tuple[TrendPart, ...]


def render_trend_html(
    trend: CallTrend, remarks: Sequence[str], version: str, texts: Texts, draw: Draw = draw_here
) -> str:
    """Return the page; `remarks` are on files that could not be read, and `version` is that of probe."""
    sections = [_section(target, f"t{number}", texts, draw) for number, target in enumerate(trend.targets, 1)]
    return template("trend.html").render(
        **page_frame(texts),
        version=version,
        sections=sections,
        remarks=remarks,
    )


def _section(trend: TargetTrend, name: str, texts: Texts, draw: Draw) -> TrendSection:
    first, last = trend.days[0].name, trend.days[-1].name
    facts = texts("calltrend.facts", first=first, last=last, n=sum(day.calls for day in trend.days))
    days = _part(f"{name}-days", trend.days, days_table(trend, texts), texts, draw)
    hours = _part(f"{name}-hours", trend.hours, hours_table(trend, texts), texts, draw)
    return TrendSection(name, trend.arm_name, facts, (days, hours))


def _part(name: str, periods: Sequence[TrendPeriod], table: Table, texts: Texts, draw: Draw) -> TrendPart:
    return TrendPart(name, table.title, tuple(_figures(periods, texts, draw)), drawn_table(table, f"{name}-table"))


def _figures(periods: Sequence[TrendPeriod], texts: Texts, draw: Draw) -> Iterator[TrendFigure]:
    yield _figure("calltrend.failures", failures_chart, periods, texts, draw)
    if any(period.p50_ms is not None for period in periods):
        yield _figure("calltrend.durations", durations_chart, periods, texts, draw)


def _figure(key: str, build: Chart, periods: Sequence[TrendPeriod], texts: Texts, draw: Draw) -> TrendFigure:
    wide = build(periods, texts)
    drawn = svg(wide, draw) + svg(build(periods, texts, NARROW), draw)
    chart = Markup(drawn)  # noqa: S704  # escaped by the library that drew it
    return TrendFigure(texts(key), wide["description"], chart, texts(f"{key}.caption"))
