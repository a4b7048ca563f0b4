"""Send the requests of a check by plain HTTP, and say what each came to by the rules that hold for calls."""

from collections.abc import Iterator

from probe.checks.api_result import ApiRequest, ApiResult, SendRequest
from probe.checks.gateways import is_challenge
from probe.checks.stream_content import error_inside, holds_comments
from probe.diagnose.exchange_failures import failure_of
from probe.diagnose.exchange_text import evidence_of, plain_or_phrase
from probe.diagnose.flags import wire_flags
from probe.diagnose.stop_reasons import NO_ANSWER, reason_of
from probe.drivers.plain_http import PlainAnswer, PlainHttp, PlainRequest
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Outcome, WaitCause, outcome_of_status
from probe.model.request_kind import RequestKind
from probe.texts.phrase import Words, clauses, phrase
from probe.units import format_duration

_NO_MESSAGE = "not a message"
_OutcomeAndCause = tuple[Outcome, str | None]


def sender(plain: PlainHttp) -> SendRequest:
    """Build the function that sends the requests of a check through `plain`."""

    def send(request: ApiRequest, timeout_s: float) -> ApiResult:
        plain_request = PlainRequest(request.method, request.path, request.headers, request.body)
        answer = plain.send(request.base_url, plain_request, timeout_s)
        exchange = answer.exchange
        outcome, cause = _outcome(answer)
        return ApiResult(
            exchange=exchange,
            # An answer that cannot be read to its end, such as a redirect to no address, has a status all the same.
            status=answer.status or (exchange.status if exchange else None),
            body=answer.body,
            wall_ms=answer.wall_ms,
            outcome=outcome,
            cause=cause,
            evidence=plain_or_phrase(clauses(_evidence(answer))),
            flags=tuple(wire_flags([exchange])) if exchange else (),
            challenged=is_challenge(answer.headers, answer.body),
        )

    return send


def _outcome(answer: PlainAnswer) -> _OutcomeAndCause:
    """Return outcome and cause of a request."""
    exchange = answer.exchange
    if exchange is None:
        return (Outcome.TIMED_OUT, WaitCause.NO_REQUEST) if answer.timed_out else (Outcome.CONNECTION_FAILED, None)
    if exchange.status is None or exchange.kind in {RequestKind.MAIN, RequestKind.BACKGROUND}:
        return _outcome_of_call(answer, exchange)
    if exchange.status >= 300:
        return outcome_of_status(exchange.status), str(exchange.status)
    if answer.timed_out:
        return Outcome.TIMED_OUT, _wait_cause(exchange, answer.body)
    if exchange.unreadable:
        return Outcome.MALFORMED_RESPONSE, exchange.unreadable
    if exchange.end is ExchangeEnd.RESET:
        return Outcome.CONNECTION_RESET, None
    return (Outcome.OK if exchange.end is ExchangeEnd.COMPLETE else Outcome.TRUNCATED_STREAM), None


def _outcome_of_call(answer: PlainAnswer, exchange: Exchange) -> _OutcomeAndCause:
    """Return outcome and cause of a request that a model has to answer, or that got no status."""
    failure = failure_of(exchange)
    if failure:
        return _corrected(failure, exchange, answer.body)
    if answer.timed_out:
        return Outcome.TIMED_OUT, _wait_cause(exchange, answer.body)
    stop_reason = reason_of(exchange)
    if stop_reason in NO_ANSWER:
        return Outcome.STOPPED_EARLY, stop_reason
    return (Outcome.OK if exchange.good else Outcome.MALFORMED_RESPONSE), None


def _corrected(failure: _OutcomeAndCause, exchange: Exchange, body: bytes) -> _OutcomeAndCause:
    """Correct a failure by the events: the client accepts some faulty streams, and errors have many spellings."""
    outcome, cause = failure
    if outcome is Outcome.TRUNCATED_STREAM and exchange.end is ExchangeEnd.COMPLETE and exchange.stop_reason:
        return Outcome.OK, None
    error = error_inside(body) if cause == _NO_MESSAGE and exchange.streamed else None
    return (Outcome.STREAM_ERROR, error[0]) if error else failure


def _wait_cause(exchange: Exchange, body: bytes) -> WaitCause:
    """Return how far an answer had come when its time was over."""
    if exchange.first_byte_at_ms is None:
        return WaitCause.NO_FIRST_BYTE
    if exchange.complete_at_ms is not None:
        return WaitCause.BODY_NEVER_ENDS
    kept_alive = exchange.pings or (exchange.streamed and holds_comments(body))
    only_pings = kept_alive and exchange.events == exchange.pings
    return WaitCause.PING_ONLY if only_pings else WaitCause.STALLED_STREAM


def _evidence(answer: PlainAnswer) -> Iterator[Words]:
    exchange = answer.exchange
    yield evidence_of(exchange) if exchange else answer.error or ""
    if exchange and exchange.unreadable == _NO_MESSAGE:
        yield from error_inside(answer.body) or ()
    if answer.timed_out:
        if exchange and exchange.response_bytes:
            yield phrase("evidence.bytes_had_come", n=exchange.response_bytes)
        yield phrase("evidence.given_up_after", time=format_duration(answer.wall_ms / 1000))
