"""From what was seen of a call to the one outcome it falls in.

Decided from its exchanges where there was a recorder, and from the client's own words (exit code, result object, retry
announcements, stderr) for all that the wire does not show. The order of the questions is the order of this page: first
whatever makes all that follows meaningless.
"""

from collections.abc import Sequence

from probe.diagnose.again import retry_at
from probe.diagnose.answers import wrong_answer
from probe.diagnose.bypass import bypassed
from probe.diagnose.deadline import left_open, timed_out
from probe.diagnose.stop_reasons import reason_of, stopped
from probe.diagnose.wire import (
    attempts_text,
    deciding,
    endings_of,
    evidence_of,
    failure_of,
    leads_away,
    main_exchanges,
    wire_flags,
    wire_summary,
)
from probe.diagnose.words import (
    MOST_EVIDENCE_CHARS,
    Verdict,
    error_of,
    head,
    refusal_of,
    said_of_retry,
    without_result,
)
from probe.model.call import Diagnosis
from probe.model.client import ClientOutput, ClientResult
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.model_name import same_model
from probe.model.observation import Observation
from probe.model.outcome import Flag, Outcome
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
        return timed_out(seen)
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


def _wire_error(seen: Observation, result: ClientResult) -> Verdict | None:
    """The outcome by the last attempt at a stream, or else the last; None where nothing failed or was recorded.

    The fallback without a stream only follows from what happened to the stream, and a cooldown of the upstream's from
    what it was refused before (`deciding`).
    """
    mains = main_exchanges(seen.exchanges or ())
    if not mains or (result.subtype == "error_max_turns" and seen.words.tools_requested):
        return None
    last = next((each for each in reversed(mains) if each.stream_requested and failure_of(each)), mains[-1])
    telling = deciding(mains, last)
    if failure := failure_of(telling):
        return failure[0], failure[1], _evidence(mains, telling)
    if reason := reason_of(telling):
        return stopped(reason, mains)
    given_up = telling.end is ExchangeEnd.CLIENT_CLOSED and not telling.good
    return left_open(telling, "the client gave up") if given_up else None


def _evidence(mains: Sequence[Exchange], telling: Exchange) -> str:
    """The line of the exchange that decided, after all of them where they differ."""
    all_of_them = f"{attempts_text(mains)}; " if len(set(endings_of(mains))) > 1 else ""
    return all_of_them + evidence_of(telling)


def _answer(result: ClientResult, seen: Observation, expect: Expect) -> Verdict:
    models = _models_served(seen)
    if expect.model and not any(same_model(expect.model, served) for served in models):
        served = ", ".join(models) or "no model that was named"
        return Outcome.WRONG_MODEL, None, f"expected {expect.model}, served by {served}"
    mains = main_exchanges(seen.exchanges or ())
    reason = result.stop_reason if seen.exchanges is None or not mains else reason_of(mains[-1])
    wrong = wrong_answer(result.text, expect, reason, mains)
    if mains and (wrong is not None or not (result.text or "").strip()) and (failure := failure_of(mains[-1])):
        # The client makes an empty answer of what it could not use.
        return failure[0], failure[1], f"{_evidence(mains, mains[-1])}; the client threw away what came"
    return wrong or (Outcome.OK, None, _recovery(seen))


def _models_served(seen: Observation) -> tuple[str, ...]:
    return seen.words.models_served if seen.exchanges is None else wire_summary(seen.exchanges).models_served


def _recovery(seen: Observation) -> str:
    """What a good answer came in spite of."""
    words = seen.words
    if seen.exchanges is not None:
        mains = main_exchanges(seen.exchanges)
        told = attempts_text(mains) if len(mains) > 1 or any(map(failure_of, mains)) else ""
        return f"{told}, which the client followed past the recorder" if mains and leads_away(mains[-1]) else told
    if words.retries:
        times = "once" if len(words.retries) == 1 else f"{len(words.retries)} times"
        return f"retried {times}, after {', '.join(dict.fromkeys(map(said_of_retry, words.retries)))}"
    if _streamed_again(words):
        return "a stream began and broke; the answer came by another request"
    return ""


def _streamed_again(words: ClientOutput) -> bool:
    return words.attempts_started > 1 or (words.attempts_started == 1 and not words.stream_complete)


def _flags(seen: Observation, outcome: Outcome, model_requested: str | None) -> tuple[Flag, ...]:
    words = seen.words
    served_other = model_requested is not None and any(
        not same_model(model_requested, served) for served in _models_served(seen)
    )
    on_the_wire = set() if seen.exchanges is None else set(wire_flags(seen.exchanges))
    by_words = {
        Flag.RECOVERED_STREAM: outcome is Outcome.OK and _streamed_again(words),
    }
    tests = {
        **{flag: flag in on_the_wire for flag in Flag},
        **(by_words if seen.exchanges is None else {}),
        Flag.RETRIED: bool(words.retries) or Flag.RETRIED in on_the_wire,
        Flag.MODEL_MISMATCH: served_other,
        Flag.TOOL_USE_REQUESTED: bool(words.tools_requested) or Flag.TOOL_USE_REQUESTED in on_the_wire,
        Flag.OUTPUT_TRUNCATED: seen.output_truncated,
        Flag.LEFT_PROCESSES: seen.leftovers > 0,
    }
    return tuple(flag for flag, seen_it in tests.items() if seen_it)
