"""Events of a recording that is watched, at times that a test chooses."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from probe.cli.record_watch_view import LiveTable
from probe.diagnose.watched_recording import WatchedRecording
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.recorded_events import (
    ExchangeAnswering,
    ExchangeBegun,
    ExchangeEnded,
    RecordedEvent,
    RequestFacts,
)
from probe.model.request_kind import RequestKind

START = datetime(2026, 11, 28, 12, tzinfo=UTC)


ASKED: dict[str, Any] = {
    "connection": 1, "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages", "model_requested": "glm"
}  # fmt: skip


def after(seconds: float) -> datetime:
    """Return the time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def begun(sequence: int, at: float, digest: str = "d") -> ExchangeBegun:
    """Return a request that was read."""
    return ExchangeBegun(
        at=after(at), begun_at=after(at), sequence=sequence, facts=RequestFacts(digest=digest), **ASKED
    )


def answering(sequence: int, at: float, content: int, size: int = 0) -> ExchangeAnswering:
    """Return an answer that goes on."""
    return ExchangeAnswering(
        at=after(at), sequence=sequence, status=200, content_events=content, events=content, response_bytes=size
    )


def ended(sequence: int, start: float, at: float, digest: str = "d", **fields: Any) -> ExchangeEnded:
    """Return an exchange that ended."""
    exchange = Exchange(**{"sequence": sequence, "end": ExchangeEnd.COMPLETE, **ASKED, **fields})
    return ExchangeEnded(
        at=after(at), begun_at=after(start), sequence=sequence, facts=RequestFacts(digest=digest), exchange=exchange
    )


OVERLOADED: dict[str, Any] = {"status": 529, "error_type": "overloaded_error", "correlation": {"request-id": "req_7"}}


GOOD: dict[str, Any] = {"status": 200, "message_complete": True}


RETRIED: list[RecordedEvent] = [begun(1, 0), ended(1, 0, 1, **OVERLOADED), begun(2, 3)]


def state_of(*events: RecordedEvent) -> WatchedRecording:
    """Return what is known of a recording after these events."""
    state = WatchedRecording()
    for event in events:
        state.take(event)
    return state


def drawn(state: WatchedRecording, at: float) -> str:
    """Return the view as a wide terminal shows it."""
    console = Console(width=120, force_terminal=False)
    with console.capture() as capture:
        console.print(*LiveTable(console, START)._parts(state, after(at)), sep="\n")
    return capture.get()
