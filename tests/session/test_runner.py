"""The runner, with a driver that answers at once: sessions, idle times, ends, lanes."""

import threading
import time

import pytest

from probe.errors import EnvironmentUnusableError
from probe.model.choices import EndReason
from probe.model.events import (
    CallFinished,
    RoundFinished,
    RoundStarted,
    RunFinished,
)
from probe.model.observation import Observation
from probe.model.run_manifest import RoundToDo
from probe.ports import CallOrder
from probe.session.runner import Runner
from tests.builders import FakeStop, ScriptedDriver, answered, observation, plan, scenario, step
from tests.session.made_rounds import arm, end, of, run, todo


def lanes_alive() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("lane-")]


def test_events_come_in_order() -> None:
    assert [event.event for event in run()] == [
        "run_started",
        "round_started",
        "round_prepared",
        "call_started",
        "call_finished",
        "call_started",
        "call_finished",
        "round_finished",
        "run_finished",
    ]
    assert end(run()) is EndReason.COMPLETED


def test_nothing_to_do_is_a_completed_run() -> None:
    events = run(rounds=[])
    assert [event.event for event in events] == ["run_started", "run_finished"]
    assert end(events) is EndReason.COMPLETED


def test_a_stop_during_the_idle_time_ends_the_run_without_another_call() -> None:
    driver, stop = ScriptedDriver(), FakeStop(cancel_after_waits=1)
    events = run(plan(scenario(step(), step("call2", gap=5)), rounds=3), driver, stop)
    assert len(driver.orders) == 1
    assert of(RoundFinished, events) == []
    assert end(events) is EndReason.INTERRUPTED


class DefectError(Exception):
    """Something that is wrong with probe itself."""


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_defect_of_the_driver_surfaces_and_no_lane_survives(concurrency: int) -> None:
    def answer(order: CallOrder) -> Observation:
        if order.round == 2:
            raise DefectError("here")
        return answered()

    driver = ScriptedDriver(answer)
    with pytest.raises(DefectError, match="here"):
        run(plan(rounds=5000, concurrency=concurrency), driver)
    assert lanes_alive() == []
    assert sorted(driver.rounds_closed) == sorted(driver.rounds_opened)
    assert len(driver.rounds_opened) < 5000


@pytest.mark.parametrize("concurrency", [1, 3])
def test_a_defect_of_the_consumer_stops_all_calls(concurrency: int) -> None:
    stop = FakeStop()

    def answer(order: CallOrder) -> Observation:
        if order.step.label == "call1":
            return answered(order.session_id)
        late_s = time.monotonic() + 10  # a call that lasts until somebody ends it
        while not stop.cancelled and time.monotonic() < late_s:
            time.sleep(0.001)
        return observation(cancelled=stop.cancelled)

    driver = ScriptedDriver(answer)
    a_plan = plan(rounds=1000, concurrency=concurrency)

    def consume() -> None:
        runner = Runner([arm("one", a_plan, driver, stop)], stop)
        for _, event in runner.run([("one", each)] for each in todo(1000)):
            if isinstance(event, CallFinished):
                raise DefectError("the disk is full")

    with pytest.raises(DefectError):
        consume()
    assert stop.cancelled
    assert lanes_alive() == []
    assert len(driver.rounds_opened) <= concurrency


def test_lanes_run_every_round_once() -> None:
    together = threading.Barrier(3, timeout=20)

    def answer(order: CallOrder) -> Observation:
        if order.step.label == "call1" and order.round <= 3:
            together.wait()  # only three lanes at once get past this
        return answered(order.session_id)

    driver = ScriptedDriver(answer)
    events = run(plan(rounds=30, concurrency=3), driver)
    assert sorted(driver.rounds_opened) == list(range(1, 31))
    assert sorted(event.round for event in of(RoundFinished, events)) == list(range(1, 31))
    assert len(of(CallFinished, events)) == 60
    for number in range(1, 31):
        steps = [event.call.step for event in of(CallFinished, events) if event.call.round == number]
        assert steps == [0, 1]
    assert isinstance(events[-1], RunFinished)
    assert lanes_alive() == []


