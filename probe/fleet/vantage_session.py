"""A run at a vantage, as long as its coordinator says that it goes on."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from probe.checkup.ask_targets import run_preflight
from probe.checkup.asked_target import AskedTarget
from probe.drivers.cancel import Cancel
from probe.drivers.driver_registry import Drivers
from probe.model.events import Event, RoundFinished
from probe.model.run_manifest import RoundToDo
from probe.model.run_spec import LOCAL, RunSpec
from probe.session.local_rounds import LocalRounds
from probe.session.prepare import PreparedRun, prepared
from probe.session.secrets import resolve_secrets
from probe.texts import Texts

LEASE_S = 30.0
"""The time after which a vantage gives up a run of whose coordinator it has heard nothing."""


@dataclass(slots=True)
class CollectingLane:
    """A lane whose events are collected."""

    number: int
    events: list[Event] = field(default_factory=list)

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def goes_on(self) -> bool:
        return False

    @property
    def is_finished(self) -> bool:
        """True where the round was made to its end."""
        return bool(self.events) and isinstance(self.events[-1], RoundFinished)


class VantageSession:
    """A run that is prepared at a vantage, and its lease. May be used in several threads. Raises ProbeError."""

    def __init__(self, spec: RunSpec, environment: Mapping[str, str], drivers: Drivers) -> None:
        self.spec = spec
        self._environment = environment
        self._stack = ExitStack()
        self._cancel = self._stack.enter_context(Cancel())
        self._until_s = time.monotonic() + LEASE_S
        self._quiet = threading.Condition()
        self._under_way = 0
        secrets = resolve_secrets(spec, environment, vantage=spec.arms[0].vantage or LOCAL)
        try:
            self.run = self._stack.enter_context(
                prepared(spec, secrets, environment, drivers=drivers, cancel=self._cancel)
            )
        except BaseException:
            self._stack.close()
            raise
        self._makers = _makers(self.run)

    def extend(self) -> None:
        """Extend the lease."""
        self._until_s = time.monotonic() + LEASE_S

    @property
    def has_expired(self) -> bool:
        """True once the coordinator has been silent for too long."""
        return time.monotonic() > self._until_s

    def cancel(self) -> None:
        """Have all rounds end soon."""
        self._cancel.cancel()

    def ask_targets(self, texts: Texts) -> tuple[AskedTarget, ...]:
        """Ask the targets of the run, and return what was found, be it what may."""
        options = self.spec.options.model_copy(update={"keep_going": True})
        asking = replace(self.run, spec=self.spec.model_copy(update={"options": options}))
        asked_run, asked = run_preflight(asking, self._environment, texts)
        self.run = replace(self.run, arms=asked_run.arms)
        self._makers = _makers(self.run)
        return asked

    def make_round(self, arm: str, todo: RoundToDo, lane: CollectingLane) -> None:
        """Make a round of an arm. One in which the lease expired tells nothing: the worker may have stood still."""
        with self._counted():
            self._makers[arm].make_round(todo, lane)
        if self.has_expired:
            self.cancel()
            lane.events.clear()

    def close(self) -> None:
        """Cancel the rounds, wait for their end, and end what was started for the run."""
        self.cancel()
        with self._quiet:
            self._quiet.wait_for(lambda: not self._under_way)
        self._stack.close()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._quiet:
            self._under_way += 1
        try:
            yield
        finally:
            with self._quiet:
                self._under_way -= 1
                self._quiet.notify_all()


def _makers(run: PreparedRun) -> dict[str, LocalRounds]:
    return {
        arm.name: LocalRounds(arm.name, arm.plan, arm.driver, run.cancel, last_use_s=arm.asked_s) for arm in run.arms
    }
