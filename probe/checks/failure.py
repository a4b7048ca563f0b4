"""A failed request as far as its remedy follows from it, and that remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from probe.model.check_report import Attempt
from probe.model.outcome import Outcome
from probe.texts.phrase import Words


@dataclass(frozen=True, slots=True)
class Failure:
    """Requests that failed alike. `words` are all words about it, `attempts` the requests.

    `token` is where the token comes from. `challenged`: a bot check answered. `passed_bytes` is the size of the largest
    request that was served.
    """

    outcome: Outcome
    cause: str | None
    words: str
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
        """The HTTP status of the last request that failed."""
        return self.last.status if self.last else None

    @property
    def server(self) -> str | None:
        """The first `server` header of the responses."""
        return next((attempt.server for attempt in self.attempts if attempt.server), None)

    @property
    def retry_at(self) -> datetime | None:
        """The time at which the upstream says that it may be asked again."""
        return self.last.retry_at if self.last else None

    @property
    def retry_in_s(self) -> float | None:
        """The seconds from its response to that time."""
        return self.last.retry_in_s if self.last else None


@dataclass(frozen=True, slots=True)
class Advice:
    """The name of a failure and its remedy. `evidence` stands beside the words of the answer."""

    code: str
    title: Words
    remedy: Words
    evidence: Words = ""
