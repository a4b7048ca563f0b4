"""Rounds that a runner makes with a driver that answers at once."""

from collections.abc import Iterable
from typing import Any

from probe.model.choices import EndReason
from probe.model.events import (
    Event,
    RunFinished,
)
from probe.model.run_manifest import Plan, RoundToDo
from probe.session.local_rounds import LocalRounds, RequestCount
from probe.session.runner import Arm, Runner
from tests.builders import FakeStop, ScriptedDriver, plan


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
