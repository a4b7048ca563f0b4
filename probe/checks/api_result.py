"""A small request to an upstream, and its result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from probe.model.check_report import Category, EndpointProbe
from probe.model.exchange import Exchange
from probe.model.outcome import Flag, Outcome
from probe.texts import Texts
from probe.texts.phrase import Words

_CATEGORIES = {
    Outcome.OK: Category.OK,
    Outcome.DNS: Category.DNS,
    Outcome.CONNECTION_REFUSED: Category.REFUSED,
    Outcome.CONNECT_TIMEOUT: Category.TIMEOUT,
    Outcome.TIMED_OUT: Category.TIMEOUT,
    Outcome.TLS: Category.SSL,
    Outcome.CONNECTION_RESET: Category.RESET,
    Outcome.TRUNCATED_STREAM: Category.BROKEN,
    Outcome.STREAM_ERROR: Category.BROKEN,
    Outcome.MALFORMED_RESPONSE: Category.BROKEN,
}


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request; `path` follows the base URL."""

    base_url: str
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApiResult:
    """The outcome of a request, without secrets. `exchange` is the recorder's observation of it.

    `challenged`: a bot check or a web firewall answered.
    """

    exchange: Exchange | None
    status: int | None
    body: bytes
    wall_ms: float
    outcome: Outcome
    cause: str | None = None
    evidence: Words = ""
    flags: tuple[Flag, ...] = ()
    challenged: bool = False

    @property
    def ok(self) -> bool:
        """True where it was served."""
        return self.outcome is Outcome.OK

    @property
    def english_evidence(self) -> str:
        """The evidence in English, to look for words in."""
        return Texts().words(self.evidence)

    @property
    def location(self) -> str | None:
        """The address that a redirect names."""
        return self.exchange.location if self.exchange else None

    @property
    def retry_in_s(self) -> float | None:
        """The seconds from the response to the time at which the upstream says that it may be asked again."""
        return self.exchange.retry_in_s if self.exchange else None

    @property
    def content_type(self) -> str:
        """The header of that name; empty without one."""
        return (self.exchange.content_type or "") if self.exchange else ""

    @property
    def streamed(self) -> bool:
        """True where a stream came."""
        return bool(self.exchange and self.exchange.streamed)

    @property
    def category(self) -> Category:
        """The class of the outcome in the words that logs use."""
        if self.outcome in _CATEGORIES:
            return _CATEGORIES[self.outcome]
        if self.status is not None and self.status >= 500:
            return Category.HTTP_5XX
        if self.status is not None and self.status >= 400:
            return Category.HTTP_4XX
        if self.status is not None and self.status >= 300:
            return Category.HTTP_3XX
        return Category.PROXY if (self.cause or "").startswith("proxy") else Category.OTHER


SendRequest = Callable[[ApiRequest, float], ApiResult]
"""Send a request within a time limit in seconds, and return its result."""


@dataclass(frozen=True, slots=True)
class EndpointResult:
    """A request of the check: `probe` describes it for the report, `answer` is what findings are made from."""

    probe: EndpointProbe
    answer: ApiResult

    @property
    def ok(self) -> bool:
        """True where it was served."""
        return self.answer.ok
