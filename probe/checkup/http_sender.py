"""Hands the requests of a check to plain HTTP, and says what each came to by the rules that hold for calls."""

from probe.checks.api_client import ApiRequest, ApiResult, SendRequest
from probe.checks.gateways import is_challenge
from probe.checks.stream_content import error_inside, holds_comments
from probe.diagnose.stop_reasons import NO_ANSWER, reason_of
from probe.diagnose.wire import evidence_of, failure_of, wire_flags
from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Flag, Outcome, WaitCause, outcome_of_status
from probe.model.request_kind import RequestKind
from probe.units import format_duration

_NO_MESSAGE = "not a message"
_Verdict = tuple[Outcome, str | None]


def sender(plain: PlainHttp) -> SendRequest:
    """Sends requests through `plain`."""

    def send(ask: ApiRequest, timeout_s: float) -> ApiResult:
        answer = plain.send(ask.base_url, PlainRequest(ask.method, ask.path, ask.headers, ask.body), timeout_s)
        outcome, cause = _verdict(answer)
        seen = answer.exchange
        return ApiResult(
            exchange=seen,
            # What cannot be read to its end, such as a redirect to no address, has a status all the same.
            status=answer.status or (seen.status if seen else None),
            body=answer.body,
            wall_ms=answer.wall_ms,
            outcome=outcome,
            cause=cause,
            evidence=_evidence(answer),
            flags=_flags(seen),
            challenged=is_challenge(answer.headers, answer.body),
        )

    return send


def _verdict(answer: PlainAnswer) -> _Verdict:
    seen = answer.exchange
    if seen is None:
        return (Outcome.TIMED_OUT, WaitCause.NO_REQUEST) if answer.timed_out else (Outcome.CONNECTION_FAILED, None)
    if seen.kind in {RequestKind.MAIN, RequestKind.BACKGROUND} or seen.status is None:
        failure = failure_of(seen)
        if failure:
            return _looked_at_again(seen, answer.body, failure)
        if answer.timed_out:
            return Outcome.TIMED_OUT, _waiting(seen, answer.body)
        if (reason := reason_of(seen)) in NO_ANSWER:
            return Outcome.STOPPED_EARLY, reason
        return (Outcome.OK, None) if seen.good else (Outcome.MALFORMED_RESPONSE, None)
    if seen.status >= 300:
        return outcome_of_status(seen.status), str(seen.status)
    if answer.timed_out:
        return Outcome.TIMED_OUT, _waiting(seen, answer.body)
    if seen.unreadable:
        return Outcome.MALFORMED_RESPONSE, seen.unreadable
    if seen.end is not ExchangeEnd.COMPLETE:
        return Outcome.CONNECTION_RESET if seen.end is ExchangeEnd.RESET else Outcome.TRUNCATED_STREAM, None
    return Outcome.OK, None


def _looked_at_again(seen: Exchange, body: bytes, failure: _Verdict) -> _Verdict:
    """A failure by the events themselves: what the client takes is none, and an error may be spelled in any way."""
    outcome, cause = failure
    if outcome is Outcome.TRUNCATED_STREAM and seen.end is ExchangeEnd.COMPLETE and seen.stop_reason:
        return Outcome.OK, None
    if cause == _NO_MESSAGE and seen.streamed and (said := error_inside(body)):
        return Outcome.STREAM_ERROR, said[0]
    return failure


def _waiting(seen: Exchange, body: bytes) -> WaitCause:
    """How far an answer had come when its time was over."""
    if seen.first_byte_at_ms is None:
        return WaitCause.NO_FIRST_BYTE
    if seen.complete_at_ms is not None:
        return WaitCause.BODY_NEVER_ENDS
    kept_alive = seen.pings or (seen.streamed and holds_comments(body))
    return WaitCause.PING_ONLY if kept_alive and seen.events == seen.pings else WaitCause.STALLED_STREAM


def _evidence(answer: PlainAnswer) -> str:
    seen = answer.exchange
    parts = [evidence_of(seen) if seen else answer.error or ""]
    if seen and seen.unreadable == _NO_MESSAGE and (said := error_inside(answer.body)):
        parts += said
    if answer.timed_out:
        came = f"{seen.response_bytes} bytes of an answer had come" if seen and seen.response_bytes else ""
        parts += [came, f"given up after {format_duration(answer.wall_ms / 1000)}"]
    return ", ".join(part for part in parts if part)


def _flags(seen: Exchange | None) -> tuple[Flag, ...]:
    return tuple(wire_flags([seen])) if seen else ()
