"""A run at the vantages of a fleet: how it is prepared, what is sent there, and how it ends there."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from probe.drivers.cancel import Cancel
from probe.drivers.driver_registry import DRIVERS
from probe.errors import UsageError
from probe.fleet import remote_vantage, vantage_orders
from probe.fleet.coordinator import prepared_in_fleet
from probe.fleet.vantage_replies import opened_reply
from probe.fleet.vantage_service import VantageService
from probe.fleet.vantage_session import CollectingLane
from probe.model.run_manifest import RoundToDo
from probe.model.run_spec import RunSpec
from probe.session.prepare import PreparedRun
from probe.session.secrets import resolve_secrets
from tests.conftest import STUB_CLIENT
from tests.fleet.fleet_here import ENVIRONMENT, FleetHere, embedded
from tests.upstream.support import wait_until

FIRST = RoundToDo(number=1, attempt=1)


@contextmanager
def prepared(
    spec: RunSpec, environment: Mapping[str, str] = ENVIRONMENT, cancel: Cancel | None = None
) -> Iterator[PreparedRun]:
    secrets = resolve_secrets(spec, environment)
    with prepared_in_fleet(spec, secrets, environment, DRIVERS, cancel) as run:
        yield run


def spec_of(here: FleetHere, *vantages: str, fault: str = "none", **options: object) -> RunSpec:
    return embedded(fault, vantages, fleet=str(here.address), **options)


def make_round(run: PreparedRun, name: str, arm: str = "embedded@fra") -> list[str]:
    """Have the first round made of an arm that is elsewhere, and return the names of its events."""
    assert run.elsewhere is not None
    lane = CollectingLane(0)
    run.elsewhere(name, lambda _: None)[arm].make_round(FIRST, lane)
    return [event.event for event in lane.events]


@pytest.mark.parametrize("vantages", [("fra", "local"), ("local", "fra"), ("sin", "local", "fra"), ("fra",)])
def test_the_arms_come_as_they_were_named_wherever_they_are(here: FleetHere, vantages: tuple[str, ...]) -> None:
    spec = spec_of(here, *vantages)
    with ExitStack() as stack:
        for vantage in set(vantages) - {"local"}:
            stack.enter_context(here.worker(vantage))
        run = stack.enter_context(prepared(spec))
        assert [arm.name for arm in run.arms] == [f"embedded@{vantage}" for vantage in vantages]
        assert run.elsewhere is not None
        made_elsewhere = run.elsewhere("run", lambda _: None).keys()
    assert made_elsewhere == {f"embedded@{vantage}" for vantage in vantages if vantage != "local"}


def test_clocks_are_compared_with_that_of_this_machine(here: FleetHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vantage_orders, "clock_s", lambda: 0.0)
    with here.worker("fra"), prepared(spec_of(here, "local", "fra")) as run:
        local, fra = (arm.manifest for arm in run.arms)
    assert (local.clock_offset_ms, local.clock_error_ms) == (0.0, 0.0)
    assert (fra.clock_offset_ms or 0) < -1e12, "it is as far behind as 1970 is"
    assert (fra.clock_error_ms or 0) > 0


def test_an_arm_elsewhere_is_described_as_its_vantage_does_and_makes_no_round_here(here: FleetHere) -> None:
    with here.worker("fra"), prepared(spec_of(here, "local", "fra")) as run:
        local, fra = run.arms
        step = fra.plan.scenario.steps[0]
        assert (fra.driver.name, fra.driver.runs_client) == ("messages", False)
        assert fra.driver.describe(step) == local.driver.describe(step)
        assert fra.driver.argv(step, "s", None)[0] == local.driver.argv(step, "s", None)[0]
        with pytest.raises(RuntimeError, match="are made at its vantage"):
            fra.driver.open_round(1)


def test_rounds_are_made_there_and_kept_until_the_run_is_stored(here: FleetHere) -> None:
    with here.worker("fra") as worker:
        with contextlib.suppress(KeyboardInterrupt), prepared(spec_of(here, "fra")) as run:
            assert make_round(run, "made")[-1] == "round_finished"
            assert worker.service.runs_under_way == 1
            raise KeyboardInterrupt
        assert worker.service.runs_under_way == 0
        assert (worker.spool / "runs" / "made").exists(), "so that it can be resumed"
        with prepared(spec_of(here, "fra")) as run:
            make_round(run, "stored")
        assert not (worker.spool / "runs" / "stored").exists()


def test_rounds_at_all_vantages_end_soon_where_the_run_is_to_stop(here: FleetHere) -> None:
    with (
        here.worker("fra") as worker,
        Cancel() as stop,
        ThreadPoolExecutor() as pool,
        prepared(spec_of(here, "fra", fault="hang"), cancel=stop) as run,
    ):
        making = pool.submit(make_round, run, "stopped")
        wait_until((worker.spool / "runs" / "stopped" / "begun").exists)
        stop.cancel()
        assert "round_finished" not in making.result(15)


def test_neither_paths_nor_sources_of_tokens_of_this_machine_are_sent(
    here: FleetHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def noted(service: VantageService, session: str, spec: str) -> str:
        sent.append(spec)
        return opened_reply(service, session, spec)

    monkeypatch.setattr(vantage_orders, "opened_reply", noted)
    target = '[targets.glm]\nbase_url = "https://glm.example"\nmodel = "m"\ntoken_env = "{}"\n'
    config = tmp_path / "probe.toml"
    config.write_text(target.format("TOKEN_HERE"))
    spec = spec_of(here, "local", "fra", targets=("glm",), faults=(), config=str(config))
    tokens = {"TOKEN_HERE": "token-here-4f1d9a7c2b51", "TOKEN_THERE": "token-there-90be55e31a51"}
    with (
        here.worker("fra", {"TOKEN_THERE": tokens["TOKEN_THERE"]}, target.format("TOKEN_THERE")),
        prepared(spec, {**ENVIRONMENT, "TOKEN_HERE": tokens["TOKEN_HERE"]}) as run,
    ):
        local, fra = run.arms
    (text,) = sent
    assert '"name":"glm"' in text
    assert [word for word in ("TOKEN_HERE", str(tmp_path), "glm@local", str(here.port)) if word in text] == []
    assert (local.manifest.target.token_masked, fra.manifest.target.token_masked) == ("tok...2b51", "tok...1a51")
    assert fra.manifest.options == spec.options, "what is stored is what was asked for here"
    assert fra.context.token_value is None


def client(folder: Path, version: str) -> dict[str, str]:
    """Return an environment with a client that says this version, a stand-in for Claude Code."""
    folder.mkdir(exist_ok=True)
    script = folder / "claude"
    script.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{version} (Claude Code)" && exit\n'
        f'exec "{sys.executable}" "{STUB_CLIENT}" "$@"\n'
    )
    script.chmod(0o700)
    return {**ENVIRONMENT, "HOME": str(folder), "PROBE_CLIENT": str(script)}


def test_clients_of_several_versions_are_compared_only_where_that_is_allowed(here: FleetHere, tmp_path: Path) -> None:
    spec = spec_of(here, "local", "fra", drivers=("claude-print",))
    allowed = spec_of(here, "local", "fra", drivers=("claude-print",), allow_client_differences=True)
    older, newer = client(tmp_path / "older", "9.9.8"), client(tmp_path / "newer", "9.9.9")
    with here.worker("fra", older):
        with pytest.raises(UsageError) as refused, prepared(spec, newer):
            pass
        with prepared(allowed, newer) as run:
            assert [arm.manifest.client.version for arm in run.arms] == ["9.9.9", "9.9.8"]
        with prepared(spec, older):
            pass
    assert refused.value.key == "--vantage"
    assert "the vantages have different clients (local: " in refused.value.message
    assert "--allow-client-differences" in (refused.value.remedy or "")


def test_a_vantage_without_a_worker_ends_the_run_before_it_begins(here: FleetHere) -> None:
    with here.worker("sin") as worker:
        with pytest.raises(UsageError, match="no worker of the vantage 'fra'"), prepared(spec_of(here, "sin", "fra")):
            pass
        assert worker.service.runs_under_way == 0


def test_what_a_vantage_refuses_leaves_nothing_at_the_others(here: FleetHere) -> None:
    spec = spec_of(here, "sin", "fra", targets=("embedded",))
    broken = spec.arms[1].model_copy(update={"faults": ("hagn",)})
    with here.worker("sin") as worker, here.worker("fra"):
        with (
            pytest.raises(UsageError, match="'hagn' is no fault"),
            prepared(spec.model_copy(update={"arms": (spec.arms[0], broken)})),
        ):
            pass
        assert worker.service.runs_under_way == 0


def test_a_worker_that_does_not_answer_is_told_by_its_name(here: FleetHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_vantage, "_OPEN_S", 0.0)
    with (
        here.worker("fra"),
        pytest.raises(UsageError, match=r"^--vantage: the worker of 'fra' does not answer"),
        prepared(spec_of(here, "fra")),
    ):
        pass
