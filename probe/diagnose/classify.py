"""Decide the outcome of a call.

`OUTCOME_RULES` is the whole decision: the first rule that applies gives outcome, cause and evidence. To add an outcome,
write a function that returns its `Classification`, or None where it does not apply, and put it into the list before
the rules that it has to precede. Exchanges decide where there was a recorder, the client's own output decides the rest.
"""

from collections.abc import Callable

from probe.diagnose.answers import wrong_answer
from probe.diagnose.bypass import bypassed
from probe.diagnose.call_facts import CallFacts
from probe.diagnose.classification import Classification, classify_by
from probe.diagnose.client_errors import (
    error_of,
    head,
    refusal_of,
    retry_words,
    without_result,
)
from probe.diagnose.deadline import left_open, timed_out
from probe.diagnose.exchange_failures import decisive_attempt, failure_of, leads_away
from probe.diagnose.exchange_text import attempts_words, endings_of, evidence_of
from probe.diagnose.flags import flags_of
from probe.diagnose.not_gone_on import refusal_words, restart_words
from probe.diagnose.retry_after import retry_at
from probe.diagnose.stop_reasons import reason_of, stopped
from probe.model.call import Diagnosis
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.model_name import same_model
from probe.model.observation import Observation
from probe.model.outcome import Flag, Outcome
from probe.model.scenario import Expect
from probe.texts.phrase import Words, items, phrase, remarks
from probe.texts.stored_phrase import english_evidence, stored_phrase

_ENDED_BY_USER = Classification(Outcome.INTERRUPTED, None, phrase("evidence.ended_by_user"))


def diagnose(observation: Observation, expect: Expect, model_requested: str | None) -> Diagnosis:
    """Return the outcome of a call with cause, flags and evidence.

    `model_requested` is None where it is not known which model was asked for.
    """
    facts = CallFacts(observation, expect, model_requested)
    outcome, cause, evidence = classify_by(OUTCOME_RULES, facts)
    flags = flags_of(facts, outcome)
    if not evidence and Flag.MODEL_MISMATCH in flags:
        served = ", ".join(facts.models_served)
        evidence = phrase("evidence.asked_and_served", asked=str(model_requested), served=served)
    evidence = evidence or restart_words(observation.restarted)
    return Diagnosis(
        outcome=outcome,
        cause=cause,
        flags=flags,
        evidence=english_evidence(evidence),
        evidence_phrase=stored_phrase(evidence),
        retry_at=None if outcome is Outcome.OK else retry_at(observation),
    )


def _cancelled(facts: CallFacts) -> Classification | None:
    return _ENDED_BY_USER if facts.observation.cancelled else None


def _not_made(facts: CallFacts) -> Classification | None:
    tools = facts.observation.refused_tools
    return None if tools is None else Classification(Outcome.NOT_CONTINUED, None, refusal_words(tools))


def _not_started(facts: CallFacts) -> Classification | None:
    error = facts.observation.spawn_error
    return Classification(Outcome.CLIENT_MISSING, None, error) if error else None


def _bypassed(facts: CallFacts) -> Classification | None:
    return bypassed(facts.observation)


def _met_deadline(facts: CallFacts) -> Classification | None:
    return timed_out(facts) if facts.observation.timed_out else None


def _ended_by_signal(facts: CallFacts) -> Classification | None:
    signal = facts.observation.signal
    evidence = phrase("evidence.ended_by_signal", signal=signal)
    return Classification(Outcome.CLIENT_CRASHED, signal, evidence) if signal else None


def _without_result(facts: CallFacts) -> Classification | None:
    return without_result(facts.observation) if facts.result is None else None


def _refused_to_begin(facts: CallFacts) -> Classification | None:
    if facts.error is None or facts.error.num_turns:
        return None
    return refusal_of(head(facts.observation.stderr), facts.error.text or "")


def _failed_attempt(facts: CallFacts) -> Classification | None:
    """Return the failure of the attempt that decides, where the client reports an error."""
    decisive = _decisive_attempt(facts)
    failure = failure_of(decisive) if decisive else None
    if decisive is None or failure is None:
        return None
    return Classification(*failure, _evidence(facts, decisive))


def _stopped_attempt(facts: CallFacts) -> Classification | None:
    decisive = _decisive_attempt(facts)
    reason = reason_of(decisive) if decisive else None
    return stopped(reason, facts.attempts) if reason else None


