"""Make the rounds of an arm on this machine: sandbox, steps, idle times."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from probe.model.call import Call
from probe.model.events import CallFinished, CallStarted, Event, RoundFinished, RoundPrepared
from probe.model.run_manifest import Plan, RoundToDo
from probe.ports import CallOrder, Driver, ExtraCalls, IdleTimes, Prepare, RoundDriver, RoundLane, Stop
from probe.session.calls import begun_call, finished_call, make_call, order_call


@dataclass(slots=True)
class RequestCount:
    """Counts the main requests of an upstream; shared by its arms, whose calls are made one after the other."""

    count: int = 0


@dataclass(slots=True)
class LocalRounds:
    """Makes the rounds of an arm by its driver; a RoundMaker.

    `requests` numbers the calls by the requests before them; None where others make some at the same time.
    `last_use_s` is when the target was used before the run, by the monotonic clock. `prepare` is done before each
    round. `idle` chooses how long a target is to be idle before each round, where that is not the scenario's gap.
    `extra` asks for a call beside the script at the end of a round. All three take one lane.
    """

    name: str
    plan: Plan
    driver: Driver
    stop: Stop
    requests: RequestCount | None = None
    last_use_s: float | None = None
    prepare: Prepare | None = None
    idle: IdleTimes | None = None
    extra: ExtraCalls | None = None
    _last_uses: dict[int, float] = field(default_factory=dict)

    def earlier_rounds(self, unfinished: Sequence[RoundToDo]) -> Mapping[int, Sequence[Event]]:
        """Return nothing: what was made here is stored already."""
        return {}

    def make_round(self, todo: RoundToDo, lane: RoundLane) -> None:
        """Make a round; it ends early, without a RoundFinished, where the run is to stop."""
        scenario = self.plan.scenario
        if self.prepare:
            self.prepare()
        if self.stop.cancelled:
            return
        gap_s = self.idle.before_round_s(self.name) if self.idle else scenario.gap_s
        with self.driver.open_round(todo.number) as driver:
            lane.tell(_prepared(todo, driver, gap_s))
            earlier: str | None = None
            for index, step in enumerate(scenario.steps):
                if not self._wait_idle(step.gap_s if index else gap_s, lane):
                    return
                order = order_call(todo.number, step, earlier, goes_on=scenario.goes_on_after(index))
                call = self._call(driver, order, begun_call(todo, index, order), lane)
                if not call.counts:
                    return
                earlier = call.served_session_id or call.session_id
            self._extra_call(driver, todo, lane)
        lane.tell(RoundFinished(at=_now(), round=todo.number, attempt=todo.attempt))

    def _idle_s(self, lane: RoundLane) -> float | None:
        """Return for how long the lane has not used the target; None if it never has."""
        last_use = self._last_uses.get(lane.number, self.last_use_s)
        return None if last_use is None else time.monotonic() - last_use

    def _wait_idle(self, gap_s: float, lane: RoundLane) -> bool:
        """Wait until the target was idle for `gap_s`; False when the run is to stop instead."""
        idle_s = self._idle_s(lane)
        if idle_s is not None and idle_s < gap_s:
            self.stop.wait(gap_s - idle_s)
        return not self.stop.cancelled

    def _extra_call(self, driver: RoundDriver, todo: RoundToDo, lane: RoundLane) -> None:
        """Make a call beside the script, where another round is to come that it is asked for."""
        if self.extra and lane.goes_on() and self.extra.is_due(self.name):
            order = order_call(todo.number, self.plan.scenario.extra_step, None)
            self._call(driver, order, begun_call(todo, len(self.plan.scenario.steps), order), lane)

    def _call(self, driver: RoundDriver, order: CallOrder, begun: CallStarted, lane: RoundLane) -> Call:
        """Make a call and tell of it."""
        lane.tell(begun)
        idle_s = self._idle_s(lane)
        made_call = make_call(driver, order, self.plan.model)
        self._last_uses[lane.number] = time.monotonic()
        before = self.requests.count if self.requests else None
        wire = made_call.finding.wire
        if self.requests:
            self.requests.count += wire.attempts if wire else 1
        call = finished_call(begun, made_call, self.plan.model, idle_s=idle_s, requests_before=before)
        for follower in (self.idle, self.extra):
            if follower:
                follower.after_call(self.name, call)
        observation = made_call.observation
        lane.tell(
            CallFinished(
                at=_now(),
                call=call,
                argv=observation.argv,
                stdout=observation.stdout,
                stderr=observation.stderr,
                exchanges=observation.exchanges,
                bodies=observation.bodies,
            )
        )
        return call


def _prepared(todo: RoundToDo, driver: RoundDriver, idle_s: float) -> RoundPrepared:
    priming = driver.priming
    return RoundPrepared(
        at=_now(),
        round=todo.number,
        primed=priming.primed,
        prime_ms=priming.prime_ms,
        problem=priming.problem,
        config_dir=driver.config_dir,
        idle_s=idle_s,
    )


def _now() -> datetime:
    return datetime.now(UTC)
