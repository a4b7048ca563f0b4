"""Stop reasons by which a model says that it has not answered, or not to the end."""

from collections.abc import Sequence

from probe.diagnose.classification import Classification
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.texts.phrase import Words, clauses, phrase

NO_ANSWER = frozenset({"refusal", "content_filter", "model_context_window_exceeded", "pause_turn"})
"""Whatever text came with them, it is not the answer."""
CUT_SHORT = frozenset({"max_tokens", "length"})
"""The text may still be all that was wanted; if it is not, this is why."""
_DONE = frozenset({"end_turn", "stop_sequence", "stop"})


def reason_of(exchange: Exchange) -> str | None:
    """Return the stop reason of a good exchange that says more than that it is done."""
    reason = exchange.stop_reason if exchange.good else None
    return None if reason in _DONE else reason


def stopped(reason: str, attempts: Sequence[Exchange]) -> Classification:
    """Return the classification of a call whose answer ended for this reason."""
    parts: list[Words] = [f"stop_reason {reason}"]
    last = attempts[-1] if attempts else None
    if last is not None and last.content_events and last.content_events == last.thinking_events:
        parts.append(phrase("evidence.only_thinking"))
    if len(attempts) > 1:
        parts.append(phrase("evidence.n_requests", n=len(attempts)))
    if reason in CUT_SHORT:
        parts.append(phrase("evidence.output_limit"))
    return Classification(Outcome.STOPPED_EARLY, reason, clauses(parts))
