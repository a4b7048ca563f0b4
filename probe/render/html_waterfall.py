"""Waterfalls of calls as the page's template takes them: bars of pieces, placed in percent of a common scale."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from probe.model.base_models import utc_text
from probe.model.chart import Mark, Waterfall, WaterfallRow
from probe.model.wire import PHASES
from probe.render.call_words import shown_outcome, took_text
from probe.render.phrases import ending_text, failed_words
from probe.render.request_line import time_of_day
from probe.render.time_scale import TimeScale
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text
from probe.texts.unreadable_texts import unreadable_words
from probe.units import format_duration

TONES = {Mark.CLEAN: "good", Mark.RECOVERED: "mild", Mark.FAILED: "bad", Mark.TIMED_OUT: "bad"}
KINDS = {Mark.CLEAN: "clean", Mark.RECOVERED: "recovered", Mark.FAILED: "failed", Mark.TIMED_OUT: "failed"}
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
    took: str
    bar: Bar
    more: tuple[str, ...]


@dataclass(frozen=True)
class WaterfallView:
    """A call. `anchor` is its id, `kind` what it is filtered by; `rows` is None where nothing was recorded.

    `mark` is the name of a failed call's outcome, which `reason` says in words.
    """

    anchor: str
    kind: str
    label: str
    mark: str
    tone: str
    title: str
    began: str
    outcome: str
    reason: str
    took: str
    evidence: str
    phases: Bar
    rows: tuple[RowView, ...] | None


def waterfall_view(
    call: Waterfall, anchor: str, scale: TimeScale, texts: Texts, *, several: bool = False
) -> WaterfallView:
    """Build what the template takes: the call in words and percentages; of `several` runs, with its own."""
    title = texts("html.call", round=call.round, label=call.label)
    name = shown_outcome(call.outcome, call.cause)
    failed = KINDS[call.mark] == "failed"
    return WaterfallView(
        anchor=anchor,
        kind=KINDS[call.mark],
        label=call.label,
        mark=name if failed else texts(f"chart.mark.{call.mark}"),
        tone=TONES[call.mark],
        title=texts("with_interval", value=title, interval=call.run_id) if several else title,
        began=utc_text(call.started_at),
        outcome=name,
        reason=failed_words(call.outcome, call.cause, 1, texts) if failed else "",
        took=took_text(call),
        evidence=evidence_text(call, texts),
        phases=Bar(tuple(_phases(call, scale, texts)), 14),
        rows=None if call.rows is None else tuple(_row(row, scale, texts) for row in call.rows),
    )


def _phases(call: Waterfall, scale: TimeScale, texts: Texts) -> Iterator[BarSegment]:
    """Yield the phases; one that is not split where they are not known."""
    if call.phases is None:
        yield _piece("unsplit", 0.0, call.wall_ms, scale, texts)
        return
    begin = 0.0
    for name in PHASES:
        length: float = getattr(call.phases, f"{name}_ms")
        if length > 0:
            yield _piece(name, begin, length, scale, texts)
        begin += length


def _row(row: WaterfallRow, scale: TimeScale, texts: Texts) -> RowView:
    pieces = tuple(_piece(span.name, span.start_ms, span.length_ms, scale, texts) for span in row.spans)
    ends = [span.start_ms + span.length_ms for span in row.spans]
    took = _time(max(ends) - min(span.start_ms for span in row.spans)) if ends else ""
    bar, more = Bar(pieces, 10), tuple(_more(row, texts))
    return RowView(row.sequence, row.kind, row.request, _came_to(row, texts), took, bar, more)


def _came_to(row: WaterfallRow, texts: Texts) -> str:
    """Return `HTTP 200, complete`, `HTTP 200, truncated_stream`, `HTTP 529 overloaded_error`, `connection_refused`."""
    ending = ending_text(row.ending, texts)
    if row.status is None:
        return ending
    if row.ending.startswith(f"{row.status} "):
        return f"HTTP {ending}"
    return texts("join.clauses").join([f"HTTP {row.status}", ending])


def _more(row: WaterfallRow, texts: Texts) -> Iterable[str]:
    if row.detail:
        yield texts.words(unreadable_words(row.detail))
    known: Sequence[str] = (
        *([time_of_day(row.begun_at)] if row.begun_at else []),
        *([texts("html.answered_by", model=row.model_served)] if row.model_served else []),
        *([texts("html.bytes", count=f"{row.response_bytes:,}")] if row.response_bytes else []),
        *(f"{name}: {value}" for name, value in row.request_ids.items()),
    )
    if known:
        yield " · ".join(known)


def _piece(name: str, start_ms: float, length_ms: float, scale: TimeScale, texts: Texts) -> BarSegment:
    start = min(scale.place(start_ms), 100.0 - _LEAST)
    length = min(max(scale.place(start_ms + length_ms) - start, _LEAST), 100.0 - start)
    description = f"{texts('html.span.send' if name == 'send' else f'phase.{name}')} {_time(length_ms)}"
    return BarSegment(name, round(start, 2), round(length, 2), description)


def _time(ms: float) -> str:
    return format_duration(ms / 1000)
