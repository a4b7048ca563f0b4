"""Rounds of an arm on this machine: sandbox, steps, idle times, extra calls."""

from dataclasses import dataclass, field

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import (
    CallFinished,
    CallStarted,
    RoundFinished,
)
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.ports import CallOrder
from probe.session.local_rounds import RequestCount
from probe.session.runner import Runner
from tests.builders import FakeStop, ScriptedDriver, answered, observation, plan, scenario, step
from tests.session.made_rounds import arm, end, of, run, todo


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


def test_prepare_is_done_before_each_round() -> None:
    driver, opened = ScriptedDriver(), list[int]()
    run(plan(rounds=2), driver, prepare=lambda: opened.append(len(driver.rounds_opened)))
    assert opened == [0, 1]


def test_a_stop_while_a_round_is_prepared_ends_the_run_without_a_call() -> None:
    driver, stop = ScriptedDriver(), FakeStop()
    events = run(plan(rounds=3), driver, stop, prepare=stop.cancel)
    assert (driver.rounds_opened, of(RoundFinished, events)) == ([], [])
    assert end(events) is EndReason.INTERRUPTED


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
