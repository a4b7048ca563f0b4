"""Failure rates and durations of calls by day or hour, as Vega-Lite specifications."""

from collections.abc import Iterator, Sequence

from probe.model.call_trend import TrendPeriod
from probe.render.axes import WIDE, chart, describe_values, layer, legend, share_axis, time_axis
from probe.render.numbers import duration_text, share_text
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.texts import Texts

_HEIGHT = 200
_TOLD = 6
"""Periods of which a chart's description gives the figures: the worst ones."""


def failures_chart(periods: Sequence[TrendPeriod], texts: Texts, width: int = WIDE) -> Spec:
    """Draw the failure rate of each period with its interval; a line marks a new version of the client."""
    points: list[Spec] = [
        {"name": period.name, "rate": period.failure_rate.value, "low": period.failure_rate.low,
         "high": period.failure_rate.high}
        for period in periods if period.failure_rate is not None
    ]  # fmt: skip
    x, y = _periods_axis(periods), share_axis(texts("chart.failure_rate"))
    look = colour("failed")
    layers = [
        *_version_lines(periods, x),
        layer(points, {"type": "rule", "strokeWidth": 2, "opacity": 0.5, "color": look},
              x=x, y={"field": "low", **y}, y2={"field": "high"}),
        layer(points, {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": look},
              x=x, y={"field": "rate", **y}),
    ]  # fmt: skip
    worst = sorted(points, key=lambda point: -point["rate"])[:_TOLD]
    told = describe_values(((point["name"], share_text(point["rate"], texts)) for point in worst), texts)
    return chart(width, _HEIGHT, texts("calltrend.failures.told", told=told), layers)


def durations_chart(periods: Sequence[TrendPeriod], texts: Texts, width: int = WIDE) -> Spec:
    """Draw p50 and p90 of the successes of each period."""
    names = {"p50_ms": texts("column.trend_p50"), "p90_ms": texts("column.trend_p90")}
    points: list[Spec] = [
        {"name": period.name, "ms": value, "quantile": word}
        for field, word in names.items()
        for period in periods
        if (value := getattr(period, field)) is not None
    ]
    x = _periods_axis(periods)
    y = {"field": "ms", **time_axis([point["ms"] for point in points], texts("chart.time"))}
    tint = legend("quantile", dict(zip(names.values(), (colour("step1"), colour("step2")), strict=True)))
    layers = [
        *_version_lines(periods, x),
        layer(points, {"type": "line", "strokeWidth": 2}, x=x, y=y, color=tint),
        layer(points, {"type": "point", "filled": True, "size": 45, "opacity": 1}, x=x, y=y, color=tint),
    ]
    last = [(point["quantile"], duration_text(point["ms"])) for point in points if point["name"] == periods[-1].name]
    return chart(width, _HEIGHT, texts("calltrend.durations.told", told=describe_values(last, texts)), layers)


def _periods_axis(periods: Sequence[TrendPeriod]) -> Spec:
    """Build an axis of days without their year, or of hours."""
    axis = {"labelExpr": "length(datum.value) > 2 ? slice(datum.value, 5) : datum.value", "labelAngle": 0,
            "labelOverlap": "greedy", "labelSeparation": 8, "grid": False}  # fmt: skip
    scale = {"domain": [period.name for period in periods]}
    return {"field": "name", "type": "ordinal", "title": None, "scale": scale, "axis": axis}


def _version_lines(periods: Sequence[TrendPeriod], x: Spec) -> Iterator[Spec]:
    """Yield the lines at days with a new version of the client, but for the first day."""
    new = [{"name": period.name} for period in periods[1:] if period.new_versions]
    if new:
        yield layer(new, {"type": "rule", "strokeDash": [4, 3], "color": colour("soft")}, x=x)
