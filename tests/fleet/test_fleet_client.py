"""The coordinator's connection: who is there, what becomes of an order, and when a fleet is lost."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("distributed")

import distributed

from probe.errors import EnvironmentUnusableError
from probe.fleet import fleet_client, fleet_servers, vantage_orders
from probe.fleet.fleet_client import FleetClient, VantageDefectError, WorkerFacts, WorkerLostError, has_our_version
from probe.fleet.make_keys import make_keys
from probe.fleet.tls_files import COORDINATOR, SCHEDULER, find_tls
from probe.fleet.vantage_orders import VantageOrder
from tests.fleet.fleet_here import FleetHere, embedded
from tests.upstream.support import wait_until

QUICK_S = 0.02


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_client, "_LOOK_S", QUICK_S)


@pytest.fixture
def client(here: FleetHere) -> Iterator[FleetClient]:
    with FleetClient(here.address, None) as connected:
        yield connected


def only_worker(client: FleetClient, vantage: str) -> WorkerFacts:
    wait_until(lambda: client.workers(vantage) != ())
    (worker,) = client.workers(vantage)
    return worker


def test_workers_are_known_by_their_vantage_as_they_come_and_go(here: FleetHere, client: FleetClient) -> None:
    assert client.workers() == ()
    with here.worker("fra"), here.worker("sin"):
        wait_until(lambda: len(client.workers()) == 2)
        assert {worker.vantage for worker in client.workers()} == {"fra", "sin"}
        assert [worker.vantage for worker in client.workers("fra")] == ["fra"]
        assert client.workers("syd") == ()
    wait_until(lambda: client.workers() == ())


def test_those_who_are_there_already_are_known_at_once(here: FleetHere) -> None:
    with here.worker("fra"), FleetClient(here.address, None) as client:
        assert [worker.vantage for worker in client.workers()] == ["fra"]


def test_a_worker_of_plain_dask_is_no_vantage(here: FleetHere, client: FleetClient) -> None:
    with here.served(lambda: distributed.Worker(str(here.address), nthreads=1, dashboard=False)), here.worker("fra"):
        wait_until(lambda: client.workers() != ())
        assert [worker.vantage for worker in client.workers()] == ["fra"]


def test_a_worker_of_another_version_is_known_as_one(
    here: FleetHere, client: FleetClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with here.worker("fra"):
        assert has_our_version(only_worker(client, "fra"))
    monkeypatch.setattr(fleet_servers, "__version__", "0.0.7")
    with here.worker("sin"):
        worker = only_worker(client, "sin")
        assert (worker.version, has_our_version(worker)) == ("0.0.7", False)


def test_an_order_is_answered_by_the_worker_that_it_is_for(here: FleetHere, client: FleetClient) -> None:
    with here.worker("fra") as fra, here.worker("sin"):
        fra.service.open("s", embedded())
        known = [client.call(only_worker(client, vantage), VantageOrder.EXTEND, "s") for vantage in ("fra", "sin")]
    assert known == [True, False]


def test_an_error_that_is_a_defect_at_a_vantage_is_raised_here_with_its_traceback(
    here: FleetHere, client: FleetClient
) -> None:
    with here.worker("fra"), pytest.raises(VantageDefectError) as raised:
        client.call(only_worker(client, "fra"), VantageOrder.OPEN, "s", "no specification")
    assert str(raised.value).startswith("at the vantage fra: Traceback")
    assert "Invalid JSON" in raised.value.reply


def test_a_worker_that_does_not_answer_in_time_or_is_gone_is_lost(here: FleetHere, client: FleetClient) -> None:
    with here.worker("fra"):
        worker = only_worker(client, "fra")
        with pytest.raises(WorkerLostError):
            client.call(worker, VantageOrder.STATE, wait_s=0.0)
        assert client.call(worker, VantageOrder.CLOCK) > 0, "a worker that answers later is asked again"
    wait_until(lambda: client.workers() == ())
    with pytest.raises(WorkerLostError):
        client.call(worker, VantageOrder.CLOCK, wait_s=0.1)


@pytest.mark.parametrize("slow", [0, 1], ids=["slow first", "slow last"])
def test_a_clock_is_measured_by_the_quickest_answer(
    here: FleetHere, client: FleetClient, monkeypatch: pytest.MonkeyPatch, slow: int
) -> None:
    """Let the clock be ahead by an hour, and one of two answers be slow and of another time."""
    asked: list[None] = []

    def clock_s() -> float:
        asked.append(None)
        if len(asked) - 1 == slow:
            time.sleep(0.3)
            return 0.0
        return time.time() + 3600

    monkeypatch.setattr(fleet_client, "_CLOCK_SAMPLES", 2)
    monkeypatch.setattr(vantage_orders, "clock_s", clock_s)
    with here.worker("fra"):
        clock = client.clock_offset(only_worker(client, "fra"))
    assert abs(clock.offset_ms - 3_600_000) <= clock.error_ms < 300


def test_with_a_scheduler_that_is_gone_the_fleet_and_its_workers_are_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_client, "_FLEET_LOST_S", 0.5)
    monkeypatch.setattr(fleet_client, "_CONNECT_S", 1)
    with FleetHere(tmp_path) as own, own.worker("fra"), FleetClient(own.address, None) as client:
        worker = only_worker(client, "fra")
        assert not client.is_lost
        own.end_scheduler()
        wait_until(lambda: client.is_lost)
        wait_until(lambda: client.workers() == ())
        with pytest.raises(WorkerLostError):
            client.call(worker, VantageOrder.CLOCK, wait_s=0.1)


def test_where_no_scheduler_answers_it_is_said_at_which_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_client, "_CONNECT_S", 0.2)
    with FleetHere(tmp_path) as own:
        own.end_scheduler()
        with pytest.raises(EnvironmentUnusableError) as refused, FleetClient(own.address, None):
            pass
    assert refused.value.message == f"no scheduler of a fleet answers at {own.address}"
    assert "probe fleet scheduler" in (refused.value.remedy or "")


def test_certificates_of_other_keys_are_said_not_to_fit(tmp_path: Path) -> None:
    for keys in ("own", "foreign"):
        make_keys(tmp_path / keys, ["fra"])
    with FleetHere(tmp_path, find_tls(tmp_path / "own", SCHEDULER)) as own:
        with FleetClient(own.address, find_tls(tmp_path / "own", COORDINATOR)) as client:
            assert client.workers() == ()
        foreign = find_tls(tmp_path / "foreign", COORDINATOR)
        with pytest.raises(EnvironmentUnusableError) as refused, FleetClient(own.address, foreign):
            pass
    assert refused.value.key == "--tls"
    assert refused.value.message == f"the certificates here and at {own.address} do not fit"
