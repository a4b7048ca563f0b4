"""Sum up the exchanges of a call in figures."""

from collections.abc import Iterable, Sequence
from typing import Any

from probe.diagnose.exchange_failures import failure_of, main_exchanges
from probe.diagnose.exchange_text import endings_of
from probe.model.client import ModelUsage
from probe.model.exchange import Exchange, is_on_earlier_connection
from probe.model.request_kind import RequestKind
from probe.model.wire import WireSummary

_TOKEN_FIELDS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens")


def wire_summary(exchanges: Sequence[Exchange]) -> WireSummary:
    """Return the figures of all exchanges of a call."""
    attempts = main_exchanges(exchanges)
    last = attempts[-1] if attempts else None
    background = [exchange for exchange in exchanges if exchange.kind is RequestKind.BACKGROUND]
    return WireSummary(
        attempts=len(attempts),
        background=len(background),
        background_failed=len(list(filter(failure_of, background))),
        message_id=_last_message_id(attempts),
        cached=bool(last and last.cache is not None),
        models_served=models_of(attempts),
        background_models=models_of(background),
        ttft_ms=last.ttft_ms if last else None,
        longest_gap_ms=max(_known(attempt.longest_gap_ms for attempt in attempts), default=None),
        **_connection_times(exchanges),
        usage=usage_of_all(attempts),
        **_prefix(last),
        **_of_each(attempts),
        connection_reused=_connection_reused(attempts, exchanges),
        request_bytes=sum(exchange.request_bytes for exchange in exchanges),
        response_bytes=sum(exchange.response_bytes for exchange in exchanges),
    )


def _of_each(attempts: Sequence[Exchange]) -> dict[str, Any]:
    return {
        "endings": tuple(endings_of(attempts)),
        "correlation": tuple(attempt.correlation for attempt in attempts),
        "requested_at_ms": tuple(attempt.begun_at_ms or 0.0 for attempt in attempts),
    }


def _connection_reused(attempts: Sequence[Exchange], exchanges: Sequence[Exchange]) -> bool:
    return bool(attempts) and is_on_earlier_connection(attempts[0], exchanges)


def models_of(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """Return the models that answered, each of them once, in order."""
    return tuple(dict.fromkeys(exchange.model_served for exchange in exchanges if exchange.model_served))


def _last_message_id(attempts: Sequence[Exchange]) -> str | None:
    return next((attempt.message_id for attempt in reversed(attempts) if attempt.message_id), None)


def _connection_times(exchanges: Sequence[Exchange]) -> dict[str, float | None]:
    dialled = next((exchange for exchange in exchanges if exchange.connect_begun_at_ms is not None), None)
    if dialled is None:
        return {}
    return {"dns_ms": dialled.dns_ms, "tcp_ms": dialled.tcp_ms, "tls_ms": dialled.tls_ms}


def _prefix(last: Exchange | None) -> dict[str, Any]:
    return {"prefix": last.prefix, "prefix_chars": last.prefix_chars} if last else {}


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def usage_of_all(attempts: Sequence[Exchange]) -> ModelUsage | None:
    """Return the tokens of all attempts together; a field that no attempt has stays None."""
    usages = [attempt.usage for attempt in attempts if attempt.usage]
    if not usages:
        return None

    def total(name: str) -> int | None:
        known = [value for usage in usages if (value := getattr(usage, name)) is not None]
        return sum(known) if known else None

    return ModelUsage(**{name: total(name) for name in _TOKEN_FIELDS})
