"""Find the attempts at one request among the exchanges of a recording: silent retries, and fallbacks from a stream.

Attempts have the same session, agent, path and digest. One follows another that brought no answer; after one that did,
only a request without a stream does, when the client has thrown the stream's answer away.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from probe.model.exchange import Exchange
from probe.model.recorded_events import ExchangeEnded
from probe.model.request_kind import RequestKind

Attempts = tuple[ExchangeEnded, ...]

LONGEST_WAIT = timedelta(minutes=15)
"""Time after which the same request is no retry any more: clients wait as long as `retry-after` says."""
_FALLBACK_WAIT = timedelta(seconds=10)
_LONGEST_OPEN = timedelta(minutes=30)
"""The longest that an attempt stays open: clients give up sooner. It comes here when it ends."""
_MOST_WAITING = 1000
"""Requests that are kept in mind; no retry follows after so many others."""
_LOOK_EVERY = timedelta(minutes=1)
_ANSWERED = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})

_Key = tuple[str | None, ...]


class AttemptGrouper:
    """Groups exchanges as they end; in bounded memory."""

    def __init__(self) -> None:
        self._waiting: dict[_Key, list[ExchangeEnded]] = {}
        self._looked_at: datetime | None = None

    def take(self, event: ExchangeEnded) -> Iterator[Attempts]:
        """Take the next exchange, and yield the attempts at each request at which no further one can follow."""
        if self._looked_at is None or event.at - self._looked_at > _LOOK_EVERY:
            yield from self._expired(event.at)
            self._looked_at = event.at
        key = _key(event)
        if key is None:
            yield (event,)
            return
        before = self._waiting.get(key)
        if before and _follows(event, before[-1]):
            before.append(event)
            return
        if before:
            yield tuple(self._waiting.pop(key))
        self._waiting[key] = [event]
        if len(self._waiting) > _MOST_WAITING:
            yield tuple(self._waiting.pop(next(iter(self._waiting))))

    def rest(self) -> Iterator[Attempts]:
        """Yield the requests for which a further attempt could still have come."""
        yield from map(tuple, self._waiting.values())

    def _expired(self, now: datetime) -> Iterator[Attempts]:
        """Take out the requests of which no attempt can be open any more that has not ended by now."""
        limit = now - LONGEST_WAIT - _LONGEST_OPEN
        over = [key for key, attempts in self._waiting.items() if attempts[-1].at < limit]
        return (tuple(self._waiting.pop(key)) for key in over)


def group_attempts(ended: Iterable[ExchangeEnded]) -> Iterator[Attempts]:
    """Yield the attempts at each request, as soon as no further one can follow; in bounded memory."""
    grouper = AttemptGrouper()
    for event in ended:
        yield from grouper.take(event)
    yield from grouper.rest()


def ended_at(event: ExchangeEnded) -> datetime:
    """Return when an exchange was over."""
    return event.begun_at + timedelta(milliseconds=end_ms(event.exchange))


def end_ms(exchange: Exchange) -> float:
    """Return when an exchange was over: with the answer's last byte where the answer had come whole."""
    last_byte_ms, ended_ms = exchange.last_byte_at_ms, exchange.ended_at_ms
    times = (last_byte_ms, ended_ms) if exchange.good else (ended_ms, last_byte_ms)
    return next((time for time in times if time is not None), exchange.request_begun_at_ms or 0.0)


def _key(event: ExchangeEnded) -> _Key | None:
    """Return what attempts at one request have in common; None for an exchange that stands alone."""
    exchange, facts = event.exchange, event.facts
    if exchange.kind not in _ANSWERED or facts.digest is None:
        return None
    return exchange.kind, exchange.path, facts.session_id, facts.agent_id, facts.digest


def _follows(event: ExchangeEnded, before: ExchangeEnded) -> bool:
    wait = event.begun_at - ended_at(before)
    if event.begun_at < before.begun_at or wait > LONGEST_WAIT:
        return False
    if not before.exchange.good:
        return True
    fell_back = before.exchange.stream_requested and not event.exchange.stream_requested
    return bool(fell_back) and wait <= _FALLBACK_WAIT
