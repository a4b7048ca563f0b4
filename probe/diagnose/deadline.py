"""Classify a call that met its deadline: how far it had come, and who is to blame.

A call that was retrying gets the outcome that it would have had without a deadline: that of the failure. `timed_out` is
for waits. `WIRE_RULES` decides where there was a recorder, `OUTPUT_RULES` where there was none; the first rule that
applies.
"""

from collections.abc import Callable

from probe.diagnose.call_facts import CallFacts
from probe.diagnose.classification import Classification, classify_by
from probe.diagnose.client_errors import is_retrying, outcome_of_retry, retry_words
from probe.diagnose.exchange_failures import decisive_attempt, failure_of
from probe.diagnose.exchange_text import attempts_words
from probe.model.exchange import STALE_AFTER_MS, Exchange, ExchangeEnd
from probe.model.outcome import Outcome, WaitCause
from probe.texts.phrase import Phrase, Words, phrase

TIME_TO_END_MS = 3000.0
"""Time that a client needs at most to end once it has its answer (measured, docs/claude-code.md)."""


def timed_out(facts: CallFacts) -> Classification:
    """Return the classification of a call that was ended at its deadline."""
    return classify_by(WIRE_RULES if facts.recorded else OUTPUT_RULES, facts)


def left_open(exchange: Exchange, before: Words) -> Classification:
    """Return how far a request had come that was open at the deadline, or given up by the client.

    `before` is what is said of earlier attempts, or empty.
    """
    if _is_connecting(exchange):
        return Classification(Outcome.CONNECT_TIMEOUT, None, _with(before, phrase("evidence.no_connection")))
    cause, progress = _progress(exchange)
    return _timed_out(cause, _with(before, progress))


def _with(before: Words, progress: Phrase) -> Phrase:
    return phrase("evidence.with_attempts", progress=progress, attempts=before) if before else progress


def _is_connecting(exchange: Exchange) -> bool:
    is_begun = exchange.connect_begun_at_ms is not None
    return is_begun and exchange.connected_at_ms is None and exchange.request_sent_at_ms is None


def _progress(exchange: Exchange) -> tuple[str, Phrase]:
    sent_ms, first_byte_ms = exchange.request_sent_at_ms, exchange.first_byte_at_ms
    if first_byte_ms is None:
        not_sent = phrase("evidence.not_sent")
        sent = not_sent if sent_ms is None else phrase("evidence.no_first_byte", ms=f"{sent_ms:.0f}")
        return WaitCause.NO_FIRST_BYTE, _on_idle_connection(exchange, sent)
    if exchange.content_events == 0 and exchange.pings and exchange.events == exchange.pings:
        return WaitCause.PING_ONLY, _counted("evidence.only_pings", exchange.pings)
    last_ms = exchange.last_byte_at_ms or first_byte_ms
    return WaitCause.STALLED_STREAM, _counted("evidence.stalled", exchange.content_events, ms=f"{last_ms:.0f}")


def _counted(key: str, n: int, **values: object) -> Phrase:
    return phrase(f"{key}.one", **values) if n == 1 else phrase(key, n=n, **values)


def _on_idle_connection(exchange: Exchange, progress: Phrase) -> Phrase:
    """Add that the connection had been idle, and so may have been dropped by anybody on the way, where it had."""
    idle_ms = exchange.connection_idle_ms or 0.0
    if idle_ms < STALE_AFTER_MS:
        return progress
    return phrase("evidence.on_idle_connection", progress=progress, seconds=f"{idle_ms / 1000:.1f}")


def _timed_out(cause: str, evidence: Words) -> Classification:
    return Classification(Outcome.TIMED_OUT, cause, evidence)


def _result_printed(facts: CallFacts) -> Classification | None:
    return _had_answer(facts, facts.words.result_at_ms or 0.0) if facts.result else None


def _announced_retry(facts: CallFacts) -> Classification | None:
    """Return the failure that was retried, where the last retry was announced after all that came of a stream."""
    words = facts.words
    if not is_retrying(words):
        return None
    last = words.retries[-1]
    evidence = phrase("evidence.retries_announced", n=len(words.retries), error=retry_words(last))
    outcome = outcome_of_retry(last)
    if outcome is None:
        return _timed_out(WaitCause.RETRYING, evidence)
    status = None if last.error_status is None else str(last.error_status)
    return Classification(outcome, status, evidence)


def _complete_stream(facts: CallFacts) -> Classification | None:
    if not facts.words.stream_complete:
        return None
    return _timed_out(WaitCause.NO_RESULT, phrase("evidence.message_complete"))


