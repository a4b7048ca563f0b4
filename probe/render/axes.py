"""The axes, scales and frame that charts share, as parts of Vega-Lite specifications."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from probe.model.chart import Mark
from probe.model.report_sections import Section
from probe.render.palette import colour, step_colours
from probe.render.svg import Spec
from probe.texts import Texts

NARROW, COLUMN, WIDE = 360, 440, 1080
"""Widths in px: of a phone, of a column, of a page."""

_TICKS_MS = tuple(
    unit * count
    for unit, counts in ((1, (1, 2, 5, 10, 20, 50, 100, 200, 500)), (1000, (1, 2, 5, 10, 30)),
                         (60_000, (1, 2, 5, 10, 30)), (3_600_000, (1, 2, 5, 10, 30)))
    for count in counts
)  # fmt: skip
_ROUGH_TICKS_MS = (1, 10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000)
_TICK_WORDS = (
    "datum.value == 0 ? '0' : datum.value < 1000 ? datum.value + ' ms' : "
    "datum.value < 60000 ? datum.value / 1000 + ' s' : "
    "datum.value < 3600000 ? datum.value / 60000 + ' m' : datum.value / 3600000 + ' h'"
)
_LABEL = (
    "datum.label + slice('" + "\u00a0" * 60 + "', 0, "
    "2 * (length(datum.label) - length(replace(datum.label, /[\u2e80-\uffef]/g, ''))))"
)
"""Room after Chinese words in legends: without a font for them, they are measured half as wide as they are."""
_MOST_TICKS = 9
_EVERY_ROUND_HAS_A_TICK = 30
_MARGIN = 56
"""Room for the words of a vertical axis. (To fit the width exactly would lay out every chart twice.)"""
_LOGARITHMIC_FROM = 8.0
"""The ratio of the longest duration to the shortest from which an axis is logarithmic."""


def time_axis(values_ms: Sequence[float], title: str, *, logarithmic: bool = True, room: float = 1.0) -> Spec:
    """Build an axis of durations in ms with round ticks.

    It is logarithmic where durations lie far apart and `logarithmic` allows it, and ends at `room` times the longest.
    """
    known = [max(value, 1.0) for value in values_ms] or [1000.0]
    low, high = min(known), max(known) * room
    far_apart = high / low >= _LOGARITHMIC_FROM
    scale, ticks = _logarithmic(low / 1.25, high * 1.25) if logarithmic and far_apart else _linear(high * 1.05)
    axis = {"values": ticks, "labelExpr": _TICK_WORDS, "labelOverlap": "greedy"}
    return {"type": "quantitative", "title": title, "scale": scale, "axis": axis}


def _logarithmic(low: float, high: float) -> tuple[Spec, list[int]]:
    """Return the scale from one end to the other, and round ticks within it."""
    fine, rough = ([tick for tick in ticks if low <= tick <= high] for ticks in (_TICKS_MS, _ROUGH_TICKS_MS))
    return {"type": "log", "domain": [low, high], "nice": False}, fine if len(fine) <= _MOST_TICKS else rough


def _linear(high: float) -> tuple[Spec, list[int]]:
    """Return the scale from 0 to this end, and round ticks within it."""
    return {"domain": [0, high], "nice": False}, linear_ticks(high)


def linear_ticks(high: float) -> list[int]:
    """Return round moments from 0 to this end, in ms."""
    step = next((tick for tick in _TICKS_MS if high / tick <= 6), _TICKS_MS[-1])
    return [step * count for count in range(int(high // step) + 1)]


def share_axis(title: str) -> Spec:
    """Build an axis from 0 to 100 %."""
    scale = {"domain": [0, 1], "nice": False}
    return {"type": "quantitative", "title": title, "scale": scale, "axis": {"format": ".0%", "tickCount": 5}}


def rounds_axis(numbers: Iterable[int], title: str) -> Spec:
    """Build an axis of the numbers of rounds."""
    known = list(numbers) or [1]
    scale = {"domain": [min(known) - 0.6, max(known) + 0.6], "nice": False}
    ticks = {"values": known} if len(known) <= _EVERY_ROUND_HAS_A_TICK else {"tickMinStep": 1}
    axis = {"format": "d", "grid": False, "labelOverlap": "greedy", **ticks}
    return {"type": "quantitative", "title": title, "scale": scale, "axis": axis}


def legend(field: str, looks: Mapping[str, object], **changes: object) -> Spec:
    """Build a channel that shows each word of a field by its look (colour, shape or dash), with a legend above."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(looks), "range": list(looks.values())},
        "legend": {"title": None, "labelExpr": _LABEL, **changes},
    }


def labels_of(section: Section) -> list[str]:
    """Return the labels of the steps, in order."""
    return [step.label for step in section.steps]


def by_step(section: Section, **changes: object) -> Spec:
    """Build a channel with a colour for each step."""
    return legend("step", step_colours(labels_of(section)), **changes)


def mark_words(mark: Mark, texts: Texts) -> str:
    """Return how a call came out: `clean`, `timed out`."""
    return texts(f"chart.mark.{mark}")


def counted_marks(marks: Sequence[Mark], texts: Texts) -> str:
    """Count calls by how they came out: `22 clean, 3 recovered`."""
    counts = Counter(marks)
    return texts("join.items").join(f"{counts[mark]} {mark_words(mark, texts)}" for mark in Mark if counts[mark])


def describe_values(named: Iterable[tuple[str, str]], texts: Texts) -> str:
    """Join names and their values for those who cannot see a chart."""
    return texts("join.parts").join(texts("named", name=name, value=value) for name, value in named)


def layer(values: Sequence[Spec] | None, mark: Spec, **encoding: Spec) -> Spec:
    """Build a layer that draws these values; None are those of the whole chart."""
    data = {} if values is None else {"data": {"values": values}}
    return {**data, "mark": mark, "encoding": encoding}


def chart(width: int, height: int, description: str, layers: Sequence[Spec]) -> Spec:
    """Build a chart about this wide, in px; `description` is read to those who cannot see it."""
    return {
        "description": description,
        "width": width - _MARGIN,
        "height": height,
        "background": None,
        "padding": 2,
        "layer": list(layers),
        "config": _config(legends="horizontal" if width >= WIDE else "vertical"),
    }


def _config(legends: str) -> dict[str, Any]:
    ink, soft, grid = colour("ink"), colour("soft"), colour("grid")
    margin = 24 if legends == "horizontal" else 6
    return {
        "aria": False,
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": soft,
            "titleColor": soft,
            "titleFontWeight": "normal",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titlePadding": 8,
            "gridColor": grid,
            "domainColor": colour("line"),
            "tickColor": colour("line"),
        },
        "legend": {
            "orient": "top",
            "direction": "horizontal",
            "labelColor": ink,
            "labelFontSize": 12,
            "labelLimit": 220,
            "symbolStrokeWidth": 2,
            "symbolSize": 80,
            "columnPadding": 14,
            "rowPadding": 4,
            "padding": 0,
            "offset": 10,
            "layout": {"top": {"direction": legends, "anchor": "start", "margin": margin}},
        },
    }
