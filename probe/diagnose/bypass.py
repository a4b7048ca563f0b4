"""Recognise a client that asked another upstream than the one it was given."""

from collections.abc import Sequence

from probe.diagnose.classification import Classification
from probe.diagnose.client_errors import is_success
from probe.diagnose.exchange_failures import leads_away, main_exchanges
from probe.diagnose.exchange_text import ending_of
from probe.model.client import ClientOutput, ClientResult
from probe.model.exchange import Exchange, succeeded
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.texts.evidence_texts import ending_words
from probe.texts.phrase import Phrase, items, phrase

_POSSIBLE_CAUSES = phrase("evidence.bypass_causes")


def bypassed(observation: Observation) -> Classification | None:
    """Classify a client that reports an upstream's answer or error which the recorder has not passed on.

    Return None where there was no recorder, or nothing shows that the client spoke with any other upstream.
    """
    if observation.exchanges is None:
        return None
    attempts = main_exchanges(observation.exchanges)
    if any(succeeded(attempt.status) for attempt in attempts):
        return None
    if attempts and (not is_success(observation.words.result) or any(map(leads_away, attempts))):
        return None
    if not attempts and not _spoke_with_upstream(observation.words):
        return None
    return Classification(Outcome.RECORDER_BYPASSED, None, _evidence(attempts))


def _evidence(attempts: Sequence[Exchange]) -> Phrase:
    if not attempts:
        return phrase("evidence.bypassed", causes=_POSSIBLE_CAUSES)
    endings = items(ending_words(ending_of(attempt)) for attempt in attempts)
    return phrase("evidence.bypassed.answered", endings=endings, causes=_POSSIBLE_CAUSES)


def _spoke_with_upstream(words: ClientOutput) -> bool:
    if words.attempts_started or words.retries:
        return True
    return words.result is not None and _is_of_upstream(words.result)


def _is_of_upstream(result: ClientResult) -> bool:
    """Tell a result that an upstream had a part in from what the client says without asking one."""
    if is_success(result):
        return True
    return result.api_error_status is not None or "API Error" in (result.text or "")
