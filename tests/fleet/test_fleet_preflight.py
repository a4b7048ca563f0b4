"""The targets of a run are asked before its first round from each vantage."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")

from probe.checkup.asked_target import PreflightFailed
from probe.drivers.driver_registry import DRIVERS
from probe.errors import UsageError
from probe.fleet import dask_settings, vantage_orders
from probe.fleet.coordinator import prepared_in_fleet
from probe.fleet.fleet_preflight import run_fleet_preflight
from probe.fleet.vantage_replies import asked_reply
from probe.fleet.vantage_service import VantageService
from probe.session.prepare import PreparedRun
from probe.session.secrets import resolve_secrets
from probe.texts import Texts
from tests.fleet.fleet_here import ENVIRONMENT, FleetHere, WorkerHere, embedded

REFUSES = "status(code=401)"


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the sessions whose targets a vantage was told to ask, as they come."""
    found: list[str] = []

    def noted(service: VantageService, session: str, language: str) -> str:
        found.append(session)
        return asked_reply(service, session, language)

    monkeypatch.setattr(vantage_orders, "asked_reply", noted)
    return found


@contextmanager
def prepared(
    here: FleetHere, *vantages: str, fault: str = "none", **options: object
) -> Iterator[tuple[PreparedRun, WorkerHere]]:
    """Yield a run with the vantage fra, and its worker; embedded upstreams are asked as real ones are."""
    spec = embedded(fault, vantages, **{"fleet": str(here.address), "preflight": True, **options})
    secrets = resolve_secrets(spec, {})
    with here.worker("fra") as worker, prepared_in_fleet(spec, secrets, ENVIRONMENT, DRIVERS, None) as run:
        yield run, worker


def names_asked(run: PreparedRun) -> tuple[list[str], list[str]]:
    """Ask the targets, and return the arms that got a record, and the targets that were asked."""
    after, asked = run_fleet_preflight(run, ENVIRONMENT, Texts())
    assert [arm.name for arm in after.arms] == [arm.name for arm in run.arms]
    return [arm.name for arm in after.arms if arm.manifest.preflight], [target.name for target in asked]


def test_a_target_is_asked_from_each_vantage_and_each_arm_keeps_what_was_found(
    here: FleetHere, orders: list[str]
) -> None:
    with prepared(here, "fra", "local") as (run, _):
        assert names_asked(run) == (["embedded@fra", "embedded@local"], ["embedded@local", "embedded@fra"])
    assert len(orders) == 1


def test_what_would_fail_every_call_at_a_vantage_ends_the_run(here: FleetHere) -> None:
    with prepared(here, "fra", fault=REFUSES) as (run, _), pytest.raises(PreflightFailed) as failed:
        run_fleet_preflight(run, ENVIRONMENT, Texts())
    assert [target.name for target in failed.value.targets] == ["embedded@fra"]


def test_a_run_that_keeps_going_stores_what_was_found(here: FleetHere) -> None:
    with prepared(here, "fra", fault=REFUSES, keep_going=True) as (run, _):
        after, (asked,) = run_fleet_preflight(run, ENVIRONMENT, Texts())
    assert [finding.code for finding in asked.sure] == ["auth"]
    assert after.arms[0].manifest.preflight == asked.record


def test_an_upstream_of_a_vantage_s_own_is_not_asked_unless_that_is_wanted(here: FleetHere) -> None:
    with prepared(here, "fra", "local", preflight=None) as (run, _):
        assert names_asked(run) == ([], [])


def test_a_run_that_is_to_ask_nothing_gives_its_vantages_no_order(here: FleetHere, orders: list[str]) -> None:
    with prepared(here, "fra", "local", preflight=False) as (run, _):
        assert names_asked(run) == ([], [])
    assert orders == []


def test_a_run_that_was_interrupted_asks_no_vantage(here: FleetHere, orders: list[str]) -> None:
    with prepared(here, "fra", fault=REFUSES) as (run, _):
        run.cancel.cancel()
        assert names_asked(run) == ([], [])
    assert orders == []


def test_a_vantage_that_is_gone_is_said_not_to_answer(here: FleetHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dask_settings.SETTINGS, "distributed.comm.timeouts.connect", "200ms")
    with prepared(here, "fra") as (run, worker):
        worker.end()
        with pytest.raises(UsageError, match=r"^--vantage: a vantage does not answer: "):
            run_fleet_preflight(run, ENVIRONMENT, Texts())
