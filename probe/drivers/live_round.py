"""The calls of a round in one client process, which is asked on its stdin and goes on from step to step."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from probe.drivers.asked_process import AskedProcess, AskedTurn, IsLine
from probe.drivers.client_observation import milliseconds, parsed_output, redacted_bodies, redacted_output
from probe.drivers.context import ArmContext
from probe.drivers.process import Cancel, ChildCommand, Finished, Limits
from probe.drivers.refused_tools import CONTINUING, tools_asked_for
from probe.drivers.sandbox import Sandbox
from probe.errors import UsageError
from probe.model.choices import Session
from probe.model.observation import Observation, Restart, WhyRestarted
from probe.ports import CallOrder, Priming, ProcessRecorder, RecordedCall

OpenRecorder = Callable[[str], AbstractContextManager[ProcessRecorder]]

GRACE_S = 2.0
"""The time from SIGTERM to SIGKILL, for a process that does not end when it has nothing more to do."""
INTERRUPT_GRACE_S = 1.0
"""The time for ending an answer when asked to; clients need 0.002 to 0.066 s (docs/live.md)."""
END_S = 2.0
"""The time for ending once stdin is closed; clients need 0.03 to 0.17 s."""
_STDERR_CHARS = 200


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The lines by which a client is asked, and by which its answers end.

    `is_first` and `is_last` know the lines that begin and end an answer. `is_ready` knows the line that it prints when
    it can be asked; None where it can be asked at once. An empty `interrupt` stands for a client that has none.
    """

    question: Callable[[CallOrder], bytes]
    interrupt: bytes
    is_first: IsLine | None
    is_last: IsLine
    is_ready: IsLine | None = None


class LiveDriver(Protocol):
    """Builds what the calls in a living process are made with."""

    @property
    def arm(self) -> ArmContext: ...
    @property
    def cancel(self) -> Cancel: ...
    @property
    def dialogue(self) -> Dialogue: ...

    def command(self, place: Sandbox, order: CallOrder, base_url: str) -> ChildCommand:
        """Return the command that starts a process for this call and those that go on in it."""
        ...

    def open_recorder(self, base_url: str) -> AbstractContextManager[ProcessRecorder]:
        """Open a recorder for a process."""
        ...

    def not_made(self, order: CallOrder, refused_tools: tuple[str, ...]) -> Observation:
        """Return the observation of a call that was not made, as it would have sent the refusal of these tools."""
        ...


@dataclass(slots=True)
class _Living:
    """A process that can be asked, and its recorder."""

    process: AskedProcess
    recorder: ProcessRecorder
    argv: tuple[str, ...]


