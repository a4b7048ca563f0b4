"""The threads that make rounds, and their queues to and from the thread that assigns the rounds."""

import queue
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from probe.errors import EnvironmentUnusableError
from probe.model.events import Event
from probe.model.run_manifest import RoundToDo

Told = tuple[str, Event]
"""The name of an arm, and what happened in it."""
RoundOf = tuple[str, RoundToDo]
"""The name of an arm, and a round that is to be made in it."""


@dataclass(frozen=True, slots=True)
class LaneFreed:
    """A lane of a place has made a round, or could not: `error` is what the round raised."""

    place: str
    round: RoundOf
    error: BaseException | None = None


Message = Told | LaneFreed
_Work = Callable[[RoundOf, int, "queue.SimpleQueue[Message]"], None]
"""Makes a round in the lane of this number, and puts what happens into the queue."""


class Lanes:
    """The threads that make rounds at each place. All but `events` belongs to the thread that assigns the rounds.

    `free` counts the free lanes of each place. Raises EnvironmentUnusableError where a thread cannot be started.
    """

    def __init__(self, numbers: Mapping[str, int], work: _Work) -> None:
        self.events: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.free = Counter(numbers)
        self._work = work
        self._rounds: dict[str, queue.SimpleQueue[RoundOf | None]] = {name: queue.SimpleQueue() for name in numbers}
        self._threads: list[threading.Thread] = []
        self._places: list[str] = []
        for place, number in numbers.items():
            for lane in range(number):
                self._start(place, lane)

    @property
    def are_idle(self) -> bool:
        """True where no round is under way."""
        return self.free.total() == len(self._threads)

    def give(self, place: str, wanted: RoundOf) -> None:
        """Give a free lane of a place its next round."""
        self.free[place] -= 1
        self._rounds[place].put(wanted)

    def take(self) -> Message:
        """Wait for what a lane tells."""
        message = self.events.get()
        if isinstance(message, LaneFreed):
            self.free[message.place] += 1
        return message

    def end(self) -> None:
        """Have all lanes end, and wait for them."""
        for place in self._places:
            self._rounds[place].put(None)
        for thread in self._threads:
            thread.join()

    def _start(self, place: str, lane: int) -> None:
        """Start the thread of a lane. Raises EnvironmentUnusableError, with all lanes ended, where it cannot."""
        started = len(self._threads)
        thread = threading.Thread(target=self._make_rounds, args=(place, lane), name=f"lane-{started}")
        try:
            thread.start()
        except RuntimeError as error:
            self.end()
            raise EnvironmentUnusableError(
                f"this machine allows {started} threads for rounds, and no more",
                key="--concurrency",
                remedy="Give a smaller --concurrency, or raise the limit of processes (`ulimit -u`).",
            ) from error
        self._threads.append(thread)
        self._places.append(place)

    def _make_rounds(self, place: str, lane: int) -> None:
        """Make rounds one after the other, beside other lanes."""
        while (wanted := self._rounds[place].get()) is not None:
            error = None
            try:
                self._work(wanted, lane, self.events)
            except BaseException as raised:  # noqa: BLE001 - handed to the thread that waits for it
                error = raised
            self.events.put(LaneFreed(place, wanted, error))
