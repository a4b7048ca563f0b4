"""Failure rates night by night, as a Vega-Lite specification."""

import json
from collections.abc import Iterator, Sequence

from probe.render.axes import WIDE, chart, describe_values, layer, legend, share_axis
from probe.render.palette import colour, step_colours
from probe.render.svg import Spec
from probe.texts import Texts

Night = tuple[str, str, float | None, float | None, float | None, str]
"""Date, step, failure rate and its interval (shares of 1), and a `NightState`."""

_STATES = {"baseline": "square", "quiet": "circle", "watch": "diamond", "alarm": "triangle-up"}


def nights_chart(nights: Sequence[Night], texts: Texts, width: int = WIDE) -> Spec:
    """Draw the failure rate of each night with its interval; shapes tell quiet nights from alarms."""
    labels = list(dict.fromkeys(label for _, label, *_ in nights))
    places = list(_places(nights))
    points = _points(nights, places, texts)
    x = _nights_axis(nights, places)
    beside: Spec = {"field": "step", "type": "nominal", "sort": labels}
    y = share_axis(texts("chart.failure_rate"))
    tint = legend("step", step_colours(labels), symbolType="circle", symbolOpacity=1)
    layers = [
        layer(
            [point for point in points if point["low"] is not None and point["high"] is not None],
            {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
            x=x, xOffset=beside, y={"field": "low", **y}, y2={"field": "high"}, color=tint,
        ),
        layer(points, {"type": "point", "filled": True, "size": 80, "opacity": 1},
              x=x, xOffset=beside, y={"field": "rate", **y}, color=tint, shape=_shapes(nights, texts)),
    ]  # fmt: skip
    description = describe_values((_told(point, texts) for point in points[-6:]), texts)
    return chart(width, 260, texts("chart.nights.told", told=description), layers)


def _points(nights: Sequence[Night], places: Sequence[int], texts: Texts) -> list[Spec]:
    return [
        {"place": place, "night": date, "step": label, "rate": rate, "low": low, "high": high,
         "state": texts(f"chart.state.{state}")}
        for place, (date, label, rate, low, high, state) in zip(places, nights, strict=True)
        if rate is not None
    ]  # fmt: skip


def _nights_axis(nights: Sequence[Night], places: Sequence[int]) -> Spec:
    """Build an axis of places, which it names by their dates."""
    by_place = {place: night[0] for place, night in zip(places, nights, strict=True)}
    dates = _short(list(by_place.values()))
    return {"field": "place", "type": "ordinal", "title": None,
            "axis": {"labelExpr": f"{json.dumps(dates)}[datum.value]", "labelAngle": 0, "labelOverlap": "greedy",
                     "labelSeparation": 8, "grid": False}}  # fmt: skip


def _shapes(nights: Sequence[Night], texts: Texts) -> Spec:
    present = {night[-1] for night in nights}
    shapes = {texts(f"chart.state.{state}"): shape for state, shape in _STATES.items() if state in present}
    return legend("state", shapes, symbolFillColor=colour("soft"), symbolStrokeColor=colour("soft"))


def _told(point: Spec, texts: Texts) -> tuple[str, str]:
    value = texts("with_interval", value=f"{point['rate']:.0%}", interval=point["state"])
    return f"{point['night']} {point['step']}", value


def _places(nights: Sequence[Night]) -> Iterator[int]:
    """Yield the number of each row's night: two nights may begin in one minute, but no night has a step twice."""
    place, night, labels = -1, "", set[str]()
    for date, label, *_ in nights:
        if date != night or label in labels:
            place, night, labels = place + 1, date, set()
        labels.add(label)
        yield place


def _short(dates: Sequence[str]) -> list[str]:
    """Shorten dates: without the year where it is one, and without the time where each night has a day of its own."""
    days = [date[:10] for date in dates]
    shown = days if len(set(days)) == len(days) else list(dates)
    return [date[5:] for date in shown] if len({date[:4] for date in dates}) == 1 else shown
