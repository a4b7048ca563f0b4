"""Say of a call that met its deadline how far it had come, and whose fault that was."""

from collections.abc import Sequence

from probe.diagnose.wire import attempts_text, deciding, failure_of, main_exchanges
from probe.diagnose.words import Verdict, outcome_of_retry, said_of_retry
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome, WaitCause

TIME_TO_END_MS = 3000.0
"""How long a client needs at most to end once it has its answer (measured, docs/claude-code.md)."""


def timed_out(seen: Observation) -> Verdict:
    """Return the verdict on a call that was ended at its deadline."""
    return _by_words(seen) if seen.exchanges is None else _on_the_wire(seen, seen.exchanges)


def left_open(exchange: Exchange, before: str) -> Verdict:
    """Return what a request had come to that was open at the deadline, or given up by the client."""
    sent_ms = exchange.request_sent_at_ms
    if exchange.connected_at_ms is None and exchange.connect_begun_at_ms is not None and sent_ms is None:
        return Outcome.TIMED_OUT, Outcome.CONNECT_TIMEOUT.value, f"no connection was made. {before}".strip()
    if exchange.first_byte_at_ms is None:
        since = "not sent whole" if sent_ms is None else f"sent after {sent_ms:.0f} ms"
        return Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, f"request {since}, no byte came back. {before}".strip()
    if exchange.content_events == 0 and exchange.pings and exchange.events == exchange.pings:
        return Outcome.TIMED_OUT, WaitCause.PING_ONLY, f"{exchange.pings} pings and nothing else. {before}".strip()
    last_ms = exchange.last_byte_at_ms or exchange.first_byte_at_ms
    what = f"{exchange.content_events} content events, the last byte after {last_ms:.0f} ms"
    return Outcome.TIMED_OUT, WaitCause.STALLED_STREAM, f"{what}. {before}".strip()


def _by_words(seen: Observation) -> Verdict:
    words = seen.words
    if words.result is not None:
        return _had_answer(seen, words.result_at_ms or 0.0)
    last = words.retries[-1] if words.retries else None
    began_after = words.first_event_at_ms or 0.0
    if last and began_after <= (last.at_ms or 0.0):
        outcome = outcome_of_retry(last)
        cause = outcome.value if outcome else WaitCause.RETRYING
        return (
            Outcome.TIMED_OUT,
            cause,
            f"still retrying: {len(words.retries)} announced, the last after {said_of_retry(last)}",
        )
    if words.stream_complete:
        return Outcome.TIMED_OUT, WaitCause.NO_RESULT, "the message was complete, but its body may never have ended"
    if words.attempts_started:
        count, at_ms = words.content_events, words.last_event_at_ms or 0.0
        return Outcome.TIMED_OUT, WaitCause.STALLED_STREAM, f"the last of {count} content events came at {at_ms:.0f} ms"
    if words.requesting_at_ms is not None:
        since = f"the request was announced at {words.requesting_at_ms:.0f} ms, and nothing came back"
        return Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, since
    if words.initialised or "stream-json" not in seen.argv:
        return Outcome.TIMED_OUT, WaitCause.UNKNOWN, "this client does not say whether it waited or retried"
    return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client printed nothing, so it may never have sent a request"


def _on_the_wire(seen: Observation, exchanges: Sequence[Exchange]) -> Verdict:
    mains = main_exchanges(exchanges)
    last = mains[-1] if mains else None
    if last is not None and _waits_for_end(last, seen):
        content_ms = last.complete_at_ms or 0.0
        what = f"the message was complete after {content_ms:.0f} ms, and the body of the response never ended"
        return Outcome.TIMED_OUT, WaitCause.BODY_NEVER_ENDS, what
    if seen.words.result is not None or (last is not None and last.good):
        came_ms = seen.words.result_at_ms or (last.last_byte_at_ms if last else None) or 0.0
        return _had_answer(seen, came_ms)
    if last is None:
        return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client sent no request for an answer"
    failed = [exchange for exchange in mains if failure_of(exchange)]
    open_ms = seen.wall_ms - (last.request_begun_at_ms or 0.0)
    if failed and (failure_of(last) or open_ms < seen.wall_ms / 2):
        outcome, _ = failure_of(deciding(failed, failed[-1])) or (Outcome.API_ERROR, None)
        return Outcome.TIMED_OUT, outcome.value, f"still retrying after {attempts_text(mains)}"
    return left_open(last, attempts_text(mains) if len(mains) > 1 else "")


def _waits_for_end(exchange: Exchange, seen: Observation) -> bool:
    """Whether a message had come whole, in time to be used, in a body that was still open at the deadline."""
    sound = failure_of(exchange) is None and exchange.complete_at_ms is not None
    return (
        sound
        and exchange.end is ExchangeEnd.CLIENT_CLOSED
        and _left_ms(seen, exchange.complete_at_ms or 0.0) >= TIME_TO_END_MS
    )


def _had_answer(seen: Observation, came_ms: float) -> Verdict:
    """Tell a client that did not end from an answer that came too late for it to end."""
    what = f"the answer was complete after {came_ms:.0f} ms"
    left_ms = _left_ms(seen, came_ms)
    if left_ms >= TIME_TO_END_MS:
        return Outcome.CLIENT_HUNG_AFTER_RESULT, None, what
    return Outcome.TIMED_OUT, WaitCause.LATE_ANSWER, f"{what}, {max(left_ms, 0.0):.0f} ms before the deadline"


def _left_ms(seen: Observation, at_ms: float) -> float:
    return (seen.wall_ms if seen.deadline_ms is None else seen.deadline_ms) - at_ms
