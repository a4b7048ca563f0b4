"""Record an exchange while it goes on, and turn it into an Exchange."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from probe import retry_time
from probe.connection.trace import ConnectTrace
from probe.http1 import MessageHead
from probe.model.caching import cache_header
from probe.model.client import ModelUsage
from probe.model.correlation import correlation_of
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.prompt_prefix import shared_prefix
from probe.model.recorded_events import RequestFacts
from probe.model.request_kind import RequestKind, request_kind
from probe.redact import Redactor, encoded
from probe.sanitise import printable

Moment = Literal[
    "accepted", "request_begun", "connect_begun", "connected", "request_sent",
    "first_byte", "headers", "first_event", "first_content", "complete", "last_byte", "ended",
]  # fmt: skip
MESSAGE_CHARS = 300
"""Characters of an error's text that are kept."""
_SHORT_CHARS = 128
_MOST_REMEMBERED = 1024
"""Short texts that are remembered as they are kept: most of them come again with every exchange."""
_LOOKED_AT = 8192
_MARGIN = 2048
_MAX_TOOLS = 50
_MAX_TOKENS = 10**15
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,20})?")


class Clean:
    """Cleans texts of an upstream for storage: without secrets and control characters, and of limited length."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor
        self._remembered = lru_cache(_MOST_REMEMBERED)(self._clean)

    def __call__(self, text: str, most: int = 200) -> str:
        return self._remembered(text, most) if len(text) <= _SHORT_CHARS else self._clean(text, most)

    def _clean(self, text: str, most: int) -> str:
        raw = encoded(text[: _LOOKED_AT + _MARGIN])
        text = self.redactor.start(raw, _LOOKED_AT).decode("utf-8", "replace")
        # Once more, as it reads when the spaces in it are gone.
        return printable(self.redactor.text(printable(text)), most)

    def optional(self, value: object, most: int = 200) -> str | None:
        """Return a text that is there and not empty, or None."""
        return self(value, most) if isinstance(value, str) and value else None


class KeptMessages(NamedTuple):
    """The request's head and body and the response's body, redacted."""

    head: bytes
    request: bytes
    response: bytes


@dataclass
class Record:
    """One exchange, with moments in monotonic seconds. `trace` is set on the first of a connection.

    `told_at` and `told_content` say when a recording was last told of its answer, and whether that had content.
    """

    sequence: int
    connection: int
    clean: Clean
    trace: ConnectTrace | None = None
    connection_idle_s: float | None = None
    at: dict[Moment, float] = field(default_factory=dict)
    method: str = ""
    path: str = ""
    kind: RequestKind = RequestKind.OTHER
    model_requested: str | None = None
    stream_requested: bool | None = None
    request_bytes: int = 0
    tools: int = 0
    prefix: str | None = None
    prefix_chars: int | None = None
    retry_count: int | None = None
    status: int | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    location: str | None = None
    retry_after: str | None = None
    account_limit: str | None = None
    retry_headers: dict[str, str] = field(default_factory=dict)
    reset_said: str = ""
    answered_at: datetime | None = None
    gateway_took_ms: float | None = None
    gateway_overhead_ms: float | None = None
    gateway_retries: int | None = None
    correlation: dict[str, str] = field(default_factory=dict)
    error_type: str | None = None
    error_message: str | None = None
    cache: str | None = None
    message_id: str | None = None
    model_served: str | None = None
    stop_reason: str | None = None
    usage: dict[str, int] = field(default_factory=dict)
    tools_requested: list[str] = field(default_factory=list)
    streamed: bool | None = None
    message_complete: bool = False
    events: int = 0
    pings: int = 0
    content_events: int = 0
    thinking_events: int = 0
    content_reads: int = 0
    last_content: float | None = None
    longest_gap_s: float | None = None
    longest_pause_s: float | None = None
    response_bytes: int = 0
    unreadable: str | None = None
    capped: bool = False
    end: ExchangeEnd | None = None
    failure: ConnectFailure | None = None
    failure_detail: str | None = None
    kept: KeptMessages | None = None
    begun_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    facts: RequestFacts = field(default_factory=RequestFacts)
    told_at: float = 0.0
    told_content: bool = False

    def mark(self, moment: Moment, now: float) -> None:
        """Note the first time that something happened."""
        self.at.setdefault(moment, now)

    def requests_tool(self, name: object) -> None:
        """Note that the answer asks the client to run a tool."""
        if len(self.tools_requested) < _MAX_TOOLS:
            self.tools_requested.append(self.clean.optional(name) or "")

    def cannot_read(self, why: str) -> None:
        """Note the first reason why a body is no answer."""
        self.unreadable = self.unreadable or why

    def exchange(self, origin_s: float) -> Exchange:
        """Return the exchange, with times in ms since `origin_s` (monotonic seconds)."""
        trace = self.trace or ConnectTrace()
        moments: dict[Moment, float | None] = {
            **self.at,
            "connect_begun": trace.begun,
            "connected": trace.connected,
        }
        times = {f"{name}_at_ms": _ms(now, origin_s) for name, now in moments.items()}
        copied = {name: getattr(self, name) for name in _COPIED}
        return Exchange.model_validate(
            copied
            | times
            | self._retry()
            | {
                "connection_idle_ms": _ms(self.connection_idle_s, 0),
                "dns_ms": _rounded(trace.dns_ms),
                "tcp_ms": _rounded(trace.tcp_ms),
                "tls_ms": _rounded(trace.tls_ms),
                "content_span_ms": _ms(self.last_content, self.at.get("first_content", 0)),
                "longest_gap_ms": _ms(self.longest_gap_s, 0),
                "longest_pause_ms": _ms(self.longest_pause_s, 0),
                "usage": ModelUsage(**self.usage) if self.usage else None,
                "tools_requested": tuple(self.tools_requested),
                "end": self.end or ExchangeEnd.CLIENT_CLOSED,
            }
        )

    def _retry(self) -> dict[str, object]:
        """Return when it may be tried again, where the request was refused."""
        if self.answered_at is None or not (self.error_message or self.error_type or (self.status or 0) >= 400):
            return {}
        message = f"{self.error_message or ''} {self.reset_said}"
        when = retry_time.retry_time(self.retry_headers, message, self.answered_at)
        if when is None:
            return {}
        return {"retry_at": when, "retry_in_s": round((when - self.answered_at).total_seconds(), 3)}


_COPIED = tuple(Exchange.model_fields.keys() & Record.__dataclass_fields__.keys())
"""The fields that an exchange has from its record as they are."""


def mapping(value: object) -> Mapping[str, Any]:
    """Return the value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def tokens(value: object) -> int | None:
    """Return a value that can be a number of tokens, or None."""
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_TOKENS
    return value if sound and isinstance(value, int) else None


