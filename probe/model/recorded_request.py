"""A request of recorded work: what the client asked once, with all its attempts at it."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from probe.model.base_models import Frozen, Utc
from probe.model.client import ModelUsage
from probe.model.outcome import RECOVERY_FLAGS, SILENT_RECOVERY_FLAGS, Flag, Outcome
from probe.model.request_kind import RequestKind
from probe.model.wire import Phases

STALL_MS = 30_000.0
"""A request stalls where nothing of a streamed answer comes for so long, before its content or within it."""


class RecordedRequest(Frozen):
    """A request and its outcome, from the wire alone. Times are from the first attempt's beginning to the last's end.

    A request whose client went away before there was anything to blame for it is `interrupted`: that may be a person
    who pressed Esc, and says nothing of the upstream.
    """

    number: int = Field(description="the number of its first exchange in the recording")
    sequences: tuple[int, ...] = Field(description="the numbers of all its exchanges, in order")
    kind: RequestKind
    method: str
    path: str
    model_requested: str | None = None
    models_served: tuple[str, ...] = ()
    session_id: str | None = None
    agent_type: str | None = Field(None, description="the client's name for the agent that asked")
    begun_at: Utc
    wall_ms: float
    outcome: Outcome
    cause: str | None = None
    flags: tuple[Flag, ...] = ()
    evidence: str = Field("", description="what decided the outcome, in English")
    evidence_phrase: Any = Field(None, description="the same for any language; None where it is a quotation alone")
    retry_at: Utc | None = None
    status: int | None = Field(None, description="of the last attempt")
    endings: tuple[str, ...] = Field(description="what each attempt came to, in order")
    request_ids: tuple[dict[str, str], ...] = Field((), description="of each attempt, by header name")
    phases: Phases
    ttft_ms: float | None = Field(None, description="ms, from the last attempt's last byte sent to its first content")
    silence_ms: float | None = Field(None, description="ms, the longest time in which nothing of the answer came")
    silent_attempt: int | None = Field(None, description="the attempt of that silence, from 1")
    idle_before_ms: float | None = Field(None, description="ms since the last main request before it had ended")
    usage: ModelUsage | None = Field(None, description="over all attempts")
    request_bytes: int = 0
    response_bytes: int = 0

    @property
    def ended_at(self) -> datetime:
        """The end of the last attempt."""
        return self.begun_at + timedelta(milliseconds=self.wall_ms)

    @property
    def attempts(self) -> int:
        """The number of attempts."""
        return len(self.endings)

    @property
    def failed(self) -> bool:
        """No answer came, and not because the client went away."""
        return self.outcome not in {Outcome.OK, Outcome.INTERRUPTED}

    @property
    def counts(self) -> bool:
        """Says something of the upstream. An interrupted one does not."""
        return self.outcome is not Outcome.INTERRUPTED

    @property
    def clean(self) -> bool:
        """Answered, with nothing that the client had to recover from."""
        return self.outcome is Outcome.OK and RECOVERY_FLAGS.isdisjoint(self.flags)

    @property
    def recovered(self) -> bool:
        """Answered, only because Claude Code silently retried or fell back."""
        return self.outcome is Outcome.OK and not SILENT_RECOVERY_FLAGS.isdisjoint(self.flags)

    def stalled(self, stall_ms: float = STALL_MS) -> bool:
        """Return True where nothing of the answer came for so long."""
        return self.silence_ms is not None and self.silence_ms >= stall_ms
