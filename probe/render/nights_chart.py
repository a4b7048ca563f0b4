"""Failure rates night by night, as a Vega-Lite specification."""

import json
from collections.abc import Iterator, Sequence

from probe.render.axes import WIDE, chart, layer, legend, share_axis
from probe.render.palette import colour, step_colours
from probe.render.svg import Spec
from probe.render.texts import Texts

Night = tuple[str, str, float | None, float | None, float | None, str]
"""Date, step, failure rate and its interval (shares of 1), and a `NightState`."""

_STATES = {"baseline": "square", "quiet": "circle", "watch": "diamond", "alarm": "triangle-up"}


def nights_chart(nights: Sequence[Night], texts: Texts, width: int = WIDE) -> Spec:
    """The failure rate of each night with its interval; shapes tell quiet nights from alarms."""
    labels = list(dict.fromkeys(label for _, label, *_ in nights))
    states = [state for state in _STATES if any(state == night[-1] for night in nights)]
    places = list(_places(nights))
    values: list[Spec] = [
        {"place": place, "night": date, "step": label, "rate": rate, "low": low, "high": high,
         "state": texts(f"chart.state.{state}")}
        for place, (date, label, rate, low, high, state) in zip(places, nights, strict=True)
        if rate is not None
    ]  # fmt: skip
    dates = _short(list({place: night[0] for place, night in zip(places, nights, strict=True)}.values()))
    x = {"field": "place", "type": "ordinal", "title": None,
         "axis": {"labelExpr": f"{json.dumps(dates)}[datum.value]", "labelAngle": 0, "labelOverlap": "greedy",
                  "labelSeparation": 8, "grid": False}}  # fmt: skip
    beside: Spec = {"field": "step", "type": "nominal", "sort": labels}
    y = share_axis(texts("chart.failure_rate"))
    tint = legend("step", step_colours(labels), symbolType="circle", symbolOpacity=1)
    shape = legend("state", {texts(f"chart.state.{state}"): _STATES[state] for state in states},
                   symbolFillColor=colour("soft"), symbolStrokeColor=colour("soft"))  # fmt: skip
    layers = [
        layer(
            [value for value in values if value["low"] is not None and value["high"] is not None],
            {"type": "rule", "strokeWidth": 2, "opacity": 0.5},
            x=x, xOffset=beside, y={"field": "low", **y}, y2={"field": "high"}, color=tint,
        ),
        layer(values, {"type": "point", "filled": True, "size": 80, "opacity": 1},
              x=x, xOffset=beside, y={"field": "rate", **y}, color=tint, shape=shape),
    ]  # fmt: skip
    told = texts("join.parts").join(
        texts(
            "named",
            name=f"{each['night']} {each['step']}",
            value=texts("with_interval", value=f"{each['rate']:.0%}", interval=each["state"]),
        )
        for each in values[-6:]
    )
    return chart(width, 260, texts("chart.nights.told", told=told), layers)


def _places(nights: Sequence[Night]) -> Iterator[int]:
    """The number of each row's night: two nights may begin in one minute, but no night has a step twice."""
    place, here, seen = -1, "", set[str]()
    for date, label, *_ in nights:
        if date != here or label in seen:
            place, here, seen = place + 1, date, set()
        seen.add(label)
        yield place


def _short(dates: Sequence[str]) -> list[str]:
    """Dates without the year where it is one, and without the time where each night has a day of its own."""
    days = [date[:10] for date in dates]
    shown = days if len(set(days)) == len(days) else list(dates)
    return [date[5:] for date in shown] if len({date[:4] for date in dates}) == 1 else shown
