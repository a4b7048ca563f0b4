"""The embedded upstream's record of a request."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probe.model.request_kind import RequestKind


class Ended(StrEnum):
    """The ways in which a response can end."""

    COMPLETED = "completed"
    CLIENT_DISCONNECTED = "client_disconnected"
    ABORTED_BY_FAULT = "aborted_by_fault"
    SHUTDOWN = "shutdown"


@dataclass(frozen=True)
class ServedRequest:
    """One request as the upstream saw it, written down when it has ended.

    Times are `time.monotonic()` seconds: `t_received` the whole request was in, `t_first_byte` the head was handed
    over, `t_first_content` the first piece of the answer itself, `t_end` the end. What never came is None.
    `received_at` is `t_received` in UTC; `request_id` stands in the answer's header `request-id`, but for a fault.
    `round` and `step` come from the path, `tools` counts those offered, `faults` names those that made a difference.
    """

    sequence: int
    method: str
    path: str
    round: int | None
    step: str | None
    kind: RequestKind
    model: str | None
    stream: bool | None
    body_bytes: int
    tools: int
    session_id: str | None
    faults: tuple[str, ...]
    status: int | None
    request_id: str | None
    received_at: datetime
    t_received: float
    t_first_byte: float | None
    t_first_content: float | None
    t_end: float
    ended: Ended
