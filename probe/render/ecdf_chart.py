"""The share of calls that had succeeded by a time, as a Vega-Lite specification."""

from collections.abc import Sequence

from probe.model.chart import Ecdf
from probe.model.report import Section
from probe.render.axes import COLUMN, by_step, chart, labels_of, layer, legend, share_axis, time_axis
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.render.texts import Texts

_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_LINE = 0.055
"""Height of a line of words where the whole chart is 1."""


def ecdf_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """The share of calls that had succeeded by a time; an arrow where the rest failed."""
    ecdfs = section.charts.ecdfs
    x = {"field": "ms", **time_axis([ms for each in ecdfs for ms, _ in _steps(each)], texts("chart.time"))}
    y = share_axis(texts("chart.done"))
    short = [each for each in ecdfs if each.censored]
    places = _apart([(1 + _reached(each)) / 2 for each in short])
    ends: list[Spec] = [
        {"step": each.label, "ms": each.horizon_ms, "share": _reached(each), "all": 1, "at": at,
         "said": texts("chart.unfinished", label=each.label, count=each.censored, n=each.n)}
        for each, at in zip(short, places, strict=True)
    ]  # fmt: skip
    points: list[Spec] = [
        {"step": each.label, "ms": ms, "share": share} for each in ecdfs for ms, share in _steps(each)
    ]
    labels, tint = labels_of(section), by_step(section)
    dashes = legend(
        "step",
        {label: _DASHES[index % len(_DASHES)] for index, label in enumerate(labels)},
        symbolType="stroke",
        symbolSize=300,
    )
    reached = {"field": "share", **y}
    layers = [
        layer(
            points,
            {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            x=x, y=reached, color=tint, strokeDash=dashes,
        ),
        layer(ends, {"type": "point", "filled": True, "shape": "triangle-right", "size": 110, "opacity": 1},
              x=x, y=reached, color=tint),
        layer(ends, {"type": "rule", "strokeDash": [1, 3], "strokeWidth": 2},
              x=x, y=reached, y2={"field": "all"}, color=tint),
        layer(ends, {"type": "text", "align": "right", "dx": -8, "fontSize": 12, "color": colour("ink")},
              x=x, y={"field": "at", **y}, text={"field": "said"}),
    ]  # fmt: skip
    told = texts("join.parts").join(
        texts("chart.ecdf.of", label=each.label, share=f"{_reached(each):.0%}", n=each.n) for each in ecdfs
    )
    return chart(width, 300, texts("chart.ecdf.told", told=told), layers)


def _apart(heights: Sequence[float]) -> list[float]:
    """Where words go that belong at these heights (0 to 1): as near as they can be without one upon another."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = dict.fromkeys(order, 0.0)
    floor, ceiling = 0.0, 1 - _LINE / 2
    for index in order:
        placed[index] = max(heights[index], floor)
        floor = placed[index] + _LINE
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - _LINE
    return [placed[index] for index in range(len(heights))]


def _reached(ecdf: Ecdf) -> float:
    return ecdf.points[-1][1] if ecdf.points else 0.0


def _steps(ecdf: Ecdf) -> list[tuple[float, float]]:
    """The corners of the curve, from the floor to the horizon."""
    begin = [(ecdf.points[0][0], 0.0)] if ecdf.points else []
    return [*begin, *ecdf.points, (ecdf.horizon_ms, _reached(ecdf))]