class LiveRound:
    """The calls in one sandbox. A step with the session `live` is asked in the process of the step before.

    A refused tool call stays in its session, so a process in which one was asked for ends, and no step goes on with
    its session until another begins a new one. Where the process has ended otherwise, such a step starts anew.
    """

    def __init__(self, driver: LiveDriver, place: Sandbox, priming: Priming, *, guarded: bool) -> None:
        self.priming = priming
        self.config_dir: str | None = str(place.config)
        self._driver = driver
        self._place = place
        self._guarded = guarded
        self._living: _Living | None = None
        self._stack = ExitStack()
        self._refused: tuple[str, ...] | None = None
        self._ended = Restart(WhyRestarted.NO_PROCESS)
        self._left = RecordedCall(())

    def call(self, order: CallOrder) -> Observation:
        """Make the call, unless it would send the refusal of a tool call."""
        if self._refused is not None and order.step.session in CONTINUING:
            return self._driver.not_made(order, self._refused)
        restarted = self._end_unless_it_goes_on(order)
        base_url = self._driver.arm.base_url(order.round, order.step.label)
        living = self._living or self._started(order, base_url)
        if living.process.failure:
            self.close()
            now = datetime.now(UTC)
            return Observation(
                living.argv, now, now, 0.0, None, spawn_error=living.process.failure.reason, exchanges=()
            )
        self._living = living
        load = os.getloadavg()[0]
        living.recorder.begin_call(base_url)
        observation = self._asked(living, order)
        return replace(observation, load=load, restarted=restarted and self._redacted(restarted))

    def close(self) -> None:
        """End the process, if there is one."""
        living, self._living = self._living, None
        if living and not living.process.finished:
            living.process.end(END_S)
        self._stack.close()

    def end_process(self, reason: Restart) -> None:
        """End the process, since its client is gone. A step that would go on in it starts anew, for this reason."""
        self.close()
        self._ended = reason

    def _end_unless_it_goes_on(self, order: CallOrder) -> Restart | None:
        """End the process unless the step goes on in it. Return why a step that would go on cannot."""
        if order.step.session is not Session.LIVE:
            self.close()
            return None
        if self._living is not None and self._living.process.exited:
            finished = self._living.process.end(0.0)
            self._ended = _ended_by_itself(finished, WhyRestarted.ENDED_BETWEEN)
            recorder = self._living.recorder
            self.close()
            self._left = recorder.end_call(time.monotonic())  # what it asked meanwhile belongs to the call that follows
        return None if self._living else self._ended

    def _redacted(self, restart: Restart) -> Restart:
        return replace(restart, said=self._driver.arm.redactor.text(restart.said))

    def _started(self, order: CallOrder, base_url: str) -> _Living:
        dialogue = self._driver.dialogue
        recorder = self._stack.enter_context(self._driver.open_recorder(base_url))
        command = self._driver.command(self._place, order, recorder.base_url)
        limits = Limits(timeout_s=order.step.timeout_s, grace_s=GRACE_S)
        process = AskedProcess(command, limits, self._driver.cancel, dialogue.is_last, dialogue.is_first)
        self._stack.enter_context(process)
        if dialogue.is_ready and not process.failure:
            process.wait_for(dialogue.is_ready, order.step.timeout_s)
        argv = tuple(map(self._driver.arm.redactor.text, command.argv))
        return _Living(process, recorder, argv)

    def _asked(self, living: _Living, order: CallOrder) -> Observation:
        """Ask, end a turn that is late, and end the process where it is not needed any more."""
        process, timeout_s = living.process, order.step.timeout_s
        turn = process.ask(self._driver.dialogue.question(order), timeout_s)
        finished = None
        if turn.timed_out:
            finished = self._ended_late(process)
            turn = replace(turn, wall_s=time.monotonic() - turn.origin_s)
        elif not turn.complete:
            finished = process.end(0.0)
            self._ended = _ended_by_itself(finished, WhyRestarted.ENDED_BEFORE)
        left, self._left = self._left, RecordedCall(())
        recorded = left.followed_by(living.recorder.end_call(turn.origin_s))
        observation = replace(self._observed(living.argv, turn, finished), exchanges=recorded.exchanges)
        self._refused = tools_asked_for(observation) if self._guarded else None
        if finished or self._refused is not None or not order.goes_on:
            self.close()
            recorded = recorded.followed_by(living.recorder.end_call(turn.origin_s))
        last = process.finished
        return replace(
            observation,
            deadline_ms=timeout_s * 1000,
            exchanges=recorded.exchanges,
            bodies=redacted_bodies(recorded.bodies, self._driver.arm.redactor),
            heads=recorded.heads,
            leftovers=last.leftovers if last else 0,
        )

    def _ended_late(self, process: AskedProcess) -> Finished | None:
        """Ask for the end of an answer that is late, and kill the process where that does not help."""
        line = self._driver.dialogue.interrupt
        if line and process.interrupt(line, INTERRUPT_GRACE_S):
            return None
        self._ended = Restart(WhyRestarted.KILLED, waited_s=INTERRUPT_GRACE_S)
        return process.kill()

    def _observed(self, argv: tuple[str, ...], turn: AskedTurn, finished: Finished | None) -> Observation:
        """Return the observation of a turn; `finished` is its process where it ended in this turn."""
        redactor = self._driver.arm.redactor
        stdout = redacted_output(turn.stdout, redactor)
        used = finished.max_rss_bytes if finished and turn.max_rss_bytes is None else turn.max_rss_bytes
        return Observation(
            argv=argv,
            started_at=turn.started_at,
            ended_at=turn.ended_at,
            wall_ms=turn.wall_s * 1000,
            return_code=finished.return_code if finished else None,
            signal=finished.signal_name if finished else None,
            timed_out=turn.timed_out,
            cancelled=turn.cancelled,
            words=parsed_output(stdout, turn.stdout),
            stdout=stdout,
            stderr=redacted_output(turn.stderr, redactor),
            output_truncated=turn.stdout.truncated or turn.stderr.truncated,
            cpu_ms=milliseconds(turn.cpu_s),
            max_rss_bytes=used,
        )


def recorder_of(arm: ArmContext, driver: str) -> OpenRecorder:
    """Return what opens a recorder. Raises UsageError where there is none."""
    if arm.open_call is None:
        raise UsageError(
            f"--driver {driver} reads what it measures from the recorder", key="--no-recorder", remedy="Leave it out."
        )
    return arm.open_call


def _ended_by_itself(finished: Finished, why: WhyRestarted) -> Restart:
    """Tell how a process ended that was to go on, with the end of what it printed as errors."""
    said = finished.stderr.data.decode("utf-8", "replace").strip()[-_STDERR_CHARS:]
    return Restart(why, finished.signal_name, finished.return_code, said)
