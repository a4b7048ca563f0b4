"""The record of a call, from which all results are computed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient, Utc, to_milliseconds
from probe.model.choices import Session
from probe.model.client import ClientOutput
from probe.model.outcome import RECOVERY_FLAGS, SILENT_RECOVERY_FLAGS, Flag, Outcome
from probe.model.wire import Phases, WireSummary


class Diagnosis(Lenient):
    """The outcome of a call and the evidence for it."""

    outcome: Outcome
    cause: str | None = Field(None, description="what lies behind the outcome, where more than the class is known")
    flags: tuple[Flag, ...] = ()
    evidence: str = Field("", description="the line that decided it, redacted; in English")
    evidence_phrase: Any = Field(None, description="the same for any language; None where it is a quotation alone")
    retry_at: Utc | None = Field(None, description="when it may be tried again, as the last refusal says")


class Finding(Lenient):
    """The diagnosis of a call, with its phases and the summary of its exchanges."""

    diagnosis: Diagnosis
    phases: Phases | None = None
    wire: WireSummary | None = None


class _HasOutcome(Protocol):
    @property
    def outcome(self) -> Outcome: ...
    @property
    def flags(self) -> tuple[Flag, ...]: ...


class _ClientAnswer(Protocol):
    @property
    def ttft_ms(self) -> float | None: ...
    @property
    def models_served(self) -> tuple[str, ...]: ...


class _RecordedAnswer(Protocol):
    @property
    def ttft_ms(self) -> float | None: ...
    @property
    def models_served(self) -> tuple[str, ...] | None: ...
    @property
    def attempts(self) -> int: ...


class _Phased(Protocol):
    @property
    def boot_ms(self) -> float: ...


class Judged:
    """Properties computed from a call's record; shared by `Call`, which is written, and `Row`, which is read."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def timed_out(self) -> bool: ...
        @property
        def timeout_ms(self) -> float | None: ...
        @property
        def diagnosis(self) -> "_HasOutcome": ...
        @property
        def expected_outcome(self) -> Outcome: ...
        @property
        def model_requested(self) -> str | None: ...
        @property
        def client(self) -> "_ClientAnswer": ...
        @property
        def wire(self) -> "_RecordedAnswer | None": ...
        @property
        def phases(self) -> "_Phased | None": ...

    @property
    def outcome(self) -> Outcome:
        return self.diagnosis.outcome

    @property
    def ok(self) -> bool:
        """Answered as asked, whatever it took."""
        return self.outcome is Outcome.OK

    @property
    def as_expected(self) -> bool:
        """Came to what the scenario expects."""
        return self.outcome is self.expected_outcome

    @property
    def clean(self) -> bool:
        """As expected, with nothing that the client had to recover from."""
        return self.as_expected and RECOVERY_FLAGS.isdisjoint(self.diagnosis.flags)

    @property
    def recovered_silently(self) -> bool:
        """As expected, only because Claude Code silently retried or fell back."""
        return self.as_expected and not SILENT_RECOVERY_FLAGS.isdisjoint(self.diagnosis.flags)

    @property
    def ttft_ms(self) -> float | None:
        """From the request that counted to the first content: as recorded, else as the client tells it."""
        return self.client.ttft_ms if self.wire is None else self.wire.ttft_ms

    @property
    def models_served(self) -> tuple[str, ...]:
        """The models that answered: as recorded, else as the client tells it."""
        if self.wire is None:
            return self.client.models_served
        return self.requested_models if self.wire.models_served is None else self.wire.models_served

    @property
    def requested_models(self) -> tuple[str, ...]:
        """The model that is asked for, as far as it is known."""
        return () if self.model_requested is None else (self.model_requested,)

    @property
    def only_request_at_ms(self) -> tuple[float, ...]:
        """The beginning of the only main request, as the first phase ended; nothing where there are several."""
        is_only = self.wire is not None and self.wire.attempts == 1
        return (self.phases.boot_ms,) if is_only and self.phases else ()

    @property
    def deadline_ms(self) -> float | None:
        """The deadline at which it was stopped; None where it ended by itself."""
        return self.timeout_ms if self.timed_out else None

    @property
    def counts(self) -> bool:
        """Says something of the target. An interrupted call does not."""
        return self.outcome is not Outcome.INTERRUPTED


def _end(validated: dict[str, Any]) -> datetime:
    """Return when a call ended, as precisely as times are stored."""
    begun: datetime = validated["started_at"]
    return to_milliseconds(begun + timedelta(milliseconds=validated["wall_ms"]))


class Call(Judged, Lenient):
    """A finished call. `attempt` counts the times its round was begun: a resumed run begins a round again."""

    schema_version: int = SCHEMA_VERSION
    round: int
    attempt: int = 1
    step: int
    label: str
    session_mode: Session = Session.NEW
    session_id: str | None = None
    served_session_id: str | None = None
    started_at: Utc
    wall_ms: float
    ended_at: Utc = Field(default_factory=_end, description="when it began, and the wall time")
    timeout_ms: float | None = None
    idle_before_ms: float | None = None
    requests_before: int | None = Field(
        None, description="main requests that the run had sent to this upstream before; None where calls overlapped"
    )
    timed_out: bool = False
    return_code: int | None = None
    signal: str | None = None
    diagnosis: Diagnosis
    expected_outcome: Outcome = Outcome.OK
    model_requested: str | None = None
    client: ClientOutput = ClientOutput()
    wire: WireSummary | None = Field(None, description="None where no recorder was in the path")
    phases: Phases | None = None
    load: float | None = Field(None, description="the machine's load average over one minute, before the call")
    cpu_ms: float | None = None
    max_rss_bytes: int | None = None
    leftovers: int = 0