def test_no_more_lanes_than_rounds() -> None:
    names: set[str] = set()

    def answer(_: CallOrder) -> Observation:
        names.add(threading.current_thread().name)
        return answered()

    driver = ScriptedDriver(answer)
    run(plan(rounds=2, concurrency=64), driver)
    assert names <= {"lane-0", "lane-1"}


def test_resumed_rounds_keep_their_number_and_attempt() -> None:
    events = run(plan(rounds=5), rounds=[RoundToDo(number=2, attempt=3), RoundToDo(number=5)])
    assert [(event.round, event.attempt) for event in of(RoundStarted, events)] == [(2, 3), (5, 1)]
    assert [(event.call.round, event.call.attempt) for event in of(CallFinished, events)] == [(2, 3)] * 2 + [(5, 1)] * 2
    assert [(event.round, event.attempt) for event in of(RoundFinished, events)] == [(2, 3), (5, 1)]
    assert events[0].rounds_to_do == 2  # type: ignore[union-attr]


def test_a_prepare_that_fails_ends_the_run() -> None:
    def prepare() -> None:
        raise EnvironmentUnusableError("no relay")

    driver = ScriptedDriver()
    with pytest.raises(EnvironmentUnusableError, match="no relay"):
        run(driver=driver, prepare=prepare)
    assert driver.rounds_opened == []


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_round_begins_after_the_one_that_was_enough(concurrency: int) -> None:  # complexity: a `match` on events
    driver, a_plan = ScriptedDriver(), plan(rounds=400, concurrency=concurrency)
    arms = [arm(name, a_plan, driver) for name in ("one", "two")]
    runner = Runner(arms, FakeStop())
    begun: list[tuple[str, int]] = []
    finished: list[tuple[str, int]] = []
    begun_by_then = 0
    reasons: list[EndReason] = []
    for name, event in runner.run([(name, each)] for each in todo(400) for name in ("one", "two")):
        match event:
            case RoundStarted():
                begun.append((name, event.round))
            case RoundFinished():
                finished.append((name, event.round))
                if len(finished) == 5:
                    time.sleep(0.1)  # the reader takes its time, in which these lanes could make many rounds
                    runner.enough()
                    begun_by_then = len(begun)
            case RunFinished():
                reasons.append(event.reason)
            case _:
                pass
    assert 5 <= begun_by_then == len(begun) < 5 + concurrency
    assert sorted(finished) == sorted(begun), "what had begun is finished"
    assert len(driver.rounds_opened) == len(begun)
    assert reasons == [EndReason.SETTLED] * 2


def test_rounds_of_a_dropped_arm_are_not_made_and_those_of_others_are() -> None:
    good, bad = ScriptedDriver(), ScriptedDriver()
    script = plan(rounds=4)
    runner = Runner([arm("bad", script, bad), arm("good", script, good)], FakeStop())
    reasons = {}
    for name, event in runner.run([[(name, each)] for each in todo(4) for name in ("bad", "good")]):
        if isinstance(event, RoundFinished) and (name, event.round) == ("bad", 2):
            runner.drop("bad")
        if isinstance(event, RunFinished):
            reasons[name] = event.reason
    assert reasons == {"bad": EndReason.SAME_FAILURE, "good": EndReason.COMPLETED}
    assert (bad.rounds_opened, good.rounds_opened) == ([1, 2], [1, 2, 3, 4])


def test_an_arm_that_is_dropped_after_its_last_round_has_completed() -> None:
    runner = Runner([arm("one", plan(rounds=2))], FakeStop())
    events = []
    for _, event in runner.run([("one", each)] for each in todo(2)):
        if isinstance(event, RoundFinished) and event.round == 2:
            runner.drop("one")
        events.append(event)
    assert end(events) is EndReason.COMPLETED


def test_a_round_begins_once_all_before_it_is_said_to_be_read() -> None:
    told: list[str] = []
    runner = Runner([arm("one", plan(rounds=3))], FakeStop(), caught_up=lambda: told.append("caught_up"))
    for _, event in runner.run([("one", each)] for each in todo(3)):
        told.append(event.event)
    begun = [index for index, name in enumerate(told) if name == "round_started"]
    assert [told[index - 1] for index in begun] == ["caught_up"] * 3
    assert "caught_up" in told[told.index("round_finished") : begun[1]]
