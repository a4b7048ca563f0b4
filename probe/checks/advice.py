"""Say what to do about a failure: by its reason where that is recognised, else by its outcome. Pure."""

from probe.checks.failure import Advice, Failure
from probe.checks.failure_reasons import reason_of, when_to_retry
from probe.model.outcome import Outcome, Party
from probe.texts import ALL
from probe.texts.phrase import Phrase, phrase


def advice(failure: Failure) -> Advice:
    """Return what a failure is called, and what to do about it."""
    found = reason_of(failure)
    if found is not None:
        return found
    title, remedy = of_outcome(failure.outcome, failure.token)
    return Advice(failure.outcome.value, title, when_to_retry(remedy, failure.retry_at, failure.retry_in_s))


def of_outcome(outcome: Outcome, token: str = "") -> tuple[Phrase, Phrase]:
    """Return title and remedy of an outcome alone; `token` is where the token comes from."""
    measure, operator = phrase("check.do.measure"), phrase("check.do.operator")
    key = f"check.outcome.{outcome.value}"
    if key not in ALL:
        return phrase(f"outcome.{outcome.value}"), operator if outcome.party is Party.UPSTREAM else measure
    return phrase(key), phrase(f"{key}.do", token=token, measure=measure, operator=operator)
