"""An HTTP exchange as a client span, by the conventions for HTTP and for generative AI."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from probe.connection.proxies import PORTS, parse_url
from probe.errors import UsageError
from probe.model.client import Counted
from probe.model.correlation import best_id
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.otlp import conventions as names
from probe.otlp.trace_span import TraceEvent, TraceSpan, TraceSpanKind, attributes, nanoseconds, short

_ASKS_A_MODEL = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})


@dataclass(frozen=True, slots=True)
class TracedAttempt:
    """An exchange, its number among the attempts at an answer (None for another request), and what it came to."""

    exchange: Exchange
    attempt: int | None
    ending: str
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class SpanPlace:
    """The place of a span: its trace, its own id, that of its parent, and when the times of its exchange begin."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    origin: datetime


def attempt_span(traced: TracedAttempt, place: SpanPlace, base_url: str | None) -> TraceSpan:
    """Return the span of an exchange. It failed where the exchange did; one that the client left is no error."""
    exchange = traced.exchange
    begun_ms, ended_ms = _times(exchange)
    start_ns = nanoseconds(place.origin, begun_ms)
    return TraceSpan(
        trace_id=place.trace_id,
        span_id=place.span_id,
        parent_id=place.parent_id,
        name=_name(exchange),
        kind=TraceSpanKind.CLIENT,
        start_ns=start_ns,
        end_ns=max(start_ns, nanoseconds(place.origin, ended_ms)),
        attributes=attributes(_values(traced, base_url, begun_ms)),
        events=tuple(_events(exchange, place.origin)),
        error=None if traced.outcome is None else short(traced.ending),
    )


def usage_values(usage: Counted | None) -> dict[str, object]:
    """Return the tokens by the names of the conventions, whose input tokens include those of caches."""
    if usage is None:
        return {}
    cached = (usage.cache_read_tokens or 0) + (usage.cache_creation_tokens or 0)
    return {
        names.GEN_AI_USAGE_INPUT_TOKENS: None if usage.input_tokens is None else usage.input_tokens + cached,
        names.GEN_AI_USAGE_OUTPUT_TOKENS: usage.output_tokens,
        names.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS: usage.cache_read_tokens,
        names.GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS: usage.cache_creation_tokens,
    }


def server_values(base_url: str | None) -> dict[str, object]:
    """Return host and port of an upstream, where its address can be read."""
    with contextlib.suppress(UsageError):
        _, host, port = parse_url(base_url or "", "base URL", tuple(PORTS))
        return {names.SERVER_ADDRESS: host, names.SERVER_PORT: port}
    return {}


def _name(exchange: Exchange) -> str:
    if exchange.kind not in _ASKS_A_MODEL:
        return _method(exchange)
    return short(f"{names.CHAT} {exchange.model_requested or ''}".rstrip())


def _method(exchange: Exchange) -> str:
    return exchange.method if exchange.method in names.KNOWN_METHODS else names.OTHER_METHOD


def _times(exchange: Exchange) -> tuple[float, float]:
    """Return when an exchange began and ended, in ms: by the first and the last moment that is known of it."""
    ended = (exchange.ended_at_ms, exchange.last_byte_at_ms, exchange.first_byte_at_ms, exchange.request_sent_at_ms)
    begun_ms = exchange.begun_at_ms or 0.0
    return begun_ms, next((at for at in ended if at is not None), begun_ms)


def _events(exchange: Exchange, origin: datetime) -> Iterator[TraceEvent]:
    moments = (
        (names.EVENT_CONNECTED, exchange.connected_at_ms),
        (names.EVENT_REQUEST_SENT, exchange.request_sent_at_ms),
        (names.EVENT_FIRST_BYTE, exchange.first_byte_at_ms),
        (names.EVENT_FIRST_CONTENT, exchange.first_content_at_ms),
    )
    yield from (TraceEvent(name, nanoseconds(origin, at)) for name, at in moments if at is not None)


def _values(traced: TracedAttempt, base_url: str | None, begun_ms: float) -> dict[str, object]:
    exchange = traced.exchange
    method = _method(exchange)
    return {
        names.HTTP_REQUEST_METHOD: method,
        names.HTTP_REQUEST_METHOD_ORIGINAL: exchange.method if method == names.OTHER_METHOD else None,
        names.URL_FULL: f"{base_url.rstrip('/')}{exchange.path}" if base_url else None,
        **server_values(base_url),
        names.HTTP_RESPONSE_STATUS_CODE: exchange.status,
        names.HTTP_REQUEST_RESEND_COUNT: (traced.attempt or 1) - 1 or None,
        names.HTTP_REQUEST_BODY_SIZE: exchange.request_bytes,
        names.HTTP_RESPONSE_BODY_SIZE: None if exchange.status is None else exchange.response_bytes,
        names.NETWORK_PROTOCOL_VERSION: "1.1",
        names.ERROR_TYPE: traced.outcome,
        **_headers(exchange.correlation),
        **(_values_of_model(exchange, begun_ms) if exchange.kind in _ASKS_A_MODEL else {}),
        names.REQUEST_KIND: exchange.kind,
        names.ATTEMPT: traced.attempt,
        names.ENDING: traced.ending,
        names.REQUEST_ID: best_id(exchange.correlation),
        names.UPSTREAM_ERROR: exchange.error_type,
        names.CONNECTION: exchange.connection,
        names.CONNECTION_REUSED: exchange.connect_begun_at_ms is None,
        names.CONNECT_FAILURE: exchange.failure,
        names.LONGEST_GAP_MS: exchange.longest_gap_ms,
    }


def _values_of_model(exchange: Exchange, begun_ms: float) -> dict[str, object]:
    first_ms = exchange.first_event_at_ms
    return {
        names.GEN_AI_OPERATION_NAME: names.CHAT,
        names.GEN_AI_PROVIDER_NAME: names.OPENAI if exchange.path.endswith("/chat/completions") else names.ANTHROPIC,
        names.GEN_AI_REQUEST_MODEL: exchange.model_requested,
        names.GEN_AI_REQUEST_STREAM: exchange.stream_requested or None,
        names.GEN_AI_RESPONSE_MODEL: exchange.model_served,
        names.GEN_AI_RESPONSE_ID: exchange.message_id,
        names.GEN_AI_RESPONSE_FINISH_REASONS: (exchange.stop_reason,) if exchange.stop_reason else None,
        names.GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK: None if first_ms is None else (first_ms - begun_ms) / 1000,
        **usage_values(exchange.usage),
    }


def _headers(correlation: Mapping[str, str]) -> dict[str, object]:
    """Return the kept response headers, which find a request in the operator's log; each is a list of values."""
    return {f"{names.HTTP_RESPONSE_HEADER}{short(name)}": (value,) for name, value in correlation.items()}