def _ms(now: float | None, origin_s: float) -> float | None:
    return None if now is None else round((now - origin_s) * 1000, 3)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def note_request_head(record: Record, head: MessageHead, base_path: str) -> None:
    """Note what a request's head tells; its path is the one below `base_path`, where it is below it.

    The kind is known only with the body; until then it is that without one.
    """
    method, _, rest = head.start.decode("latin-1").partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    if base_path and f"{path}/".startswith(f"{base_path}/"):
        path = path.removeprefix(base_path) or "/"
    record.method, record.path = record.clean(method, 40), record.clean(path, 500)
    record.kind = request_kind(method, path, None)
    count = head.get("x-stainless-retry-count")
    if count is not None and count.isascii() and count.isdigit():
        record.retry_count = min(int(count[:9]), 10**9)


def note_request_body(record: Record, body: bytes) -> Mapping[str, Any]:
    """Note what the JSON of a request tells, and return it; JSON that does not parse tells nothing."""
    try:
        value: Any = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, Mapping):
        return {}
    record.kind = request_kind(record.method, record.path, value)
    record.model_requested = record.clean.optional(value.get("model"))
    stream, tools = value.get("stream"), value.get("tools")
    record.stream_requested = stream if isinstance(stream, bool) else None
    record.tools = len(tools) if isinstance(tools, list) else 0
    prefix = shared_prefix(value)
    if prefix:
        record.prefix, record.prefix_chars = prefix.digest, prefix.chars
    return value


def note_response_head(record: Record, head: MessageHead) -> None:
    """Note what a response's head tells."""
    record.status = head.status
    record.content_type = record.clean.optional(head.get("content-type"))
    record.content_encoding = record.clean.optional(head.get("content-encoding"))
    record.location = record.clean.optional(head.get("location"), 500)
    record.cache = record.clean.optional(cache_header(dict(head.headers)))
    record.retry_after = record.clean.optional(head.get("retry-after"))
    record.retry_headers = {name: value[:100] for name in retry_time.HEADERS if (value := head.get(name))}
    if head.get("anthropic-ratelimit-unified-status") == "rejected":
        record.account_limit = record.clean.optional(head.get("anthropic-ratelimit-unified-representative-claim"))
    record.answered_at = datetime.now(UTC)
    record.correlation = {
        record.clean(name, 60): record.clean(value) for name, value in correlation_of(head.headers).items()
    }
    record.gateway_took_ms = _figure(head, "x-litellm-response-duration-ms")
    record.gateway_overhead_ms = _figure(head, "x-litellm-overhead-duration-ms")
    retries = _figure(head, "x-litellm-attempted-retries")
    record.gateway_retries = None if retries is None else int(retries)


def _figure(head: MessageHead, name: str) -> float | None:
    """Return the number in a header; LiteLLM writes `None` where it has none."""
    value = head.get(name) or ""
    return round(float(value), 3) if _NUMBER.fullmatch(value) else None
