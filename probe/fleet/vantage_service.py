"""The work of a vantage for coordinators: prepare runs, make their rounds, keep the events. Without any Dask."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.drivers.cancel import Cancel
from probe.drivers.claude_print import open_claude_print
from probe.drivers.context import RunContext
from probe.drivers.driver_registry import DRIVERS, Drivers
from probe.errors import ProbeError
from probe.fleet.packed_events import pack_events
from probe.fleet.spool import RoundAttempt, Spool
from probe.fleet.vantage_session import CollectingLane, VantageSession
from probe.inputs.load_target import embedded_target
from probe.model.run_manifest import RoundToDo
from probe.model.run_spec import ArmSpec, RunSpec
from probe.model.scenario import Scenario, Step

MOST_LANES = 1024
"""Rounds that a worker makes at a time, at most."""
_CHECK_S = 0.5


class RoundEnd(StrEnum):
    """The end of an order for a round."""

    FINISHED = "finished"
    STOPPED = "stopped"
    """The run was to stop."""
    BEGUN_BEFORE = "begun_before"
    """The attempt was begun earlier, and not finished."""
    NO_SESSION = "no_session"
    """The worker does not know the run, or not any more."""


@dataclass(frozen=True, slots=True)
class RoundOrder:
    """An order for a round: by which coordinator, of which run, which one, in which lane, and what is stored by now."""

    session: str
    run: str
    attempt: RoundAttempt
    lane: int
    stored: tuple[RoundAttempt, ...] = ()


RoundResult = tuple[str, bytes]
"""A RoundEnd, and the packed events."""


class VantageService:
    """Serves the runs of one vantage from a spool. `environment` is the worker's own, as is the `config` file."""

    def __init__(
        self, spool: Spool, environment: Mapping[str, str], config: Path | None = None, drivers: Drivers = DRIVERS
    ) -> None:
        self.environment = environment
        self.config = config
        self._spool = spool
        self._drivers = drivers
        self.certificate_ends: datetime | None = None
        self._client: tuple[str | None] | None = None
        self._sessions: dict[str, VantageSession] = {}
        self._runs: dict[str, str] = {}
        self._running: dict[tuple[str, RoundAttempt], Future[RoundResult]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(MOST_LANES, "round")
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._watch_leases, name="leases", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for session in list(self._sessions):
            self.close(session)
        self._pool.shutdown()
        self._watch.join()

    @property
    def runs_under_way(self) -> int:
        """The number of runs that are prepared."""
        return len(self._sessions)

    def client_version(self) -> str | None:
        """Return the version of the client that would be run; None where there is none. It is looked for once."""
        if self._client is None:
            self._client = (_client_version(self.environment),)
        return self._client[0]

    def open(self, session: str, spec: RunSpec) -> VantageSession:
        """Prepare a run, unless it is. Raises ProbeError."""
        with self._lock:
            known = self._sessions.get(session)
        if known is None:
            known = VantageSession(spec, self.environment, self._drivers)
            with self._lock:
                self._sessions[session] = known
        return known

    def session(self, session: str) -> VantageSession | None:
        """Return a run that is prepared."""
        return self._sessions.get(session)

    def take_up(self, session: str, run: str, unfinished: Sequence[RoundAttempt]) -> dict[int, bytes]:
        """Begin a run, or go on with it: end rounds that an earlier coordinator of it has under way.

        Return the events of those attempts that were finished, by their place in `unfinished`.
        """
        earlier = self._runs.get(run)
        if earlier is not None and earlier != session:
            self.close(earlier)
        self._runs[run] = session
        kept = ((index, self._spool.finished(run, attempt)) for index, attempt in enumerate(unfinished))
        return {index: events for index, events in kept if events is not None}

    def make_round(self, order: RoundOrder) -> "Future[RoundResult]":
        """Make a round in a thread; join it where it is under way, and hand out its events where it was finished."""
        key = order.run, order.attempt
        with self._lock:
            running = self._running.get(key)
            if running is None:
                running = self._running[key] = self._pool.submit(self._make_round, order)
                running.add_done_callback(lambda _: self._running.pop(key, None))
        return running

    def extend(self, session: str) -> bool:
        """Extend the lease of a run. Return False where it is not known."""
        known = self._sessions.get(session)
        if known is None or known.has_expired:
            return False
        known.extend()
        return True

    def cancel(self, session: str) -> None:
        """Have all rounds of a run end soon."""
        known = self._sessions.get(session)
        if known:
            known.cancel()

    def close(self, session: str, *, is_stored: bool = False) -> None:
        """End a run; forget what its spool has where the coordinator has stored all of it."""
        with self._lock:
            known = self._sessions.pop(session, None)
            runs = [run for run, owner in self._runs.items() if owner == session]
            for run in runs:
                del self._runs[run]
        if known:
            known.close()
        for run in runs if is_stored else ():
            self._spool.forget_run(run)

    def _make_round(self, order: RoundOrder) -> RoundResult:
        for stored in order.stored:
            self._spool.forget_events(order.run, stored)
        kept = self._spool.finished(order.run, order.attempt)
        if kept is not None:
            return RoundEnd.FINISHED.value, kept
        session = self._sessions.get(order.session)
        if session is None or session.has_expired:
            return RoundEnd.NO_SESSION.value, b""
        self._runs[order.run] = order.session
        if not self._spool.begin(order.run, order.attempt):
            return RoundEnd.BEGUN_BEFORE.value, b""
        arm, number, attempt = order.attempt
        lane = CollectingLane(order.lane)
        session.make_round(arm, RoundToDo(number=number, attempt=attempt), lane)
        events = pack_events(lane.events)
        if not lane.is_finished:
            return RoundEnd.STOPPED.value, events
        self._spool.finish(order.run, order.attempt, events)
        return RoundEnd.FINISHED.value, events

    def _watch_leases(self) -> None:
        while not self._ended.wait(_CHECK_S):
            for name, session in list(self._sessions.items()):
                if session.has_expired:
                    self.close(name)


def _client_version(environment: Mapping[str, str]) -> str | None:
    scenario = Scenario(name="version", steps=(Step(label="call1", prompt="version"),))
    arm = ArmSpec(target=embedded_target("http://127.0.0.1", None, {}))
    try:
        with (
            Cancel() as cancel,
            open_claude_print(RunContext(RunSpec(scenario=scenario, arms=(arm,)), environment, cancel)) as factory,
        ):
            return factory.client_version
    except ProbeError:
        return None


def default_spool(vantage: str, environment: Mapping[str, str]) -> Path:
    """Return the directory of a vantage's spool where none is named."""
    base = environment.get("XDG_STATE_HOME", "")
    state = Path(base) if Path(base).is_absolute() else Path(environment.get("HOME") or os.sep) / ".local" / "state"
    return state / "probe" / "fleet" / vantage


def clock_s() -> float:
    """Return the time by this machine's clock, in seconds since 1970."""
    return time.time()
