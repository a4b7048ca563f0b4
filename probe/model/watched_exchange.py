"""Exchanges of a recording that goes on, as somebody sees them who watches it."""

from dataclasses import dataclass
from datetime import datetime

from probe.model.outcome import Outcome
from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun, ExchangeEnded


@dataclass(slots=True)
class InFlight:
    """An exchange that has not ended. `attempt` counts those at the same request, from 1."""

    begun: ExchangeBegun
    attempt: int
    content_at: datetime
    answer: ExchangeAnswering | None = None

    def age_s(self, now: datetime) -> float:
        """Return how long ago the request began."""
        return seconds_between(self.begun.begun_at, now)

    def silent_s(self, now: datetime) -> float:
        """Return how long ago anything new of the answer came, to some seconds; before that, its age."""
        return seconds_between(self.content_at, now)


@dataclass(frozen=True, slots=True)
class EndedAttempt:
    """An exchange that has ended. `failure` is its outcome and cause; None where it did not fail."""

    ended: ExchangeEnded
    attempt: int
    failure: tuple[Outcome, str | None] | None


def seconds_between(start: datetime, end: datetime) -> float:
    """Return the seconds from start to end; none where the clock was set back."""
    return max((end - start).total_seconds(), 0.0)
