"""The share of calls that had succeeded by a time, as a Vega-Lite specification."""

from collections.abc import Sequence
from itertools import cycle

from probe.model.chart import Ecdf
from probe.model.report_sections import Section
from probe.render.axes import COLUMN, by_step, chart, labels_of, layer, legend, share_axis, time_axis
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.texts import Texts

_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_LINE = 0.055
"""Height of a line of words where the whole chart is 1."""


def ecdf_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """Draw the share of calls that had succeeded by a time; an arrow where the rest failed."""
    ecdfs = section.charts.ecdfs
    corners = [(ecdf.label, ms, share) for ecdf in ecdfs for ms, share in _corners(ecdf)]
    points: list[Spec] = [{"step": label, "ms": ms, "share": share} for label, ms, share in corners]
    ends = _ends([ecdf for ecdf in ecdfs if ecdf.censored], texts)
    x = {"field": "ms", **time_axis([ms for _, ms, _ in corners], texts("chart.time"))}
    y = share_axis(texts("chart.done"))
    reached, tint = {"field": "share", **y}, by_step(section)
    dashes = legend("step", dict(zip(labels_of(section), cycle(_DASHES), strict=False)), symbolType="stroke",
                    symbolSize=300)  # fmt: skip
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
    description = texts("join.parts").join(
        texts("chart.ecdf.of", label=ecdf.label, share=f"{_reached(ecdf):.0%}", n=ecdf.n) for ecdf in ecdfs
    )
    return chart(width, 300, texts("chart.ecdf.told", told=description), layers)


def _ends(censored: Sequence[Ecdf], texts: Texts) -> list[Spec]:
    """Build the ends of curves that stay below 100 %: where they are, and where the words about them go."""
    places = _apart([(1 + _reached(ecdf)) / 2 for ecdf in censored])
    return [
        {"step": ecdf.label, "ms": ecdf.horizon_ms, "share": _reached(ecdf), "all": 1, "at": at,
         "said": texts("chart.unfinished", label=ecdf.label, count=ecdf.censored, n=ecdf.n)}
        for ecdf, at in zip(censored, places, strict=True)
    ]  # fmt: skip


def _apart(heights: Sequence[float]) -> list[float]:
    """Return where words go that belong at these heights (0 to 1): as near as they can be without overlapping."""
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


def _corners(ecdf: Ecdf) -> list[tuple[float, float]]:
    """Return the corners of the curve as (ms, share), from the floor to the horizon."""
    begin = [(ecdf.points[0][0], 0.0)] if ecdf.points else []
    return [*begin, *ecdf.points, (ecdf.horizon_ms, _reached(ecdf))]
