"""The calls of a section that can be opened, as the page's template takes them: chips to choose by, and an axis."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from probe.model.chart import Waterfall
from probe.model.wire import PHASES
from probe.render.html_waterfall import KINDS
from probe.render.numbers import count_text, duration_text
from probe.render.time_scale import TimeScale
from probe.texts import Texts

_NEAR_THE_END = 92.0
"""The place from which words at a tick end there, in percent."""


@dataclass(frozen=True)
class CallChip:
    """A choice of calls by `value`; all where that is empty."""

    value: str
    words: str
    n: str


@dataclass(frozen=True)
class AxisTick:
    """A moment on the axis; `anchor` is the side of its words that stands there."""

    place: float
    words: str
    anchor: str


@dataclass(frozen=True)
class CallsView:
    """Calls with what they are chosen by, and their scale. `compressed_from` is None where time is even throughout."""

    note: str
    kinds: tuple[CallChip, ...]
    steps: tuple[CallChip, ...]
    phases: tuple[tuple[str, str], ...]
    ticks: tuple[AxisTick, ...]
    compressed_from: float | None
    calls: tuple[Markup, ...]


def calls_view(
    shown: Sequence[Waterfall], drawn: Sequence[Markup], n: int, scale: TimeScale, texts: Texts
) -> CallsView:
    """Build what the template takes: `drawn` are the calls that are shown, of `n`."""
    return CallsView(
        note=texts("join.sentences").join(
            [texts("html.calls.note", shown=count_text(len(shown)), n=count_text(n)), _about(scale, texts)]
        ),
        kinds=tuple(_chips(Counter(KINDS[call.mark] for call in shown), "html.kind", texts)),
        steps=tuple(_step_chips(shown, texts)),
        phases=tuple((name, texts(f"phase.{name}")) for name in PHASES if _takes_time(name, shown)),
        ticks=tuple(_ticks(scale)),
        compressed_from=scale.compressed_from,
        calls=tuple(drawn),
    )


def _takes_time(name: str, shown: Sequence[Waterfall]) -> bool:
    """Return True where the bar of a call has the phase; that of a call without phases is not split."""
    return any(getattr(call.phases, f"{name}_ms") > 0 if call.phases else name == "unsplit" for call in shown)


def _about(scale: TimeScale, texts: Texts) -> str:
    if scale.compressed_from is None:
        return texts("html.scale.even")
    return texts("html.scale.compressed", even=duration_text(scale.even_ms), end=duration_text(scale.end_ms))


def _chips(counts: Counter[str], key: str, texts: Texts) -> Iterator[CallChip]:
    yield CallChip("", texts(f"{key}.all"), count_text(counts.total()))
    for kind in ("failed", "recovered"):
        yield CallChip(kind, texts(f"{key}.{kind}"), count_text(counts[kind]))


def _step_chips(shown: Sequence[Waterfall], texts: Texts) -> Iterator[CallChip]:
    """Yield a choice for each step, where there are several."""
    counts = Counter(call.label for call in shown)
    if len(counts) > 1:
        yield CallChip("", texts("html.step.all"), count_text(counts.total()))
        yield from (CallChip(label, label, count_text(count)) for label, count in counts.items())


def _ticks(scale: TimeScale) -> Iterator[AxisTick]:
    for ms in scale.ticks_ms():
        place = round(scale.place(ms), 2)
        yield AxisTick(place, _tick_text(ms), _anchor(place))


def _anchor(place: float) -> str:
    if place == 0:
        return "start"
    return "end" if place > _NEAR_THE_END else "middle"


def _tick_text(ms: float) -> str:
    """Return a round moment in short: `0`, `500 ms`, `1.5 s`, `1 m`; any other as durations are."""
    if ms == 0:
        return "0"
    for unit, unit_ms in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if ms >= unit_ms and ms % (unit_ms / 2) == 0:
            return f"{ms / unit_ms:g} {unit}"
    return duration_text(ms)
