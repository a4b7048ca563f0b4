"""Say what a recorded request came to, from its attempts on the wire alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from probe.diagnose.classification import Classification
from probe.diagnose.deadline import left_open
from probe.diagnose.exchange_failures import decisive_attempt, failure_of
from probe.diagnose.exchange_text import attempts_words, endings_of, evidence_of
from probe.diagnose.flags import wire_flags
from probe.diagnose.group_attempts import Attempts, end_ms, ended_at, group_attempts
from probe.diagnose.wire_summary import models_of, usage_of_all
from probe.model.exchange import Exchange, succeeded
from probe.model.outcome import Flag, Outcome, outcome_of_status
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_request import STALL_MS, RecordedRequest
from probe.model.request_kind import RequestKind
from probe.model.wire import Phases, PhaseSource
from probe.texts.phrase import phrase
from probe.texts.stored_phrase import english_evidence, stored_phrase

_CLIENT_WENT_AWAY = Classification(Outcome.INTERRUPTED, None, phrase("evidence.went_away"))
_MESSAGES = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})


def recorded_requests(ended: Iterable[ExchangeEnded], stall_ms: float = STALL_MS) -> Iterator[RecordedRequest]:
    """Yield the requests behind these exchanges, as they are over. In bounded memory, and without idle times."""
    return (recorded_request(attempts, stall_ms) for attempts in group_attempts(ended))


def recorded_request(attempts: Attempts, stall_ms: float = STALL_MS) -> RecordedRequest:
    """Return the request of these attempts. One that stalled for so long, and was given up then, has failed."""
    first, last = attempts[0], attempts[-1]
    exchanges = exchanges_of(attempts)
    found = _classify(exchanges, stall_ms)
    silence, silent_attempt = _longest_silence(exchanges)
    return RecordedRequest(
        number=first.sequence,
        sequences=tuple(attempt.sequence for attempt in attempts),
        kind=first.exchange.kind,
        method=first.exchange.method,
        path=first.exchange.path,
        model_requested=first.exchange.model_requested,
        models_served=models_of(exchanges),
        session_id=first.facts.session_id,
        agent_type=first.facts.agent_type,
        begun_at=first.begun_at,
        wall_ms=_between_ms(first.begun_at, ended_at(last)),
        outcome=found.outcome,
        cause=found.cause,
        flags=_flags(exchanges),
        evidence=english_evidence(found.evidence),
        evidence_phrase=stored_phrase(found.evidence),
        retry_at=last.exchange.retry_at,
        status=last.exchange.status,
        endings=_endings(exchanges),
        request_ids=tuple(attempt.exchange.correlation for attempt in attempts),
        phases=_phases(attempts),
        ttft_ms=last.exchange.ttft_ms,
        silence_ms=silence,
        silent_attempt=silent_attempt,
        usage=usage_of_all(exchanges),
        request_bytes=sum(attempt.exchange.request_bytes for attempt in attempts),
        response_bytes=sum(attempt.exchange.response_bytes for attempt in attempts),
    )


def exchanges_of(attempts: Attempts) -> list[Exchange]:
    """Return the exchanges of a request, with the times of all counted from the beginning of the first."""
    origin = attempts[0].begun_at
    return [_later(attempt.exchange, _between_ms(origin, attempt.begun_at)) for attempt in attempts]


def silence_ms(exchange: Exchange) -> float | None:
    """Return the longest time in which nothing of a streamed answer came: before its content, or within it.

    Pings are no answer. An answer in one piece is not looked at: nothing of it can come sooner.
    """
    sent_ms = exchange.request_sent_at_ms
    if sent_ms is None or not exchange.stream_requested:
        return None
    end = end_ms(exchange)
    content_ms = exchange.first_content_at_ms
    if content_ms is None:
        return max(end - sent_ms, 0.0)
    last_content_ms = content_ms + (exchange.content_span_ms or 0.0)
    after_content_ms = 0.0 if exchange.message_complete else end - last_content_ms
    return max(content_ms - sent_ms, exchange.longest_pause_ms or 0.0, after_content_ms)


def _longest_silence(exchanges: Sequence[Exchange]) -> tuple[float | None, int | None]:
    """Return the longest silence of all attempts, and the attempt that it was in, from 1."""
    silences = ((silence_ms(exchange), attempt) for attempt, exchange in enumerate(exchanges, start=1))
    known = [(length, attempt) for length, attempt in silences if length]
    return max(known, key=lambda silence: silence[0], default=(None, None))


def _flags(exchanges: Sequence[Exchange]) -> tuple[Flag, ...]:
    """Return the flags as if all were main requests: of background ones nobody else asks."""
    return tuple(wire_flags([exchange.model_copy(update={"kind": RequestKind.MAIN}) for exchange in exchanges]))


def _endings(exchanges: Sequence[Exchange]) -> tuple[str, ...]:
    last = exchanges[-1]
    if last.kind in _MESSAGES:
        return tuple(endings_of(exchanges))
    return (last.end.value if last.status is None else str(last.status),)


def _classify(exchanges: Sequence[Exchange], stall_ms: float) -> Classification:
    last = exchanges[-1]
    all_attempts = attempts_words(exchanges) if len(exchanges) > 1 else ""
    if last.kind not in _MESSAGES:
        return classify_by_status(last)
    if last.good:
        return Classification(Outcome.OK, None, all_attempts)
    if failure_of(last) is None and (silence_ms(last) or 0.0) >= stall_ms:
        return left_open(last, all_attempts)
    failed = [exchange for exchange in exchanges if failure_of(exchange)]
    return _by_failure(decisive_attempt(failed)) if failed else _CLIENT_WENT_AWAY


def _by_failure(exchange: Exchange) -> Classification:
    outcome, cause = failure_of(exchange) or (Outcome.API_ERROR, None)
    return Classification(outcome, cause, evidence_of(exchange))


def classify_by_status(exchange: Exchange) -> Classification:
    """Classify a request that asks for no message: any answer of HTTP will do, and nothing else is known."""
    if exchange.status is None:
        return _by_failure(exchange) if failure_of(exchange) else _CLIENT_WENT_AWAY
    if succeeded(exchange.status) or exchange.status < 400 or exchange.kind is RequestKind.WARMUP:
        return Classification(Outcome.OK, None, "")
    return Classification(outcome_of_status(exchange.status), str(exchange.status), evidence_of(exchange))


def _phases(attempts: Attempts) -> Phases:
    """Split a request's time: retries until the last attempt, then what that spent its time on."""
    first, last = attempts[0], attempts[-1]
    exchange, end = last.exchange, end_ms(last.exchange)
    marks = [exchange.request_sent_at_ms, exchange.first_byte_at_ms]
    lengths, at = [], 0.0
    for mark in (*marks, end):
        until = end if mark is None else min(max(mark, at), end)
        lengths.append(round(until - at, 3))
        at = until
    connect, wait, stream = lengths
    retries = round(_between_ms(first.begun_at, last.begun_at), 3)
    return Phases(source=PhaseSource.WIRE, retries_ms=retries, connect_ms=connect, wait_ms=wait, stream_ms=stream)


def _later(exchange: Exchange, offset_ms: float) -> Exchange:
    """Return the exchange with all its moments so much later."""
    if not offset_ms:
        return exchange
    moments = (name for name in Exchange.model_fields if name.endswith("_at_ms"))
    known = {name: value for name in moments if (value := getattr(exchange, name)) is not None}
    return exchange.model_copy(update={name: round(value + offset_ms, 3) for name, value in known.items()})


def _between_ms(start: datetime, end: datetime) -> float:
    return max((end - start).total_seconds() * 1000, 0.0)
