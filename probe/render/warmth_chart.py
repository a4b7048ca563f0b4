"""First calls by the idle time before them, as a Vega-Lite specification."""

from collections.abc import Sequence

from probe.model.chart import Mark
from probe.model.warmth import Warmth, WarmthTrial
from probe.render.axes import chart, layer, legend, time_axis
from probe.render.numbers import duration_text
from probe.render.palette import SHAPES, colour
from probe.render.svg import Spec
from probe.texts import Texts

_LOOKS = {"warm": ("circle", "clean"), "cold": ("diamond", "step1"), "failed": (SHAPES[Mark.FAILED], "failed")}
"""Shape and colour of a first call."""


def warmth_chart(warmth: Warmth, texts: Texts, width: int) -> Spec:
    """Draw the first content of each first call by the idle time before it, and where the upstream goes cold."""
    limits_ms = [] if warmth.cold_from_ms is None else [warmth.cold_from_ms]
    known_ms = [trial.first_content_ms for trial in warmth.trials if trial.first_content_ms is not None]
    shown_ms = known_ms + limits_ms
    x = time_axis([warmth.shortest_ms, warmth.longest_ms], texts("chart.idle"))
    y = time_axis(shown_ms, texts("chart.first_content"))
    present = {_kind(trial) for trial in warmth.trials}
    looks = {texts(f"chart.warmth.{kind}"): look for kind, look in _LOOKS.items() if kind in present}
    layers = [
        layer(
            _span(warmth),
            {"type": "rect", "color": colour("soft"), "opacity": 0.18},
            x={"field": "from", **x},
            x2={"field": "to"},
        ),
        layer(
            [{"ms": ms} for ms in limits_ms],
            {"type": "rule", "color": colour("soft"), "strokeDash": [4, 4]},
            y={"field": "ms", **y},
        ),
        layer(
            _points(warmth.trials, max(shown_ms, default=1000.0), texts),
            {"type": "point", "filled": True, "size": 90, "opacity": 0.9},
            x={"field": "idle", **x},
            y={"field": "ms", **y},
            color=legend("what", {what: colour(tint) for what, (_, tint) in looks.items()}),
            shape=legend("what", {what: shape for what, (shape, _) in looks.items()}),
        ),
    ]
    return chart(width, 260, texts("chart.warmth.told", told=_told(warmth, texts)), layers)


def _kind(trial: WarmthTrial) -> str:
    if trial.first_content_ms is None:
        return "failed"
    return "cold" if trial.cold else "warm"


def _points(trials: Sequence[WarmthTrial], top_ms: float, texts: Texts) -> list[Spec]:
    """Build a point for each trial; one that failed has no time and stands at the top."""
    points: list[Spec] = []
    for trial in trials:
        ms = top_ms if trial.first_content_ms is None else max(trial.first_content_ms, 1)
        points.append({"idle": trial.idle_ms, "what": texts(f"chart.warmth.{_kind(trial)}"), "ms": ms})
    return points


def _span(warmth: Warmth) -> list[Spec]:
    """Build the stretch within which the upstream goes cold, as far as it is known."""
    if warmth.low_ms is None and warmth.high_ms is None:
        return []
    return [{"from": warmth.low_ms or warmth.shortest_ms, "to": warmth.high_ms or warmth.longest_ms}]


def _told(warmth: Warmth, texts: Texts) -> str:
    return texts("join.parts").join(
        texts("chart.warmth.level", idle=duration_text(level.idle_ms), cold=level.cold, n=level.n)
        for level in warmth.levels
    )
