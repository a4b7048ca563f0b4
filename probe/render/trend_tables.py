"""Calls by day and by hour of the day as tables."""

from collections.abc import Sequence

from probe.model.call_trend import TargetTrend, TrendPeriod
from probe.render.numbers import NOTHING, count_text, estimate_share, share_text
from probe.render.overview import health_badge
from probe.render.table_model import FigureCell, Table, TableRow, WordsCell, duration, sort_key
from probe.texts import Texts

_RATES = ("calls", "failed", "failure_share", "trend_p50", "trend_p90")
_TOKENS = ("trend_in", "trend_out", "trend_cache")


def days_table(trend: TargetTrend, texts: Texts) -> Table:
    """Lay out the days of a target, oldest first; a version of the client stands where it is new."""
    columns = _columns(("trend_day", "health", *_RATES, "client", *_TOKENS), texts)
    rows = tuple(
        (
            WordsCell(day.name),
            health_badge(day.health, texts),
            *_rates(day, texts),
            WordsCell(", ".join(day.new_versions), foreign=True),
            *_tokens(day, texts),
        )
        for day in trend.days
    )
    return Table("days", texts("calltrend.days"), columns, rows, texts("calltrend.note"), narrowable=True)


def hours_table(trend: TargetTrend, texts: Texts) -> Table:
    """Lay out the hours of the day."""
    columns = _columns(("trend_hour", "health", *_RATES, *_TOKENS), texts)
    rows = tuple(
        (WordsCell(hour_text(hour)), health_badge(hour.health, texts), *_rates(hour, texts), *_tokens(hour, texts))
        for hour in trend.hours
    )
    return Table("hours", texts("calltrend.hours"), columns, rows, narrowable=True)


def hour_text(period: TrendPeriod) -> str:
    """Return an hour of the day: `07:00`."""
    return f"{period.name}:00"


def _columns(names: Sequence[str], texts: Texts) -> tuple[str, ...]:
    return tuple(texts(f"column.{name}") for name in names)


def _rates(period: TrendPeriod, texts: Texts) -> TableRow:
    rate = period.failure_rate
    return (
        FigureCell(count_text(period.calls), period.calls),
        FigureCell(count_text(period.failed), period.failed),
        FigureCell(estimate_share(rate, texts), sort_key(rate.value if rate else None)),
        duration(period.p50_ms),
        duration(period.p90_ms),
    )


def _tokens(period: TrendPeriod, texts: Texts) -> TableRow:
    share = period.cache_share
    return (
        FigureCell(count_text(period.prompt_tokens), sort_key(period.prompt_tokens)),
        FigureCell(count_text(period.output_tokens), sort_key(period.output_tokens)),
        FigureCell(NOTHING if share is None else share_text(share, texts), sort_key(share)),
    )
