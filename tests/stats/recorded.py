"""Builds recorded requests for tests."""

from datetime import timedelta
from typing import Any

from probe.model.outcome import Outcome
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind
from probe.model.wire import Phases, PhaseSource
from tests.builders import START


def recorded(
    at_s: float = 0.0, wall_s: float = 1.0, endings: tuple[str, ...] = ("good",), **changes: Any
) -> RecordedRequest:
    """Build a main request that began so many seconds after the start; it failed unless it ended in `good`."""
    fields: dict[str, Any] = {
        "number": 1,
        "sequences": (1,),
        "kind": RequestKind.MAIN,
        "method": "POST",
        "path": "/v1/messages",
        "begun_at": START + timedelta(seconds=at_s),
        "wall_ms": wall_s * 1000,
        "outcome": Outcome.OK if endings[-1] == "good" else Outcome.OVERLOADED,
        "endings": endings,
        "phases": Phases(source=PhaseSource.WIRE, wait_ms=300.0),
    }
    return RecordedRequest.model_validate(fields | changes)
