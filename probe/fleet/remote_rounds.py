"""Have the rounds of an arm made at a vantage; a RoundMaker."""

from collections.abc import Mapping, Sequence

from probe.fleet.fleet_client import WorkerLostError
from probe.fleet.packed_events import unpack_events
from probe.fleet.remote_vantage import RemoteVantage
from probe.fleet.spool import RoundAttempt
from probe.fleet.vantage_orders import VantageOrder
from probe.fleet.vantage_service import RoundEnd
from probe.model.events import Event
from probe.model.run_manifest import RoundToDo
from probe.ports import RoundLane, RoundLostError


class RemoteRounds:
    """Makes the rounds of an arm of a run at its vantage.

    Whatever is lost on the way, an attempt is sent once: after that its vantage is only asked what came of it.
    """

    def __init__(self, vantage: RemoteVantage, arm: str, run: str) -> None:
        self._vantage = vantage
        self._arm = arm
        self._run = run
        self._stored: dict[int, RoundAttempt] = {}
        """The last attempt of each lane, whose events are stored before the lane gets another round."""

    def earlier_rounds(self, unfinished: Sequence[RoundToDo]) -> Mapping[int, Sequence[Event]]:
        """Return the events of those attempts that were finished after all."""
        attempts = [RoundAttempt(self._arm, todo.number, todo.attempt) for todo in unfinished]
        while True:
            generation = self._vantage.generation
            try:
                kept = self._vantage.call(VantageOrder.TAKE_UP, self._run, attempts)
            except WorkerLostError:
                self._vantage.recover(generation)
            else:
                return {attempts[index].number: unpack_events(events) for index, events in kept}

    def make_round(self, todo: RoundToDo, lane: RoundLane) -> None:
        """Have a round made, and tell its events."""
        attempt = RoundAttempt(self._arm, todo.number, todo.attempt)
        stored = self._stored.pop(lane.number, None)
        generation = self._vantage.generation
        try:
            end, events = self._vantage.make_round(self._run, attempt, lane.number, [stored] if stored else [])
        except WorkerLostError:
            end, events = RoundEnd.NO_SESSION, b""
        if end == RoundEnd.STOPPED and not self._vantage.is_to_stop:  # the vantage stood still beyond its lease
            end = RoundEnd.NO_SESSION
        if end == RoundEnd.BEGUN_BEFORE:
            raise RoundLostError
        if end == RoundEnd.NO_SESSION:
            self._vantage.recover(generation)
            told = self.earlier_rounds([todo]).get(todo.number)
        else:
            told = unpack_events(events)
        if told is None:
            raise RoundLostError
        for event in told:
            lane.tell(event)
        self._stored[lane.number] = attempt
