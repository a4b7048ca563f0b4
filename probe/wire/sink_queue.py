"""Hand events of a recording to its sinks in a thread of its own, so that nothing there can delay traffic."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from probe.model.recorded_events import EventsLost, RecordedEvent
from probe.ports import RecordingSink

_MOST_EVENTS = 4000
_MOST_BODY_BYTES = 32 * 1024 * 1024
_CLOSE_S = 5.0

MakeEvent = Callable[[], RecordedEvent]
"""Makes an event, in the thread of the sinks: what takes time, such as redaction of bodies, is done there."""


_Item = tuple[MakeEvent, str, int]
"""An event, what it counts as when it is lost, and the bytes of its bodies."""


class SinkQueue:
    """A bounded queue and its thread. What does not fit is counted, and told to the sinks when there is room again."""

    def __init__(self, sinks: Sequence[RecordingSink]) -> None:
        self.most_events = _MOST_EVENTS
        self._sinks = tuple(sinks)
        self._waiting: deque[_Item] = deque()
        self._body_bytes = 0
        self._lost = {"exchanges": 0, "other_events": 0, "bodies": 0}
        self._told = dict(self._lost)
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="probe-recording", daemon=True)

    def start(self) -> None:
        """Begin to hand events on."""
        self._thread.start()

    def put(self, make: MakeEvent) -> None:
        """Queue a small event that may be missed. Never waits."""
        self._put(make, "other_events", 0)

    def put_end(self, make: MakeEvent, without_bodies: MakeEvent, body_bytes: int = 0) -> None:
        """Queue the end of an exchange; without its bodies where too many bytes of them wait. Never waits."""
        with self._changed:
            fits = self._body_bytes + body_bytes <= _MOST_BODY_BYTES
            self._lost["bodies"] += not fits
        self._put(make if fits else without_bodies, "exchanges", body_bytes if fits else 0)

    def close(self) -> None:
        """Let the sinks take what waits, for some seconds at most; then what is left is lost."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)
        with self._changed:
            for _, kind, _ in self._waiting:
                self._lost[kind] += 1
            self._waiting.clear()

    @property
    def lost(self) -> EventsLost:
        """The events lost so far."""
        return EventsLost(at=datetime.now(UTC), **self._lost)

    def _put(self, make: MakeEvent, kind: str, body_bytes: int) -> None:
        with self._changed:
            if len(self._waiting) >= self.most_events or self._closed:
                self._lost[kind] += 1
                return
            self._waiting.append((make, kind, body_bytes))
            self._body_bytes += body_bytes
            self._changed.notify()

    def _run(self) -> None:
        while (item := self._next()) is not None:
            make, kind, body_bytes = item
            self._deliver(make, kind)
            with self._changed:
                self._body_bytes -= body_bytes
                told, self._told = self._told, dict(self._lost)
            if told != self._told:
                self._hand_out(self.lost)

    def _next(self) -> _Item | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _deliver(self, make: MakeEvent, kind: str) -> None:
        try:
            event = make()
        except Exception:  # noqa: BLE001 - it is lost, and the next one is not
            with self._changed:
                self._lost[kind] += 1
            return
        self._hand_out(event)

    def _hand_out(self, event: RecordedEvent) -> None:
        for sink in self._sinks:
            # A sink that fails must not take the others with it; what it loses it counts itself.
            with contextlib.suppress(Exception):
                sink.take(event)
