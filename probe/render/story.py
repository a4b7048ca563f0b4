"""One call as a story for a terminal: phases, exchanges, outcome, evidence. Plain text of at most 100 columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from probe.model.base_models import moment_after, utc_text
from probe.model.call import Call
from probe.model.choices import Session
from probe.model.exchange import Exchange, is_on_earlier_connection
from probe.model.fault_party import FaultParty
from probe.model.outcome import Flag
from probe.model.row import Row
from probe.render.call_words import shown_outcome
from probe.render.phase_lines import bar_width, phase_lines
from probe.render.phrases import cause_words, party_words
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text
from probe.texts.unreadable_texts import unreadable_words
from probe.units import format_duration

PIPE_COLUMNS = 100
"""Columns of a story that does not go to a terminal."""
_INDENT = " " * 12
_PAUSE_MS = 1000.0
"""A pause in mid-answer that is worth a line."""
_LATE_MS = 100.0
"""A time from the deadline to the client's end that is worth telling."""


def render_story(
    call: Call,
    exchanges: Sequence[Exchange] | None,
    texts: Texts,
    columns: int = PIPE_COLUMNS,
    party: FaultParty | None = None,
    *,
    by_client: bool = True,
) -> str:
    """Tell the story of a call; `exchanges` is None where nothing was recorded. Bars suit so many columns.

    `party` has to act where the call failed; without it the party of its outcome by itself. `by_client` is False of a
    call by plain HTTP.
    """
    widest = bar_width(columns)
    return "\n".join(
        [
            *_head(call, texts),
            "",
            *phase_lines(call.phases, texts, widest, _phase_keys(call, by_client=by_client)),
            "",
            *wire_lines(exchanges, call.started_at, texts),
            "",
            *verdict_lines(call, texts, party),
        ]
    )


def _head(call: Call, texts: Texts) -> Iterator[str]:
    name = shown_outcome(call.outcome, call.diagnosis.cause)
    yield texts("story.head", round=call.round, label=call.label, outcome=name)
    session = call.served_session_id or call.session_id
    began = texts(
        _began_key(call),
        time=utc_text(call.started_at),
        took=_ms(call.wall_ms),
        limit=_ms(call.timeout_ms),
        late=_late(call, texts),
        session=printable(session, 60) if session else texts("story.no_session"),
    )
    yield f"  {began}"
    if call.idle_before_ms is not None:
        yield f"  {texts('story.idle', time=_ms(call.idle_before_ms))}"
    if call.cpu_ms is not None:
        key = "story.cpu" if call.load is None else "story.cpu.load"
        yield f"  {texts(key, time=_ms(call.cpu_ms), load=f'{call.load or 0.0:.1f}')}"


def _began_key(call: Call) -> str:
    if call.deadline_ms is not None:
        return "story.began.stopped"
    return "story.began.limit" if call.timeout_ms else "story.began"


def _late(call: Call, texts: Texts) -> str:
    """Return how long a client that was stopped took to end, which is part of its phases, where that was a while."""
    late_ms = 0.0 if call.deadline_ms is None else call.wall_ms - call.deadline_ms
    return texts("story.ended_late", time=_ms(late_ms)) if late_ms >= _LATE_MS else ""


def _phase_keys(call: Call, *, by_client: bool) -> dict[str, str]:
    """Return the phases that have words of their own: in a process that goes on, or without one, no client starts."""
    if not by_client:
        return {"boot": "boot.plain", "exit": "exit.plain"}
    goes_on = call.session_mode is Session.LIVE and Flag.PROCESS_RESTARTED not in call.diagnosis.flags
    return {"boot": "boot.live"} if goes_on else {}


