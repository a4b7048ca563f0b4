"""One call laid out in time: its phases, and a row for each exchange."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from probe.model.attempt_ending import GOOD, LEFT_OPEN
from probe.model.base_models import moment_after
from probe.model.chart import Mark, Span, Waterfall, WaterfallRow
from probe.model.exchange import Exchange
from probe.model.request_kind import RequestKind
from probe.model.row import Row
from probe.model.wire import Phases

MOST = 150
_UNEVENTFUL = (GOOD, LEFT_OPEN)
"""Of such an attempt, how the exchange ended says more."""


def waterfall(row: Row, run_id: str, exchanges: Sequence[Exchange] | None) -> Waterfall:
    """Lay out a call; `exchanges` is None where nothing was recorded."""
    phases = Phases.model_validate(msgspec.to_builtins(row.phases)) if row.phases else None
    return Waterfall(
        run_id=run_id,
        round=row.round,
        label=row.label,
        started_at=row.started_at,
        wall_ms=row.wall_ms,
        deadline_ms=row.deadline_ms,
        mark=_mark(row),
        outcome=row.outcome,
        cause=row.diagnosis.cause,
        evidence=row.diagnosis.evidence,
        evidence_phrase=row.diagnosis.evidence_phrase,
        phases=phases,
        rows=None if exchanges is None else tuple(_rows(exchanges, row)),
    )


def _mark(row: Row) -> Mark:
    if row.as_expected:
        return Mark.CLEAN if row.clean else Mark.RECOVERED
    return Mark.TIMED_OUT if row.timed_out else Mark.FAILED


def _rows(exchanges: Sequence[Exchange], row: Row) -> Iterator[WaterfallRow]:
    """Yield a row for each exchange of a call.

    Its endings are what the attempts at the answer came to: a stream may end in good order and still be cut short.
    """
    endings = row.wire.endings if row.wire else ()
    mains = [exchange.sequence for exchange in exchanges if exchange.kind is RequestKind.MAIN]
    known = dict(zip(mains, endings, strict=True)) if len(mains) == len(endings) else {}
    for exchange in exchanges:
        ending = known.get(exchange.sequence, _UNEVENTFUL[0])
        came_to = (exchange.failure or exchange.end).value if ending in _UNEVENTFUL else ending
        yield _row(exchange, came_to, moment_after(row.started_at, exchange.begun_at_ms or 0.0))


def _row(exchange: Exchange, ending: str, begun_at: datetime | None) -> WaterfallRow:
    detail = (
        ": ".join(filter(None, (exchange.error_type, exchange.error_message)))
        or exchange.failure_detail
        or exchange.unreadable
    )
    return WaterfallRow(
        sequence=exchange.sequence,
        kind=exchange.kind.value,
        request=f"{exchange.method} {exchange.path}",
        status=exchange.status,
        ending=ending,
        detail=detail or "",
        model_served=exchange.model_served,
        request_ids=exchange.correlation,
        begun_at=begun_at,
        response_bytes=exchange.response_bytes,
        spans=tuple(_spans(exchange)),
    )


def _spans(exchange: Exchange) -> Iterator[Span]:
    """Yield what an exchange spent its time on; a stretch that did not end lasts until the exchange did."""
    end = exchange.ended_at_ms
    marks = (
        ("connect", exchange.connect_begun_at_ms),
        (
            "send",
            exchange.connected_at_ms if exchange.connect_begun_at_ms is not None else exchange.request_begun_at_ms,
        ),
        ("wait", exchange.request_sent_at_ms),
        ("stream", exchange.first_byte_at_ms),
    )
    known = [(name, at) for name, at in marks if at is not None]
    ends = [*(at for _, at in known[1:]), end]
    for (name, start), stop in zip(known, ends, strict=False):
        if stop is not None and stop > start:
            yield Span(name=name, start_ms=start, length_ms=stop - start)
