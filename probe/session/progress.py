"""The progress of a run, for views that show it."""

import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from probe.model.call import Call
from probe.model.events import (
    CallFinished,
    CallStarted,
    Event,
    RoundFinished,
    RoundPrepared,
    RoundStarted,
    RunStarted,
)
from probe.model.outcome import Outcome
from probe.model.row import Row
from probe.session.prepare import PreparedArm
from probe.session.usage_watch import UsageWatch

_LAST = 60


class RoundStage(StrEnum):
    """The stage of a round that is under way."""

    PREPARING = "preparing"
    IDLE = "idle"
    CALL = "call"
    BETWEEN_CALLS = "between_calls"


@dataclass(frozen=True, slots=True)
class RunningRound:
    """A round that is under way: since when its stage goes on, and how long that may take; with the call's label."""

    stage: RoundStage
    since_s: float
    limit_s: float | None = None
    label: str = ""


@dataclass(slots=True)
class StepCount:
    """The calls of a step so far, and the last ones."""

    ok: int = 0
    recovered: int = 0
    failed: int = 0
    last: deque[Call | Row] = field(default_factory=lambda: deque(maxlen=_LAST))

    @property
    def n(self) -> int:
        return self.ok + self.failed

    def add(self, call: Call | Row) -> None:
        self.ok += call.as_expected
        self.recovered += call.as_expected and not call.clean
        self.failed += not call.as_expected
        self.last.append(call)


@dataclass(slots=True)
class CallCounts:
    """The calls of an arm so far: how many failed and why, and how many succeeded only after a silent retry."""

    n: int = 0
    recovered: int = 0
    failures: Counter[tuple[Outcome, str | None]] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        return self.failures.total()

    def add(self, call: Call | Row) -> None:
        """Count a call."""
        self.n += 1
        if not call.as_expected:
            self.failures[call.outcome, call.diagnosis.cause] += 1
        elif call.recovered_silently:
            self.recovered += 1


class Progress:
    """Counts rounds and calls; those of an earlier start of the same run count too."""

    def __init__(self, arms: Sequence[PreparedArm], rows: Mapping[str, Sequence[Row]], usage: UsageWatch) -> None:
        self.usage = usage
        self.several = len(arms) > 1
        self.plan = arms[0].plan
        self.until_sure = arms[0].manifest.options.until_sure
        self._places = max(len(arms[0].manifest.options.vantages), 1)
        self.rounds = sum(arm.plan.rounds for arm in arms)
        self.steps = {(arm.name, step.label): StepCount() for arm in arms for step in arm.plan.scenario.steps}
        self.counts = {arm.name: CallCounts() for arm in arms}
        self.last: tuple[str, Call | Row] | None = None
        for arm in arms:
            for row in rows[arm.name]:
                self._count(arm.name, row)
        self.to_do = 0
        self.done_now = 0
        self.started_s = self.finished_s = time.monotonic()
        self.running: dict[tuple[str, int], RunningRound] = {}

    def on_event(self, arm: str, event: Event) -> None:
        """Take an event."""
        now = time.monotonic()
        match event:
            case RunStarted():
                self.to_do, self.started_s = self.to_do + event.rounds_to_do, now
            case RoundStarted():
                self.running[arm, event.round] = RunningRound(RoundStage.PREPARING, now)
            case RoundPrepared():
                self.running[arm, event.round] = RunningRound(RoundStage.IDLE, now, event.idle_s or None)
            case CallStarted():
                self.running[arm, event.round] = RunningRound(
                    RoundStage.CALL, now, event.timeout_ms / 1000, event.label
                )
            case CallFinished() if event.call.counts:
                self._count(arm, event.call)
                self.running[arm, event.call.round] = RunningRound(RoundStage.BETWEEN_CALLS, now)
            case RoundFinished():
                self.done_now, self.finished_s = self.done_now + 1, now
                self.running.pop((arm, event.round), None)
            case _:
                pass

    def _count(self, arm: str, call: Call | Row) -> None:
        """Count a call under its label; an extra one gets a line of its own."""
        self.steps.setdefault((arm, call.label), StepCount()).add(call)
        self.counts[arm].add(call)
        self.last = (arm, call)

    def is_first_extra(self, arm: str, call: Call) -> bool:
        """Return True for an arm's first call that is not of the script."""
        is_extra = call.step >= len(self.plan.scenario.steps)
        return is_extra and self.steps[arm, call.label].n == 1

    def name(self, arm: str, what: str) -> str:
        """Return a name with the arm's before it, where there are several arms."""
        return f"{arm} {what}" if self.several else what

    @property
    def finished(self) -> int:
        return self.rounds - self.to_do + self.done_now

    def left_s(self) -> tuple[float | None, float]:
        """Return the expected time to go if rounds go on like those so far, and the most it can take, in seconds.

        The expected time is None where nothing can be expected: before the first round has ended, and when a round
        takes longer than expected.
        """
        rounds = self.to_do - self.done_now
        longest = rounds * self.plan.scenario.longest_round_s / (self.plan.concurrency * self._places)
        if not self.done_now:
            return None, longest
        a_round = (self.finished_s - self.started_s) / self.done_now
        expected = rounds * a_round - (time.monotonic() - self.finished_s)
        return (expected if expected > 0 else None), longest