def _abandoned_attempt(facts: CallFacts) -> Classification | None:
    decisive = _decisive_attempt(facts)
    if decisive is None or decisive.good or decisive.end is not ExchangeEnd.CLIENT_CLOSED:
        return None
    return left_open(decisive, phrase("evidence.gave_up"))


def _decisive_attempt(facts: CallFacts) -> Exchange | None:
    """Return the attempt that explains an error of the client; None where none can."""
    if facts.error is None or not facts.attempts:
        return None
    if facts.error.subtype == "error_max_turns" and facts.words.tools_requested:
        return None
    return decisive_attempt(facts.attempts)


def _reported_error(facts: CallFacts) -> Classification | None:
    return error_of(facts.error, facts.words) if facts.error else None


def _bad_exit_code(facts: CallFacts) -> Classification | None:
    code = facts.observation.return_code
    evidence = phrase("evidence.bad_exit", code=str(code))
    return Classification(Outcome.CLIENT_CRASHED, f"exit {code}", evidence) if code else None


def _unexpected_model(facts: CallFacts) -> Classification | None:
    expected = facts.expect.model
    if not expected or any(same_model(expected, served) for served in facts.models_served):
        return None
    served = ", ".join(facts.models_served) or phrase("evidence.no_model_named")
    evidence = phrase("evidence.expected_model", expected=expected, served=served)
    return Classification(Outcome.WRONG_MODEL, None, evidence)


def _discarded_answer(facts: CallFacts) -> Classification | None:
    """Return the failure of the last attempt where the client made an empty or wrong answer of it."""
    last = facts.last_attempt
    failure = failure_of(last) if last else None
    if last is None or failure is None:
        return None
    if facts.answer and _wrong_answer(facts) is None:
        return None
    return Classification(*failure, phrase("evidence.thrown_away", evidence=_evidence(facts, last)))


def _wrong_answer(facts: CallFacts) -> Classification | None:
    last = facts.last_attempt
    from_client = facts.result.stop_reason if facts.result else None
    reason = reason_of(last) if last else from_client
    return wrong_answer(facts.answer, facts.expect, reason, facts.attempts)


def _answered(facts: CallFacts) -> Classification:
    return Classification(Outcome.OK, None, _recovery(facts))


OUTCOME_RULES: tuple[Callable[[CallFacts], Classification | None], ...] = (
    # The call did not take place, or not with this upstream.
    _cancelled,
    _not_made,
    _not_started,
    _bypassed,
    # The client did not end by itself, or without a result.
    _met_deadline,
    _ended_by_signal,
    _without_result,
    # The client's result is an error.
    _refused_to_begin,
    _failed_attempt,
    _stopped_attempt,
    _abandoned_attempt,
    _reported_error,
    # The client's result is an answer.
    _bad_exit_code,
    _unexpected_model,
    _discarded_answer,
    _wrong_answer,
    _answered,
)
"""The rules for outcomes. The first that applies decides; `_answered` always applies."""


def _evidence(facts: CallFacts, decisive: Exchange) -> Words:
    """Return the line about the attempt that decided, after all of them where they differ."""
    if len(set(endings_of(facts.attempts))) <= 1:
        return evidence_of(decisive)
    return remarks([attempts_words(facts.attempts), evidence_of(decisive)])


def _recovery(facts: CallFacts) -> Words:
    """Return the troubles that a good answer came in spite of; empty where there were none."""
    return _recorded_recovery(facts) if facts.recorded else _reported_recovery(facts)


def _recorded_recovery(facts: CallFacts) -> Words:
    attempts = facts.attempts
    eventful = len(attempts) > 1 or any(map(failure_of, attempts))
    text = attempts_words(attempts) if eventful else ""
    followed = bool(attempts) and leads_away(attempts[-1])
    return phrase("evidence.followed", attempts=text) if followed else text


def _reported_recovery(facts: CallFacts) -> Words:
    retries = facts.words.retries
    if retries:
        key = "evidence.retried.one" if len(retries) == 1 else "evidence.retried.many"
        errors = {str(words): words for words in map(retry_words, retries)}
        return phrase(key, n=len(retries), errors=items(errors.values()))
    if facts.streamed_again:
        return phrase("evidence.stream_again")
    return ""
