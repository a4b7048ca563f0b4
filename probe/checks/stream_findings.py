"""Findings on streams: whether they stream at all, their events, their first byte and their pauses. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from probe.checks.api_result import ApiResult
from probe.checks.finding_rules import FindingDraft, Rule, apply_rules, first_of
from probe.checks.stream_content import holds_comments, is_nameless
from probe.checks.stream_facts import CHAT
from probe.model.check_report import Area, Severity, StreamFacts
from probe.model.outcome import Outcome
from probe.texts.phrase import Phrase, Phrases, items, phrase, remarks
from probe.texts.unreadable_texts import unreadable_words
from probe.units import format_duration

_LATE_MS = 10_000.0
_COLD_MS = 1_000.0
_COLD_TIMES = 4.0
_GAP_MS = 5_000.0
_CLIENT_HEADERS_MS = 296_000.0
_CLIENT_IDLE_MS = 296_000.0
_CLIENT_LEAST_IDLE_MS = 10_000.0
"""The client's limits as measured (docs/claude-code.md); the shortest of several versions."""
_finding = partial(FindingDraft, area=Area.STREAMING)


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
) -> Iterator[FindingDraft]:
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


def _nameless_events(stream: _Stream) -> FindingDraft | None:
    if not is_nameless(stream.result.body):
        return None
    return _finding(
        severity=Severity.WRONG,
        code="nameless_events",
        title=phrase("check.nameless_events"),
        evidence=phrase("check.nameless_events.seen", n=stream.facts.events),
        remedy=phrase("check.nameless_events.do"),
    )


def _not_streamed(stream: _Stream) -> FindingDraft | None:
    if not stream.result.ok or stream.facts.streamed:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="not_streamed",
        title=phrase("check.not_streamed", endpoint=stream.facts.endpoint),
        evidence=stream.result.content_type,
        remedy=phrase("check.not_streamed.do"),
    )


def _fake_stream(stream: _Stream) -> FindingDraft | None:
    if not (stream.result.ok and stream.facts.streamed and stream.facts.fake):
        return None
    return _finding(
        severity=Severity.WARNING,
        code="fake_stream",
        title=phrase("check.fake_stream", endpoint=stream.facts.endpoint),
        evidence=_figures(stream.facts),
        remedy=phrase("check.fake_stream.do"),
    )


def _streams(stream: _Stream) -> FindingDraft | None:
    if not stream.streams_truly:
        return None
    figures = _figures(stream.facts)
    return _finding(severity=Severity.GOOD, code="streams", title=phrase("check.streams"), evidence=figures)


def _event_order(stream: _Stream) -> FindingDraft | None:
    if not stream.has_wrong_events:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="event_order",
        title=phrase("check.event_order", endpoint=stream.facts.endpoint),
        evidence=remarks(map(unreadable_words, stream.facts.problems)),
        remedy=phrase("check.event_order.do"),
    )


def _first_byte_too_late(stream: _Stream) -> FindingDraft | None:
    wait, limit = stream.facts.first_byte_ms, stream.patience.headers_ms
    if wait is None or wait < limit:
        return None
    key = "check.first_byte_too_late.set" if limit < _CLIENT_HEADERS_MS else "check.first_byte_too_late.always"
    return _finding(
        severity=Severity.WRONG,
        code="first_byte_too_late",
        title=phrase("check.first_byte_too_late"),
        evidence=phrase(key, wait=_ms(wait), limit=_ms(limit)),
        remedy=phrase(f"{key}.do", wait=f"{wait:.0f}"),
    )


def _cold_start(stream: _Stream) -> FindingDraft | None:
    wait, later = stream.facts.first_byte_ms, stream.later_ms
    # The first byte of a burst at the end says nothing of when the upstream began.
    if wait is None or later is None or stream.facts.fake:
        return None
    if wait <= _COLD_MS or wait <= _COLD_TIMES * later:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="cold_start",
        title=phrase("check.cold_start"),
        evidence=phrase("check.cold_start.seen", wait=_ms(wait), later=_ms(later)),
        remedy=phrase("check.cold_start.do"),
    )


def _late_first_byte(stream: _Stream) -> FindingDraft | None:
    wait = stream.facts.first_byte_ms
    if wait is None or wait < _LATE_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="late_first_byte",
        title=phrase("check.late_first_byte"),
        evidence=phrase("check.late_first_byte.seen", wait=_ms(wait)),
        remedy=phrase("check.late_first_byte.do"),
    )


def _gap_too_long(stream: _Stream) -> FindingDraft | None:
    gap, limit = stream.facts.longest_gap_ms, stream.patience.idle_ms
    if gap is None or gap < limit or stream.kept_alive:
        return None
    return _finding(
        severity=Severity.WRONG,
        code="gap_too_long",
        title=phrase("check.gap_too_long"),
        evidence=phrase("check.gap_too_long.seen", gap=_ms(gap), limit=_ms(limit)),
        remedy=phrase("check.gap_too_long.do", gap=f"{gap:.0f}"),
    )


def _long_gap(stream: _Stream) -> FindingDraft | None:
    gap = stream.facts.longest_gap_ms
    if gap is None or gap < _GAP_MS:
        return None
    return _finding(
        severity=Severity.WARNING,
        code="long_gap",
        title=phrase("check.long_gap"),
        evidence=phrase("check.long_gap.seen", gap=_ms(gap)),
        remedy=phrase("check.long_gap.comments" if stream.kept_alive else "check.long_gap.do"),
    )


_MESSAGES_RULES: tuple[Rule[_Stream], ...] = (
    first_of(_nameless_events, _not_streamed, _fake_stream, _streams),
    _event_order,
    first_of(_first_byte_too_late, _cold_start, _late_first_byte),
    first_of(_gap_too_long, _long_gap),
)


def _chat_not_streamed(stream: _Stream) -> FindingDraft | None:
    finding = _as_note(_not_streamed(stream), "chat_not_streamed")
    return finding and replace(finding, remedy=phrase("check.not_needed.do"))


def _chat_fake_stream(stream: _Stream) -> FindingDraft | None:
    return _as_note(_fake_stream(stream), "chat_fake_stream")


def _chat_events(stream: _Stream) -> FindingDraft | None:
    return _as_note(_event_order(stream), "chat_events")


def _as_note(finding: FindingDraft | None, code: str) -> FindingDraft | None:
    """Return the finding of Messages streams for chat completions, which Claude Code does not need."""
    return finding and replace(finding, severity=Severity.NOTE, code=code)


_CHAT_RULES: tuple[Rule[_Stream], ...] = (first_of(_chat_not_streamed, _chat_fake_stream), _chat_events)


def _figures(facts: StreamFacts) -> Phrases:
    return items(_parts_of_figures(facts))


def _parts_of_figures(facts: StreamFacts) -> Iterator[Phrase]:
    if facts.first_byte_ms is not None:
        yield phrase("check.figures.first_byte", time=_ms(facts.first_byte_ms))
    yield phrase("check.figures.pieces", n=facts.content_events)
    yield phrase("check.figures.pings.one" if facts.pings == 1 else "check.figures.pings.many", n=facts.pings)
    if facts.longest_gap_ms is not None:
        yield phrase("check.long_gap.seen", gap=_ms(facts.longest_gap_ms))


def _milliseconds(text: str | None) -> float | None:
    """Return a positive number of milliseconds; None where the text is none."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _ms(value: float) -> str:
    return format_duration(value / 1000)
