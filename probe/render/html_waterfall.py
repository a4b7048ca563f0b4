"""Waterfalls of calls as the page's template takes them: bars of pieces, placed in percent of the call's wall time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from probe.model.base_models import utc_text
from probe.model.chart import Mark, Waterfall, WaterfallRow
from probe.model.wire import PHASES
from probe.render.sentences import cause_words
from probe.texts import Texts
from probe.units import format_duration

TONES = {Mark.CLEAN: "good", Mark.RECOVERED: "mild", Mark.FAILED: "bad", Mark.TIMED_OUT: "bad"}
_KINDS = {Mark.CLEAN: "clean", Mark.RECOVERED: "recovered", Mark.FAILED: "failed", Mark.TIMED_OUT: "failed"}
_LEAST = 0.4
"""The least width that is seen, in percent."""


@dataclass(frozen=True)
class BarSegment:
    """A stretch of a bar, in percent; `look` is its style class."""

    look: str
    start: float
    length: float
    description: str


@dataclass(frozen=True)
class Bar:
    """A bar of segments; height in px."""

    pieces: tuple[BarSegment, ...]
    height: int

    @property
    def description(self) -> str:
        return ", ".join(piece.description for piece in self.pieces)


@dataclass(frozen=True)
class RowView:
    """An exchange."""

    sequence: int
    kind: str
    request: str
    came_to: str
    bar: Bar
    more: tuple[str, ...]


@dataclass(frozen=True)
class WaterfallView:
    """A call. `anchor` is its id, `kind` what it is filtered by; `rows` is None where nothing was recorded."""

    anchor: str
    kind: str
    label: str
    mark: str
    tone: str
    title: str
    began: str
    outcome: str
    took: str
    evidence: str
    phases: Bar | None
    rows: tuple[RowView, ...] | None


def waterfall_view(call: Waterfall, anchor: str, texts: Texts, *, several: bool = False) -> WaterfallView:
    """Build what the template takes: the call in words and percentages; of `several` runs, with its own."""
    title = texts("html.call", round=call.round, label=call.label)
    outcome = f"{call.outcome.value}: {cause_words(call.cause, texts)}" if call.cause else call.outcome.value
    return WaterfallView(
        anchor=anchor,
        kind=_KINDS[call.mark],
        label=call.label,
        mark=texts(f"chart.mark.{call.mark}"),
        tone=TONES[call.mark],
        title=texts("with_interval", value=title, interval=call.run_id) if several else title,
        began=utc_text(call.started_at),
        outcome=outcome,
        took=_time(call.wall_ms),
        evidence=call.evidence,
        phases=Bar(tuple(_phases(call, texts)), 12) if call.phases else None,
        rows=None if call.rows is None else tuple(_row(row, call.wall_ms, texts) for row in call.rows),
    )


def _phases(call: Waterfall, texts: Texts) -> Iterator[BarSegment]:
    begin = 0.0
    for name in PHASES:
        length: float = getattr(call.phases, f"{name}_ms")
        if length > 0:
            yield _piece(name, begin, length, call.wall_ms, texts)
        begin += length


def _row(row: WaterfallRow, wall_ms: float, texts: Texts) -> RowView:
    pieces = tuple(_piece(span.name, span.start_ms, span.length_ms, wall_ms, texts) for span in row.spans)
    return RowView(row.sequence, row.kind, row.request, _came_to(row), Bar(pieces, 14), tuple(_more(row, texts)))


def _came_to(row: WaterfallRow) -> str:
    """Return `HTTP 200, complete`, `HTTP 200, truncated_stream`, `HTTP 529 overloaded_error`, `connection_refused`."""
    if row.status is None:
        return row.ending
    return f"HTTP {row.ending}" if row.ending.startswith(f"{row.status} ") else f"HTTP {row.status}, {row.ending}"


def _more(row: WaterfallRow, texts: Texts) -> Iterable[str]:
    if row.detail:
        yield row.detail
    known: Sequence[str] = (
        *([texts("html.answered_by", model=row.model_served)] if row.model_served else []),
        *([texts("html.bytes", count=f"{row.response_bytes:,}")] if row.response_bytes else []),
        *(f"{name}: {value}" for name, value in row.request_ids.items()),
    )
    if known:
        yield " · ".join(known)


def _piece(name: str, start_ms: float, length_ms: float, wall_ms: float, texts: Texts) -> BarSegment:
    whole = max(wall_ms, 1.0)
    start = min(max(100 * start_ms / whole, 0.0), 100.0 - _LEAST)
    length = min(max(100 * length_ms / whole, _LEAST), 100.0 - start)
    description = f"{texts('html.span.send' if name == 'send' else f'phase.{name}')} {_time(length_ms)}"
    return BarSegment(name, round(start, 2), round(length, 2), description)


def _time(ms: float) -> str:
    return format_duration(ms / 1000)
