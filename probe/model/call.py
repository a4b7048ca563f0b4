"""One step as it happened: the record that everything else is computed from."""

from pydantic import Field

from probe.model.base import SCHEMA_VERSION, Lenient, Utc
from probe.model.choices import Session
from probe.model.client import ClientWords
from probe.model.outcome import BENIGN_FLAGS, Flag, Outcome


class Diagnosis(Lenient):
    """What a call came to, and why one may say so."""

    outcome: Outcome
    cause: str | None = Field(None, description="what lies behind the outcome, where more than the class is known")
    flags: tuple[Flag, ...] = ()
    evidence: str = Field("", description="the line that decided it, redacted")


class Call(Lenient):
    """A finished call. `attempt` counts the times its round was begun: a resumed run begins a round again."""

    schema_version: int = SCHEMA_VERSION
    round: int
    attempt: int = 1
    step: int
    label: str
    session_mode: Session
    session_id: str | None = None
    served_session_id: str | None = None
    started_at: Utc
    ended_at: Utc
    wall_ms: float
    timeout_ms: float | None = None
    idle_before_ms: float | None = None
    timed_out: bool
    return_code: int | None = None
    signal: str | None = None
    diagnosis: Diagnosis
    expected_outcome: Outcome = Outcome.OK
    model_requested: str | None = None
    client: ClientWords = ClientWords()
    cpu_ms: float | None = None
    max_rss_bytes: int | None = None
    leftovers: int = 0

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
        """As expected, with nothing that the client had to recover from or that was not as asked."""
        return self.as_expected and not (set(self.diagnosis.flags) - BENIGN_FLAGS)

    @property
    def counts(self) -> bool:
        """Says something of the target. An interrupted call does not."""
        return self.outcome is not Outcome.INTERRUPTED
