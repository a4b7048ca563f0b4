"""Run rounds and their steps, and yield events of them. Imports only the model and the ports."""

import queue
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from probe.model.call import Call
from probe.model.choices import EndReason
from probe.model.events import (
    CallFinished,
    CallStarted,
    Event,
    RoundFinished,
    RoundPrepared,
    RoundStarted,
    RunFinished,
    RunStarted,
)
from probe.model.run_manifest import Plan, RoundToDo
from probe.ports import CallOrder, Driver, ExtraCalls, IdleTimes, Prepare, RoundDriver, Stop
from probe.session.budget import Budget
from probe.session.calls import begun_call, finished_call, make_call, order_call
from probe.session.lanes import Lanes, RoundOf, Told


@dataclass(frozen=True, slots=True)
class Arm:
    """The plan and the driver of one of the targets that are measured side by side.

    Arms of one `upstream` take part in one order of requests; without it an arm has one of its own. `last_use_s` is
    when the target was used before the run, by the monotonic clock.
    """

    name: str
    plan: Plan
    driver: Driver
    upstream: str | None = None
    last_use_s: float | None = None


class Runner:
    """Makes the events of a run of one or more arms, which have the same scenario, limits and concurrency.

    `spent` is what finished rounds of the same run have cost already (USD, tokens). `prepare` is done before each
    round. `idle` chooses how long a target is to be idle before each round, where that is not the scenario's gap.
    `extra` asks for a call beside the script at the end of a round. All three take a concurrency of 1.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        stop: Stop,
        *,
        spent: tuple[float, int] = (0.0, 0),
        prepare: Prepare | None = None,
        idle: IdleTimes | None = None,
        extra: ExtraCalls | None = None,
    ) -> None:
        self._arms = {arm.name: arm for arm in arms}
        self._stop = stop
        self._plan = arms[0].plan
        self._budget = Budget(self._plan, *spent)
        self._prepare = prepare
        self._idle = idle
        self._extra = extra
        self._left: Counter[str] = Counter()
        self._requests: Counter[str] = Counter()
        self._settled = False
        self._dropped: set[str] = set()

    def enough(self) -> None:
        """Begin no further round: what the rounds were made for is known. May be called while events are read."""
        self._settled = True

    def drop(self, arm: str) -> None:
        """Begin no further round of this arm. May be called while events are read."""
        self._dropped.add(arm)

    def run(self, rounds: Iterable[RoundOf]) -> Generator[Told]:
        """Run the rounds, each in its arm, and yield what happens, in order, in the caller's thread.

        A round begins only when all that happened so far has been read. Ends early when the stop is set, a limit is
        reached, `enough` was said or all arms are dropped; each arm's last event says why. Raises what a round raised.
        """
        waiting = deque(rounds)
        self._left = Counter(name for name, _ in waiting)
        for name in self._arms:
            yield name, RunStarted(at=_now(), rounds_to_do=self._left[name])
        lanes = Lanes(min(self._plan.concurrency, len(waiting)), self._lane)
        try:
            yield from self._read(lanes, waiting)
        except BaseException:
            self._stop.cancel()  # the reader of the events failed: no call may go on unrecorded
            raise
        finally:
            lanes.end()
        if lanes.failure:
            raise lanes.failure
        for name in self._arms:
            yield name, RunFinished(at=_now(), reason=self._reason(name, all_begun=not waiting))

    def _read(self, lanes: Lanes, waiting: deque[RoundOf]) -> Generator[Told]:
        """Yield what the lanes tell, and give each a round when it has none, as long as there are."""
        while lanes.running:
            event = lanes.events.get()
            if event is None:
                lanes.free += 1
            elif isinstance(event, BaseException):
                lanes.failure = lanes.failure or event
            else:
                yield event
            while lanes.free and lanes.events.empty():
                begun = None if lanes.failure or self._is_over else self._next_round(waiting)
                if begun is None:
                    lanes.give(None)
                    continue
                name, todo = begun
                self._left[name] -= 1
                yield name, RoundStarted(at=_now(), round=todo.number, attempt=todo.attempt)
                lanes.give(begun)

    def _next_round(self, waiting: deque[RoundOf]) -> RoundOf | None:
        """Take the next round off the waiting ones; those of arms that were dropped are not made."""
        while waiting:
            if waiting[0][0] not in self._dropped:
                return waiting.popleft()
            waiting.popleft()
        return None

    @property
    def _is_over(self) -> bool:
        return self._stop.cancelled or self._settled or self._budget.exceeded is not None

    def _reason(self, name: str, *, all_begun: bool) -> EndReason:
        if self._stop.cancelled:
            return EndReason.INTERRUPTED
        if name in self._dropped and self._left[name]:
            return EndReason.SAME_FAILURE
        if self._settled and not all_begun:
            return EndReason.SETTLED
        return self._budget.exceeded or EndReason.COMPLETED

    def _lane(self, lanes: Lanes) -> None:
        """Make rounds one after the other, beside other lanes. Idle times are those of the lane."""
        lasting = {name: _Lane(name, lanes.events, arm.last_use_s) for name, arm in self._arms.items()}
        lanes.events.put(None)
        while (given := lanes.rounds.get()) is not None:
            name, todo = given
            try:
                self._round(self._arms[name], todo, lasting[name])
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
                lanes.events.put(error)
            lanes.events.put(None)

    def _round(self, arm: Arm, todo: RoundToDo, lane: "_Lane") -> None:
        scenario = arm.plan.scenario
        if self._prepare:
            self._prepare()
        if self._stop.cancelled:
            return
        gap_s = self._idle.before_round_s(arm.name) if self._idle else scenario.gap_s
        with arm.driver.open_round(todo.number) as driver:
            priming = driver.priming
            lane.tell(
                RoundPrepared(
                    at=_now(),
                    round=todo.number,
                    primed=priming.primed,
                    prime_ms=priming.prime_ms,
                    problem=priming.problem,
                    config_dir=driver.config_dir,
                    idle_s=gap_s,
                )
            )
            earlier: str | None = None
            calls: list[Call] = []
            for index, step in enumerate(scenario.steps):
                if not self._wait_idle(step.gap_s if index else gap_s, lane):
                    return
                order = order_call(todo.number, step, earlier, goes_on=scenario.goes_on_after(index))
                call = self._call(arm, driver, order, begun_call(todo, index, order), lane, calls)
                if not call.counts:
                    return
                earlier = call.served_session_id or call.session_id
            self._extra_call(arm, driver, todo, lane, calls)
        lane.tell(RoundFinished(at=_now(), round=todo.number, attempt=todo.attempt))

    def _wait_idle(self, gap_s: float, lane: "_Lane") -> bool:
        """Wait until the target was idle for `gap_s`; False when the run is to stop instead."""
        idle_s = lane.idle_s()
        if idle_s is not None and idle_s < gap_s:
            self._stop.wait(gap_s - idle_s)
        return not self._stop.cancelled

    def _extra_call(self, arm: Arm, driver: RoundDriver, todo: RoundToDo, lane: "_Lane", calls: list[Call]) -> None:
        """Make a call beside the script, where another round is to come that it is asked for."""
        if self._extra and self._left[arm.name] and not self._is_over and self._extra.is_due(arm.name):
            order = order_call(todo.number, arm.plan.scenario.extra_step, None)
            self._call(arm, driver, order, begun_call(todo, len(arm.plan.scenario.steps), order), lane, calls)

    def _call(
        self, arm: Arm, driver: RoundDriver, order: CallOrder, begun: CallStarted, lane: "_Lane", calls: list[Call]
    ) -> Call:
        """Make a call and add it to those of its round."""
        lane.tell(begun)
        idle_s = lane.idle_s()
        made_call = make_call(driver, order, arm.plan.model)
        lane.used()
        upstream = arm.upstream or arm.name
        before = self._requests[upstream] if self._plan.concurrency == 1 else None
        wire = made_call.finding.wire
        self._requests[upstream] += wire.attempts if wire else 1
        call = finished_call(begun, made_call, arm.plan.model, idle_s=idle_s, requests_before=before)
        for follower in (self._idle, self._extra):
            if follower:
                follower.after_call(arm.name, call)
        calls.append(call)
        self._budget.add(calls)
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


@dataclass(slots=True)
class _Lane:
    """An arm in a lane: takes its events, and knows when it last used the target."""

    arm: str
    events: "queue.SimpleQueue[Told | BaseException | None]"
    last_use: float | None = None

    def tell(self, event: Event) -> None:
        self.events.put((self.arm, event))

    def used(self) -> None:
        self.last_use = time.monotonic()

    def idle_s(self) -> float | None:
        return None if self.last_use is None else time.monotonic() - self.last_use


def _now() -> datetime:
    return datetime.now(UTC)
