"""Words for a recording that goes on: what an exchange has come to so far, and what it came to in the end."""

from datetime import datetime

from probe.model.correlation import best_id
from probe.model.exchange import ExchangeEnd, succeeded
from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun, ExchangeEnded
from probe.model.request_kind import RequestKind
from probe.model.watched_exchange import EndedAttempt, InFlight, seconds_between
from probe.sanitise import printable
from probe.texts import Texts
from probe.units import format_bytes, format_duration

SILENT_S = 12.0
"""Time after which an answer is called silent: the recorder tells of one that goes on every five seconds only."""
_MESSAGES = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})


def state_words(exchange: InFlight, now: datetime, texts: Texts) -> str:
    """Say what has come of an answer so far: `answering, 12 kB so far; nothing new for 34.0 s`."""
    state = _state(exchange.answer, texts)
    silent_s = exchange.silent_s(now)
    if silent_s < SILENT_S or exchange.answer is None:
        return state
    return texts("watch.state.silent", state=state, time=format_duration(silent_s))


def _state(answer: ExchangeAnswering | None, texts: Texts) -> str:
    if answer is None:
        return texts("watch.state.waiting")
    if not succeeded(answer.status):
        return texts("watch.state.status", status=answer.status)
    if answer.content_events:
        return texts("watch.state.answering", size=format_bytes(answer.response_bytes))
    return texts("watch.state.headed")


def failure_words(attempt: EndedAttempt) -> str:
    """Return outcome, cause and id of an attempt that failed: `overloaded: 529, req_011…`."""
    outcome, cause = attempt.failure or ("", None)
    words = f"{outcome}: {printable(cause, 60)}" if cause else f"{outcome}"
    found = best_id(attempt.ended.exchange.correlation)
    return f"{words}, {printable(found, 80)}" if found else words


def failed_words(attempt: EndedAttempt, texts: Texts) -> str:
    """Say when an attempt failed, and of what."""
    name = ended_name(attempt, texts)
    return texts("watch.failed", at=_clock(attempt.ended.at), name=name, failure=failure_words(attempt))


def unanswered_words(attempt: EndedAttempt, now: datetime, texts: Texts) -> str:
    """Say that a request failed and was not tried again yet."""
    ago = format_duration(seconds_between(attempt.ended.at, now))
    return texts("watch.unanswered", name=ended_name(attempt, texts), time=ago, failure=failure_words(attempt))


def begun_words(exchange: InFlight, texts: Texts) -> str | None:
    """Say that an exchange began, or that its answer did; None where an answer only goes on."""
    begun, answer = exchange.begun, exchange.answer
    name = name_of(begun, exchange.attempt, texts)
    if answer is None:
        return texts("watch.begun", at=_clock(begun.begun_at), name=name)
    if answer.response_bytes or answer.events:
        return None
    took = format_duration(exchange.age_s(answer.at))
    return texts("watch.answered", at=_clock(answer.at), name=name, status=answer.status, time=took)


def ended_words(attempt: EndedAttempt, texts: Texts) -> str:
    """Say what an exchange came to."""
    ended = attempt.ended
    values = {
        "at": _clock(ended.at),
        "name": ended_name(attempt, texts),
        "time": format_duration(seconds_between(ended.begun_at, ended.at)),
    }
    if attempt.failure is not None:
        return texts("watch.ended.failed", failure=failure_words(attempt), **values)
    is_left = ended.exchange.end is ExchangeEnd.CLIENT_CLOSED and not ended.exchange.message_complete
    return texts("watch.ended.left" if is_left else "watch.ended.ok", **values)


def still_words(exchange: InFlight, now: datetime, texts: Texts) -> str:
    """Say that an exchange is in flight, for how long, and what has come so far."""
    name = name_of(exchange.begun, exchange.attempt, texts)
    time = format_duration(exchange.age_s(now))
    return texts("watch.still", at=_clock(now), name=name, time=time, state=state_words(exchange, now, texts))


def ended_name(attempt: EndedAttempt, texts: Texts) -> str:
    """Name an exchange that has ended."""
    return name_of(attempt.ended, attempt.attempt, texts)


def name_of(event: ExchangeBegun | ExchangeEnded, attempt: int, texts: Texts) -> str:
    """Name an exchange: `request 41, main, glm-4.7, attempt 2`."""
    asked = event.exchange if isinstance(event, ExchangeEnded) else event
    values = {"sequence": event.sequence, "kind": asked.kind.value}
    if asked.kind not in _MESSAGES:
        return texts("watch.name.plain", **values)
    return texts("watch.name", model=printable(asked.model_requested or "?", 60), attempt=attempt, **values)


def _clock(moment: datetime) -> str:
    """Return the time of day, in UTC as everywhere in reports."""
    return f"{moment:%H:%M:%S}"
