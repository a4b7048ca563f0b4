"""Run the worker of a vantage, in a process of its own."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from probe.drivers.cancel import Cancel
from probe.fleet.addresses import FleetAddress
from probe.fleet.dask_settings import own_settings
from probe.fleet.spool import Spool
from probe.fleet.tls_files import TlsFiles
from probe.fleet.vantage_service import VantageService, default_spool
from probe.inputs.find_config import find_config


@dataclass(frozen=True, slots=True)
class WorkerPlace:
    """The vantage of a worker, and where it listens."""

    vantage: str
    host: str | None
    port: int
    contact_address: str | None


def run_worker(
    scheduler: FleetAddress,
    place: WorkerPlace,
    tls: TlsFiles | None,
    stop: Cancel,
    told: Callable[[str, str], object],
    *,
    environment: Mapping[str, str],
    config: Path | None,
    spool: Path | None,
) -> None:
    """Serve a vantage until stopped. `told` learns of what a person has to know. Raises ProbeError."""
    find_config(str(config) if config else None, Path.cwd(), environment)  # what cannot be read is said now
    with own_settings(), Spool(spool or default_spool(place.vantage, environment)) as opened:
        from probe.fleet.fleet_servers import serve_worker

        with VantageService(opened, environment, config.absolute() if config else None) as service:
            service.certificate_ends = tls.ends if tls else None
            serving = serve_worker(
                scheduler,
                place.vantage,
                service,
                (opened.id, opened.path),
                tls,
                stop,
                lambda what: told(what, str(scheduler)),
                host=place.host,
                port=place.port,
                contact_address=place.contact_address,
            )
            asyncio.run(serving)
