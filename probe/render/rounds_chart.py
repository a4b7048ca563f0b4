"""Every round of a section, as a Vega-Lite specification."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from probe.model.chart import Dot, Mark, RoundDots
from probe.model.report_sections import Section
from probe.render.axes import (
    NARROW,
    WIDE,
    by_step,
    chart,
    counted_marks,
    describe_values,
    labels_of,
    layer,
    legend,
    mark_words,
    rounds_axis,
    time_axis,
)
from probe.render.call_anchors import CallKey
from probe.render.numbers import duration_text
from probe.render.palette import SHAPES, colour
from probe.render.phrases import counted
from probe.render.svg import Spec
from probe.texts import Texts

_DOT_SIZES = ((12, 75), (5, 40), (0, 18))
"""The least width that a round has, in px, and the size of a dot there."""


@dataclass(frozen=True)
class _Call:
    round: int
    dot: Dot
    key: CallKey


def rounds_chart(
    section: Section, texts: Texts, width: int = WIDE, anchors: Mapping[CallKey, str] = MappingProxyType({})
) -> Spec:
    """Draw every round as a dot for each call, joined by a line; shapes tell how a call ended.

    A dot links to its call in the page where `anchors` has it.
    """
    rounds = [of_round for of_round in section.charts.rounds if of_round.dots]
    calls = _calls(rounds)
    endings = _endings(calls, texts)
    timeouts_ms = _timeouts_ms(section) if Mark.TIMED_OUT in endings else []
    walls_ms = [call.dot.wall_ms for call in calls]
    x = {"field": "round", **rounds_axis([of_round.number for of_round in rounds], texts("chart.round"))}
    y = time_axis(walls_ms + timeouts_ms, texts("chart.time"), room=1.2 if timeouts_ms else 1.0)
    size = _dot_size(width / max(len(rounds), 1))
    layers = [
        *_timeout_layers(timeouts_ms, y, texts),
        layer(
            [_span(of_round) for of_round in rounds],
            {"type": "rule", "color": colour("soft"), "opacity": 0.5},
            x=x,
            y={"field": "low", **y},
            y2={"field": "high"},
        ),
        layer(
            _points(calls, endings, anchors),
            {"type": "point", "filled": True, "size": size, "opacity": 0.92},
            x=x,
            y={"field": "ms", **y},
            color=by_step(section, symbolType="circle"),
            shape=_shapes(endings, width),
            **({"href": {"field": "link", "type": "nominal"}} if anchors else {}),
        ),
    ]
    description = describe_values(((label, _marks_of(calls, label, texts)) for label in labels_of(section)), texts)
    told = texts("chart.rounds.told", rounds=counted("rounds", len(rounds), texts), told=description)
    return chart(width, 260, told, layers)


def _calls(rounds: Sequence[RoundDots]) -> list[_Call]:
    return [
        _Call(of_round.number, dot, (of_round.run_id, of_round.round, dot.label))
        for of_round in rounds
        for dot in of_round.dots
    ]


def _endings(calls: Sequence[_Call], texts: Texts) -> dict[Mark, str]:
    """Return the words for each way in which any of these calls ended, in order."""
    present = {call.dot.mark for call in calls}
    return {mark: mark_words(mark, texts) for mark in Mark if mark in present}


def _points(calls: Sequence[_Call], endings: Mapping[Mark, str], anchors: Mapping[CallKey, str]) -> list[Spec]:
    points = []
    for call in calls:
        point = {"round": call.round, "ms": call.dot.wall_ms, "step": call.dot.label, "mark": endings[call.dot.mark]}
        link = {"link": f"#{anchors[call.key]}"} if call.key in anchors else {}
        points.append(point | link)
    return points


def _timeouts_ms(section: Section) -> list[float]:
    steps = section.manifest.scenario.steps if section.manifest else ()
    return sorted({step.timeout_s * 1000 for step in steps})


def _timeout_layers(timeouts_ms: Sequence[float], y: Spec, texts: Texts) -> list[Spec]:
    """Build a line for each timeout, and the words upon it."""
    limits: list[Spec] = [{"ms": ms, "said": texts("chart.timeout", time=duration_text(ms))} for ms in timeouts_ms]
    words: Spec = {"type": "text", "color": colour("soft"), "fontSize": 12, "align": "left", "x": 4, "dy": -15}
    return [
        layer(limits, {"type": "rule", "color": colour("soft"), "strokeDash": [4, 4]}, y={"field": "ms", **y}),
        layer(limits, words, y={"field": "ms", **y}, text={"field": "said"}),
    ]


def _span(of_round: RoundDots) -> Spec:
    walls_ms = [dot.wall_ms for dot in of_round.dots]
    return {"round": of_round.number, "low": min(walls_ms), "high": max(walls_ms)}


def _dot_size(room: float) -> int:
    return next(size for least, size in _DOT_SIZES if room >= least)


def _shapes(endings: Mapping[Mark, str], width: int) -> Spec:
    shapes = {words: SHAPES[mark] for mark, words in endings.items()}
    grey = {"symbolFillColor": colour("soft"), "symbolStrokeColor": colour("soft")}
    return legend("mark", shapes, **grey, columns=2 if width <= NARROW else 0)


def _marks_of(calls: Sequence[_Call], label: str, texts: Texts) -> str:
    return counted_marks([call.dot.mark for call in calls if call.dot.label == label], texts)
