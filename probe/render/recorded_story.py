"""Requests of a recording told as stories, in plain text: what was asked, how each attempt ended, what came back."""

from collections.abc import Iterator

from probe.model.base_models import utc_text
from probe.model.correlation import best_id
from probe.model.outcome import Outcome
from probe.model.recorded_request import RecordedRequest
from probe.model.told_recording import ToldRecording, ToldRequest
from probe.render.numbers import NOTHING, count_text, duration_text
from probe.render.phase_lines import bar_width, phase_lines
from probe.render.phrases import counted, ending_text
from probe.render.story import at_text, utc_of, verdict_lines, wire_lines
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text
from probe.texts.unreadable_texts import unreadable_words

_PAUSE_MS = 4_000.0
"""A pause in mid-answer that somebody who reads along takes for a hang."""


def recording_stories(told: ToldRecording, texts: Texts) -> Iterator[str]:
    """Yield what went wrong, request by request, and how many went well between them."""
    texts = texts.about_requests()
    n = len(told.requests) + told.left_out
    yield counted("recorded.explain.incidents", n, texts) if told.has_incidents else texts("recorded.explain.none")
    for told_request in told.requests:
        if told.has_incidents and told_request.fine_before:
            yield counted("recorded.explain.fine", told_request.fine_before, texts)
        yield _incident(told_request, texts)
    if told.left_out:
        yield texts("recorded.explain.more", n=count_text(told.left_out))
    elif told.has_incidents and told.fine_after:
        yield counted("recorded.explain.fine", told.fine_after, texts)


def request_story(told: ToldRequest, texts: Texts, columns: int) -> str:
    """Tell all of a request. Bars suit so many columns."""
    texts, request = texts.about_requests(), told.request
    return "\n".join(
        [
            *_head(request, texts),
            f"  {reached_client(told, texts)}",
            "",
            *phase_lines(request.phases, texts, bar_width(columns)),
            "",
            *wire_lines(told.exchanges, request.begun_at, texts),
            "",
            *verdict_lines(told.row, texts),
        ]
    )


def _incident(told: ToldRequest, texts: Texts) -> str:
    """Tell of a request in a line for each attempt."""
    request = told.request
    lines = [*_head(request, texts), *_attempts(told, texts), f"  {reached_client(told, texts)}"]
    if request.failed:
        lines.append(f"  {texts('story.evidence', evidence=printable(evidence_text(request, texts)))}")
    return "\n".join(lines)


def reached_client(told: ToldRequest, texts: Texts) -> str:
    """Say what reached the client meanwhile: its user saw no more than that."""
    return texts(f"recorded.explain.{_what_reached(told)}", **_times(told.request))


def _what_reached(told: ToldRequest) -> str:
    has_content = [exchange.content_events > 0 for exchange in told.exchanges]
    if told.request.outcome is not Outcome.OK:
        return "partial" if any(has_content) else "nothing"
    if any(has_content[:-1]):
        return "again"
    return "paused" if _pause_ms(told.request) >= _PAUSE_MS else "answered"


def _times(request: RecordedRequest) -> dict[str, str]:
    phases = request.phases
    after_sent = phases.wait_ms if request.ttft_ms is None else request.ttft_ms
    wait_ms = phases.retries_ms + phases.connect_ms + after_sent
    return {
        "wait": duration_text(wait_ms),
        "pause": duration_text(_pause_ms(request)),
        "took": duration_text(request.wall_ms),
    }


def _pause_ms(request: RecordedRequest) -> float:
    """Return the longest silence of the last attempt once its content had begun."""
    silence_ms = request.silence_ms or 0.0
    is_of_last = request.silent_attempt == request.attempts
    return silence_ms if is_of_last and silence_ms > (request.ttft_ms or 0.0) else 0.0


def _head(request: RecordedRequest, texts: Texts) -> Iterator[str]:
    cause = printable(texts.words(unreadable_words(request.cause or "")), 60)
    key = "recorded.explain.head.cause" if cause else "recorded.explain.head"
    yield texts(key, n=request.number, outcome=request.outcome, cause=cause)
    began = texts(
        "recorded.explain.began",
        kind=request.kind,
        model=printable(request.model_requested or NOTHING, 60),
        time=utc_text(request.begun_at),
        took=duration_text(request.wall_ms),
        session=printable(request.session_id, 60) if request.session_id else texts("story.no_session"),
    )
    yield f"  {began}"
    if request.idle_before_ms is not None:
        yield f"  {texts('recorded.explain.idle', time=duration_text(request.idle_before_ms))}"


def _attempts(told: ToldRequest, texts: Texts) -> Iterator[str]:
    for exchange, ending in zip(told.exchanges, told.request.endings, strict=False):
        request_id = best_id(exchange.correlation)
        named = " ".join(filter(None, [utc_of(exchange, told.request.begun_at), request_id]))
        about = f" ({printable(named, 120)})" if named else ""
        yield f"  {at_text(exchange.begun_at_ms)}  #{exchange.sequence} {ending_text(ending, texts, 60)}{about}"
