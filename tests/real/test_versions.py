"""Other versions of the client, where they are at hand.

PROBE_TEST_CLIENTS names them, a command a line, as in `node /opt/claude-code-2.1.39/cli.js`. The binary that comes with
the `client` extra is tested everywhere else; here it only makes sure that the tests themselves work.
"""

import os
from pathlib import Path

import pytest

from tests.conftest import Probe, calls
from tests.real.support import bench

pytestmark = pytest.mark.real

OTHERS = [line.strip() for line in os.environ.get("PROBE_TEST_CLIENTS", "").splitlines() if line.strip()]


@pytest.fixture(params=["", *OTHERS], ids=lambda words: words or "bundled")
def client(request: pytest.FixtureRequest, real_client: str) -> str:
    return request.param or real_client


@pytest.mark.slow
def test_every_scenario_runs(client: str, tmp_path: Path) -> None:
    probe = Probe(tmp_path, {"PROBE_CLIENT": client})
    for scenario in ("cold-start", "same-session", "resume"):
        probe.run("--no-prime", "-n", "1", "--scenario", scenario, "--fault", "none", "--fail-on", "failed > 0")
    for run in probe.runs():
        for call in calls(run):
            assert (
                call["client"]["client_version"]
                or call["diagnosis"]["outcome"] == "session_in_use"
                or (call["client"]["models_served"])
            )


def test_a_process_makes_several_calls(client: str, tmp_path: Path) -> None:
    probe = Probe(tmp_path, {"PROBE_CLIENT": client})
    probe.run("--no-prime", "-n", "1", "--driver", "claude-live", "--scenario", "live", "--fault", "none")
    assert [call["diagnosis"]["outcome"] for call in calls(probe.runs()[0])] == ["ok"] * 3


def test_no_tool_is_run(client: str, tmp_path: Path) -> None:
    canary = tmp_path / "CANARY"
    with bench(client, tmp_path, [f"tool_use(name=all, canary='{canary}', every_turn=true)"]) as workbench:
        _, diagnosis = workbench.call()
    assert diagnosis.outcome == "tool_use"
    assert not canary.exists()
    assert len(workbench.main_requests()) == 1


def test_an_overloaded_upstream_is_named(client: str, tmp_path: Path) -> None:
    with bench(client, tmp_path, ["status(code=529)"], client_retries=1) as workbench:
        _, diagnosis = workbench.call()
    assert (diagnosis.outcome, diagnosis.cause) == ("overloaded", "529")


def test_a_truncated_answer_is_no_success(client: str, tmp_path: Path) -> None:
    with bench(client, tmp_path, ["truncate"], client_retries=0) as workbench:
        _, diagnosis = workbench.call()
    assert diagnosis.outcome in {"truncated_stream", "malformed_response", "api_error"}
