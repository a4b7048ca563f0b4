"""The runner with several places: rounds that begin together, places that are slow or lost, rounds that are lost."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from probe.model.choices import EndReason
from probe.model.events import Event, RoundFinished, RoundStarted, RunFinished
from probe.model.run_manifest import RoundToDo
from probe.ports import PlaceLostError, RoundLane, RoundLostError
from probe.session.runner import Arm, Runner
from tests.builders import FakeStop, plan


@dataclass
class Place:
    """Makes rounds by doing what it is told, and notes when each began."""

    work: Callable[[RoundToDo], object] = lambda _: None
    kept: Mapping[int, Sequence[Event]] = field(default_factory=dict)
    attempts: list[tuple[int, int]] = field(default_factory=list)
    asked: list[RoundToDo] = field(default_factory=list)

    def earlier_rounds(self, unfinished: Sequence[RoundToDo]) -> Mapping[int, Sequence[Event]]:
        self.asked += unfinished
        return self.kept

    def make_round(self, todo: RoundToDo, lane: RoundLane) -> None:
        self.attempts.append((todo.number, todo.attempt))
        self.work(todo)
        lane.tell(finished(todo.number, todo.attempt))


def finished(number: int, attempt: int) -> RoundFinished:
    return RoundFinished(at=datetime.now(UTC), round=number, attempt=attempt)


def run(
    places: Mapping[str, Place], rounds: int, concurrency: int = 1, todo: Sequence[RoundToDo] = ()
) -> tuple[list[tuple[str, Event]], dict[str, EndReason]]:
    a_plan = plan(rounds=rounds, concurrency=concurrency)
    arms = [Arm(name, a_plan, place, name) for name, place in places.items()]
    wanted = todo or [RoundToDo(number=number) for number in range(1, rounds + 1)]
    told = list(Runner(arms, FakeStop()).run([[(name, each) for name in places] for each in wanted]))
    reasons = {name: event.reason for name, event in told if isinstance(event, RunFinished)}
    return told, reasons


def rounds_of(
    told: Sequence[tuple[str, Event]], kind: type[RoundStarted | RoundFinished]
) -> list[tuple[str, int, int]]:
    return [(name, event.round, event.attempt) for name, event in told if isinstance(event, kind)]


def why_ended(told: Sequence[tuple[str, Event]], arm: str) -> str | None:
    (why,) = (event.why for name, event in told if name == arm and isinstance(event, RunFinished))
    return why


def test_rounds_of_one_number_begin_together_though_a_place_is_slow() -> None:
    told: list[tuple[str, int]] = []

    def be_slow(todo: RoundToDo) -> None:
        time.sleep(0.02)
        told.append(("slow one ended", todo.number))

    places = {"slow": Place(be_slow), "fast": Place(lambda todo: told.append(("fast one", todo.number)))}
    _, reasons = run(places, rounds=5)
    assert set(reasons.values()) == {EndReason.COMPLETED}
    for number in range(2, 6):
        assert told.index(("fast one", number)) > told.index(("slow one ended", number - 1)), "it waited"


def test_each_place_has_as_many_lanes_as_the_concurrency_says() -> None:
    together = threading.Barrier(4, timeout=20)
    places = {"one": Place(lambda _: together.wait()), "two": Place(lambda _: together.wait())}
    _, reasons = run(places, rounds=4, concurrency=2)
    assert set(reasons.values()) == {EndReason.COMPLETED}


def test_a_lost_place_holds_nobody_up_and_its_arm_says_why_it_ended() -> None:
    def lose(todo: RoundToDo) -> None:
        if todo.number == 2:
            raise PlaceLostError("the disk is full")

    lost, other = Place(lose), Place()
    told, reasons = run({"lost": lost, "other": other}, rounds=5)
    assert reasons == {"lost": EndReason.VANTAGE_LOST, "other": EndReason.COMPLETED}
    assert [number for number, _ in other.attempts] == [1, 2, 3, 4, 5]
    assert [number for number, _ in lost.attempts] == [1, 2]
    assert ("lost", 2, 1) not in rounds_of(told, RoundFinished)
    assert {name: why_ended(told, name) for name in reasons} == {"lost": "the disk is full", "other": None}


def test_where_all_places_are_lost_the_run_ends() -> None:
    def lose(todo: RoundToDo) -> None:
        raise PlaceLostError("no scheduler", everywhere=True)

    here = Place()
    told, reasons = run({"far": Place(lose), "here": here}, rounds=50)
    assert reasons == {"far": EndReason.FLEET_LOST, "here": EndReason.FLEET_LOST}
    assert len(here.attempts) < 50
    assert {why_ended(told, name) for name in reasons} == {"no scheduler"}


def test_a_round_that_was_lost_is_begun_again_under_the_next_attempt() -> None:
    def lose(todo: RoundToDo) -> None:
        if todo == RoundToDo(number=2, attempt=1):
            raise RoundLostError

    place = Place(lose)
    told, reasons = run({"one": place, "two": Place()}, rounds=3)
    assert set(reasons.values()) == {EndReason.COMPLETED}
    assert sorted(place.attempts) == [(1, 1), (2, 1), (2, 2), (3, 1)]
    assert ("one", 2, 2) in rounds_of(told, RoundStarted), "the attempt is told before it is made"
    assert len(rounds_of(told, RoundFinished)) == 6


def test_a_place_that_loses_every_attempt_is_given_up() -> None:
    def lose(_: RoundToDo) -> None:
        raise RoundLostError

    place = Place(lose)
    told, reasons = run({"one": place}, rounds=3)
    assert reasons == {"one": EndReason.VANTAGE_LOST}
    assert why_ended(told, "one") == "5 attempts at round 1 were lost"
    assert place.attempts == [(1, attempt) for attempt in range(1, 6)]


def test_what_an_earlier_start_began_is_asked_for_before_another_attempt_is_made() -> None:
    place = Place(kept={2: [finished(2, 1)]})
    left = [RoundToDo(number=1, attempt=3), RoundToDo(number=2, attempt=2), RoundToDo(number=3)]
    told, reasons = run({"one": place}, rounds=3, todo=left)
    assert place.asked == [RoundToDo(number=1, attempt=2), RoundToDo(number=2, attempt=1)]
    assert place.attempts == [(1, 3), (3, 1)]
    assert rounds_of(told, RoundFinished) == [("one", 2, 1), ("one", 1, 3), ("one", 3, 1)]
    assert reasons == {"one": EndReason.COMPLETED}


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_lost_place_is_told_of_once_and_of_none_when_a_person_ends_the_run(everywhere: bool) -> None:
    def lose(_: RoundToDo) -> None:
        raise PlaceLostError("gone", everywhere=everywhere)

    def end(_: RoundToDo) -> None:
        stop.cancel()
        lose(_)

    told: list[tuple[str, str]] = []
    stop = FakeStop()
    a_plan = plan(rounds=6, concurrency=3)
    wanted = [[("one", RoundToDo(number=number))] for number in range(1, 7)]
    for work in (lose, end):
        runner = Runner(
            [Arm("one", a_plan, Place(work), "far")],
            stop,
            place_lost=lambda place, error: told.append((place, error.why)),
        )
        list(runner.run(wanted))
    assert told == [("far", "gone")]
