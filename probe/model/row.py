"""A stored call as statistics and tables read it: the part of `Call` that they need, decoded fast.

A journal may hold a million calls; these structs are decoded some ten times as fast as `Call` is validated. Names and
types are those of `Call`, and what follows from them is computed by the same code.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from probe.model.call import Call, Judged
from probe.model.choices import Session
from probe.model.client import FirstContent
from probe.model.outcome import Flag, Outcome
from probe.model.stored_call import stored_call
from probe.model.wire import PhaseSource

_LARGEST = 2**53
"""Of what was measured and of what a client says, no number is larger: sums and means stay finite."""

RoundNumber = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
AttemptNumber = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]
StepNumber = Annotated[int, msgspec.Meta(ge=0, le=10_000)]
Measured = Annotated[float, msgspec.Meta(ge=0, le=_LARGEST)]
Said = Annotated[float, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
Count = Annotated[int, msgspec.Meta(ge=-_LARGEST, le=_LARGEST)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Part(msgspec.Struct, frozen=True, gc=False):
    pass


class DiagnosisPart(_Part, frozen=True):
    """See `Diagnosis`."""

    outcome: Outcome
    cause: str | None = None
    flags: tuple[Flag, ...] = ()
    evidence: str = ""
    evidence_phrase: Any = None
    retry_at: datetime | None = None


class UsagePart(_Part, frozen=True):
    """See `ModelUsage`."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_read_tokens: Count | None = None
    cache_creation_tokens: Count | None = None


class ResultPart(_Part, frozen=True):
    """See `ClientResult`."""

    usage: UsagePart | None = None
    model_usage: dict[str, UsagePart] | None = None
    cost_usd: Said | None = None


class RetryPart(_Part, frozen=True):
    """A retry of which only the fact counts here."""


class WordsPart(FirstContent, _Part, frozen=True):
    """See `ClientOutput`."""

    client_version: str | None = None
    requesting_at_ms: Said | None = None
    retries: tuple[RetryPart, ...] = ()
    attempts_started: Count = 0
    wait_ms: Said | None = None
    first_event_at_ms: Said | None = None
    first_content_at_ms: Said | None = None
    models_served: tuple[str, ...] = ()
    result: ResultPart | None = None


class WirePart(_Part, frozen=True):
    """See `WireSummary`. Of its fields that stand elsewhere in the call, those that were left out are None."""

    attempts: Count = 1
    ttft_ms: Said | None = None
    message_id: str | None = None
    cached: bool = False
    connection_reused: bool = False
    models_served: tuple[str, ...] | None = None
    endings: tuple[str, ...] = ()
    correlation: tuple[dict[str, str], ...] = ()
    requested_at_ms: tuple[Said, ...] | None = None
    usage: UsagePart | None = None
    prefix: str | None = None
    prefix_chars: Count | None = None


class PhasesPart(_Part, frozen=True):
    """See `Phases`."""

    source: PhaseSource = PhaseSource.WIRE
    boot_ms: Said = 0.0
    retries_ms: Said = 0.0
    connect_ms: Said = 0.0
    wait_ms: Said = 0.0
    stream_ms: Said = 0.0
    exit_ms: Said = 0.0
    unsplit_ms: Said = 0.0


class Row(Judged, _Part, frozen=True):
    """See `Call`."""

    round: RoundNumber
    step: StepNumber
    label: str
    started_at: Moment
    wall_ms: Measured
    diagnosis: DiagnosisPart
    session_mode: Session = Session.NEW
    timed_out: bool = False
    attempt: AttemptNumber = 1
    session_id: str | None = None
    served_session_id: str | None = None
    timeout_ms: Measured | None = None
    idle_before_ms: Measured | None = None
    requests_before: Count | None = None
    return_code: Count | None = None
    expected_outcome: Outcome = Outcome.OK
    model_requested: str | None = None
    client: WordsPart = WordsPart()
    wire: WirePart | None = None
    phases: PhasesPart | None = None
    load: Measured | None = None
    cpu_ms: Measured | None = None
    max_rss_bytes: Count | None = None

    @property
    def requested_at_ms(self) -> tuple[float, ...]:
        """Main requests' beginnings, as recorded; that of the only one is stored elsewhere."""
        if self.wire is None or self.wire.requested_at_ms is None:
            return self.only_request_at_ms
        return self.wire.requested_at_ms


def row_of(call: Call) -> Row:
    """Return the row that would be read back for this call."""
    return msgspec.convert(stored_call(call), Row)
