"""The scheduler and the worker of a fleet: Dask's, with one port, no web server, and settings of our own."""

import asyncio
import contextlib
import os
import ssl
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import distributed
from distributed.security import Security

from probe import __version__
from probe.drivers.cancel import Cancel
from probe.fleet.addresses import FleetAddress
from probe.fleet.reach_scheduler import check_port, reach_scheduler, without_repetition
from probe.fleet.tls_files import TlsFiles
from probe.fleet.vantage_orders import ORDER, carry_out
from probe.fleet.vantage_service import VantageService

FACTS = "probe"
"""The key of what a worker says of itself to all."""
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 10.0
_CLOSE_S = 5.0


class FleetScheduler(distributed.Scheduler):
    """A scheduler without a web server."""

    def start_http_server(self, *_: object, **__: object) -> None:
        """Start none."""


class FleetWorker(distributed.Worker):
    """A worker without a web server, which answers orders for a vantage. It is given no tasks."""

    def __init__(self, *arguments: Any, service: VantageService, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._service = service
        self.handlers[ORDER] = self._carry_out

    async def _carry_out(self, order: str, arguments: Sequence[Any]) -> tuple[str, Any]:
        return await carry_out(self._service, order, arguments)

    def start_http_server(self, *_: object, **__: object) -> None:
        """Start none."""


def security_of(tls: TlsFiles | None) -> Security:
    """Return the settings of mutual TLS; none without files."""
    if tls is None:
        return Security()
    own = {f"tls_{role}_cert": str(tls.certificate) for role in ("scheduler", "worker", "client")}
    keys = {f"tls_{role}_key": str(tls.key) for role in ("scheduler", "worker", "client")}
    version = ssl.TLSVersion.TLSv1_3
    return Security(tls_ca_file=str(tls.ca), require_encryption=True, tls_min_version=version, **own, **keys)


async def serve_scheduler(
    host: str, port: int, tls: TlsFiles | None, stop: Cancel, on_ready: Callable[[str], object]
) -> None:
    """Serve until stopped; `on_ready` is told the address. Raises EnvironmentUnusableError for a port in use."""
    check_port(host, port)
    scheduler = await FleetScheduler(
        host=host,
        port=port,
        protocol="tls" if tls else "tcp",
        security=security_of(tls),
        dashboard=False,
    )
    on_ready(scheduler.address)
    await _stopped(stop)
    await _closed(scheduler.close(reason="stopped"))


async def serve_worker(
    scheduler: FleetAddress,
    vantage: str,
    service: VantageService,
    spool: tuple[str, Path],
    tls: TlsFiles | None,
    stop: Cancel,
    told: Callable[[str], object],
    *,
    host: str | None = None,
    port: int = 0,
    contact_address: str | None = None,
) -> None:
    """Serve until stopped. Connect again whenever the scheduler is gone. Raises EnvironmentUnusableError for a port.

    `told` learns of `connected` and `lost`, and of what `reach_scheduler` says.
    """
    check_port(host, port)
    told = without_repetition(told)
    spool_id, folder = spool
    pause_s = _FIRST_PAUSE_S
    ended = asyncio.ensure_future(_stopped(stop))
    while not stop.cancelled:
        await reach_scheduler(scheduler, security_of(tls), ended, told)
        worker = FleetWorker(
            str(scheduler),
            service=service,
            nthreads=1,
            name=f"{vantage}-{uuid.uuid4().hex[:8]}",
            host=host,
            port=port,
            protocol=scheduler.scheme,
            contact_address=contact_address,
            security=security_of(tls),
            memory_limit=0,
            local_directory=str(folder / "dask"),
            metrics={FACTS: _facts(vantage, spool_id)},
            dashboard=False,
        )
        serving = asyncio.ensure_future(_serve(worker, lambda: told("connected")))
        await asyncio.wait({serving, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await _closed(worker.close(executor_wait=False, reason="stopped"))
            serving.cancel()
        else:
            pause_s = _FIRST_PAUSE_S if serving.exception() is None else min(pause_s * 2, _LONGEST_PAUSE_S)
            told("lost")
            await asyncio.wait({ended}, timeout=pause_s)
    ended.cancel()


async def _serve(worker: FleetWorker, on_connected: Callable[[], object]) -> None:
    await worker
    on_connected()
    await worker.finished()


def _facts(vantage: str, spool_id: str) -> Callable[[Any], Mapping[str, Any]]:
    facts = {"vantage": vantage, "version": __version__, "spool": spool_id, "pid": os.getpid()}
    return lambda _: facts


async def _stopped(stop: Cancel) -> None:
    """Wait for the stop."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(stop.fileno(), stopped.set)
    try:
        await stopped.wait()
    finally:
        loop.remove_reader(stop.fileno())


async def _closed(closing: Any) -> None:
    """Wait for a server to close, but not for ever."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(closing, _CLOSE_S)
