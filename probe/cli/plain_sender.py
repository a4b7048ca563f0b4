"""Hands the requests of a check to plain HTTP, and says what each came to by the rules that hold for calls."""

from probe.check.asking import Ask, Send, Sent
from probe.diagnose.wire import evidence_of, failure_of, wire_flags
from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Flag, Outcome, WaitCause, outcome_of_status
from probe.model.request_kind import RequestKind
from probe.units import format_duration


def sender(plain: PlainHttp) -> Send:
    """Sends requests through `plain`."""

    def send(ask: Ask, timeout_s: float) -> Sent:
        answer = plain.send(ask.base_url, PlainRequest(ask.method, ask.path, ask.headers, ask.body), timeout_s)
        outcome, cause = _verdict(answer)
        return Sent(
            exchange=answer.exchange,
            status=answer.status,
            body=answer.body,
            wall_ms=answer.wall_ms,
            outcome=outcome,
            cause=cause,
            evidence=_evidence(answer),
            flags=_flags(answer.exchange),
        )

    return send


def _verdict(answer: PlainAnswer) -> tuple[Outcome, str | None]:
    seen = answer.exchange
    if seen is None:
        return (Outcome.TIMED_OUT, WaitCause.NO_REQUEST) if answer.timed_out else (Outcome.CONNECTION_FAILED, None)
    if seen.kind in {RequestKind.MAIN, RequestKind.BACKGROUND} or seen.status is None:
        failure = failure_of(seen)
        if failure is None and answer.timed_out:
            return Outcome.TIMED_OUT, _waiting(seen)
        if failure is None and not seen.good:
            return Outcome.MALFORMED_RESPONSE, None
        return failure or (Outcome.OK, None)
    if seen.status >= 300:
        return outcome_of_status(seen.status), str(seen.status)
    if answer.timed_out:
        return Outcome.TIMED_OUT, _waiting(seen)
    return (Outcome.CONNECTION_RESET, None) if seen.end is ExchangeEnd.RESET else (Outcome.OK, None)


def _waiting(seen: Exchange) -> WaitCause:
    """How far an answer had come when its time was over."""
    if seen.content_events:
        return WaitCause.STALLED_STREAM
    return WaitCause.PING_ONLY if seen.pings else WaitCause.NO_FIRST_BYTE


def _evidence(answer: PlainAnswer) -> str:
    parts = [
        evidence_of(answer.exchange) if answer.exchange else answer.error or "",
        f"given up after {format_duration(answer.wall_ms / 1000)}" if answer.timed_out else "",
    ]
    return ", ".join(part for part in parts if part)


def _flags(seen: Exchange | None) -> tuple[Flag, ...]:
    return tuple(wire_flags([seen])) if seen else ()