def _stalled_stream(facts: CallFacts) -> Classification | None:
    words = facts.words
    if not words.attempts_started:
        return None
    at_ms = words.last_event_at_ms or 0.0
    evidence = _counted("evidence.last_content", words.content_events, ms=f"{at_ms:.0f}")
    return _timed_out(WaitCause.STALLED_STREAM, evidence)


def _announced_request(facts: CallFacts) -> Classification | None:
    at_ms = facts.words.requesting_at_ms
    if at_ms is None:
        return None
    evidence = phrase("evidence.announced", ms=f"{at_ms:.0f}")
    return _timed_out(WaitCause.NO_FIRST_BYTE, evidence)


def _uninformative_client(facts: CallFacts) -> Classification | None:
    if not facts.words.initialised and "stream-json" in facts.observation.argv:
        return None
    return _timed_out(WaitCause.UNKNOWN, phrase("evidence.client_does_not_say"))


def _silent_client(_: CallFacts) -> Classification:
    return _timed_out(WaitCause.NO_REQUEST, phrase("evidence.client_silent"))


OUTPUT_RULES: tuple[Callable[[CallFacts], Classification | None], ...] = (
    _result_printed,
    _announced_retry,
    _complete_stream,
    _stalled_stream,
    _announced_request,
    _uninformative_client,
    _silent_client,
)
"""The rules for a call without a recorder. The last always applies."""


def _endless_body(facts: CallFacts) -> Classification | None:
    """Return the wait for the end of a body whose message had come whole, in time to be used."""
    last = facts.last_attempt
    if last is None or last.complete_at_ms is None or failure_of(last):
        return None
    if last.end is not ExchangeEnd.CLIENT_CLOSED or _left_ms(facts, last.complete_at_ms) < TIME_TO_END_MS:
        return None
    evidence = phrase("evidence.body_never_ended", ms=f"{last.complete_at_ms:.0f}")
    return _timed_out(WaitCause.BODY_NEVER_ENDS, evidence)


def _answer_came(facts: CallFacts) -> Classification | None:
    last = facts.last_attempt
    if facts.result is None and not (last and last.good):
        return None
    last_byte_ms = last.last_byte_at_ms if last else None
    return _had_answer(facts, facts.words.result_at_ms or last_byte_ms or 0.0)


def _no_request(facts: CallFacts) -> Classification | None:
    return None if facts.attempts else _timed_out(WaitCause.NO_REQUEST, phrase("evidence.no_request"))


def _retrying(facts: CallFacts) -> Classification | None:
    """Return the failure that was retried, unless the last attempt was open for half of the call or longer."""
    failed = [attempt for attempt in facts.attempts if failure_of(attempt)]
    if not failed:
        return None
    last = facts.attempts[-1]
    wall_ms = facts.observation.wall_ms
    open_ms = wall_ms - (last.request_begun_at_ms or 0.0)
    if failure_of(last) is None and open_ms >= wall_ms / 2:
        return None
    outcome, cause = failure_of(decisive_attempt(failed)) or (Outcome.API_ERROR, None)
    evidence = phrase("evidence.still_retrying", attempts=attempts_words(facts.attempts))
    return Classification(outcome, cause, evidence)


def _open_request(facts: CallFacts) -> Classification:
    earlier = attempts_words(facts.attempts) if len(facts.attempts) > 1 else ""
    return left_open(facts.attempts[-1], earlier)


WIRE_RULES: tuple[Callable[[CallFacts], Classification | None], ...] = (
    _endless_body,
    _answer_came,
    _no_request,
    _retrying,
    _open_request,
)
"""The rules for a call with a recorder. The last always applies."""


def _had_answer(facts: CallFacts, came_ms: float) -> Classification:
    """Tell a client that did not end from an answer that came too late for it to end."""
    came = f"{came_ms:.0f}"
    left_ms = _left_ms(facts, came_ms)
    if left_ms >= TIME_TO_END_MS:
        return Classification(Outcome.CLIENT_HUNG_AFTER_RESULT, None, phrase("evidence.answer_complete", ms=came))
    left = f"{max(left_ms, 0.0):.0f}"
    return _timed_out(WaitCause.LATE_ANSWER, phrase("evidence.answer_late", ms=came, left=left))


def _left_ms(facts: CallFacts, at_ms: float) -> float:
    observation = facts.observation
    return (observation.wall_ms if observation.deadline_ms is None else observation.deadline_ms) - at_ms
