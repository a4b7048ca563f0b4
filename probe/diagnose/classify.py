"""From what was seen of a call to the one outcome it falls in.

Decided from its exchanges where there was a recorder, and from the client's own words (exit code, result object, retry
announcements, stderr) for all that the wire does not show. The order of the questions is the order of this page: first
whatever makes all that follows meaningless.
"""

from collections.abc import Sequence
from itertools import groupby

from probe.diagnose.again import retry_at
from probe.diagnose.bypass import bypassed
from probe.diagnose.wire import ending_of, evidence_of, failure_of, main_exchanges, wire_flags, wire_summary
from probe.diagnose.words import (
    MOST_EVIDENCE_CHARS,
    Verdict,
    error_of,
    head,
    outcome_of_retry,
    refusal_of,
    said_of_retry,
    without_result,
)
from probe.model.call import Diagnosis
from probe.model.client import ClientResult, ClientWords
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.model_name import same_model
from probe.model.observation import Observation
from probe.model.outcome import Flag, Outcome, WaitCause
from probe.model.scenario import Expect


def diagnose(seen: Observation, expect: Expect, model_requested: str | None) -> Diagnosis:
    """What a call came to. `model_requested` is None where it is not known which model was asked for."""
    outcome, cause, evidence = _outcome(seen, expect)
    flags = _flags(seen, outcome, model_requested)
    if not evidence and Flag.MODEL_MISMATCH in flags:
        evidence = f"asked for {model_requested}, served by {', '.join(_models_served(seen))}"
    return Diagnosis(
        outcome=outcome,
        cause=cause,
        flags=flags,
        evidence=" ".join(evidence.split())[:MOST_EVIDENCE_CHARS],
        retry_at=None if outcome is Outcome.OK else retry_at(seen),
    )


def _outcome(seen: Observation, expect: Expect) -> Verdict:
    if seen.cancelled:
        return Outcome.INTERRUPTED, None, "ended by the user"
    if seen.not_made:
        return Outcome.NOT_CONTINUED, None, seen.not_made
    if seen.spawn_error:
        return Outcome.CLIENT_MISSING, None, seen.spawn_error
    if elsewhere := bypassed(seen):
        return elsewhere
    if seen.timed_out:
        return _timed_out(seen) if seen.exchanges is None else _timed_out_on_the_wire(seen, seen.exchanges)
    if seen.signal:
        return Outcome.CLIENT_CRASHED, seen.signal, f"the client was ended by {seen.signal}"
    result = seen.words.result
    if result is None:
        return without_result(seen)
    if result.is_error or result.subtype not in {None, "success"}:
        refusal = None if result.num_turns else refusal_of(head(seen.stderr), result.text or "")
        return refusal or _wire_error(seen, result) or error_of(result, seen.words)
    if seen.return_code:
        return Outcome.CLIENT_CRASHED, f"exit {seen.return_code}", f"a good result, then exit code {seen.return_code}"
    return _answer(result, seen, expect)


def _timed_out(seen: Observation) -> Verdict:
    words = seen.words
    if words.result is not None:
        return Outcome.CLIENT_HUNG_AFTER_RESULT, None, f"the result came after {words.result_at_ms or 0:.0f} ms"
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
        return Outcome.CLIENT_HUNG_AFTER_RESULT, "no_result", "the answer was complete, but no result followed"
    if words.attempts_started:
        count, at_ms = words.content_events, words.last_event_at_ms or 0.0
        return Outcome.TIMED_OUT, WaitCause.STALLED_STREAM, f"the last of {count} content events came at {at_ms:.0f} ms"
    if words.requesting_at_ms is not None:
        since = f"the request was announced at {words.requesting_at_ms:.0f} ms, and nothing came back"
        return Outcome.TIMED_OUT, WaitCause.NO_FIRST_BYTE, since
    if words.initialised or "stream-json" not in seen.argv:
        return Outcome.TIMED_OUT, WaitCause.UNKNOWN, "this client does not say whether it waited or retried"
    return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client printed nothing, so it may never have sent a request"


