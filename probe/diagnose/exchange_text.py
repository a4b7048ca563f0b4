"""Describe the results of exchanges in words, as evidence."""

from collections.abc import Sequence
from itertools import groupby, pairwise

from probe.diagnose.exchange_failures import failure_of
from probe.diagnose.stop_reasons import CUT_SHORT, NO_ANSWER
from probe.model.correlation import best_id
from probe.model.exchange import Exchange, ExchangeEnd, met_stale_connection
from probe.model.wire import STALE
from probe.retry_time import retry_words


def endings_of(attempts: Sequence[Exchange]) -> list[str]:
    """Return the ending of each attempt. A good one that another follows did not satisfy the client."""
    endings = [_ending_before(attempt, following) for attempt, following in pairwise(attempts)]
    return [*endings, *map(ending_of, attempts[-1:])]


def _ending_before(attempt: Exchange, following: Exchange) -> str:
    """Return the ending of an attempt that another follows."""
    if met_stale_connection(attempt, following):
        return STALE
    return f"{ending_of(attempt)}, thrown away" if attempt.good else ending_of(attempt)


def attempts_text(attempts: Sequence[Exchange]) -> str:
    """Return a line on all attempts, as `10 requests: 9 x 529 overloaded_error, then good`."""
    runs = [(ending, len(list(group))) for ending, group in groupby(endings_of(attempts))]
    endings = ", then ".join(ending if count == 1 else f"{count} x {ending}" for ending, count in runs)
    return f"{len(attempts)} request{'' if len(attempts) == 1 else 's'}: {endings}"


def ending_of(exchange: Exchange) -> str:
    """Return the ending of an exchange in two or three words: `529 overloaded_error`, `connection_reset`, `good`.

    `left open` is one that the client gave up, or that was under way when the call ended.
    """
    failure = failure_of(exchange)
    if failure is None:
        return _good_ending(exchange) if exchange.good else "left open"
    outcome, _ = failure
    if exchange.status and exchange.status >= 300:
        return f"{exchange.status} {exchange.error_type or outcome}"
    reason = exchange.error_type or exchange.unreadable
    return f"{outcome} ({reason})" if reason else str(outcome)


def _good_ending(exchange: Exchange) -> str:
    reason = exchange.stop_reason
    return f"stop_reason {reason}" if reason in NO_ANSWER | CUT_SHORT else "good"


def evidence_of(exchange: Exchange) -> str:
    """Return the line that shows an exchange's failure: status, error, request id."""
    parts = [
        _labelled("HTTP", exchange.status),
        _end_text(exchange),
        exchange.error_type,
        _labelled("limit", exchange.account_limit),
        exchange.error_message or exchange.failure_detail,
        _labelled("unreadable:", exchange.unreadable),
        _labelled("to", exchange.location),
        retry_text_of(exchange),
        _labelled("request id", best_id(exchange.correlation)),
    ]
    return ", ".join(part for part in parts if part)


def _end_text(exchange: Exchange) -> str | None:
    # For bytes that are not HTTP, the closing side carries no information.
    not_http = exchange.status is None and exchange.unreadable is not None
    if not_http or exchange.end is ExchangeEnd.COMPLETE:
        return None
    return exchange.end.value.replace("_", " ")


def _labelled(label: str, value: object) -> str | None:
    return f"{label} {value}" if value else None


def retry_text_of(exchange: Exchange) -> str | None:
    """Return in words when the request may be sent again, None where the upstream did not say."""
    if exchange.retry_at is None or exchange.retry_in_s is None:
        return None
    return f"try again at {retry_words(exchange.retry_at, exchange.retry_in_s)}"
