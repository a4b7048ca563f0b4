"""The threads that make rounds, and their queues to and from the thread that assigns the rounds."""

import queue
import threading
from collections.abc import Callable

from probe.model.events import Event
from probe.model.run_manifest import RoundToDo

Told = tuple[str, Event]
"""The name of an arm, and what happened in it."""
RoundOf = tuple[str, RoundToDo]
"""The name of an arm, and a round that is to be made in it."""


class Lanes:
    """The threads that make rounds, and their queues. All but `events` and `rounds` belongs to the reading thread.

    `events` has None for a lane that is free, and what a round raised; `rounds` has None for a lane that is to end.
    """

    def __init__(self, number: int, work: "Callable[[Lanes], None]") -> None:
        self.events: queue.SimpleQueue[Told | BaseException | None] = queue.SimpleQueue()
        self.rounds: queue.SimpleQueue[RoundOf | None] = queue.SimpleQueue()
        self.running = number
        self.free = 0
        self.failure: BaseException | None = None
        self._threads = [threading.Thread(target=work, args=(self,), name=f"lane-{each}") for each in range(number)]
        for thread in self._threads:
            thread.start()

    def give(self, wanted: RoundOf | None) -> None:
        """Give a free lane its next round, or have it end."""
        self.free -= 1
        self.running -= wanted is None
        self.rounds.put(wanted)

    def end(self) -> None:
        """Have all lanes end, and wait for them."""
        for _ in self._threads:
            self.rounds.put(None)
        for thread in self._threads:
            thread.join()