def _timed_out_on_the_wire(seen: Observation, exchanges: Sequence[Exchange]) -> Verdict:
    """Which of these it was: no request, waiting, retrying, a stalled stream, only pings, or done without an end."""
    mains = main_exchanges(exchanges)
    if seen.words.result is not None or (mains and mains[-1].good):
        last = seen.words.result_at_ms or (mains[-1].last_byte_at_ms if mains else None) or 0.0
        return Outcome.CLIENT_HUNG_AFTER_RESULT, None, f"the answer was complete after {last:.0f} ms"
    if not mains:
        return Outcome.TIMED_OUT, WaitCause.NO_REQUEST, "the client sent no request for an answer"
    last_one, failed = mains[-1], [each for each in mains if failure_of(each)]
    endings = _counted([ending_of(each) for each in mains])
    open_ms = seen.wall_ms - (last_one.request_begun_at_ms or 0.0)
    if failed and (failure_of(last_one) or open_ms < seen.wall_ms / 2):
        outcome, _ = failure_of(failed[-1]) or (Outcome.API_ERROR, None)
        return Outcome.TIMED_OUT, outcome.value, f"still retrying after {len(mains)} requests: {endings}"
    return _left_open(last_one, f"{len(mains)} requests: {endings}" if len(mains) > 1 else "")


def _left_open(exchange: Exchange, before: str) -> Verdict:
    """What a request had come to that was open at the deadline, or given up by the client."""
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


def _counted(endings: Sequence[str]) -> str:
    """`9 x 529 overloaded_error, then good`"""
    runs = [(text, len(list(group))) for text, group in groupby(endings)]
    return ", then ".join(text if count == 1 else f"{count} x {text}" for text, count in runs)


def _wire_error(seen: Observation, result: ClientResult) -> Verdict | None:
    """The outcome by the last attempt at a stream, or else the last; None where nothing failed or was recorded.

    The fallback without a stream only follows from what happened to the stream.
    """
    mains = main_exchanges(seen.exchanges or ())
    if not mains or (result.subtype == "error_max_turns" and seen.words.tools_requested):
        return None
    telling = next((each for each in reversed(mains) if each.stream_requested and failure_of(each)), mains[-1])
    if failure := failure_of(telling):
        return failure[0], failure[1], evidence_of(telling)
    given_up = telling.end is ExchangeEnd.CLIENT_CLOSED and not telling.good
    return _left_open(telling, "the client gave up") if given_up else None


def _answer(result: ClientResult, seen: Observation, expect: Expect) -> Verdict:
    models = _models_served(seen)
    if expect.model and not any(same_model(expect.model, served) for served in models):
        served = ", ".join(models) or "no model that was named"
        return Outcome.WRONG_MODEL, None, f"expected {expect.model}, served by {served}"
    answer = (result.text or "").strip()
    if expect.equals is not None and answer != expect.equals.strip():
        return Outcome.WRONG_ANSWER, "empty" if not answer else None, f"expected {expect.equals!r}, got {answer!r}"
    if expect.contains is not None and expect.contains not in answer:
        cause = "empty" if not answer else None
        return Outcome.WRONG_ANSWER, cause, f"expected something with {expect.contains!r}, got {answer!r}"
    return Outcome.OK, None, _recovery(seen)


def _models_served(seen: Observation) -> tuple[str, ...]:
    return seen.words.models_served if seen.exchanges is None else wire_summary(seen.exchanges).models_served


def _recovery(seen: Observation) -> str:
    """What a good answer came in spite of."""
    words = seen.words
    if seen.exchanges is not None:
        endings = wire_summary(seen.exchanges).endings
        return f"{len(endings)} requests: {_counted(endings)}" if len(endings) > 1 else ""
    if words.retries:
        times = "once" if len(words.retries) == 1 else f"{len(words.retries)} times"
        return f"retried {times}, after {', '.join(dict.fromkeys(map(said_of_retry, words.retries)))}"
    if _streamed_again(words):
        return "a stream began and broke; the answer came by another request"
    return ""


def _streamed_again(words: ClientWords) -> bool:
    return words.attempts_started > 1 or (words.attempts_started == 1 and not words.stream_complete)


def _flags(seen: Observation, outcome: Outcome, model_requested: str | None) -> tuple[Flag, ...]:
    words = seen.words
    served_other = model_requested is not None and any(
        not same_model(model_requested, served) for served in _models_served(seen)
    )
    on_the_wire = set() if seen.exchanges is None else set(wire_flags(seen.exchanges))
    by_words = {
        Flag.RETRIED: bool(words.retries),
        Flag.RECOVERED_STREAM: outcome is Outcome.OK and _streamed_again(words),
    }
    tests = {
        **{flag: flag in on_the_wire for flag in Flag},
        **(by_words if seen.exchanges is None else {}),
        Flag.MODEL_MISMATCH: served_other,
        Flag.TOOL_USE_REQUESTED: bool(words.tools_requested) or Flag.TOOL_USE_REQUESTED in on_the_wire,
        Flag.OUTPUT_TRUNCATED: seen.output_truncated,
        Flag.LEFT_PROCESSES: seen.leftovers > 0,
    }
    return tuple(flag for flag, seen_it in tests.items() if seen_it)
