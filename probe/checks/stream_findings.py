"""Findings on streams: whether they stream at all, their events, their first byte and their pauses. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from probe.checks.api_result import ApiResult
from probe.checks.finding_rules import Rule, apply_rules, first_of
from probe.checks.stream_content import holds_comments, is_nameless
from probe.checks.stream_facts import CHAT
from probe.model.check_report import Area, CheckFinding, Severity, StreamFacts
from probe.model.outcome import Outcome
from probe.units import format_duration

_LATE_MS = 10_000.0
_COLD_MS = 1_000.0
_COLD_TIMES = 4.0
_GAP_MS = 5_000.0
_CLIENT_HEADERS_MS = 296_000.0
_CLIENT_IDLE_MS = 296_000.0
_CLIENT_LEAST_IDLE_MS = 10_000.0
"""The client's limits as measured (docs/claude-code.md); the shortest of several versions."""
_PROXY = (
    "Switch off buffering in every proxy on the way: `proxy_buffering off` in nginx, or the header "
    "`X-Accel-Buffering: no`; and compression of text/event-stream."
)
_finding = partial(CheckFinding, area=Area.STREAMING)


@dataclass(frozen=True, slots=True)
class ClientPatience:
    """The client's limits: for the headers, and between two pieces of a stream (a comment is a piece too)."""

    headers_ms: float = _CLIENT_HEADERS_MS
    idle_ms: float = _CLIENT_IDLE_MS


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream, and the limits of the client. `later_ms` is the time to the first byte of a later call."""

    facts: StreamFacts
    result: ApiResult
    patience: ClientPatience
    later_ms: float | None

    @property
    def streams_truly(self) -> bool:
        """True where the answer is good, and came as a stream and not in one burst."""
        return self.result.ok and self.facts.streamed and not self.facts.fake

    @property
    def has_wrong_events(self) -> bool:
        """True where the events break the protocol, and no outcome says so already."""
        return bool(self.facts.problems) and self.result.outcome is not Outcome.MALFORMED_RESPONSE

    @property
    def kept_alive(self) -> bool:
        """True where comments came: they are no events, and keep the client waiting."""
        return holds_comments(self.result.body)


def judge_stream(
    facts: StreamFacts, result: ApiResult, patience: ClientPatience, later_ms: float | None = None
) -> Iterator[CheckFinding]:
    """Yield the findings of a stream; `later_ms` is the time to the first byte of a later call."""
    rules = _CHAT_RULES if facts.endpoint == CHAT else _MESSAGES_RULES
    return apply_rules(rules, _Stream(facts, result, patience, later_ms))


def patience_of(environment: Mapping[str, str]) -> ClientPatience:
    """Return the client's patience under a target's variables.

    They may shorten its wait for headers; within a stream it waits for 10 s at least.
    """
    headers_ms = _milliseconds(environment.get("API_TIMEOUT_MS")) or _CLIENT_HEADERS_MS
    idle_ms = _milliseconds(environment.get("CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS")) or _CLIENT_IDLE_MS
    return ClientPatience(min(headers_ms, _CLIENT_HEADERS_MS), max(idle_ms, _CLIENT_LEAST_IDLE_MS))


def _nameless_events(stream: _Stream) -> CheckFinding | None:
    if not is_nameless(stream.result.body):
        return None
    return _finding(
        severity=Severity.WRONG,
        code="nameless_events",
        title="the events of the stream have no names, so Claude Code takes in none of them",
        evidence=f"{stream.facts.events} events with `data:` lines, none with an `event:` line",
        remedy="The client asks again without a stream, and each call is paid twice: the upstream's operator has "
        "to send a line `event: message_start` (and so on) before each line of data.",
    )


def _not_streamed(stream: _Stream) -> CheckFinding | None:
    if not stream.result.ok or stream.facts.streamed:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="not_streamed",
        title=f"{stream.facts.endpoint}: a stream was asked for, and a whole answer came",
        evidence=stream.result.content_type,
        remedy="Let the upstream stream: Claude Code throws such an answer away and asks again, paid twice.",
    )


def _fake_stream(stream: _Stream) -> CheckFinding | None:
    if not (stream.result.ok and stream.facts.streamed and stream.facts.fake):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="fake_stream",
        title=f"{stream.facts.endpoint}: the stream is fake, all of it came in one burst at the end",
        evidence=_figures(stream.facts),
        remedy=_PROXY,
    )


def _streams(stream: _Stream) -> CheckFinding | None:
    if not stream.streams_truly:
        return None
    return _finding(severity=Severity.GOOD, code="streams", title="the answer streams", evidence=_figures(stream.facts))


def _event_order(stream: _Stream) -> CheckFinding | None:
    if not stream.has_wrong_events:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="event_order",
        title=f"{stream.facts.endpoint}: the events of the stream are not as they should be",
        evidence="; ".join(stream.facts.problems),
        remedy="The gateway in between builds the stream wrongly: its operator has to put that right.",
    )


def _first_byte_too_late(stream: _Stream) -> CheckFinding | None:
    wait, limit = stream.facts.first_byte_ms, stream.patience.headers_ms
    if wait is None or wait < limit:
        return None
    if limit < _CLIENT_HEADERS_MS:
        waits = f"{_ms(limit)}, as API_TIMEOUT_MS says"
        remedy = f"Raise API_TIMEOUT_MS well above {wait:.0f}, or take it out (the default is 600000)."
    else:
        waits = f"{_ms(limit)} at most, whatever API_TIMEOUT_MS says"
        remedy = "The upstream has to send its headers sooner, and pings while it thinks."
    return _finding(
        severity=Severity.WRONG,
        code="first_byte_too_late",
        title="the first byte comes later than the client waits",
        evidence=f"after {_ms(wait)}; the client waits {waits}",
        remedy=remedy,
    )


def _cold_start(stream: _Stream) -> CheckFinding | None:
    wait, later = stream.facts.first_byte_ms, stream.later_ms
    # The first byte of a burst at the end says nothing of when the upstream began.
    if wait is None or later is None or stream.facts.fake:
        return None
    if wait <= _COLD_MS or wait <= _COLD_TIMES * later:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="cold_start",
        title="the first call waits longer than the next one",
        evidence=f"first byte after {_ms(wait)}, then after {_ms(later)}",
        remedy="The upstream starts cold. Keep it warm; `probe run --gap 10m` measures what it costs.",
    )


def _late_first_byte(stream: _Stream) -> CheckFinding | None:
    wait = stream.facts.first_byte_ms
    if wait is None or wait < _LATE_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="late_first_byte",
        title="the first byte comes late",
        evidence=f"after {_ms(wait)}",
        remedy="People will think that it hangs. Pings, or headers sent at once, would help.",
    )


def _gap_too_long(stream: _Stream) -> CheckFinding | None:
    gap, limit = stream.facts.longest_gap_ms, stream.patience.idle_ms
    if gap is None or gap < limit or stream.kept_alive:
        return None
    return _finding(
        severity=Severity.WRONG,
        code="gap_too_long",
        title="the stream pauses longer than the client waits",
        evidence=f"for {_ms(gap)}; the client waits {_ms(limit)}",
        remedy=f"Raise CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS well above {gap:.0f}, or take it out.",
    )


def _long_gap(stream: _Stream) -> CheckFinding | None:
    gap = stream.facts.longest_gap_ms
    if gap is None or gap < _GAP_MS:
        return None
    if stream.kept_alive:
        remedy = "Only comments came in between, which the client takes as a sign of life."
    else:
        remedy = "Pings in between would keep proxies and clients from giving up."
    return _finding(
        severity=Severity.WARNING,
        code="long_gap",
        title="the stream pauses for long",
        evidence=f"longest gap {_ms(gap)}",
        remedy=remedy,
    )


_MESSAGES_RULES: tuple[Rule[_Stream], ...] = (
    first_of(_nameless_events, _not_streamed, _fake_stream, _streams),
    _event_order,
    first_of(_first_byte_too_late, _cold_start, _late_first_byte),
    first_of(_gap_too_long, _long_gap),
)


def _chat_not_streamed(stream: _Stream) -> CheckFinding | None:
    if not (finding := _not_streamed(stream)):
        return None
    remedy = "Nothing to do: Claude Code does not need them."
    return finding.model_copy(update={"severity": Severity.NOTE, "code": "chat_not_streamed", "remedy": remedy})


def _chat_fake_stream(stream: _Stream) -> CheckFinding | None:
    return _as_note(_fake_stream(stream), "chat_fake_stream")


def _chat_events(stream: _Stream) -> CheckFinding | None:
    return _as_note(_event_order(stream), "chat_events")


def _as_note(finding: CheckFinding | None, code: str) -> CheckFinding | None:
    """Return the finding of Messages streams for chat completions, which Claude Code does not need."""
    return finding and finding.model_copy(update={"severity": Severity.NOTE, "code": code})


_CHAT_RULES: tuple[Rule[_Stream], ...] = (first_of(_chat_not_streamed, _chat_fake_stream), _chat_events)


def _figures(facts: StreamFacts) -> str:
    parts = [f"{facts.content_events} pieces", f"{facts.pings} ping{'' if facts.pings == 1 else 's'}"]
    if facts.first_byte_ms is not None:
        parts.insert(0, f"first byte after {_ms(facts.first_byte_ms)}")
    if facts.longest_gap_ms is not None:
        parts.append(f"longest gap {_ms(facts.longest_gap_ms)}")
    return ", ".join(parts)


def _milliseconds(text: str | None) -> float | None:
    """Return a positive number of milliseconds; None where the text is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _ms(value: float) -> str:
    return format_duration(value / 1000)
