"""The charts of a report as Vega-Lite specifications. One serves HTML and Markdown, light and dark.

Only words of ours and step labels, which are safe by their pattern, come into a chart.
"""

from collections.abc import Iterator, Mapping

from probe.model.report_sections import Section
from probe.render.axes import NARROW, WIDE
from probe.render.call_anchors import CallKey
from probe.render.ecdf_chart import ecdf_chart
from probe.render.nights_chart import Night, nights_chart
from probe.render.outcomes_chart import outcomes_chart
from probe.render.phases_chart import phases_chart
from probe.render.rounds_chart import rounds_chart
from probe.render.svg import Draw, Spec, draw_here, svg, svg_file
from probe.render.warmth_chart import warmth_chart
from probe.texts import Texts

__all__ = [
    "NARROW",
    "Draw",
    "Night",
    "draw_here",
    "ecdf_chart",
    "nights_chart",
    "outcomes_chart",
    "phases_chart",
    "rounds_chart",
    "section_charts",
    "svg",
    "svg_file",
    "wide_charts",
]


def section_charts(
    section: Section, texts: Texts, anchors: Mapping[CallKey, str] | None = None
) -> Iterator[tuple[str, Spec]]:
    """Yield name and chart of all that have something to show: those of `wide_charts`, `ecdf`, `phases`, `outcomes`."""
    yield from wide_charts(section, texts, anchors=anchors)
    if section.charts.ecdfs:
        yield "ecdf", ecdf_chart(section, texts)
    if any(step.success_phases for step in section.steps):
        yield "phases", phases_chart(section, texts)
    if any(of_rounds.counts for of_rounds in section.charts.over_time):
        yield "outcomes", outcomes_chart(section, texts)


def wide_charts(
    section: Section, texts: Texts, width: int = WIDE, anchors: Mapping[CallKey, str] | None = None
) -> Iterator[tuple[str, Spec]]:
    """Yield the charts that take the whole width of a page or a phone: `warmth` and `rounds`.

    `anchors` are the ids of calls in the page, to link to.
    """
    if section.warmth and section.warmth.trials:
        yield "warmth", warmth_chart(section.warmth, texts, width)
    if any(of_round.dots for of_round in section.charts.rounds):
        yield "rounds", rounds_chart(section, texts, width, anchors or {})
