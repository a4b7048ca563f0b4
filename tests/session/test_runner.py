"""The runner, with a driver that answers at once: sessions, idle times, ends, lanes."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from probe.errors import EnvironmentUnusableError
from probe.model.call import Call
from probe.model.choices import EndReason, Session
from probe.model.events import (
    CallFinished,
    CallStarted,
    Event,
    RoundFinished,
    RoundStarted,
    RunFinished,
)
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.run_manifest import Plan, RoundToDo
from probe.ports import CallOrder
from probe.session.local_rounds import LocalRounds, RequestCount
from probe.session.runner import Arm, Runner
from tests.builders import FakeStop, ScriptedDriver, answered, observation, plan, scenario, step


def todo(rounds: int) -> list[RoundToDo]:
    return [RoundToDo(number=number) for number in range(1, rounds + 1)]


def arm(
    name: str,
    a_plan: Plan,
    driver: ScriptedDriver | None = None,
    stop: FakeStop | None = None,
    place: str = "",
    requests: RequestCount | None = None,
    **options: Any,
) -> Arm:
    order = None if a_plan.concurrency > 1 else requests or RequestCount()
    maker = LocalRounds(name, a_plan, driver or ScriptedDriver(), stop or FakeStop(), order, **options)
    return Arm(name, a_plan, maker, place)


def run(
    chosen: Plan | None = None,
    driver: ScriptedDriver | None = None,
    stop: FakeStop | None = None,
    rounds: Iterable[RoundToDo] | None = None,
    spent: tuple[float, int] = (0.0, 0),
    **options: Any,
) -> list[Event]:
    a_plan, a_stop = chosen or plan(), stop or FakeStop()
    runner = Runner([arm("one", a_plan, driver, a_stop, **options)], a_stop, spent=spent)
    wanted = todo(a_plan.rounds) if rounds is None else rounds
    return [event for _, event in runner.run([("one", each)] for each in wanted)]


def of(kind: type[Any], events: Iterable[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def end(events: list[Event]) -> EndReason:
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last.reason


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


def second_order(session: str, served: str | None) -> tuple[CallOrder, CallOrder, list[CallStarted]]:
    def answer(order: CallOrder) -> Observation:
        return observation() if served is None else answered(order.session_id if served == "own" else served)

    driver = ScriptedDriver(answer)
    events = run(plan(scenario(step(), step("call2", session=session))), driver)
    first, second = driver.orders
    return first, second, of(CallStarted, events)


@pytest.mark.parametrize("served", ["own", "served-elsewhere", None])
@pytest.mark.parametrize("session", list(Session))
def test_sessions_of_the_second_call(session: Session, served: str | None) -> None:
    first, second, started = second_order(session, served)
    conversation = first.session_id if served in {"own", None} else served
    assert first.earlier_id is None
    assert second.earlier_id == conversation
    if session is Session.NEW:
        assert second.session_id not in {first.session_id, conversation}
    else:
        assert second.session_id == conversation
    # Fork and continue: which id the client will take is not known before it says so.
    known = session in {Session.NEW, Session.SAME_ID, Session.RESUME}
    assert [each.session_id for each in started] == [first.session_id, second.session_id if known else None]


def test_every_round_has_sessions_of_its_own() -> None:
    driver = ScriptedDriver()
    run(plan(rounds=5), driver)
    assert len({order.session_id for order in driver.orders}) == 10


def test_a_call_says_what_was_asked_and_seen() -> None:
    events = run(plan(scenario(step(timeout=9), step("call2", expect={"outcome": "session_in_use"}))))
    first, second = (event.call for event in of(CallFinished, events))
    assert (first.label, first.step, first.timeout_ms, first.model_requested) == ("call1", 0, 9000.0, "glm-4.7")
    assert (first.outcome, first.as_expected) == (Outcome.OK, True)
    assert first.served_session_id == first.session_id
    assert (second.expected_outcome, second.as_expected) == (Outcome.SESSION_IN_USE, False)
    assert first.idle_before_ms is None
    assert second.idle_before_ms is not None


def test_idle_times_are_waited_for_where_the_target_was_used() -> None:
    stop = FakeStop()
    run(plan(scenario(step(), step("call2", gap="1m"), gap="10m"), rounds=2), stop=stop)
    # Before the very first call nothing was used: 60 s in round 1, then 600 s and 60 s in round 2.
    # A little less each: what has gone by since the last call.
    assert all(limit - 30 < wait <= limit for wait, limit in zip(stop.waits, [60, 600, 60], strict=True))


def test_without_gaps_nothing_waits() -> None:
    stop = FakeStop()
    run(plan(rounds=3), stop=stop)
    assert stop.waits == []


def test_a_stop_during_the_idle_time_ends_the_run_without_another_call() -> None:
    driver, stop = ScriptedDriver(), FakeStop(cancel_after_waits=1)
    events = run(plan(scenario(step(), step("call2", gap=5)), rounds=3), driver, stop)
    assert len(driver.orders) == 1
    assert of(RoundFinished, events) == []
    assert end(events) is EndReason.INTERRUPTED


def test_a_stop_in_mid_call_leaves_the_round_unfinished_and_the_call_uncounted() -> None:
    stop = FakeStop()

    def answer(order: CallOrder) -> Observation:
        if order.round == 2 and order.step.label == "call2":
            stop.cancel()
            return observation(cancelled=True)
        return answered(order.session_id)

    driver = ScriptedDriver(answer)
    events = run(plan(rounds=3), driver, stop)
    assert [event.round for event in of(RoundFinished, events)] == [1]
    last = of(CallFinished, events)[-1].call
    assert (last.outcome, last.counts) == (Outcome.INTERRUPTED, False)
    assert driver.rounds_opened == driver.rounds_closed == [1, 2]
    assert end(events) is EndReason.INTERRUPTED


def test_a_failed_call_does_not_end_the_round() -> None:
    driver = ScriptedDriver(lambda _: observation(rc=1, stderr=b"boom"))
    events = run(driver=driver)
    assert [event.call.outcome for event in of(CallFinished, events)] == [Outcome.CLIENT_CRASHED] * 2
    assert len(of(RoundFinished, events)) == 1


@pytest.mark.parametrize(
    ("limits", "spent", "rounds", "reason"),
    [
        ({"max_cost_usd": 0.5}, (0.0, 0), 3, EndReason.MAX_COST),
        ({"max_tokens": 60}, (0.0, 0), 3, EndReason.MAX_TOKENS),
        ({"max_cost_usd": 0.5}, (0.3, 0), 1, EndReason.MAX_COST),
        ({"max_cost_usd": 0.5}, (0.5, 0), 0, EndReason.MAX_COST),
        ({"max_tokens": 60}, (0.0, 60), 0, EndReason.MAX_TOKENS),
        ({"max_cost_usd": 100}, (0.0, 0), 9, EndReason.COMPLETED),
    ],
)
def test_limits_end_the_run_after_the_round(
    limits: dict[str, Any], spent: tuple[float, int], rounds: int, reason: EndReason
) -> None:
    driver = ScriptedDriver(
        lambda order: answered(order.session_id, total_cost_usd=0.1, usage={"input_tokens": 9, "output_tokens": 3})
    )
    events = run(plan(rounds=9, **limits), driver, spent=spent)
    assert len(of(RoundFinished, events)) == rounds
    assert len(driver.orders) == 2 * rounds
    assert end(events) is reason


def test_calls_that_name_no_cost_spend_nothing() -> None:
    assert end(run(plan(rounds=4, max_cost_usd=0.01, max_tokens=1))) is EndReason.COMPLETED


def test_a_limit_counts_each_call_once_where_the_client_goes_on_counting() -> None:
    def answer(order: CallOrder) -> Observation:
        calls = 1 if order.step.session is Session.NEW else 2
        used = {"inputTokens": 9 * calls, "outputTokens": 3 * calls}
        usage = {"input_tokens": 9, "output_tokens": 3}
        return answered(order.session_id, total_cost_usd=0.1 * calls, usage=usage, modelUsage={"m": used})

    script = scenario(step(), step("call2", session=Session.RESUME))
    events = run(plan(script, rounds=9, max_cost_usd=0.5), ScriptedDriver(answer))
    assert len(of(RoundFinished, events)) == 3


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


def test_prepare_is_done_before_each_round() -> None:
    driver, opened = ScriptedDriver(), list[int]()
    run(plan(rounds=2), driver, prepare=lambda: opened.append(len(driver.rounds_opened)))
    assert opened == [0, 1]


def test_a_prepare_that_fails_ends_the_run() -> None:
    def prepare() -> None:
        raise EnvironmentUnusableError("no relay")

    driver = ScriptedDriver()
    with pytest.raises(EnvironmentUnusableError, match="no relay"):
        run(driver=driver, prepare=prepare)
    assert driver.rounds_opened == []


def test_a_stop_while_a_round_is_prepared_ends_the_run_without_a_call() -> None:
    driver, stop = ScriptedDriver(), FakeStop()
    events = run(plan(rounds=3), driver, stop, prepare=stop.cancel)
    assert (driver.rounds_opened, of(RoundFinished, events)) == ([], [])
    assert end(events) is EndReason.INTERRUPTED


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


@dataclass
class Extra:
    """Asks for an extra call after these rounds."""

    rounds: set[int]
    calls: list[Call] = field(default_factory=list)

    def after_call(self, arm: str, call: Call) -> None:
        self.calls.append(call)

    def is_due(self, arm: str) -> bool:
        return self.calls[-1].round in self.rounds


def test_an_extra_call_ends_the_round_that_it_was_asked_for_and_no_last_one() -> None:
    extra = Extra({1, 3})
    events = run(plan(rounds=3), extra=extra)
    told = [(call.round, call.label, call.step) for call in (each.call for each in of(CallFinished, events))]
    assert told == [
        (1, "call1", 0), (1, "call2", 1), (1, "extra", 2),
        (2, "call1", 0), (2, "call2", 1), (3, "call1", 0), (3, "call2", 1),
    ]  # fmt: skip
    assert [each.round for each in of(RoundFinished, events)] == [1, 2, 3]
    sessions = [each.session_id for each in of(CallStarted, events)]
    assert len(set(sessions)) == len(sessions)


def test_an_extra_call_has_a_label_of_its_own() -> None:
    assert scenario(step(), step("extra")).extra_step.label == "extra-call"


def test_calls_are_numbered_by_the_main_requests_that_their_upstream_had_before() -> None:
    """Two arms of one upstream share its order; a retry is a request of its own; the third arm has another upstream."""
    kinds = (RequestKind.MAIN, RequestKind.MAIN, RequestKind.BACKGROUND)
    requests = tuple(
        Exchange(
            sequence=at,
            connection=1,
            kind=kind,
            method="POST",
            path="/v1/messages",
            end=ExchangeEnd.COMPLETE,
            status=529,
        )
        for at, kind in enumerate(kinds)
    )
    retried = ScriptedDriver(lambda order: observation(exchanges=requests))
    order = RequestCount()
    arms = [
        arm("one", plan(rounds=2), requests=order),
        arm("two", plan(rounds=2), retried, requests=order),
        arm("three", plan(rounds=2)),
    ]
    rounds = [[(name, each)] for each in todo(2) for name in ("one", "two", "three")]
    told = list(Runner(arms, FakeStop()).run(rounds))
    before: dict[str, list[int | None]] = {"one": [], "two": [], "three": []}
    for name, event in told:
        if isinstance(event, CallFinished):
            before[name].append(event.call.requests_before)
    assert before == {"one": [0, 1, 6, 7], "two": [2, 4, 8, 10], "three": [0, 1, 2, 3]}


def test_calls_that_overlap_have_no_number() -> None:
    events = run(plan(rounds=4, concurrency=2))
    assert {each.call.requests_before for each in of(CallFinished, events)} == {None}


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
