"""Everything that the report of a recording shows. Renderers compute nothing."""

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Frozen, Utc
from probe.model.chart import Waterfall
from probe.model.health import Health
from probe.model.recorded_manifest import RecordedManifest
from probe.model.recorded_request import RecordedRequest
from probe.model.request_kind import RequestKind


class TokenCount(Frozen):
    """Tokens of some requests. A kind of which no answer said anything is None."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_creation: int | None = None
    answers: int = Field(0, description="answers that said what they used")

    @property
    def asked(self) -> int:
        """All tokens of the requests, whether they came from the prompt cache or not."""
        return (self.input or 0) + (self.cache_read or 0) + (self.cache_creation or 0)

    @property
    def cache_read_share(self) -> float | None:
        """The share of all tokens of the requests that came from the prompt cache, 0 to 1."""
        return None if self.cache_read is None or not self.asked else self.cache_read / self.asked


class TokenBin(Frozen):
    """The tokens of the requests that began in a stretch of time."""

    begins_at: Utc
    minutes: int
    requests: int
    tokens: TokenCount


class RecordedHour(Frozen):
    """An hour of a recording in which there were main requests: its health and tokens."""

    begins_at: Utc
    requests: int = Field(description="main requests, interrupted ones too")
    interrupted: int
    retries: int
    stalled: int
    health: Health
    tokens: TokenCount


class RequestKindCount(Frozen):
    """Requests of one kind that asked for one model."""

    kind: RequestKind
    model: str | None
    requests: int
    exchanges: int
    failed: int
    recovered: int
    interrupted: int
    median_ms: float | None = Field(description="median duration of those that were answered")
    tokens: TokenCount


class RetryStorm(Frozen):
    """A time in which many attempts failed: three or more at one request, or of three or more requests at once."""

    begun_at: Utc
    ended_at: Utc
    requests: int
    attempts: int
    endings: dict[str, int] = Field(description="what the attempts that brought no answer came to")
    failed: int = Field(description="requests that never got an answer")


class IdleGroup(Frozen):
    """Main requests after a similar idle time, and how long they waited. A description, and no test of a difference.

    Of requests that were answered at once: retries would hide what the idle time does.
    """

    from_ms: float = Field(description="the least idle time of the group; the first request has none before it")
    to_ms: float | None = Field(None, description="the end of the group; None where it has none")
    is_first: bool = Field(False, description="the first request of the recording")
    requests: int
    wait_median_ms: float | None = Field(description="from the request's last byte to the response's first")
    ttft_median_ms: float | None
    ttft_max_ms: float | None


class RecordingLosses(Frozen):
    """Gaps of a recording."""

    unended: int = Field(0, description="exchanges that were open when the recording ended, or that are still open")
    lost_exchanges: int = Field(0, description="that the disk was too slow or too full for")
    removed_exchanges: int = Field(0, description="that were removed to keep to the limit of bytes")
    corrupt: dict[str, int] = Field(default_factory=dict, description="lines that cannot be read, by file")


class RecordedReport(Frozen):
    """The report of one recording. `health` and `hours` are of main requests; interrupted ones say nothing of it."""

    schema_version: int = SCHEMA_VERSION
    kind: str = "recorded"
    probe_version: str
    manifest: RecordedManifest
    is_running: bool = Field(description="it goes on")
    was_killed: bool = Field(description="it never ended in order, and does not go on")
    begun_at: Utc | None = Field(description="of the first request")
    ended_at: Utc | None = Field(description="of the last request")
    sessions: int = Field(description="distinct ids of sessions")
    user_agents: dict[str, int] = Field(description="programs that asked, and how many exchanges each made")
    exchanges: int
    main_requests: int
    interrupted: int
    retries: int = Field(description="attempts at main requests beyond the first")
    fallbacks: int = Field(description="main requests that were asked again without a stream")
    stall_ms: float
    health: Health
    hours: tuple[RecordedHour, ...] = ()
    kinds: tuple[RequestKindCount, ...] = ()
    storms: tuple[RetryStorm, ...] = ()
    failed: tuple[RecordedRequest, ...] = Field((), description="those that failed, any kind; the first ones")
    failed_total: int = 0
    recovered: tuple[RecordedRequest, ...] = Field((), description="the first ones")
    recovered_total: int = 0
    stalls: tuple[RecordedRequest, ...] = Field((), description="in the order of their silence, the longest first")
    stalls_total: int = 0
    slowest: tuple[RecordedRequest, ...] = ()
    idle: tuple[IdleGroup, ...] = ()
    tokens: TokenCount = TokenCount()
    tokens_over_time: tuple[TokenBin, ...] = ()
    losses: RecordingLosses = RecordingLosses()
    waterfalls: tuple[Waterfall, ...] = ()

    @property
    def incidents(self) -> tuple[RecordedRequest, ...]:
        """The requests that failed, recovered or stalled, each once, in order."""
        found = {request.number: request for request in (*self.failed, *self.recovered, *self.stalls)}
        return tuple(found[number] for number in sorted(found))