def wire_lines(exchanges: Sequence[Exchange] | None, origin: datetime, texts: Texts) -> Iterator[str]:
    """Yield the lines of all exchanges, in order; their times count from `origin`."""
    if exchanges is None:
        yield texts("story.wire.none")
        return
    yield texts(f"story.wire.{'one' if len(exchanges) == 1 else 'many'}", n=len(exchanges))
    for exchange in exchanges:
        yield from _asked(exchange, texts)
        if utc := utc_of(exchange, origin):
            yield f"{_INDENT}{texts('story.at', time=utc)}"
        if is_on_earlier_connection(exchange, exchanges):
            key = "story.on_open_connection" if exchange.connection_idle_ms is None else "story.on_idle_connection"
            yield f"{_INDENT}{texts(key, time=_ms(exchange.connection_idle_ms))}"
        for part in _PARTS:
            yield from part(exchange, texts)


def _asked(exchange: Exchange, texts: Texts) -> Iterator[str]:
    stream = {None: None, True: texts("story.stream"), False: texts("story.no_stream")}
    details = [
        f"{exchange.request_bytes / 1024:.0f} KB" if exchange.request_bytes else None,
        texts("story.tools", n=exchange.tools) if exchange.tools else None,
        stream[exchange.stream_requested],
    ]
    begun = at_text(exchange.begun_at_ms)
    request_line = f"{exchange.kind} {exchange.method} {printable(exchange.path, 60)}"
    yield f"  {begun}  #{exchange.sequence} {request_line}{_in_brackets(details, texts)}"


def utc_of(exchange: Exchange, origin: datetime) -> str | None:
    """Return when an exchange began, as its relay's log has it; None where that is not known."""
    if exchange.begun_at_ms is None:
        return None
    begun_at = moment_after(origin, exchange.begun_at_ms)
    return utc_text(begun_at) if begun_at else None


