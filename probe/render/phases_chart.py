"""The phases of calls, as a Vega-Lite specification."""

from collections.abc import Collection, Mapping, Sequence

from probe.model.report_sections import Section
from probe.model.statistics import StepStatistics
from probe.model.wire import PHASES
from probe.render.axes import COLUMN, chart, describe_values, layer, legend, time_axis
from probe.render.numbers import duration_text
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.texts import Texts

_Means = Mapping[str, float]
"""Means in ms by phase."""


def phases_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """Draw the mean of each phase of good calls as one stacked bar a step; retries are one of them."""
    by_step = {step.label: _means(step) for step in section.steps if step.success_phases}
    names = _that_took_time(by_step.values())
    bars = [bar for label, means in by_step.items() for bar in _bars(label, means, names, texts)]
    totals = [_total(label, means, names) for label, means in by_step.items()]
    x = time_axis([total["ms"] for total in totals], texts("chart.mean_time"), logarithmic=False, room=1.2)
    y = {"field": "step", "type": "nominal", "sort": list(by_step), "title": None,
         "axis": {"domain": False, "ticks": False, "labelFontSize": 13, "labelColor": colour("ink")}}  # fmt: skip
    tint = legend("phase", {texts(f"phase.{name}"): colour(name) for name in names}, columns=4, symbolType="square")
    layers = [
        layer(
            bars,
            {"type": "bar", "size": 26, "stroke": colour("paper"), "strokeWidth": 0.5},
            x={"field": "from", **x}, x2={"field": "to"}, y=y, color=tint,
        ),
        layer(
            totals,
            {"type": "text", "align": "left", "dx": 6, "color": colour("ink"), "fontSize": 12},
            x={"field": "ms", **x}, y=y, text={"field": "said"},
        ),
    ]  # fmt: skip
    description = describe_values(((label, _told(means, texts)) for label, means in by_step.items()), texts)
    return chart(width, 50 * max(len(by_step), 1), texts("chart.phases.told", told=description), layers)


def _means(step: StepStatistics) -> _Means:
    return {name: mean.value for name, mean in step.success_phases.items()}


def _that_took_time(steps: Collection[_Means]) -> list[str]:
    return [name for name in PHASES if any(means.get(name) for means in steps)]


def _bars(label: str, means: _Means, names: Sequence[str], texts: Texts) -> list[Spec]:
    bars: list[Spec] = []
    begin = 0.0
    for name in names:
        end = begin + means.get(name, 0.0)
        bars.append({"step": label, "from": begin, "to": end, "phase": texts(f"phase.{name}")})
        begin = end
    return bars


def _total(label: str, means: _Means, names: Sequence[str]) -> Spec:
    total = sum(means.get(name, 0.0) for name in names)
    return {"step": label, "ms": total, "said": duration_text(total)}


def _told(means: _Means, texts: Texts) -> str:
    return texts("join.items").join(f"{texts(f'phase.{name}')} {duration_text(ms)}" for name, ms in means.items() if ms)
