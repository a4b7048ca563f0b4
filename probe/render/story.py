"""One call as a story for a terminal: phases, exchanges, outcome, evidence. Plain text of at most 100 columns."""

from collections.abc import Iterator, Sequence

from probe.model.base import utc_text
from probe.model.call import Call
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.wire import Phases, PhaseSource
from probe.retry_time import retry_words
from probe.sanitise import printable
from probe.units import format_duration

_BAR = 40
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
    """The story of a call; `exchanges` is None where nothing was recorded."""
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
    for each in exchanges:
        yield from _exchange(each)


def _exchange(each: Exchange) -> Iterator[str]:
    asked = f"{each.kind} {each.method} {printable(each.path, 60)}"
    details = [
        f"{each.request_bytes / 1024:.0f} KB" if each.request_bytes else None,
        f"{each.tools} tools" if each.tools else None,
        None if each.stream_requested is None else "stream" if each.stream_requested else "no stream",
    ]
    known = ", ".join(filter(None, details))
    begun = _at(each.request_begun_at_ms or each.accepted_at_ms)
    yield f"  {begun}  #{each.sequence} {asked}" + (f" ({known})" if known else "")
    if each.connect_begun_at_ms is not None:
        parts = (("name", each.dns_ms), ("TCP", each.tcp_ms), ("TLS", each.tls_ms))
        known = ", ".join(f"{name} {_ms(value)}" for name, value in parts if value is not None)
        done = "connected" if each.connected_at_ms is not None else f"no connection: {each.failure or 'none yet'}"
        yield f"  {_at(each.connected_at_ms or each.ended_at_ms)}     {done}" + (f" ({known})" if known else "")
        if each.failure_detail:
            yield f"{'':12}{printable(each.failure_detail, 84)}"
    if each.status is not None:
        kind = printable(each.content_type or "no content type", 40)
        yield f"  {_at(each.headers_at_ms)}     HTTP {each.status}, {kind}" + _waited(each)
    if each.error_type or each.error_message:
        said = f"{each.error_type or 'error'}: {each.error_message or ''}"
        yield f"{'':12}{printable(said, 84)}"
    if each.retry_at is not None:
        yield f"{'':12}try again at {retry_words(each.retry_at, each.retry_in_s or 0.0)}"
    if each.first_content_at_ms is not None:
        gap = f", longest gap {_ms(each.longest_gap_ms)}" if each.longest_gap_ms is not None else ""
        yield (
            f"  {_at(each.first_content_at_ms)}     first content of {printable(each.model_served or '?', 40)}; "
            f"{each.content_events} deltas in {each.content_reads} reads, {each.pings} pings{gap}"
        )
    yield from _gateway(each)
    yield from _pause(each)
    for name, value in each.correlation.items():
        yield f"{'':12}{printable(name, 40)}: {printable(value, 86 - min(len(name), 40))}"
    yield f"  {_at(each.ended_at_ms)}     {_ending(each)}"


def _gateway(each: Exchange) -> Iterator[str]:
    """What a gateway says of its own times, and of a cache that answered, in headers that it sent."""
    said = [
        f"answered from a cache ({printable(each.cache, 50)})" if each.cache else None,
        f"it took {_ms(each.gateway_took_ms)} to answer" if each.gateway_took_ms is not None else None,
        f"{_ms(each.gateway_overhead_ms)} its own share" if each.gateway_overhead_ms is not None else None,
        f"retries of its own: {each.gateway_retries}" if each.gateway_retries is not None else None,
    ]
    if any(said):
        yield f"{'':12}the gateway says: {', '.join(filter(None, said))}"


def _pause(each: Exchange) -> Iterator[str]:
    if each.longest_pause_ms is not None and each.longest_pause_ms >= _PAUSE_MS:
        yield f"{'':12}the answer stood still for {_ms(each.longest_pause_ms)} in its middle"


def _waited(each: Exchange) -> str:
    return f", {_ms(each.wait_ms)} after the request" if each.wait_ms is not None else ""


def _ending(each: Exchange) -> str:
    words = {
        ExchangeEnd.COMPLETE: "complete",
        ExchangeEnd.TRUNCATED: "the upstream closed before the end",
        ExchangeEnd.RESET: "the upstream reset the connection",
        ExchangeEnd.CLIENT_CLOSED: "the client closed, or was ended",
        ExchangeEnd.NOT_CONNECTED: "never connected",
        ExchangeEnd.RECORDER_LIMIT: "cut by a limit of the recorder",
    }
    unreadable = f"; the body cannot be read: {each.unreadable}" if each.unreadable else ""
    return f"{words[each.end]}, {each.response_bytes:,} bytes{unreadable}"


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
    """A time on the call's own clock, in seconds."""
    return f"{'':8}" if ms is None else f"{ms / 1000:7.3f}s"


def _ms(value: float | None) -> str:
    return "?" if value is None else format_duration(value / 1000)
