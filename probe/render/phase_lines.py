"""The phases of a call or a request as lines of a terminal: a name, a time, a bar in its place, and what it is."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from probe.model.wire import PHASES, Phases, PhaseSource
from probe.render.text_layout import padded, width
from probe.texts import Texts
from probe.units import format_duration

_BAR, _LEAST_BAR = 40, 8
_LEAST_NAME = 8
_BESIDE_BAR = 60
"""Columns beside a phase's bar: its name and time before it, and what it is."""


def bar_width(columns: int) -> int:
    """Return the width of the bars of phases in so many columns."""
    return max(_LEAST_BAR, min(columns - _BESIDE_BAR, _BAR))


def phase_lines(
    phases: Phases | None, texts: Texts, widest: int, keys: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Yield a line and a bar for each phase; `keys` name texts of some that differ from the usual ones."""
    if phases is None or phases.total_ms <= 0:
        yield texts("story.phases.unknown")
        return
    yield texts("story.phases.wire" if phases.source is PhaseSource.WIRE else "story.phases.client")
    at = 0.0
    keys = {name: keys.get(name, name) for name in PHASES}
    names = {name: texts(f"phase.{key}") for name, key in keys.items()}
    name_columns = max(_LEAST_NAME, *map(width, names.values()))
    for name in PHASES:
        length = getattr(phases, f"{name}_ms")
        if length > 0:
            before = round(at / phases.total_ms * widest)
            columns = max(1, round((at + length) / phases.total_ms * widest) - before)
            bar = (" " * min(before, widest - 1) + "█" * columns)[:widest]
            head = f"  {padded(names[name], name_columns)}{format_duration(length / 1000):>9}"
            what = texts(f"story.phase.{keys[name]}")
            yield f"{head}  {padded(bar, widest)}  {what}"
        at += length
