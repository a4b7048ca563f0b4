"""Sinks of recordings, and a recorder that has them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from probe.model.recorded_events import RecordedEvent
from probe.wire import RECORDING_LIMITS, CallTap
from tests.wire.support import recorder

MESSAGES = [{"role": "user", "content": "a question that nobody is to read"}]


class Collected:
    """Keeps the events in memory."""

    def __init__(self) -> None:
        self.events: list[RecordedEvent] = []

    def take(self, event: RecordedEvent) -> None:
        self.events.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@contextmanager
def recording(base_url: str, *sinks: Any, **options: Any) -> Iterator[CallTap]:
    with (
        recorder(limits=RECORDING_LIMITS, **options) as running,
        running.open_recording(base_url, sinks) as tap,
    ):
        yield tap


class Broken:
    """Fails."""

    def take(self, event: RecordedEvent) -> None:
        raise ValueError("broken")


class Stuck:
    """Waits until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def take(self, event: RecordedEvent) -> None:
        self.go_on.wait(20)
