"""A vantage of a run, as the coordinator knows it: its worker, its session, its lease."""

import contextlib
import math
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Any

from probe.drivers.cancel import Cancel
from probe.errors import ProbeError, StoreError, UsageError
from probe.fleet.fleet_client import FleetClient, WorkerFacts, WorkerLostError, has_our_version
from probe.fleet.spool import RoundAttempt
from probe.fleet.vantage_messages import OpenedReply
from probe.fleet.vantage_orders import VantageOrder
from probe.fleet.vantage_service import RoundResult
from probe.model.run_spec import RunSpec
from probe.ports import PlaceLostError
from probe.texts.phrase import Phrase, phrase
from probe.units import format_duration

_EXTEND_S = 5.0
_OPEN_S = 180.0
"""The time to prepare a run at a vantage: its client is asked for its version, a token command may run."""
_GIVE_UP_S = 20.0
"""The time that rounds have to end once the run is to stop."""
_POLL_S = 0.25


class RemoteVantage:
    """A vantage with the arms of a run. Used by the threads of its lanes."""

    def __init__(self, fleet: FleetClient, name: str, spec: RunSpec, stop: Cancel, wait_s: float) -> None:
        self.name = name
        self._fleet = fleet
        self.arm_names = tuple(arm.name for arm in spec.arms)
        self._spec = spec.model_dump_json()
        self._stop = stop
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._lost: PlaceLostError | None = None
        self.generation = 0
        self.session = ""
        self.is_stored = False
        self.worker = self._only_worker()
        self.opened = OpenedReply()
        self.note: Callable[[Phrase], None] = lambda _: None
        self._ended = threading.Event()
        self._lease = threading.Thread(target=self._keep_lease, name=f"lease-{name}", daemon=True)

    @property
    def is_to_stop(self) -> bool:
        """True where the run is to stop."""
        return self._stop.cancelled

    def open(self) -> OpenedReply:
        """Prepare the run at the vantage. Raises ProbeError for what it refuses, and WorkerLostError."""
        self.session = uuid.uuid4().hex
        reply = self._fleet.call(self.worker, VantageOrder.OPEN, self.session, self._spec, wait_s=_OPEN_S)
        opened = OpenedReply.model_validate_json(reply)
        if opened.refusal:
            raise opened.refusal.raised_at(self.name)
        if not self._lease.is_alive():
            self._lease.start()
        return opened

    def call(self, order: VantageOrder, *arguments: object, wait_s: float = 30.0) -> Any:
        """Have an order carried out at the worker. Raises WorkerLostError."""
        return self._fleet.call(self.worker, order, self.session, *arguments, wait_s=wait_s)

    def make_round(self, run: str, attempt: RoundAttempt, lane: int, stored: Sequence[RoundAttempt]) -> RoundResult:
        """Have a round made. Raises WorkerLostError, PlaceLostError, and ProbeError for what the round raised there."""
        worker = self.worker
        making = self._fleet.begin(worker, VantageOrder.MAKE_ROUND, self.session, run, attempt, lane, list(stored))
        result = self._result_of(making, worker)
        if isinstance(result, str):
            refusal = OpenedReply.model_validate_json(result).refusal
            if refusal:
                error = refusal.raised_at(self.name)
                raise self._given_up(error) if isinstance(error, StoreError) else error
        end, events = result
        return end, events

    def recover(self, generation: int) -> None:
        """Wait for a worker of the vantage, after the one of this generation was lost. Raises PlaceLostError."""
        with self._lock:
            if generation != self.generation:
                return
            if self._lost:
                raise self._lost
            before = self.opened
            deadline_s = time.monotonic() + self._wait_s
            self.note(phrase("fleet.lost", vantage=self.name, time=format_duration(self._wait_s)))
            while not self._is_back(before):
                if self._fleet.is_lost or self._stop.cancelled or time.monotonic() > deadline_s:
                    raise self._not_back()
                self._stop.wait(_POLL_S)
            self.generation += 1
            self.note(phrase("fleet.back", vantage=self.name))

    def _given_up(self, error: ProbeError) -> PlaceLostError:
        """Return why the vantage makes no further rounds, such as a full disk; others go on."""
        self._lost = self._lost or PlaceLostError(error.told(error.message, None))
        return self._lost

    def _not_back(self) -> PlaceLostError:
        """Return that there is no worker any more, or no scheduler that could tell of one."""
        if self._fleet.is_lost:
            self._lost = PlaceLostError("the scheduler does not answer", everywhere=True)
        else:
            self._lost = PlaceLostError(f"no worker came back within {format_duration(self._wait_s)}")
        return self._lost

    def close(self) -> None:
        """End the run at the vantage, as far as it can be reached."""
        self._ended.set()
        if self._lease.is_alive():
            self._lease.join()
        self._tell(VantageOrder.CLOSE, self.is_stored)

    def cancel(self) -> None:
        """Have the rounds end soon, as far as the vantage can be reached."""
        self._tell(VantageOrder.CANCEL, wait_s=5.0)

    def _tell(self, order: VantageOrder, *arguments: object, wait_s: float = 30.0) -> None:
        """Have an order carried out unless the worker is gone, whose lease ends the run there."""
        if self.worker in self._fleet.workers(self.name):
            with contextlib.suppress(WorkerLostError):
                self.call(order, *arguments, wait_s=wait_s)

    def _is_back(self, before: OpenedReply) -> bool:
        """Prepare the run anew where a worker is there. Raises PlaceLostError where it would measure something else."""
        workers = [worker for worker in self._fleet.workers(self.name) if has_our_version(worker)]
        if len(workers) != 1:
            return False
        self.worker = workers[0]
        try:
            opened = self.open()
        except WorkerLostError:
            return False
        except ProbeError as error:
            raise self._given_up(error) from error
        identities = [[arm.manifest.identity() for arm in reply.arms] for reply in (before, opened)]
        if identities[0] != identities[1]:
            self._lost = PlaceLostError("its worker came back with another machine, client or target")
            raise self._lost
        return True

    def _result_of(self, making: "Future[Any]", worker: WorkerFacts) -> Any:
        """Wait for the result of an order that takes long. Raises WorkerLostError."""
        give_up_s = math.inf
        while not making.done():
            wait([making], _POLL_S)
            if self._stop.cancelled:
                give_up_s = min(give_up_s, time.monotonic() + _GIVE_UP_S)
            is_there = worker in self._fleet.workers(self.name) and not self._fleet.is_lost
            if not making.done() and (time.monotonic() > give_up_s or not is_there):
                making.cancel()
                raise WorkerLostError
        try:
            return making.result()
        except (OSError, TimeoutError) as error:
            raise WorkerLostError(str(error)) from error

    def _only_worker(self) -> WorkerFacts:
        """Return the one worker of the vantage, of our version. Raises UsageError where there is none."""
        workers = self._fleet.workers(self.name)
        known = sorted({worker.vantage for worker in self._fleet.workers()})
        if not workers:
            raise UsageError(
                f"no worker of the vantage {self.name!r} is connected to {self._fleet.address}",
                key="--vantage",
                remedy=f"Connected: {', '.join(known) or 'none'}. Start one there with `probe fleet worker`.",
            )
        if len(workers) > 1:
            raise UsageError(
                f"{len(workers)} workers say that they are {self.name!r}", key="--vantage", remedy="End all but one."
            )
        if not has_our_version(workers[0]):
            from probe import __version__

            raise UsageError(
                f"the worker of {self.name!r} runs probe {workers[0].version}, and this is {__version__}",
                key="--vantage",
                remedy="Install the same version at all vantages.",
            )
        return workers[0]

    def _keep_lease(self) -> None:
        while not self._ended.wait(_EXTEND_S):
            self._tell(VantageOrder.EXTEND, wait_s=_EXTEND_S)
