"""A fleet within this process: the project's own scheduler and workers, on loopback, in a thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from probe.drivers.cancel import Cancel
from probe.fleet.addresses import FleetAddress, parse_address
from probe.fleet.spool import Spool
from probe.fleet.vantage_service import VantageService
from probe.model.run_manifest import Options
from probe.model.run_spec import RunSpec
from probe.session.resolve_spec import plan_run
from tests.upstream.support import wait_until

if TYPE_CHECKING:
    from probe.fleet.tls_files import TlsFiles  # needs a package of the extra `fleet`

ENVIRONMENT = {"PATH": "/bin:/usr/bin"}


def embedded(fault: str = "none", vantages: Sequence[str] = (), **options: Any) -> RunSpec:
    """Return the specification of a run against the upstream that comes with `probe`, without a client."""
    fields = {"targets": ("embedded",), "drivers": ("messages",), "faults": (fault,), "vantages": vantages, **options}
    return plan_run(Options.model_validate(fields), {}, {})


@dataclass
class WorkerHere:
    """A worker, and what it has said."""

    service: VantageService
    spool: Path
    said: list[str]
    end: Callable[[], None]
    """Ends it, as one that is interrupted."""


@dataclass
class FleetHere:
    """A loop for members of fleets, and a scheduler. What is still there ends with the context."""

    folder: Path
    tls: "TlsFiles | None" = None
    port: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        from probe.fleet.dask_settings import own_settings

        self._stack.enter_context(own_settings())
        self._loop = asyncio.new_event_loop()
        thread = threading.Thread(target=self._loop.run_forever, name="members", daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(self._loop.call_soon_threadsafe, self._loop.stop)
        self.end_scheduler = self._stack.enter_context(self.scheduler())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def address(self) -> FleetAddress:
        scheme = "tls" if self.tls else "tcp"
        return parse_address(f"{scheme}://127.0.0.1:{self.port}", has_tls=bool(self.tls), key="--fleet")

    @contextmanager
    def scheduler(self) -> Iterator[Callable[[], None]]:
        """Serve as scheduler, at the port of the one before. Yield what ends it."""
        from probe.fleet.fleet_servers import serve_scheduler

        ready: Future[str] = Future()
        with Cancel() as stop:
            end = self._started(serve_scheduler("127.0.0.1", self.port, self.tls, stop, ready.set_result), stop)
            self.port = int(ready.result(20).rpartition(":")[2])
            try:
                yield end
            finally:
                end()

    @contextmanager
    def worker(
        self, vantage: str, environment: Mapping[str, str] = ENVIRONMENT, config: str = "", spool: str = ""
    ) -> Iterator[WorkerHere]:
        """Serve as worker of a vantage, with a probe.toml of its own. Its spool stays for the next one."""
        from probe.fleet.fleet_servers import serve_worker

        file = self.folder / f"{vantage}.toml"
        file.write_text(config)
        said: list[str] = []
        with (
            Spool(self.folder / (spool or f"spool-{vantage}")) as opened,
            VantageService(opened, environment, file) as service,
            Cancel() as stop,
        ):
            place = opened.id, opened.path
            serving = serve_worker(self.address, vantage, service, place, self.tls, stop, said.append, host="127.0.0.1")
            end = self._started(serving, stop)
            try:
                wait_until(lambda: "connected" in said)
                yield WorkerHere(service, opened.path, said, end)
            finally:
                end()

    @contextmanager
    def served(self, made: Callable[[], Any]) -> Iterator[None]:
        """Serve what is no member of ours, such as a worker of Dask as it comes."""

        async def start() -> Any:
            return await made()

        server = asyncio.run_coroutine_threadsafe(start(), self._loop).result(20)
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(server.close(), self._loop).result(20)

    def _started(self, serving: Any, stop: Cancel) -> Callable[[], None]:
        future = asyncio.run_coroutine_threadsafe(serving, self._loop)

        def end() -> None:
            stop.cancel()
            future.result(20)

        return end
