"""Describe the results of exchanges in words, as evidence."""

from collections.abc import Sequence
from datetime import UTC
from itertools import groupby, pairwise

from probe.diagnose.exchange_failures import failure_of
from probe.diagnose.stop_reasons import CUT_SHORT, NO_ANSWER
from probe.model.attempt_ending import GOOD, LEFT_OPEN, STALE, THROWN_AWAY
from probe.model.correlation import best_id
from probe.model.exchange import Exchange, ExchangeEnd, met_stale_connection
from probe.texts.evidence_texts import ending_words
from probe.texts.phrase import Phrases, Words, clauses, phrase
from probe.texts.unreadable_texts import unreadable_words
from probe.units import format_duration


def endings_of(attempts: Sequence[Exchange]) -> list[str]:
    """Return the ending of each attempt. A good one that another follows did not satisfy the client."""
    endings = [_ending_before(attempt, following) for attempt, following in pairwise(attempts)]
    return [*endings, *map(ending_of, attempts[-1:])]


def _ending_before(attempt: Exchange, following: Exchange) -> str:
    """Return the ending of an attempt that another follows."""
    if met_stale_connection(attempt, following):
        return STALE
    return ending_of(attempt) + THROWN_AWAY if attempt.good else ending_of(attempt)


def attempts_words(attempts: Sequence[Exchange]) -> Words:
    """Return a line on all attempts, as `10 requests: 9 x 529 overloaded_error, then good`."""
    runs = [(ending_words(ending), len(list(group))) for ending, group in groupby(endings_of(attempts))]
    endings = [ending if count == 1 else phrase("evidence.times", n=count, ending=ending) for ending, count in runs]
    key = "evidence.requests.one" if len(attempts) == 1 else "evidence.requests.many"
    return phrase(key, n=len(attempts), endings=Phrases(tuple(endings), "evidence.then"))


def ending_of(exchange: Exchange) -> str:
    """Return the ending of an exchange in two or three words: `529 overloaded_error`, `connection_reset`, `good`.

    `left open` is one that the client gave up, or that was under way when the call ended.
    """
    failure = failure_of(exchange)
    if failure is None:
        return _good_ending(exchange) if exchange.good else LEFT_OPEN
    outcome, _ = failure
    if exchange.status and exchange.status >= 300:
        return f"{exchange.status} {exchange.error_type or outcome}"
    reason = exchange.error_type or exchange.unreadable
    return f"{outcome} ({reason})" if reason else str(outcome)


def _good_ending(exchange: Exchange) -> str:
    reason = exchange.stop_reason
    return f"stop_reason {reason}" if reason in NO_ANSWER | CUT_SHORT else GOOD


def evidence_of(exchange: Exchange) -> Words:
    """Return the line that shows an exchange's failure: status, error, request id."""
    parts = [
        f"HTTP {exchange.status}" if exchange.status else "",
        _end_words(exchange),
        exchange.error_type or "",
        _named("limit", limit=exchange.account_limit),
        exchange.error_message or exchange.failure_detail or "",
        _named("unreadable", what=exchange.unreadable and unreadable_words(exchange.unreadable)),
        _named("to", address=exchange.location),
        retry_words_of(exchange),
        _named("request_id", id=best_id(exchange.correlation)),
    ]
    return plain_or_phrase(clauses(parts))


def plain_or_phrase(words: Phrases) -> Words:
    """Return the parts joined; a single quotation, or nothing, as it is."""
    if len(words.parts) > 1:
        return words
    return words.parts[0] if words.parts else ""


def _end_words(exchange: Exchange) -> Words:
    # For bytes that are not HTTP, the closing side carries no information.
    not_http = exchange.status is None and exchange.unreadable is not None
    if not_http or exchange.end is ExchangeEnd.COMPLETE:
        return ""
    return phrase(f"evidence.end.{exchange.end.value}")


def _named(name: str, **value: object) -> Words:
    return phrase(f"evidence.{name}", **value) if any(value.values()) else ""


def retry_words_of(exchange: Exchange) -> Words:
    """Return when the request may be sent again, nothing where the upstream did not say."""
    if exchange.retry_at is None or exchange.retry_in_s is None:
        return ""
    when = f"{exchange.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return phrase("evidence.try_again", when=when, wait=format_duration(exchange.retry_in_s))
