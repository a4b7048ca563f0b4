"""One HTTP request of a call and its response, as the recorder saw them on the wire."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from probe.model.base_models import Lenient, Utc
from probe.model.client import ModelUsage
from probe.model.request_kind import RequestKind


class ExchangeEnd(StrEnum):
    """The end of an exchange."""

    COMPLETE = "complete"  # the body came whole, as its framing says
    TRUNCATED = "truncated"  # the upstream closed before its framing said so
    RESET = "reset"  # the upstream reset the connection
    CLIENT_CLOSED = "client_closed"  # the client closed or was ended first
    NOT_CONNECTED = "not_connected"  # there never was a connection to the upstream
    RECORDER_LIMIT = "recorder_limit"  # cut by one of the recorder's own limits


class ConnectFailure(StrEnum):
    """The reason why there was no connection; named as the outcomes are."""

    DNS = "dns"
    REFUSED = "connection_refused"
    TIMEOUT = "connect_timeout"
    TLS = "tls"
    RESET = "connection_reset"
    PROXY = "proxy"
    OTHER = "connection_failed"


HTTP2_ONLY = "http/2 only"
"""The reason where an upstream answers HTTP/1.1 with HTTP/2: the body is unreadable, or the handshake failed."""


def succeeded(status: int | None) -> bool:
    """Return True for a status that clients take for success: 2xx."""
    return status is not None and 200 <= status < 300


class Exchange(Lenient):
    """Times are ms since the call's spawn; durations end in `_ms` without `_at`. What did not happen is None.

    Connection times stand on the first exchange of a connection only. `events` counts all server-sent events, `pings`
    those among them, `content_events` the deltas of the answer; `content_reads` counts the reads from the socket in
    which deltas came, so that a stream sent in one burst can be told. `unreadable` says why a body was no answer.
    """

    sequence: int
    connection: int
    kind: RequestKind
    method: str
    path: str
    model_requested: str | None = None
    stream_requested: bool | None = None
    request_bytes: int = 0
    tools: int = 0
    prefix: str | None = Field(
        None, description="digest of tools and system prompt, as far as the request asks to keep them in the cache"
    )
    prefix_chars: int | None = None
    retry_count: int | None = Field(None, description="x-stainless-retry-count, which real clients leave at 0")

    connection_idle_ms: float | None = Field(
        None, description="ms, from the end of the exchange before on this connection; None for its first"
    )

    accepted_at_ms: float | None = None
    request_begun_at_ms: float | None = None
    connect_begun_at_ms: float | None = None
    connected_at_ms: float | None = None
    dns_ms: float | None = None
    tcp_ms: float | None = None
    tls_ms: float | None = None
    request_sent_at_ms: float | None = None
    first_byte_at_ms: float | None = None
    headers_at_ms: float | None = None
    first_event_at_ms: float | None = None
    first_content_at_ms: float | None = None
    complete_at_ms: float | None = Field(None, description="all of the message had come, if not the end of the body")
    last_byte_at_ms: float | None = None
    ended_at_ms: float | None = None

    status: int | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    location: str | None = None
    retry_after: str | None = None
    retry_at: Utc | None = Field(None, description="when it may be tried again, by headers or words of a refusal")
    retry_in_s: float | None = Field(None, description="the same, from the response on")
    account_limit: str | None = Field(None, description="the limit that is reached, as Anthropic's headers name it")
    error_type: str | None = None
    error_message: str | None = None
    gateway_took_ms: float | None = Field(
        None, description="ms, from a gateway's own header: from its request to its response's beginning"
    )
    gateway_overhead_ms: float | None = Field(None, description="ms, from such a header: its own share of that")
    gateway_retries: int | None = Field(None, description="from such a header: how often it asked again itself")
    correlation: dict[str, str] = Field(default_factory=dict, description="ids and who answered, the best id first")
    cache: str | None = Field(None, description="the header by which a cache says that it answered")
    message_id: str | None = Field(None, description="of the answer; a new one each time, but from a cache")
    model_served: str | None = None
    stop_reason: str | None = None
    usage: ModelUsage | None = None
    tools_requested: tuple[str, ...] = ()
    streamed: bool | None = Field(None, description="the answer was an event stream")
    message_complete: bool = Field(False, description="all of a message came, in events or as JSON")
    events: int = 0
    pings: int = 0
    content_events: int = 0
    thinking_events: int = Field(0, description="those of content_events that are thinking")
    content_reads: int = 0
    content_span_ms: float | None = Field(None, description="from the first to the last delta")
    longest_gap_ms: float | None = Field(
        None, description="ms, between events of any kind, or the headers and the first of them"
    )
    longest_pause_ms: float | None = Field(
        None, description="ms, between events of the answer once its content had begun; pings do not count"
    )
    response_bytes: int = 0
    unreadable: str | None = None
    capped: bool = Field(False, description="a limit of the recorder cut what was looked at, not what was passed on")

    end: ExchangeEnd
    failure: ConnectFailure | None = None
    failure_detail: str | None = None

    @property
    def begun_at_ms(self) -> float | None:
        """The request's first byte; where none came, the connection."""
        return self.accepted_at_ms if self.request_begun_at_ms is None else self.request_begun_at_ms

    @property
    def wait_ms(self) -> float | None:
        """From the request's last byte to the first byte of the response."""
        if self.request_sent_at_ms is None or self.first_byte_at_ms is None:
            return None
        return round(self.first_byte_at_ms - self.request_sent_at_ms, 3)

    @property
    def ttft_ms(self) -> float | None:
        """From the request's last byte to the first delta of the answer."""
        if self.request_sent_at_ms is None or self.first_content_at_ms is None:
            return None
        return round(self.first_content_at_ms - self.request_sent_at_ms, 3)

    @property
    def good(self) -> bool:
        """A whole, readable answer came. A client may close as soon as it has that."""
        sound = self.unreadable is None and self.error_type is None
        ended = self.end in {ExchangeEnd.COMPLETE, ExchangeEnd.CLIENT_CLOSED}
        return succeeded(self.status) and self.message_complete and sound and ended


STALE_AFTER_MS = 4000.0
"""A connection that was idle for less is not taken for one that was closed for being idle.

Servers keep theirs for 5 s or more (Node, uvicorn, Apache). A client that starts on a busy machine leaves its own
unused for up to 2.3 s before its first request (docs/decisions/stale-connection.md).
"""


def met_stale_connection(exchange: Exchange, following: Exchange) -> bool:
    """Return True where a connection turned out to be closed when it was used again, and a new one was answered.

    It had been kept idle for a while, no byte of a response came, and the next attempt was answered on another.
    """
    kept_idle = (exchange.connection_idle_ms or 0.0) >= STALE_AFTER_MS
    is_cut = exchange.status is None and exchange.end in {ExchangeEnd.RESET, ExchangeEnd.TRUNCATED}
    answered_on_another = following.status is not None and following.connection != exchange.connection
    return kept_idle and is_cut and answered_on_another


def is_on_earlier_connection(exchange: Exchange, exchanges: Sequence[Exchange]) -> bool:
    """Return True where an exchange of a call went on a connection that was open before the call."""
    on_it = (other for other in exchanges if other.connection == exchange.connection)
    return all(other.accepted_at_ms is None for other in on_it)
