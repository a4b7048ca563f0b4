"""One call as a story for a terminal: phases, exchanges, outcome, evidence. Plain text of at most 100 columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from probe.model.base_models import utc_text
from probe.model.call import Call
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.wire import Phases, PhaseSource
from probe.retry_time import retry_words
from probe.sanitise import printable
from probe.units import format_duration

_BAR = 40
_INDENT = " " * 12
_PAUSE_MS = 1000.0
"""A pause in mid-answer that is worth a line."""
_NAMES = (
    ("boot", "boot_ms", "the client starts"),
    ("retries", "retries_ms", "attempts that failed, and the waits between them"),
    ("connect", "connect_ms", "connecting, sending the request"),
    ("wait", "wait_ms", "the upstream is silent"),
    ("stream", "stream_ms", "the answer comes"),
    ("exit", "exit_ms", "the client ends"),
    ("unsplit", "unsplit_ms", "what cannot be told apart"),
)


def render_story(call: Call, exchanges: Sequence[Exchange] | None) -> str:
    """Tell the story of a call; `exchanges` is None where nothing was recorded."""
    return "\n".join(
        [
            *_head(call),
            "",
            *_phases(call.phases),
            "",
            *_wire(exchanges),
            "",
            *_verdict(call),
        ]
    )


def _head(call: Call) -> Iterator[str]:
    session = call.served_session_id or call.session_id or "none"
    yield f"Round {call.round}, {call.label}: {call.outcome}" + (
        f" ({printable(call.diagnosis.cause, 60)})" if call.diagnosis.cause else ""
    )
    limit = f" of {_ms(call.timeout_ms)}" if call.timeout_ms else ""
    yield f"  began {utc_text(call.started_at)}, took {_ms(call.wall_ms)}{limit}, session {printable(session, 60)}"
    if call.idle_before_ms is not None:
        yield f"  the target had been idle for {_ms(call.idle_before_ms)}"
    if call.cpu_ms is not None:
        load = f", load of the machine {call.load:.1f}" if call.load is not None else ""
        yield f"  the client used {_ms(call.cpu_ms)} of CPU time{load}"


def _phases(phases: Phases | None) -> Iterator[str]:
    if phases is None or phases.total_ms <= 0:
        yield "Where the time went is not known."
        return
    source = "as recorded" if phases.source is PhaseSource.WIRE else "by the client's own words"
    yield f"Where the time went ({source}):"
    at = 0.0
    for name, field, words in _NAMES:
        length = getattr(phases, field)
        if length > 0:
            before = round(at / phases.total_ms * _BAR)
            width = max(1, round((at + length) / phases.total_ms * _BAR) - before)
            bar = (" " * min(before, _BAR - 1) + "█" * width)[:_BAR]
            yield f"  {name:<8}{_ms(length):>9}  {bar:<{_BAR}}  {words}"
        at += length


def _wire(exchanges: Sequence[Exchange] | None) -> Iterator[str]:
    if exchanges is None:
        yield "Nothing was recorded on the wire."
        return
    yield f"On the wire, {len(exchanges)} exchange{'' if len(exchanges) == 1 else 's'}:"
    for exchange in exchanges:
        for part in _PARTS:
            yield from part(exchange)


def _asked(exchange: Exchange) -> Iterator[str]:
    stream = {None: None, True: "stream", False: "no stream"}
    details = [
        f"{exchange.request_bytes / 1024:.0f} KB" if exchange.request_bytes else None,
        f"{exchange.tools} tools" if exchange.tools else None,
        stream[exchange.stream_requested],
    ]
    begun = _at(exchange.request_begun_at_ms or exchange.accepted_at_ms)
    request_line = f"{exchange.kind} {exchange.method} {printable(exchange.path, 60)}"
    yield f"  {begun}  #{exchange.sequence} {request_line}{_in_brackets(details)}"


def _connected(exchange: Exchange) -> Iterator[str]:
    if exchange.connect_begun_at_ms is None:
        return
    parts = (("name", exchange.dns_ms), ("TCP", exchange.tcp_ms), ("TLS", exchange.tls_ms))
    times = _in_brackets([f"{name} {_ms(value)}" for name, value in parts if value is not None])
    if exchange.connected_at_ms is not None:
        yield f"  {_at(exchange.connected_at_ms)}     connected{times}"
    else:
        yield f"  {_at(exchange.ended_at_ms)}     no connection: {exchange.failure or 'none yet'}{times}"
    if exchange.failure_detail:
        yield f"{_INDENT}{printable(exchange.failure_detail, 84)}"


def _answered(exchange: Exchange) -> Iterator[str]:
    if exchange.status is not None:
        kind = printable(exchange.content_type or "no content type", 40)
        waited = "" if exchange.wait_ms is None else f", {_ms(exchange.wait_ms)} after the request"
        yield f"  {_at(exchange.headers_at_ms)}     HTTP {exchange.status}, {kind}{waited}"
    if exchange.error_type or exchange.error_message:
        error = f"{exchange.error_type or 'error'}: {exchange.error_message or ''}"
        yield f"{_INDENT}{printable(error, 84)}"
    if exchange.retry_at is not None:
        yield f"{_INDENT}try again at {retry_words(exchange.retry_at, exchange.retry_in_s or 0.0)}"


def _content(exchange: Exchange) -> Iterator[str]:
    if exchange.first_content_at_ms is None:
        return
    gap = "" if exchange.longest_gap_ms is None else f", longest gap {_ms(exchange.longest_gap_ms)}"
    yield (
        f"  {_at(exchange.first_content_at_ms)}     first content of {printable(exchange.model_served or '?', 40)}; "
        f"{exchange.content_events} deltas in {exchange.content_reads} reads, {exchange.pings} pings{gap}"
    )


def _gateway(exchange: Exchange) -> Iterator[str]:
    """Say what a gateway tells of its own times, and of a cache that answered, in headers that it sent."""
    remarks = [
        f"answered from a cache ({printable(exchange.cache, 50)})" if exchange.cache else None,
        f"it took {_ms(exchange.gateway_took_ms)} to answer" if exchange.gateway_took_ms is not None else None,
        f"{_ms(exchange.gateway_overhead_ms)} its own share" if exchange.gateway_overhead_ms is not None else None,
        f"retries of its own: {exchange.gateway_retries}" if exchange.gateway_retries is not None else None,
    ]
    if any(remarks):
        yield f"{_INDENT}the gateway says: {', '.join(filter(None, remarks))}"


def _pause(exchange: Exchange) -> Iterator[str]:
    if exchange.longest_pause_ms is not None and exchange.longest_pause_ms >= _PAUSE_MS:
        yield f"{_INDENT}the answer stood still for {_ms(exchange.longest_pause_ms)} in its middle"


def _ids(exchange: Exchange) -> Iterator[str]:
    for name, value in exchange.correlation.items():
        yield f"{_INDENT}{printable(name, 40)}: {printable(value, 86 - min(len(name), 40))}"


def _ended(exchange: Exchange) -> Iterator[str]:
    unreadable = f"; the body cannot be read: {exchange.unreadable}" if exchange.unreadable else ""
    end = f"{_ENDS[exchange.end]}, {exchange.response_bytes:,} bytes{unreadable}"
    yield f"  {_at(exchange.ended_at_ms)}     {end}"


_PARTS: tuple[Callable[[Exchange], Iterator[str]], ...] = (
    _asked,
    _connected,
    _answered,
    _content,
    _gateway,
    _pause,
    _ids,
    _ended,
)
"""The lines of an exchange, in order."""
_ENDS = {
    ExchangeEnd.COMPLETE: "complete",
    ExchangeEnd.TRUNCATED: "the upstream closed before the end",
    ExchangeEnd.RESET: "the upstream reset the connection",
    ExchangeEnd.CLIENT_CLOSED: "the client closed, or was ended",
    ExchangeEnd.NOT_CONNECTED: "never connected",
    ExchangeEnd.RECORDER_LIMIT: "cut by a limit of the recorder",
}


def _in_brackets(details: Iterable[str | None]) -> str:
    known = ", ".join(filter(None, details))
    return f" ({known})" if known else ""


def _verdict(call: Call) -> Iterator[str]:
    diagnosis = call.diagnosis
    expected = "" if call.as_expected else f" (expected: {call.expected_outcome})"
    yield f"Outcome: {diagnosis.outcome}: {diagnosis.outcome.words}{expected}"
    if diagnosis.cause:
        yield f"Cause: {printable(diagnosis.cause, 90)}"
    if diagnosis.flags:
        yield f"Flags: {', '.join(diagnosis.flags)}"
    if diagnosis.evidence:
        yield f"Evidence: {printable(diagnosis.evidence)}"
    if diagnosis.retry_at is not None:
        later_s = (diagnosis.retry_at - call.started_at).total_seconds()
        yield f"Try again: {retry_words(diagnosis.retry_at, max(later_s, 0.0))}"
    if not call.as_expected:
        yield f"To act: {diagnosis.outcome.party}"


def _at(ms: float | None) -> str:
    """Return a time on the call's own clock, in seconds."""
    return f"{'':8}" if ms is None else f"{ms / 1000:7.3f}s"


def _ms(value: float | None) -> str:
    return "?" if value is None else format_duration(value / 1000)
