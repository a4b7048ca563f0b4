"""Rounds of an arm at its vantage: whatever is lost on the way, an attempt is made once."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")

from probe.fleet.fleet_client import WorkerLostError
from probe.fleet.remote_rounds import RemoteRounds
from probe.fleet.remote_vantage import RemoteVantage
from probe.fleet.spool import RoundAttempt, Spool
from probe.fleet.vantage_orders import VantageOrder, carry_out
from probe.fleet.vantage_service import RoundResult, VantageService
from probe.fleet.vantage_session import CollectingLane
from probe.model.run_manifest import Options, RoundToDo
from probe.ports import RoundLostError
from probe.session.resolve_spec import plan_run


class Way(RemoteVantage):
    """A way to a vantage in this process, which loses what it is told to."""

    def __init__(self, service: VantageService) -> None:
        self.service = service
        self.generation = 0
        self.session = "s"
        self.asked: list[str] = []
        self.lost_requests = 0
        self.lost_replies = 0
        self.stops = False

    @property
    def is_to_stop(self) -> bool:
        return self.stops

    def call(self, order: VantageOrder, *arguments: object, wait_s: float = 30.0) -> Any:
        self.asked.append(order.value)
        _, reply = asyncio.run(carry_out(self.service, order, (self.session, *arguments)))
        return reply

    def make_round(self, run: str, attempt: RoundAttempt, lane: int, stored: Sequence[RoundAttempt]) -> RoundResult:
        if self.lost_requests:
            self.lost_requests -= 1
            raise WorkerLostError
        result: RoundResult = self.call(VantageOrder.MAKE_ROUND, run, attempt, lane, list(stored))
        if self.lost_replies:
            self.lost_replies -= 1
            raise WorkerLostError
        return result

    def recover(self, generation: int) -> None:
        assert generation == self.generation
        self.generation += 1


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    spec = plan_run(Options(targets=("embedded",), drivers=("messages",), faults=("none",)), {}, {})
    with Spool(tmp_path / "spool") as spool, VantageService(spool, {"PATH": "/bin"}) as service:
        service.open("s", spec)
        yield Way(service)


def rounds(way: Way) -> RemoteRounds:
    return RemoteRounds(way, "embedded", "run")


def told(maker: RemoteRounds, number: int = 1, attempt: int = 1) -> list[str]:
    lane = CollectingLane(0)
    maker.make_round(RoundToDo(number=number, attempt=attempt), lane)
    return [event.event for event in lane.events]


WHOLE = ["round_prepared", *["call_started", "call_finished"] * 2, "round_finished"]


def test_a_round_is_told_as_it_was_made_there(way: Way) -> None:
    assert told(rounds(way)) == WHOLE
    assert (way.asked, way.generation) == (["make_round"], 0)


def test_where_the_reply_is_lost_what_came_of_it_is_asked_for(way: Way) -> None:
    way.lost_replies = 1
    assert told(rounds(way)) == WHOLE
    assert (way.asked, way.generation) == (["make_round", "take_up"], 1)


def test_where_the_order_itself_is_lost_the_attempt_is_too(way: Way) -> None:
    way.lost_requests = 1
    maker = rounds(way)
    with pytest.raises(RoundLostError):
        told(maker)
    assert way.generation == 1
    assert told(maker, attempt=2) == WHOLE


def test_an_attempt_that_was_begun_and_not_finished_is_not_made_again(way: Way) -> None:
    maker = rounds(way)
    assert told(maker) == WHOLE
    assert told(maker, 2) == WHOLE, "which says that the first is stored"
    with pytest.raises(RoundLostError):
        told(maker)
    assert way.asked == ["make_round"] * 3


def test_a_vantage_that_stood_still_is_asked_again_unless_the_run_is_to_stop(way: Way) -> None:
    way.service.cancel("s")
    with pytest.raises(RoundLostError):
        told(rounds(way))
    assert way.generation == 1
    way.stops = True
    stopped = told(rounds(way), 2)
    assert "round_finished" not in stopped
    assert way.generation == 1


def test_what_an_earlier_start_had_made_is_handed_on(way: Way) -> None:
    told(rounds(way))
    to_do = [RoundToDo(number=1, attempt=1), RoundToDo(number=2, attempt=1)]
    found = rounds(way).earlier_rounds(to_do)
    assert {number: [event.event for event in events] for number, events in found.items()} == {1: WHOLE}
