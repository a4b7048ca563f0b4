"""The requests of a recording that are told of, with what their stories need."""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.model.exchange import Exchange
from probe.model.recorded_request import RecordedRequest
from probe.model.row import Row


@dataclass(frozen=True)
class ToldRequest:
    """A request with its exchanges, and as statistics see it. `fine_before` main requests went well since the last."""

    request: RecordedRequest
    row: Row
    exchanges: Sequence[Exchange]
    fine_before: int = 0


@dataclass(frozen=True)
class ToldRecording:
    """The requests that went wrong, in order, or the slowest where none did; `left_out` incidents are not told."""

    requests: tuple[ToldRequest, ...]
    has_incidents: bool
    left_out: int
    fine_after: int
