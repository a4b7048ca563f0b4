"""What the charts of a report show, as Vega-Lite specifications. One serves HTML and Markdown, light and dark.

Only words of ours and step labels, which are safe by their pattern, come into a chart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from probe.model.chart import Mark
from probe.model.report import Section
from probe.model.wire import PHASES
from probe.render.axes import COLUMN, NARROW, WIDE, by_step, chart, labels_of, layer, legend, rounds_axis, time_axis
from probe.render.ecdf_chart import ecdf_chart
from probe.render.nights_chart import Night, nights_chart
from probe.render.palette import SHAPES, colour
from probe.render.svg import Spec, svg, svg_file
from probe.render.texts import Texts
from probe.render.warmth_sentences import warmth_chart
from probe.units import format_duration

__all__ = [
    "NARROW",
    "Night",
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

_LANE = 1.3
"""Height of a lane with the room above it, where all calls are 1."""


def section_charts(section: Section, texts: Texts) -> Iterator[tuple[str, Spec]]:
    """Name and chart of all that have something to show: those of `wide_charts`, `ecdf`, `phases`, `outcomes`."""
    yield from wide_charts(section, texts)
    if section.charts.ecdfs:
        yield "ecdf", ecdf_chart(section, texts)
    if any(step.phases for step in section.steps):
        yield "phases", phases_chart(section, texts)
    if any(each.counts for each in section.charts.over_time):
        yield "outcomes", outcomes_chart(section, texts)


def wide_charts(section: Section, texts: Texts, width: int = WIDE) -> Iterator[tuple[str, Spec]]:
    """Those that take a page's whole width, `warmth` and `rounds`, or a phone's."""
    if section.warmth and section.warmth.trials:
        yield "warmth", warmth_chart(section.warmth, texts, width)
    if any(each.dots for each in section.charts.rounds):
        yield "rounds", rounds_chart(section, texts, width)


def rounds_chart(section: Section, texts: Texts, width: int = WIDE) -> Spec:
    """Every round as a dot for each call, joined by a line; shapes tell how a call ended."""
    rounds = [each for each in section.charts.rounds if each.dots]
    dots = [(each.number, dot) for each in rounds for dot in each.dots]
    marks = [mark for mark in Mark if any(dot.mark is mark for _, dot in dots)]
    timeouts = _timeouts_ms(section) if Mark.TIMED_OUT in marks else []
    x = {"field": "round", **rounds_axis((each.number for each in rounds), texts("chart.round"))}
    y = time_axis([dot.wall_ms for _, dot in dots] + timeouts, texts("chart.time"), room=1.2 if timeouts else 1.0)
    lines: list[Spec] = []
    for each in rounds:
        spans = [dot.wall_ms for dot in each.dots]
        lines.append({"round": each.number, "low": min(spans), "high": max(spans)})
    limits: list[Spec] = [{"ms": ms, "said": texts("chart.timeout", time=_time(ms))} for ms in timeouts]
    words = {mark: texts("chart.at_least" if mark is Mark.TIMED_OUT else f"chart.mark.{mark}") for mark in marks}
    points: list[Spec] = [
        {"round": number, "ms": dot.wall_ms, "step": dot.label, "mark": words[dot.mark]} for number, dot in dots
    ]
    room = width / max(len(rounds), 1)
    size = 75 if room >= 12 else 40 if room >= 5 else 18
    shape = legend("mark", {words[mark]: SHAPES[mark] for mark in marks}, symbolFillColor=colour("soft"),
                   symbolStrokeColor=colour("soft"), columns=2 if width <= NARROW else 0)  # fmt: skip
    layers = [
        layer(limits, {"type": "rule", "color": colour("soft"), "strokeDash": [4, 4]}, y={"field": "ms", **y}),
        layer(
            limits,
            {"type": "text", "color": colour("soft"), "fontSize": 12, "align": "left", "x": 4, "dy": -15},
            y={"field": "ms", **y},
            text={"field": "said"},
        ),
        layer(
            lines,
            {"type": "rule", "color": colour("soft"), "opacity": 0.5},
            x=x,
            y={"field": "low", **y},
            y2={"field": "high"},
        ),
        layer(
            points,
            {"type": "point", "filled": True, "size": size, "opacity": 0.92},
            x=x,
            y={"field": "ms", **y},
            color=by_step(section, symbolType="circle"),
            shape=shape,
        ),
    ]
    told = texts("join.parts").join(
        texts("named", name=label, value=_counted([dot.mark for _, dot in dots if dot.label == label], texts))
        for label in labels_of(section)
    )
    return chart(width, 300, texts("chart.rounds.told", rounds=len(rounds), told=told), layers)


def phases_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """The mean of each phase as one stacked bar a step; retries are one of them."""
    means = {step.label: {name: each.value for name, each in step.phases.items()} for step in section.steps}
    means = {label: phases for label, phases in means.items() if phases}
    names = [name for name in PHASES if any(phases.get(name) for phases in means.values())]
    bars: list[Spec] = []
    totals: list[Spec] = []
    for label, phases in means.items():
        begin = 0.0
        for name in names:
            end = begin + phases.get(name, 0.0)
            bars.append({"step": label, "from": begin, "to": end, "phase": texts(f"phase.{name}")})
            begin = end
        totals.append({"step": label, "ms": begin, "said": _time(begin)})
    x = time_axis([total["ms"] for total in totals], texts("chart.mean_time"), logarithmic=False, room=1.2)
    y = {"field": "step", "type": "nominal", "sort": list(means), "title": None,
         "axis": {"domain": False, "ticks": False, "labelFontSize": 13, "labelColor": colour("ink")}}  # fmt: skip
    tint = legend("phase", {texts(f"phase.{name}"): colour(name) for name in names},
                  columns=4, symbolType="square")  # fmt: skip
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
    told = texts("join.parts").join(
        texts(
            "named",
            name=label,
            value=texts("join.items").join(
                f"{texts(f'phase.{name}')} {_time(ms)}" for name, ms in phases.items() if ms
            ),
        )
        for label, phases in means.items()
    )
    return chart(width, 50 * max(len(means), 1), texts("chart.phases.told", told=told), layers)


def outcomes_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """How calls came out as rounds went by: each column is all calls of its rounds, one lane a step."""
    bins = section.charts.over_time
    labels = list(dict.fromkeys(each.label for each in bins))
    marks = [mark for mark in Mark if any(each.counts.get(mark) for each in bins)]
    floors = {label: _LANE * (len(labels) - 1 - index) for index, label in enumerate(labels)}
    parts: list[Spec] = []
    for mark, each in product(marks, bins):
        if count := each.counts.get(mark, 0):
            total = sum(each.counts.values())
            before = sum(each.counts.get(earlier, 0) for earlier in marks[: marks.index(mark)])
            low, high = (floors[each.label] + done / total for done in (before, before + count))
            parts.append({"from": each.first - 0.5, "to": each.last + 0.5, "low": low, "high": high,
                          "mark": _mark(mark, texts)})  # fmt: skip
    named = "".join(f"abs(datum.value - {floor + 0.5}) < 0.1 ? '{label}' : " for label, floor in floors.items()) + "''"
    lanes = {"values": [floor + 0.5 for floor in floors.values()], "labelExpr": named, "grid": False, "domain": False,
             "ticks": False, "labelFontSize": 13, "labelColor": colour("ink")}  # fmt: skip
    scale = {"domain": [0, _LANE * max(len(labels), 1) - 0.3], "nice": False}
    ends = [end for each in bins for end in (each.first, each.last)]
    layers = [
        layer(
            parts,
            {"type": "rect", "stroke": colour("paper"), "strokeWidth": 0.7},
            x={"field": "from", **rounds_axis(ends, texts("chart.round"))},
            x2={"field": "to"},
            y={"field": "low", "type": "quantitative", "title": None, "scale": scale, "axis": lanes},
            y2={"field": "high"},
            color=legend("mark", {_mark(mark, texts): colour(mark.replace("_", "-")) for mark in marks},
                         columns=2, symbolType="square"),
        )
    ]  # fmt: skip
    told = texts("join.parts").join(
        texts(
            "named",
            name=label,
            value=_counted([mark for each in bins if each.label == label for mark in _all(each.counts)], texts),
        )
        for label in labels
    )
    return chart(width, 75 * max(len(labels), 1), texts("chart.outcomes.told", told=told), layers)


def _mark(mark: Mark, texts: Texts) -> str:
    return texts(f"chart.mark.{mark}")


def _time(ms: float) -> str:
    return format_duration(ms / 1000)


def _timeouts_ms(section: Section) -> list[float]:
    steps = section.manifest.scenario.steps if section.manifest else ()
    return sorted({step.timeout_s * 1000 for step in steps})


def _all(counts: Mapping[Mark, int]) -> Iterable[Mark]:
    return Counter(counts).elements()


def _counted(marks: Sequence[Mark], texts: Texts) -> str:
    """`22 clean, 3 recovered`: how many of each there are."""
    counts = Counter(marks)
    return texts("join.items").join(f"{counts[mark]} {_mark(mark, texts)}" for mark in Mark if counts[mark])
