"""Assign rounds to the lanes of places, and yield events of them. Imports only the model and the ports."""

import queue
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import CallFinished, Event, RoundStarted, RunFinished, RunStarted
from probe.model.run_manifest import Plan, RoundToDo
from probe.ports import PlaceLostError, RoundLostError, RoundMaker, Stop
from probe.session.budget import Budget
from probe.session.lanes import LaneFreed, Lanes, Message, RoundOf, Told

Together = Sequence[RoundOf]
"""Rounds that begin together, at most one at each place."""
_MOST_LOST = 5
"""Attempts of a round that may be lost in one start of the run, before its place is given up."""


@dataclass(frozen=True, slots=True)
class Arm:
    """The plan of one of the targets that are measured side by side, what makes its rounds, and the place of that."""

    name: str
    plan: Plan
    maker: RoundMaker
    place: str = ""


class Runner:
    """Makes the events of a run of one or more arms, which have the same scenario, limits and concurrency.

    Each place has as many lanes as the concurrency says. `spent` is what finished rounds of the same run have cost
    already (USD, tokens). `caught_up` is called when all that happened so far has been read, before rounds begin, and
    `place_lost` when no further round is begun at a place, in the thread that reads.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        stop: Stop,
        *,
        spent: tuple[float, int] = (0.0, 0),
        caught_up: Callable[[], None] = lambda: None,
        place_lost: Callable[[str, PlaceLostError], None] = lambda _place, _error: None,
    ) -> None:
        self._arms = {arm.name: arm for arm in arms}
        self._stop = stop
        self._plan = arms[0].plan
        self._budget = Budget(self._plan, *spent)
        self._caught_up = caught_up
        self._place_lost = place_lost
        self._waiting: deque[Together] = deque()
        self._again: defaultdict[str, deque[RoundOf]] = defaultdict(deque)
        self._left: Counter[str] = Counter()
        self._losses: Counter[tuple[str, int]] = Counter()
        self._settled = False
        self._dropped: set[str] = set()
        self._lost: dict[str, PlaceLostError] = {}
        self._failure: BaseException | None = None

    def enough(self) -> None:
        """Begin no further round: what the rounds were made for is known. May be called while events are read."""
        self._settled = True

    def drop(self, arm: str) -> None:
        """Begin no further round of this arm. May be called while events are read."""
        self._dropped.add(arm)

    def run(self, rounds: Iterable[Together]) -> Generator[Told]:
        """Run the rounds, each in its arm, and yield what happens, in order, in the caller's thread.

        Rounds begin only when all that happened so far has been read, and those that belong together only when all
        their places are ready. Ends early when the stop is set, a limit is reached, `enough` was said, or all arms are
        dropped or lost; each arm's last event says why. Raises what a round raised.
        """
        self._waiting = deque(rounds)
        self._left = Counter(name for together in self._waiting for name, _ in together)
        for name in self._arms:
            yield name, RunStarted(at=_now(), rounds_to_do=self._left[name])
        yield from self._earlier_rounds()
        lanes = Lanes(self._lane_numbers(), self._make_round)
        try:
            yield from self._read(lanes)
        except BaseException:
            self._stop.cancel()  # the reader of the events failed: no call may go on unrecorded
            raise
        finally:
            lanes.end()
        if self._failure:
            raise self._failure
        for name in self._arms:
            yield name, self._last_event(name)

    def _earlier_rounds(self) -> Generator[Told]:
        """Yield the events of rounds that an earlier start began, and whose place has kept what came of them."""
        found: set[tuple[str, int]] = set()
        for name, rounds in self._unfinished().items():
            earlier: Mapping[int, Sequence[Event]] = {}
            try:
                earlier = self._arms[name].maker.earlier_rounds(rounds)
            except PlaceLostError as error:
                self._lose_place(name, error)
            for number, events in earlier.items():
                found.add((name, number))
                self._left[name] -= 1
                yield from ((name, event) for event in events)
        self._waiting = deque(
            [given for given in together if (given[0], given[1].number) not in found] for together in self._waiting
        )

    def _unfinished(self) -> dict[str, list[RoundToDo]]:
        """Return by arm the last attempts at rounds that were begun before."""
        unfinished: defaultdict[str, list[RoundToDo]] = defaultdict(list)
        for name, todo in (given for together in self._waiting for given in together):
            if todo.attempt > 1:
                unfinished[name].append(RoundToDo(number=todo.number, attempt=todo.attempt - 1))
        return unfinished

    def _lane_numbers(self) -> dict[str, int]:
        rounds = Counter(self._arms[name].place for together in self._waiting for name, _ in together)
        return {place: min(self._plan.concurrency, number) for place, number in rounds.items()}

    def _read(self, lanes: Lanes) -> Generator[Told]:
        """Yield what the lanes tell, and begin rounds as long as there are."""
        while True:
            yield from self._begin_rounds(lanes)
            if lanes.are_idle and lanes.events.empty():
                return
            message = lanes.take()
            if not isinstance(message, LaneFreed):
                yield message
            elif message.error:
                self._take_error(message.round, message.error)

    def _begin_rounds(self, lanes: Lanes) -> Generator[Told]:
        """Begin rounds where all that happened so far has been read, as long as there are lanes for them."""
        if lanes.events.empty():
            self._caught_up()
        while lanes.events.empty() and (together := self._next_rounds(lanes)):
            for name, todo in together:
                self._left[name] -= 1
                yield name, RoundStarted(at=_now(), round=todo.number, attempt=todo.attempt)
            for given in together:
                lanes.give(self._arms[given[0]].place, given)

    def _next_rounds(self, lanes: Lanes) -> Together:
        """Take the rounds off the waiting ones that can begin now; none where a place is not ready, or all is over.

        Rounds whose last attempt was lost come first. Those of arms that were dropped or lost are not made.
        """
        if self._failure or self._is_over:
            return ()
        again = next((given for place, given in self._again.items() if given and lanes.free[place]), None)
        return (again.popleft(),) if again else self._next_together(lanes)

    def _next_together(self, lanes: Lanes) -> Together:
        """Take the first of the waiting rounds, where all their places are ready."""
        while self._waiting and not (together := self._wanted(self._waiting[0])):
            self._waiting.popleft()
        if not self._waiting or not Counter(self._arms[name].place for name, _ in together) <= lanes.free:
            return ()
        self._waiting.popleft()
        return together

    def _wanted(self, together: Together) -> list[RoundOf]:
        return [given for given in together if self._is_wanted(given[0])]

    def _is_wanted(self, name: str) -> bool:
        return name not in self._dropped and self._arms[name].place not in self._lost

    def _take_error(self, given: RoundOf, error: BaseException) -> None:
        """Begin a round that was lost again; give up a place that is lost, and all of them for any other error."""
        name, todo = given
        if isinstance(error, RoundLostError):
            self._left[name] += 1
            self._losses[name, todo.number] += 1
            if self._losses[name, todo.number] < _MOST_LOST:
                again = RoundToDo(number=todo.number, attempt=todo.attempt + 1)
                self._again[self._arms[name].place].append((name, again))
            else:
                self._lose_place(name, PlaceLostError(f"{_MOST_LOST} attempts at round {todo.number} were lost"))
        elif isinstance(error, PlaceLostError):
            self._left[name] += 1
            self._lose_place(name, error)
        else:
            self._failure = self._failure or error

    def _lose_place(self, name: str, error: PlaceLostError) -> None:
        """Begin no further round at the place of an arm, nor at any where all are lost."""
        place = self._arms[name].place
        if place not in self._lost and not self._stop.cancelled:
            self._place_lost(place, error)
        places = {arm.place for arm in self._arms.values()} if error.everywhere else {place}
        for lost in places:
            self._lost.setdefault(lost, error)
            self._again.pop(lost, None)

    @property
    def _is_over(self) -> bool:
        return self._stop.cancelled or self._settled or self._budget.exceeded is not None

    def _last_event(self, name: str) -> RunFinished:
        """Say why an arm ends."""
        reason = self._reason(name)
        lost = self._lost.get(self._arms[name].place)
        why = lost.why if lost and reason in {EndReason.VANTAGE_LOST, EndReason.FLEET_LOST} else None
        return RunFinished(at=_now(), reason=reason, why=why)

    def _reason(self, name: str) -> EndReason:
        if self._stop.cancelled:
            return EndReason.INTERRUPTED
        if name in self._dropped and self._left[name]:
            return EndReason.SAME_FAILURE
        place = self._arms[name].place
        if place in self._lost and self._left[name]:
            return EndReason.FLEET_LOST if self._lost[place].everywhere else EndReason.VANTAGE_LOST
        if self._settled and self._waiting:
            return EndReason.SETTLED
        return self._budget.exceeded or EndReason.COMPLETED

    def _make_round(self, given: RoundOf, number: int, events: "queue.SimpleQueue[Message]") -> None:
        """Make a round, in the thread of a lane."""
        name, todo = given
        self._arms[name].maker.make_round(todo, _Lane(self, name, number, events))


@dataclass(slots=True)
class _Lane:
    """A lane while it makes a round of an arm: takes its events, and counts what its calls use."""

    runner: Runner
    arm: str
    number: int
    events: "queue.SimpleQueue[Message]"
    calls: list[Call] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        if isinstance(event, CallFinished):
            self.calls.append(event.call)
            self.runner._budget.add(self.calls)
        self.events.put((self.arm, event))

    def goes_on(self) -> bool:
        return bool(self.runner._left[self.arm]) and not self.runner._is_over


def _now() -> datetime:
    return datetime.now(UTC)
