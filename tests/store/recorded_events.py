"""Helpers."""

from typing import Any

from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.recorded_events import (
    ExchangeBegun,
    ExchangeEnded,
)
from probe.model.request_kind import RequestKind
from probe.store import RecordedLog
from tests.builders import START as NOW
from tests.reporting.recordings import recorded_manifest

MANIFEST = recorded_manifest()


def ended(sequence: int, **fields: Any) -> ExchangeEnded:
    exchange = Exchange(
        sequence=sequence,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        end=ExchangeEnd.COMPLETE,
    )
    return ExchangeEnded(at=NOW, begun_at=NOW, sequence=sequence, exchange=exchange, **fields)


def begun(sequence: int) -> ExchangeBegun:
    return ExchangeBegun(
        at=NOW, begun_at=NOW, sequence=sequence, connection=1, kind=RequestKind.MAIN, method="POST", path="/v1/messages"
    )


def sequences(log: RecordedLog) -> list[int]:
    return [event.sequence for event in log if isinstance(event, ExchangeEnded)]
