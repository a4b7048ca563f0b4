"""The coordinator's connection to a fleet. May be used in several threads."""

import asyncio
import threading
import time
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from probe import __version__
from probe.errors import EnvironmentUnusableError
from probe.fleet.addresses import FleetAddress
from probe.fleet.dask_settings import own_settings
from probe.fleet.tls_files import TlsFiles
from probe.fleet.vantage_orders import DEFECT, ORDER, VantageOrder

_LOOK_S = 0.5
"""The time between two looks at who is there."""
_CALL_S = 15.0
_CONNECT_S = 10
_CONNECTIONS = 4096
"""Orders that may be under way at a time, each on a connection of its own."""
_FLEET_LOST_S = 10.0
"""The time after which a scheduler that does not answer is given up."""
_CLOCK_SAMPLES = 7


class WorkerLostError(Exception):
    """The worker did not answer, or is gone."""


class VantageDefectError(RuntimeError):
    """A worker answered with an error that `probe` does not raise on purpose; `reply` is its traceback."""

    def __init__(self, vantage: str, reply: str) -> None:
        super().__init__(f"at the vantage {vantage}: {reply}")
        self.reply = reply


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """A worker as it says of itself."""

    vantage: str
    address: str
    version: str
    spool: str


@dataclass(frozen=True, slots=True)
class ClockOffset:
    """A worker's clock minus this machine's, and by how much that may be wrong: half of a round trip."""

    offset_ms: float
    error_ms: float


class FleetClient:
    """A client of the scheduler at an address, which looks continually who is there.

    Raises EnvironmentUnusableError where no scheduler answers.
    """

    def __init__(self, address: FleetAddress, tls: TlsFiles | None) -> None:
        self.address = address
        self._tls = tls
        self._stack = ExitStack()
        self._ended = threading.Event()
        self._workers: tuple[WorkerFacts, ...] = ()
        self._answered_s = time.monotonic()
        self._watch = threading.Thread(target=self._keep_looking, name="fleet-watch", daemon=True)

    def __enter__(self) -> Self:
        self._stack.enter_context(own_settings())
        import distributed

        from probe.fleet.fleet_servers import security_of

        try:
            self._dask = distributed.Client(
                str(self.address),
                security=security_of(self._tls),
                timeout=_CONNECT_S,
                set_as_default=False,
                connection_limit=_CONNECTIONS,
            )
            loop: Any = self._dask.loop
            self._loop = loop.asyncio_loop
            self._look()
        except (OSError, TimeoutError) as error:
            self._stack.close()
            raise self._no_scheduler(error) from error
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watch.join()
        try:
            self._dask.close(timeout=2)
        finally:
            self._stack.close()

    @property
    def is_lost(self) -> bool:
        """True once the scheduler has not answered for a while."""
        return time.monotonic() - self._answered_s > _FLEET_LOST_S

    def workers(self, vantage: str | None = None) -> tuple[WorkerFacts, ...]:
        """Return the workers that are there, or those of a vantage."""
        return tuple(worker for worker in self._workers if vantage in {None, worker.vantage})

    def call(self, worker: WorkerFacts, order: VantageOrder, *arguments: object, wait_s: float = _CALL_S) -> Any:
        """Have an order carried out at a worker. Raises WorkerLostError."""
        calling = self.begin(worker, order, *arguments)
        try:
            return calling.result(wait_s)
        except (OSError, TimeoutError) as error:
            calling.cancel()
            raise WorkerLostError(str(error)) from error

    def begin(self, worker: WorkerFacts, order: VantageOrder, *arguments: object) -> "Future[Any]":
        """Send an order to a worker. The future raises OSError and TimeoutError where the worker is lost."""
        return asyncio.run_coroutine_threadsafe(self._carry_out(worker, order, arguments), self._loop)

    async def _carry_out(self, worker: WorkerFacts, order: VantageOrder, arguments: tuple[object, ...]) -> Any:
        message = {"op": ORDER, "order": order.value, "arguments": list(arguments)}
        replies = await self._scheduler().broadcast(msg=message, workers=[worker.address])
        kind, reply = replies[worker.address]
        if kind == DEFECT:
            raise VantageDefectError(worker.vantage, reply)
        return reply

    def clock_offset(self, worker: WorkerFacts) -> ClockOffset:
        """Measure a worker's clock, by the quickest of several questions. Raises WorkerLostError."""
        samples = []
        for _ in range(_CLOCK_SAMPLES):
            begun_s, begun = time.time(), time.monotonic()
            there_s = self.call(worker, VantageOrder.CLOCK)
            took_s = time.monotonic() - begun
            samples.append((took_s, there_s - begun_s - took_s / 2))
        took_s, offset_s = min(samples)
        return ClockOffset(round(offset_s * 1000, 3), round(took_s * 500, 3))

    def _keep_looking(self) -> None:
        while not self._ended.wait(_LOOK_S):
            try:
                self._look()
            except (OSError, TimeoutError):
                self._workers = ()

    def _look(self) -> None:
        looking = asyncio.run_coroutine_threadsafe(self._identity(), self._loop)
        identity = looking.result(_CALL_S)
        self._answered_s = time.monotonic()
        found = []
        for address, worker in identity["workers"].items():
            facts = worker.get("metrics", {}).get("probe")
            if facts and worker.get("status") == "running":
                found.append(WorkerFacts(facts["vantage"], address, facts["version"], facts["spool"]))
        self._workers = tuple(found)

    async def _identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = await self._scheduler().identity(n_workers=-1)
        return identity

    def _scheduler(self) -> Any:
        """Return what asks the scheduler. Raises OSError where the client has given it up."""
        if self._dask.scheduler is None:
            raise ConnectionError("the scheduler does not answer")
        return self._dask.scheduler

    def _no_scheduler(self, error: Exception) -> EnvironmentUnusableError:
        from distributed.comm.core import FatalCommClosedError

        if isinstance(error, FatalCommClosedError):
            return EnvironmentUnusableError(
                f"the certificates here and at {self.address} do not fit",
                key="--tls",
                remedy="They are of different keys, or one has ended: `probe fleet keys` makes them all.",
            )
        return EnvironmentUnusableError(
            f"no scheduler of a fleet answers at {self.address}",
            remedy=f"Start one with `probe fleet scheduler`, and look at its address. ({error})",
        )


def has_our_version(worker: WorkerFacts) -> bool:
    """Return True where a worker runs the same version of probe."""
    return worker.version == __version__
