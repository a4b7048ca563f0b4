"""How a stream came: its facts from its bytes and its times, and what they say. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from probe.checks.api_client import ApiResult
from probe.checks.stream_content import chat_problems, holds_comments, is_nameless, messages_problems
from probe.model.check import Area, CheckFinding, Severity, StreamFacts
from probe.model.exchange import ExchangeEnd
from probe.model.outcome import Flag, Outcome
from probe.units import format_duration

MESSAGES = "messages"
CHAT = "chat completions"
_LATE_MS = 10_000.0
_COLD_MS = 1_000.0
_COLD_TIMES = 4.0
_GAP_MS = 5_000.0
_CLIENT_HEADERS_MS = 296_000.0
_CLIENT_IDLE_MS = 296_000.0
_CLIENT_LEAST_IDLE_MS = 10_000.0
"""What versions of the client were measured to stand (docs/claude-code.md), of several the shortest."""
_MOST_PROBLEMS = 4
_PROXY = (
    "Switch off buffering in every proxy on the way: `proxy_buffering off` in nginx, or the header "
    "`X-Accel-Buffering: no`; and compression of text/event-stream."
)
_finding = partial(CheckFinding, area=Area.STREAMING)


@dataclass(frozen=True, slots=True)
class ClientPatience:
    """How long the client waits: for the headers, and between two pieces of a stream, of which comments are some."""

    headers_ms: float = _CLIENT_HEADERS_MS
    idle_ms: float = _CLIENT_IDLE_MS


def patience_of(environment: Mapping[str, str]) -> ClientPatience:
    """The client's, as the target's variables set it: it waits no longer for headers, and no less in a stream."""
    headers_ms = _milliseconds(environment.get("API_TIMEOUT_MS")) or _CLIENT_HEADERS_MS
    idle_ms = _milliseconds(environment.get("CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS")) or _CLIENT_IDLE_MS
    return ClientPatience(min(headers_ms, _CLIENT_HEADERS_MS), max(idle_ms, _CLIENT_LEAST_IDLE_MS))


def stream_facts(endpoint: str, sent: ApiResult) -> StreamFacts:
    """How the answer to a request for a stream came; `endpoint` is MESSAGES or CHAT."""
    seen = sent.exchange
    problems: tuple[str, ...] = ()
    if seen is not None and seen.streamed and sent.status == 200 and not seen.content_encoding:
        # What is missing of a message is an outcome of its own.
        whole = seen.end is ExchangeEnd.COMPLETE
        found = chat_problems(sent.body, whole) if endpoint == CHAT else messages_problems(sent.body, whole and sent.ok)
        problems = tuple(dict.fromkeys(found))[:_MOST_PROBLEMS]
    return StreamFacts(
        endpoint=endpoint,
        streamed=bool(seen and seen.streamed),
        fake=Flag.FAKE_STREAM in sent.flags,
        complete=bool(seen and seen.message_complete),
        events=seen.events if seen else 0,
        pings=seen.pings if seen else 0,
        content_events=seen.content_events if seen else 0,
        first_byte_ms=seen.wait_ms if seen else None,
        ttft_ms=seen.ttft_ms if seen else None,
        longest_gap_ms=seen.longest_gap_ms if seen else None,
        problems=problems,
    )


def judge_stream(
    facts: StreamFacts, sent: ApiResult, patience: ClientPatience, later_ms: float | None = None
) -> Iterator[CheckFinding]:
    """The findings of a stream; `later_ms` is how long the first byte of a later call took."""
    is_chat = facts.endpoint == CHAT
    nameless = not is_chat and is_nameless(sent.body)
    if nameless:
        yield _finding(
            severity=Severity.WRONG,
            code="nameless_events",
            title="the events of the stream have no names, so Claude Code takes in none of them",
            evidence=f"{facts.events} events with `data:` lines, none with an `event:` line",
            remedy="The client asks again without a stream, and each call is paid twice: the upstream's operator has "
            "to send a line `event: message_start` (and so on) before each line of data.",
        )
    elif sent.ok:
        if not facts.streamed:
            yield _finding(
                severity=Severity.NOTE if is_chat else Severity.WARNING,
                code="chat_not_streamed" if is_chat else "not_streamed",
                title=f"{facts.endpoint}: a stream was asked for, and a whole answer came",
                evidence=sent.content_type,
                remedy="Nothing to do: Claude Code does not need them."
                if is_chat
                else "Let the upstream stream: Claude Code throws such an answer away and asks again, paid twice.",
            )
        elif facts.fake:
            yield _finding(
                severity=Severity.NOTE if is_chat else Severity.WARNING,
                code="chat_fake_stream" if is_chat else "fake_stream",
                title=f"{facts.endpoint}: the stream is fake, all of it came in one burst at the end",
                evidence=_figures(facts),
                remedy=_PROXY,
            )
        elif not is_chat:
            yield _finding(severity=Severity.GOOD, code="streams", title="the answer streams", evidence=_figures(facts))
    if facts.problems and sent.outcome is not Outcome.MALFORMED_RESPONSE:
        yield _finding(
            severity=Severity.NOTE if is_chat else Severity.WARNING,
            code="chat_events" if is_chat else "event_order",
            title=f"{facts.endpoint}: the events of the stream are not as they should be",
            evidence="; ".join(facts.problems),
            remedy="The gateway in between builds the stream wrongly: its operator has to put that right.",
        )
    if not is_chat:
        # A burst at the end says nothing of when the upstream began.
        kept_alive = holds_comments(sent.body)
        yield from _waits(facts, patience, None if facts.fake else later_ms, kept_alive=kept_alive)


def _waits(
    facts: StreamFacts, patience: ClientPatience, later_ms: float | None, *, kept_alive: bool
) -> Iterator[CheckFinding]:
    """Whether it came too late; `kept_alive`: comments came, which are no events, and keep the client waiting."""
    wait, gap = facts.first_byte_ms, facts.longest_gap_ms
    if wait is not None and wait >= patience.headers_ms:
        lowered = patience.headers_ms < _CLIENT_HEADERS_MS
        yield _finding(
            severity=Severity.WRONG,
            code="first_byte_too_late",
            title="the first byte comes later than the client waits",
            evidence=f"after {_ms(wait)}; the client waits {_ms(patience.headers_ms)}"
            + (", as API_TIMEOUT_MS says" if lowered else " at most, whatever API_TIMEOUT_MS says"),
            remedy=f"Raise API_TIMEOUT_MS well above {wait:.0f}, or take it out (the default is 600000)."
            if lowered
            else "The upstream has to send its headers sooner, and pings while it thinks.",
        )
    elif wait is not None and later_ms is not None and wait > _COLD_MS and wait > _COLD_TIMES * later_ms:
        yield _finding(
            severity=Severity.WARNING,
            code="cold_start",
            title="the first call waits longer than the next one",
            evidence=f"first byte after {_ms(wait)}, then after {_ms(later_ms)}",
            remedy="The upstream starts cold. Keep it warm; `probe run --gap 10m` measures what it costs.",
        )
    elif wait is not None and wait >= _LATE_MS:
        yield _finding(
            severity=Severity.WARNING,
            code="late_first_byte",
            title="the first byte comes late",
            evidence=f"after {_ms(wait)}",
            remedy="People will think that it hangs. Pings, or headers sent at once, would help.",
        )
    if gap is not None and gap >= patience.idle_ms and not kept_alive:
        yield _finding(
            severity=Severity.WRONG,
            code="gap_too_long",
            title="the stream pauses longer than the client waits",
            evidence=f"for {_ms(gap)}; the client waits {_ms(patience.idle_ms)}",
            remedy=f"Raise CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS well above {gap:.0f}, or take it out.",
        )
    elif gap is not None and gap >= _GAP_MS:
        yield _finding(
            severity=Severity.WARNING,
            code="long_gap",
            title="the stream pauses for long",
            evidence=f"longest gap {_ms(gap)}",
            remedy="Only comments came in between, which the client takes as a sign of life."
            if kept_alive
            else "Pings in between would keep proxies and clients from giving up.",
        )


def _figures(facts: StreamFacts) -> str:
    parts = [
        f"first byte after {_ms(facts.first_byte_ms)}" if facts.first_byte_ms is not None else None,
        f"{facts.content_events} pieces",
        f"{facts.pings} ping{'' if facts.pings == 1 else 's'}",
        f"longest gap {_ms(facts.longest_gap_ms)}" if facts.longest_gap_ms is not None else None,
    ]
    return ", ".join(part for part in parts if part)


def _milliseconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _ms(value: float) -> str:
    return format_duration(value / 1000)
