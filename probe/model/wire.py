"""The summary of a call's exchanges, small enough for the journal."""

from enum import StrEnum
from typing import Literal, get_args

from pydantic import Field

from probe.model.base_models import Lenient
from probe.model.client import ModelUsage


class PhaseSource(StrEnum):
    """The source of the split of a call's time."""

    WIRE = "wire"
    CLIENT = "client"


Phase = Literal["boot", "retries", "connect", "wait", "stream", "exit", "unsplit"]
PHASES: tuple[Phase, ...] = get_args(Phase)
"""The fields of `Phases` in order, without their unit."""


class Phases(Lenient):
    """A call's wall time, split. The parts that are known add up to it; a phase that was not reached is 0.

    `retries` is all from the first attempt's beginning to the beginning of the one that counted, or to the end of a
    call that was stopped while it waited to try again. `unsplit` is what the source cannot tell apart. In ms.
    """

    source: PhaseSource = PhaseSource.WIRE
    boot_ms: float = Field(0.0, description="from the spawn to the first main request")
    retries_ms: float = 0.0
    connect_ms: float = Field(0.0, description="connecting, and sending the request")
    wait_ms: float = Field(0.0, description="from the request's last byte to the first byte of the response")
    stream_ms: float = 0.0
    exit_ms: float = Field(0.0, description="from the answer's last byte to the client's end")
    unsplit_ms: float = 0.0

    @property
    def total_ms(self) -> float:
        """The wall time again."""
        parts = (self.boot_ms, self.retries_ms, self.connect_ms, self.wait_ms, self.stream_ms, self.exit_ms)
        return sum(parts) + self.unsplit_ms


class WireSummary(Lenient):
    """The exchanges of a call in figures. `attempts` are main requests; what they came to, in order, is `endings`."""

    attempts: int = 1
    background: int = 0
    background_failed: int = 0
    endings: tuple[str, ...] = ()
    message_id: str | None = Field(None, description="of the last answer")
    cached: bool = Field(False, description="the last answer came from a cache, by its headers")
    models_served: tuple[str, ...] = ()
    background_models: tuple[str, ...] = Field((), description="models that answered background requests")
    ttft_ms: float | None = Field(None, description="ms, from the last request's last byte to the first delta")
    longest_gap_ms: float | None = Field(None, description="ms, the longest of all main exchanges")
    dns_ms: float | None = None
    tcp_ms: float | None = None
    tls_ms: float | None = None
    usage: ModelUsage | None = Field(None, description="over all main exchanges")
    prefix: str | None = Field(None, description="of the last main request, see Exchange")
    prefix_chars: int | None = None
    correlation: tuple[dict[str, str], ...] = Field((), description="of each attempt, in order")
    requested_at_ms: tuple[float, ...] = Field(
        (), description="ms since the call began, when each attempt did; older versions stored none"
    )
    connection_reused: bool = Field(False, description="the first attempt went on a connection of an earlier call")
    request_bytes: int = 0
    response_bytes: int = 0
