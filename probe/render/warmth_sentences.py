"""How long an upstream stays warm, in sentences and as a chart."""

from collections.abc import Iterator

from probe.model.chart import Mark
from probe.model.warmth import Warmth
from probe.render.axes import chart, layer, legend, time_axis
from probe.render.numbers import count_text, duration_text
from probe.render.palette import SHAPES, colour
from probe.render.svg import Spec
from probe.render.texts import Texts

_LOOKS = {"warm": ("circle", "clean"), "cold": ("diamond", "step1"), "failed": (SHAPES[Mark.FAILED], "failed")}
"""Shape and colour of a first call."""


def warmth_sentences(warmth: Warmth, texts: Texts) -> Iterator[str]:
    """When it goes cold, how sure that is, what it rests on, and what counts as cold."""
    if not warmth.n:
        yield texts("warmth.nothing")
        return
    last_warm, first_cold = duration_text(warmth.last_warm_ms), duration_text(warmth.first_cold_ms)
    found = "always" if warmth.last_warm_ms is None else "never" if warmth.first_cold_ms is None else "found"
    yield texts(f"warmth.{found}", last_warm=last_warm, first_cold=first_cold)
    yield _sure(warmth, texts)
    if warmth.warm_n:
        counts = _counts(warmth.warm_n, warmth.warm_cold, texts)
        yield texts("warmth.counts.warm", last_warm=last_warm, **counts)
    if warmth.cold_n:
        counts = _counts(warmth.cold_n, warmth.cold_cold, texts)
        yield texts("warmth.counts.cold", first_cold=first_cold, **counts)
    if warmth.cold_from_ms is not None:
        limits = {"cold_from": duration_text(warmth.cold_from_ms), "reference": duration_text(warmth.reference_ms)}
        yield texts("warmth.means", **limits)
    if warmth.left_out:
        key = "warmth.left_out.one" if warmth.left_out == 1 else "warmth.left_out"
        yield texts(key, n=count_text(warmth.left_out))


def _counts(n: int, cold: int, texts: Texts) -> dict[str, str]:
    return {"n": count_text(n), "cold": count_text(cold) if cold else texts("slower.none")}


def _sure(warmth: Warmth, texts: Texts) -> str:
    ends = {
        "n": count_text(warmth.n),
        "low": duration_text(warmth.low_ms),
        "high": duration_text(warmth.high_ms),
        "shortest": duration_text(warmth.shortest_ms),
        "longest": duration_text(warmth.longest_ms),
    }
    return texts(f"warmth.sure.{_certainty(warmth)}", **ends)


def _certainty(warmth: Warmth) -> str:
    match warmth.low_ms, warmth.high_ms:
        case None, None:
            return "open"
        case None, high if high == warmth.shortest_ms:
            return "none_tried"
        case None, _:
            return "sooner"
        case low, None if low == warmth.longest_ms:
            return "all_tried"
        case _, None:
            return "later"
        case _:
            return "between"


def warmth_chart(warmth: Warmth, texts: Texts, width: int) -> Spec:
    """The first content of each first call by the idle time before it, and where the upstream goes cold."""
    known = [each.first_content_ms for each in warmth.trials if each.first_content_ms is not None]
    limits: list[Spec] = [] if warmth.cold_from_ms is None else [{"ms": warmth.cold_from_ms}]
    shown_ms = known + [limit["ms"] for limit in limits]
    x = time_axis([warmth.shortest_ms, warmth.longest_ms], texts("chart.idle"))
    y = time_axis(shown_ms, texts("chart.first_content"))
    words = {name: texts(f"chart.warmth.{name}") for name in _LOOKS}
    trials: list[Spec] = [
        {"idle": each.idle_ms, "what": words["failed"], "ms": max(shown_ms, default=1000.0)}
        if each.first_content_ms is None
        else {"idle": each.idle_ms, "what": words["cold" if each.cold else "warm"], "ms": max(each.first_content_ms, 1)}
        for each in warmth.trials
    ]
    looks = {words[name]: look for name, look in _LOOKS.items() if any(each["what"] == words[name] for each in trials)}
    span: list[Spec] = []
    if warmth.low_ms is not None or warmth.high_ms is not None:
        span.append({"from": warmth.low_ms or warmth.shortest_ms, "to": warmth.high_ms or warmth.longest_ms})
    layers = [
        layer(
            span,
            {"type": "rect", "color": colour("soft"), "opacity": 0.18},
            x={"field": "from", **x},
            x2={"field": "to"},
        ),
        layer(
            limits,
            {"type": "rule", "color": colour("soft"), "strokeDash": [4, 4]},
            y={"field": "ms", **y},
        ),
        layer(
            trials,
            {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
            x={"field": "idle", **x},
            y={"field": "ms", **y},
            color=legend("what", {what: colour(tint) for what, (_, tint) in looks.items()}),
            shape=legend("what", {what: shape for what, (shape, _) in looks.items()}),
        ),
    ]
    told = texts("join.parts").join(
        texts("chart.warmth.level", idle=duration_text(each.idle_ms), cold=each.cold, n=each.n)
        for each in warmth.levels
    )
    return chart(width, 260, texts("chart.warmth.told", told=told), layers)
