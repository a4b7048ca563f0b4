"""Follow a recording that goes on: what is in flight, what was tried before it, what failed last."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from datetime import datetime

from probe.diagnose.exchange_failures import failure_of
from probe.model.recorded_events import (
    EventsLost,
    ExchangeAnswering,
    ExchangeBegun,
    ExchangeEnded,
    RecordedEvent,
    RecordingEnded,
    RequestFacts,
    SegmentBegun,
)
from probe.model.watched_exchange import EndedAttempt, InFlight, seconds_between

_MOST_FAILED = 5
_MOST_REMEMBERED = 500
_MOST_IN_FLIGHT = 10_000
"""Beyond it the oldest are forgotten: the recorder lost the lines that would have told of their end."""
_RETRY_S = 60.0

_Key = tuple[str | None, ...]


class WatchedRecording:
    """The state of a recording, by its events so far. In bounded memory."""

    def __init__(self) -> None:
        self.in_flight: dict[int, InFlight] = {}
        self.failed_last: deque[EndedAttempt] = deque(maxlen=_MOST_FAILED)
        self.ended = 0
        self.failed = 0
        self.lost = 0
        self.is_finished = False
        self._tries: OrderedDict[_Key, EndedAttempt] = OrderedDict()

    def take(self, event: RecordedEvent) -> InFlight | EndedAttempt | None:
        """Take the next event, and return the exchange that began, went on or ended with it."""
        match event:
            case ExchangeBegun():
                return self._begin(event)
            case ExchangeAnswering():
                return self._answer(event)
            case ExchangeEnded():
                return self._end(event)
            case EventsLost():
                self.lost = event.exchanges
            case SegmentBegun():
                self.ended = max(self.ended, event.removed_exchanges)
            case RecordingEnded():
                self.is_finished = True
        return None

    def unanswered(self, now: datetime) -> Iterator[EndedAttempt]:
        """Yield the last attempts at requests that failed a short time ago, and were not made again yet."""
        retried = {_key(exchange.begun.path, exchange.begun.facts) for exchange in self.in_flight.values()}
        for key, attempt in self._tries.items():
            if key not in retried and seconds_between(attempt.ended.at, now) < _RETRY_S:
                yield attempt

    def _begin(self, event: ExchangeBegun) -> InFlight:
        exchange = InFlight(event, self._attempt(event.path, event.facts), event.begun_at)
        self.in_flight[event.sequence] = exchange
        if len(self.in_flight) > _MOST_IN_FLIGHT:
            del self.in_flight[next(iter(self.in_flight))]
        return exchange

    def _answer(self, event: ExchangeAnswering) -> InFlight | None:
        exchange = self.in_flight.get(event.sequence)
        if exchange is None:
            return None
        before = exchange.answer.content_events if exchange.answer else 0
        if event.content_events > before:
            exchange.content_at = event.at
        exchange.answer = event
        return exchange

    def _end(self, event: ExchangeEnded) -> EndedAttempt:
        self.in_flight.pop(event.sequence, None)
        self.ended += 1
        key = _key(event.exchange.path, event.facts)
        attempt = EndedAttempt(event, self._attempt(event.exchange.path, event.facts), failure_of(event.exchange))
        self._tries.pop(key, None)
        if attempt.failure is not None:
            self.failed += 1
            self.failed_last.append(attempt)
            if event.facts.digest is not None:
                self._tries[key] = attempt
        if len(self._tries) > _MOST_REMEMBERED:
            self._tries.popitem(last=False)
        return attempt

    def _attempt(self, path: str, facts: RequestFacts) -> int:
        before = self._tries.get(_key(path, facts))
        return before.attempt + 1 if before else 1


def _key(path: str, facts: RequestFacts) -> _Key:
    return path, facts.session_id, facts.agent_id, facts.digest
