"""Outcomes as rounds went by, as a Vega-Lite specification."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from probe.model.chart import Mark, OutcomeBin
from probe.model.report_sections import Section
from probe.render.axes import COLUMN, chart, counted_marks, describe_values, layer, legend, mark_words, rounds_axis
from probe.render.palette import colour
from probe.render.svg import Spec
from probe.texts import Texts

_LANE = 1.3
"""Height of a lane with the room above it, where all calls are 1."""


def outcomes_chart(section: Section, texts: Texts, width: int = COLUMN) -> Spec:
    """Draw how calls came out as rounds went by: each column is all calls of its rounds, one lane a step."""
    bins = section.charts.over_time
    labels = list(dict.fromkeys(of_rounds.label for of_rounds in bins))
    marks = _present(bins)
    floors = {label: _LANE * (len(labels) - 1 - index) for index, label in enumerate(labels)}
    ends = [end for of_rounds in bins for end in (of_rounds.first, of_rounds.last)]
    scale = {"domain": [0, _LANE * max(len(labels), 1) - 0.3], "nice": False}
    colours = {mark_words(mark, texts): colour(mark.replace("_", "-")) for mark in marks}
    parts = layer(
        list(_parts(bins, marks, floors, texts)),
        {"type": "rect", "stroke": colour("paper"), "strokeWidth": 0.7},
        x={"field": "from", **rounds_axis(ends, texts("chart.round"))},
        x2={"field": "to"},
        y={"field": "low", "type": "quantitative", "title": None, "scale": scale, "axis": _lanes(floors)},
        y2={"field": "high"},
        color=legend("mark", colours, columns=2, symbolType="square"),
    )
    description = describe_values(((label, _marks_of(bins, label, texts)) for label in labels), texts)
    return chart(width, 75 * max(len(labels), 1), texts("chart.outcomes.told", told=description), [parts])


def _present(bins: Sequence[OutcomeBin]) -> list[Mark]:
    return [mark for mark in Mark if any(of_rounds.counts.get(mark) for of_rounds in bins)]


def _parts(
    bins: Sequence[OutcomeBin], marks: Sequence[Mark], floors: Mapping[str, float], texts: Texts
) -> Iterator[Spec]:
    """Yield a part of a column for each mark that its calls have, one upon the other."""
    for mark, of_rounds in product(marks, bins):
        count = of_rounds.counts.get(mark, 0)
        if not count:
            continue
        total = sum(of_rounds.counts.values())
        below = sum(of_rounds.counts.get(earlier, 0) for earlier in marks[: marks.index(mark)])
        floor = floors[of_rounds.label]
        yield {
            "from": of_rounds.first - 0.5,
            "to": of_rounds.last + 0.5,
            "low": floor + below / total,
            "high": floor + (below + count) / total,
            "mark": mark_words(mark, texts),
        }


def _lanes(floors: Mapping[str, float]) -> Spec:
    """Build an axis that names each lane at its middle."""
    middles = {floor + 0.5: json.dumps(label) for label, floor in floors.items()}
    named = "".join(f"abs(datum.value - {middle}) < 0.1 ? {word} : " for middle, word in middles.items())
    return {"values": list(middles), "labelExpr": f"{named}''", "grid": False,
            "domain": False, "ticks": False, "labelFontSize": 13, "labelColor": colour("ink")}  # fmt: skip


def _marks_of(bins: Sequence[OutcomeBin], label: str, texts: Texts) -> str:
    counts: Counter[Mark] = Counter()
    for of_rounds in bins:
        if of_rounds.label == label:
            counts.update(of_rounds.counts)
    return counted_marks(list(counts.elements()), texts)