def _connected(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.connect_begun_at_ms is None:
        return
    times = _in_brackets(_times_to_connect(exchange, texts), texts)
    if exchange.connected_at_ms is not None:
        yield f"  {at_text(exchange.connected_at_ms)}     {texts('story.connected')}{times}"
    else:
        yield f"  {at_text(exchange.ended_at_ms)}     {_not_connected(exchange, texts)}{times}"
    if exchange.failure_detail:
        yield f"{_INDENT}{printable(exchange.failure_detail, 84)}"


def _not_connected(exchange: Exchange, texts: Texts) -> str:
    if exchange.failure is None:
        return texts("story.not_connected.yet")
    return texts("story.not_connected", failure=cause_words(exchange.failure, texts))


def _times_to_connect(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.dns_ms is not None:
        yield texts("story.dns", time=_ms(exchange.dns_ms))
    if exchange.tcp_ms is not None:
        yield f"TCP {_ms(exchange.tcp_ms)}"
    if exchange.tls_ms is not None:
        yield f"TLS {_ms(exchange.tls_ms)}"


def _answered(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.status is not None:
        kind = printable(exchange.content_type, 40) if exchange.content_type else texts("story.no_content_type")
        key = "story.answered" if exchange.wait_ms is None else "story.answered.wait"
        answered = texts(key, status=exchange.status, kind=kind, time=_ms(exchange.wait_ms))
        yield f"  {at_text(exchange.headers_at_ms)}     {answered}"
    if exchange.error_type or exchange.error_message:
        error = f"{exchange.error_type or texts('story.error')}: {exchange.error_message or ''}"
        yield f"{_INDENT}{printable(error, 84)}"
    if exchange.retry_at is not None:
        yield f"{_INDENT}{_retry_text('story.retry', exchange.retry_at, exchange.retry_in_s or 0.0, texts)}"


def _content(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.first_content_at_ms is None:
        return
    content = texts(
        "story.content" if exchange.longest_gap_ms is None else "story.content.gap",
        model=printable(exchange.model_served or "?", 40),
        deltas=exchange.content_events,
        reads=exchange.content_reads,
        pings=exchange.pings,
        gap=_ms(exchange.longest_gap_ms),
    )
    yield f"  {at_text(exchange.first_content_at_ms)}     {content}"


def _gateway(exchange: Exchange, texts: Texts) -> Iterator[str]:
    """Say what a gateway tells of its own times, and of a cache that answered, in headers that it sent."""
    reports = list(_reports_of_gateway(exchange, texts))
    if reports:
        yield f"{_INDENT}{texts('story.gateway', what=texts('join.clauses').join(reports))}"


def _reports_of_gateway(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.cache:
        yield texts("story.gateway.cache", cache=printable(exchange.cache, 50))
    if exchange.gateway_took_ms is not None:
        yield texts("story.gateway.took", time=_ms(exchange.gateway_took_ms))
    if exchange.gateway_overhead_ms is not None:
        yield texts("story.gateway.overhead", time=_ms(exchange.gateway_overhead_ms))
    if exchange.gateway_retries is not None:
        yield texts("story.gateway.retries", n=exchange.gateway_retries)


def _pause(exchange: Exchange, texts: Texts) -> Iterator[str]:
    if exchange.longest_pause_ms is not None and exchange.longest_pause_ms >= _PAUSE_MS:
        yield f"{_INDENT}{texts('story.pause', time=_ms(exchange.longest_pause_ms))}"


def _ids(exchange: Exchange, _texts: Texts) -> Iterator[str]:
    for name, value in exchange.correlation.items():
        yield f"{_INDENT}{printable(name, 40)}: {printable(value, 86 - min(len(name), 40))}"


def _ended(exchange: Exchange, texts: Texts) -> Iterator[str]:
    ended = texts(
        "story.ended.unreadable" if exchange.unreadable else "story.ended",
        end=texts(f"story.end.{exchange.end.value}"),
        n=f"{exchange.response_bytes:,}",
        problem=texts.words(unreadable_words(exchange.unreadable or "")),
    )
    yield f"  {at_text(exchange.ended_at_ms)}     {ended}"


_PARTS: tuple[Callable[[Exchange, Texts], Iterator[str]], ...] = (
    _connected,
    _answered,
    _content,
    _gateway,
    _pause,
    _ids,
    _ended,
)
"""The lines of an exchange after the request, in order."""


def _in_brackets(details: Iterable[str | None], texts: Texts) -> str:
    known = texts("join.clauses").join(filter(None, details))
    return texts("story.brackets", details=known) if known else ""


def verdict_lines(call: Call | Row, texts: Texts, party: FaultParty | None = None) -> Iterator[str]:
    """Yield the outcome, and the evidence for it."""
    diagnosis = call.diagnosis
    yield texts(
        "story.outcome" if call.as_expected else "story.outcome.unexpected",
        outcome=diagnosis.outcome,
        words=texts(f"outcome.{diagnosis.outcome.value}"),
        expected=call.expected_outcome,
    )
    if diagnosis.cause:
        yield texts("story.cause", cause=printable(texts.words(unreadable_words(diagnosis.cause)), 90))
    if diagnosis.flags:
        yield texts("story.flags", flags=", ".join(diagnosis.flags))
    if diagnosis.evidence:
        yield texts("story.evidence", evidence=printable(evidence_text(diagnosis, texts)))
    if diagnosis.retry_at is not None:
        later_s = (diagnosis.retry_at - call.started_at).total_seconds()
        yield _retry_text("story.retry_at", diagnosis.retry_at, max(later_s, 0.0), texts)
    if not call.as_expected:
        who = party_words(diagnosis.outcome, texts) if party is None else texts(f"fault.{party.value}")
        yield texts("story.party", party=who)


def _retry_text(key: str, when: datetime, in_s: float, texts: Texts) -> str:
    return texts(key, when=f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}", wait=format_duration(in_s))


def at_text(ms: float | None) -> str:
    """Return a time on the call's own clock, in seconds."""
    return f"{'':8}" if ms is None else f"{ms / 1000:7.3f}s"


def _ms(value: float | None) -> str:
    return "?" if value is None else format_duration(value / 1000)
