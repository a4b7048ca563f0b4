"""A failure as far as its remedy follows from it, and what is made of that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probe.model.check import Attempt
from probe.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Failure:
    """What failed alike. `said` is all that was said of it; `attempts` are the requests that met it.

    `token` is where the token comes from. `challenged`: a bot check answered. `passed_bytes` is the size of the largest
    request that was served.
    """

    outcome: Outcome
    cause: str | None
    said: str
    token: str
    attempts: Sequence[Attempt] = ()
    challenged: bool = False
    passed_bytes: int | None = None

    @property
    def last(self) -> Attempt | None:
        """The last request that failed."""
        return next((attempt for attempt in reversed(self.attempts) if not attempt.good), None)

    @property
    def status(self) -> int | None:
        """The HTTP status of that."""
        return self.last.status if self.last else None

    @property
    def server(self) -> str | None:
        """The first `server` header that was seen."""
        return next((attempt.server for attempt in self.attempts if attempt.server), None)

    @property
    def retry_at(self) -> datetime | None:
        """When the upstream says that it may be asked again."""
        return self.last.retry_at if self.last else None

    @property
    def retry_in_s(self) -> float | None:
        """The same, from its response on."""
        return self.last.retry_in_s if self.last else None


@dataclass(frozen=True, slots=True)
class Advice:
    """What a failure is called and what to do about it. `seen` is evidence beside what was said."""

    code: str
    title: str
    remedy: str
    seen: str = ""
