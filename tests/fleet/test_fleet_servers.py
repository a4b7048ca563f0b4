"""The scheduler and the workers of a fleet: who is admitted, what is listened on, and what a worker says of it."""

import asyncio
import os
import socket
import ssl
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("distributed")

from distributed.comm.core import connect

from probe.drivers.cancel import Cancel
from probe.errors import EnvironmentUnusableError
from probe.fleet import fleet_servers, reach_scheduler
from probe.fleet.fleet_client import FleetClient
from probe.fleet.make_keys import make_keys
from probe.fleet.spool import Spool
from probe.fleet.tls_files import SCHEDULER, find_tls
from probe.fleet.vantage_service import VantageService
from tests.fleet.fleet_here import FleetHere
from tests.upstream.support import wait_until


def listening() -> set[tuple[str, int]]:
    """Return what this process listens on."""
    found = psutil.Process(os.getpid()).net_connections("inet")
    return {(one.laddr.ip, one.laddr.port) for one in found if one.status == psutil.CONN_LISTEN}


def is_admitted(port: int, tls: Path | None, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bool:
    """Return True where somebody with this certificate, or none, gets an answer of Dask's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.maximum_version = newest
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls:
        context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as plain, context.wrap_socket(plain) as wrapped:
            return bool(wrapped.recv(1))
    except OSError:
        return False


def test_a_stranger_is_admitted_by_no_member(tmp_path: Path) -> None:
    for keys in ("own", "strange"):
        make_keys(tmp_path / keys, ["fra"])
    before = listening()
    with FleetHere(tmp_path, find_tls(tmp_path / "own", SCHEDULER)) as own, own.worker("fra"):
        ports = {port for _, port in listening() - before}
        assert len(ports) == 2
        for port in ports:
            assert is_admitted(port, tmp_path / "own" / "coordinator")
            assert not is_admitted(port, None)
            assert not is_admitted(port, tmp_path / "strange" / "coordinator")
            assert not is_admitted(port, tmp_path / "own" / "coordinator", ssl.TLSVersion.TLSv1_2)


def test_a_member_listens_on_one_port_and_leaves_it(here: FleetHere) -> None:
    before = listening()
    assert ("127.0.0.1", here.port) in before
    with here.worker("fra"):
        ((host, _),) = listening() - before
        assert host == "127.0.0.1"
    assert listening() == before


def test_a_worker_says_which_vantage_version_and_spool_it_has(here: FleetHere) -> None:
    from probe import __version__

    with here.worker("fra") as worker, FleetClient(here.address, None) as client:
        (facts,) = client.workers()
    assert (facts.vantage, facts.version, facts.spool) == ("fra", __version__, (worker.spool / "id").read_text())


def test_a_port_that_is_taken_is_refused_before_anything_is_served(here: FleetHere, tmp_path: Path) -> None:
    said: list[str] = []
    with Spool(tmp_path) as spool, VantageService(spool, {}) as service, Cancel() as stop:
        place = spool.id, spool.path
        for serving in (
            fleet_servers.serve_scheduler("127.0.0.1", here.port, None, stop, said.append),
            fleet_servers.serve_worker(
                here.address, "fra", service, place, None, stop, said.append, host="127.0.0.1", port=here.port
            ),
        ):
            with pytest.raises(EnvironmentUnusableError, match=f"cannot listen on 127.0.0.1:{here.port}"):
                asyncio.run(serving)
    assert said == []


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that workers try to reach, as they do."""
    found: list[str] = []
    connecting: Any = connect

    async def noted(address: str, **how: Any) -> Any:
        found.append(address)
        return await connecting(address, **how)

    monkeypatch.setattr(reach_scheduler, "connect", noted)
    return found


def test_a_worker_says_once_that_its_scheduler_is_lost_and_joins_the_next_one(
    tmp_path: Path, tries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_servers, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(reach_scheduler, "_CONNECT", "50ms")
    monkeypatch.setattr(reach_scheduler, "_PAUSE_S", 0.01)
    with FleetHere(tmp_path) as own, own.worker("fra") as worker:
        own.end_scheduler()
        wait_until(lambda: len(tries) >= 5)
        assert worker.said == ["connected", "lost", "waiting"]
        monkeypatch.setattr(reach_scheduler, "_CONNECT", "5s")
        with own.scheduler():
            wait_until(lambda: worker.said[3:] == ["connected"])
            worker.end()
        assert worker.said[3:] == ["connected"], "one that is ended has lost nothing"


def test_a_worker_that_tries_to_reach_its_scheduler_ends_as_soon_as_it_is_to(
    tmp_path: Path, tries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_servers, "_FIRST_PAUSE_S", 0.01)
    with FleetHere(tmp_path) as own, own.worker("fra") as worker:
        monkeypatch.setattr(reach_scheduler, "_CONNECT", "600s")
        own.end_scheduler()
        wait_until(lambda: len(tries) == 2)
        worker.end()
    assert worker.said == ["connected", "lost"]
