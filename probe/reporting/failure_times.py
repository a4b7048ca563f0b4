"""Tell who has to act on a failure, by whether it passed: of the calls of a run, or the requests of a recording."""

from dataclasses import dataclass, field
from datetime import datetime

from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome


@dataclass(slots=True)
class FailureTimes:
    """The first time of each kind of failure, and the last success: by these a failure passes or lasts."""

    last_success_at: datetime | None = None
    first_at: dict[tuple[Outcome, str | None], datetime] = field(default_factory=dict)

    def note(self, outcome: Outcome, cause: str | None, at: datetime, *, failed: bool) -> None:
        """Take in a call."""
        if failed:
            kind = outcome, cause
            self.first_at[kind] = min(at, self.first_at.get(kind, at))
        elif self.last_success_at is None or at > self.last_success_at:
            self.last_success_at = at

    def party(self, outcome: Outcome, cause: str | None) -> FaultParty:
        """Return who has to act on a failure of this kind, as the report says it."""
        first_at = self.first_at.get((outcome, cause))
        passes = bool(first_at and self.last_success_at and first_at < self.last_success_at)
        return party_of(outcome, cause, passes=passes)
