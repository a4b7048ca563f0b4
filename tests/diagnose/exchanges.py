"""Builders of exchanges, and of calls that were seen to make them."""

from typing import Any

from probe.model.client import ClientOutput, ModelUsage
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.observation import Observation
from tests.builders import MODEL, START, main_exchange, result

GOOD = {
    "status": 200,
    "streamed": True,
    "message_complete": True,
    "events": 8,
    "content_events": 2,
    "content_reads": 2,
    "model_served": MODEL,
    "usage": ModelUsage(input_tokens=10, output_tokens=2),
}


def exchange(begun: float = 300.0, **changes: Any) -> Exchange:
    fields = {
        "stream_requested": True,
        "request_begun_at_ms": begun,
        "connect_begun_at_ms": begun,
        "connected_at_ms": begun + 2,
        "request_sent_at_ms": begun + 5,
    }
    if changes.get("status"):
        fields |= {"first_byte_at_ms": begun + 50, "headers_at_ms": begun + 50, "last_byte_at_ms": begun + 90}
    return main_exchange(**(fields | changes))


def good(begun: float = 300.0, **changes: Any) -> Exchange:
    return exchange(begun, **{**GOOD, **changes})


def status(code: int, begun: float = 300.0, **changes: Any) -> Exchange:
    return exchange(begun, status=code, error_type="some_error", **changes)


def cut(begun: float = 300.0, **changes: Any) -> Exchange:
    """Open when the call ended."""
    return exchange(begun, end=ExchangeEnd.CLIENT_CLOSED, **changes)


def short(begun: float = 300.0) -> Exchange:
    """Return all of a message, in a body that ended before its length."""
    return good(begun, end=ExchangeEnd.TRUNCATED)


def not_connected(failure: ConnectFailure) -> Exchange:
    return exchange(
        connected_at_ms=None,
        request_sent_at_ms=None,
        end=ExchangeEnd.NOT_CONNECTED,
        failure=failure,
        failure_detail="x",
    )


def cut_short() -> Exchange:
    return exchange(status=200, streamed=True, end=ExchangeEnd.TRUNCATED)


def observed(*exchanges: Exchange, wall_ms: float = 6000.0, **changes: Any) -> Observation:
    return Observation(("claude",), START, START, wall_ms, 0, exchanges=exchanges, **changes)


def answered(*exchanges: Exchange, **changes: Any) -> Observation:
    words = ClientOutput(initialised=True, result=result(subtype="success", is_error=False, text="hi"), **changes)
    return observed(*exchanges, words=words)


def failed(*exchanges: Exchange, text: str = "API Error: something") -> Observation:
    words = ClientOutput(initialised=True, result=result(subtype="success", is_error=True, text=text, num_turns=1))
    return observed(*exchanges, words=words)
