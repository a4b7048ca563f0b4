"""The report of `probe check`: observations of an upstream, and the findings made from them."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient, Utc
from probe.model.exchange import Exchange
from probe.model.outcome import Flag, Outcome
from probe.model.run_manifest import ClientInfo


class Severity(StrEnum):
    """The severity of a finding, worst first. Only `wrong` makes a check fail."""

    WRONG = "wrong"
    WARNING = "warning"
    NOTE = "note"
    GOOD = "good"


class Area(StrEnum):
    """The layer in which a finding was made, from the outside in."""

    HERE = "here"
    WAY = "way"
    ENDPOINTS = "endpoints"
    STREAMING = "streaming"
    MODELS = "models"
    CLIENT = "client"


class Category(StrEnum):
    """The class of what came of a step on the network, in the words that logs use."""

    OK = "OK"
    DNS = "DNS"
    REFUSED = "ECONNREFUSED"
    TIMEOUT = "ETIMEDOUT"
    SSL = "SSL"
    RESET = "ECONNRESET"
    PROXY = "PROXY"
    HTTP_3XX = "HTTP_3xx"
    HTTP_4XX = "HTTP_4xx"
    HTTP_5XX = "HTTP_5xx"
    BROKEN = "BROKEN_ANSWER"
    OTHER = "OTHER"


class CheckFinding(Lenient):
    """One thing that was found. `code` is stable; what is good needs no remedy."""

    area: Area
    severity: Severity
    code: str
    title: str
    evidence: str = ""
    remedy: str | None = None


class WayStep(Lenient):
    """One step of the way to the upstream: `dns`, `tcp`, `proxy`, `tls`."""

    stage: str
    where: str = Field(description="host:port")
    category: Category
    ms: float
    detail: str = ""


NO_HTTP1 = "NO_APPLICATION_PROTOCOL"
"""The reason of a handshake that failed since the server takes no HTTP/1.1, most likely HTTP/2 only."""


class TlsFacts(Lenient):
    """The certificate that was offered, as far as it could be read, and what was agreed on."""

    protocol: str | None = None
    issuer: str | None = None
    names: tuple[str, ...] = ()
    not_after: Utc | None = None
    verify_code: int | None = Field(None, description="of OpenSSL, where the certificate was refused")
    reason: str | None = Field(None, description="of OpenSSL, where the handshake failed otherwise")
    verified: bool = True


class Way(Lenient):
    """The way to the upstream. `stage`s stop at the first that failed."""

    host: str
    port: int
    proxy: str | None = Field(None, description="host:port, where one is in the way")
    proxy_variable: str | None = Field(None, description="the environment variable that names it")
    steps: tuple[WayStep, ...] = ()
    tls: TlsFacts | None = None

    @property
    def failed(self) -> WayStep | None:
        """The step that failed."""
        return next((step for step in self.steps if step.category is not Category.OK), None)


class EndpointProbe(Lenient):
    """One plain HTTP request and what came of it. `auth` is `bearer` or `x-api-key`."""

    name: str
    method: str
    url: str
    auth: str
    status: int | None
    category: Category
    outcome: Outcome
    cause: str | None = None
    ms: float
    wait_ms: float | None = Field(None, description="to the first byte of the response")
    streamed: bool = False
    cut_short: bool = Field(False, description="ended by the limit of the whole check, before a step's own")
    body: str = Field("", description="its beginning, without secrets; empty for a stream")


class StreamFacts(Lenient):
    """The properties of a stream. `problems` are breaches of the order or completeness of its events."""

    endpoint: str
    streamed: bool
    fake: bool = False
    complete: bool = False
    events: int = 0
    pings: int = 0
    content_events: int = 0
    first_byte_ms: float | None = None
    ttft_ms: float | None = None
    longest_gap_ms: float | None = None
    problems: tuple[str, ...] = ()


class ModelAnswer(Lenient):
    """The result for a model name of the target. `uses` are the aliases that stand for it."""

    uses: tuple[str, ...]
    requested: str
    served: str | None = None
    outcome: Outcome
    cause: str | None = None
    ms: float
    ttft_ms: float | None = None


class Attempt(Lenient):
    """One request for an answer, as far as a remedy follows from it."""

    good: bool
    status: int | None = None
    error_type: str | None = None
    error_message: str | None = None
    unreadable: str | None = None
    server: str | None = Field(None, description="the header of that name")
    retry_at: Utc | None = Field(None, description="when it may be tried again, by headers or words")
    retry_in_s: float | None = Field(None, description="the same, from the response on")
    wait_ms: float | None = Field(None, description="to the first byte of the response")
    request_bytes: int = 0
    stop_reason: str | None = None

    @classmethod
    def of(cls, exchange: Exchange) -> "Attempt":
        """Summarise an exchange that the recorder saw."""
        return cls(
            good=exchange.good,
            status=exchange.status,
            error_type=exchange.error_type,
            error_message=exchange.error_message,
            unreadable=exchange.unreadable,
            server=exchange.correlation.get("server"),
            retry_at=exchange.retry_at,
            retry_in_s=exchange.retry_in_s,
            wait_ms=exchange.wait_ms,
            request_bytes=exchange.request_bytes,
            stop_reason=exchange.stop_reason,
        )

    @property
    def text(self) -> str:
        """The message of an error, or the title of a page."""
        return " ".join(said for said in (self.error_type, self.error_message) if said)


class ClientCall(Lenient):
    """One call of the real client. `tries` are its attempts at the answer, in order."""

    label: str
    outcome: Outcome
    cause: str | None = None
    flags: tuple[Flag, ...] = ()
    evidence: str = ""
    evidence_phrase: Any = Field(None, description="see `Diagnosis`")
    wall_ms: float
    boot_ms: float | None = None
    ttft_ms: float | None = None
    attempts: int = 0
    background: int = 0
    endings: tuple[str, ...] = ()
    tries: tuple[Attempt, ...] = ()
    cut_short: bool = Field(False, description="ended by the limit of the whole check, before a step's own")
    models_served: tuple[str, ...] = ()
    retry_at: Utc | None = Field(None, description="when it may be tried again, as the last refusal says")
    retry_in_s: float | None = None


class CheckReport(Lenient):
    """Everything that a check saw, its findings worst first."""

    schema_version: int = SCHEMA_VERSION
    probe_version: str
    target: str
    base_url: str
    embedded: bool = False
    faults: tuple[str, ...] = ()
    model: str
    step_timeout_s: float
    total_timeout_s: float
    took_ms: float
    plain_calls: int = Field(0, description="that a model had to answer")
    client: ClientInfo | None = None
    prime_ms: float | None = Field(None, description="the client's first start in a sandbox, with an upstream of ours")
    findings: tuple[CheckFinding, ...] = ()
    way: Way | None = None
    endpoints: tuple[EndpointProbe, ...] = ()
    listed_models: tuple[str, ...] | None = None
    streams: tuple[StreamFacts, ...] = ()
    models: tuple[ModelAnswer, ...] = ()
    client_calls: tuple[ClientCall, ...] = ()

    @property
    def wrong(self) -> bool:
        """True where a finding is wrong."""
        return any(finding.severity is Severity.WRONG for finding in self.findings)
