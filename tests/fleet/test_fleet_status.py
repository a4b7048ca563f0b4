"""The state of a fleet in words."""

from typing import Any

import pytest

pytest.importorskip("distributed")

from probe import __version__
from probe.fleet.fleet_status import FleetStatus, UnreadableWorker, read_status, status_lines
from probe.fleet.vantage_messages import TargetState, VantageState
from probe.fleet.vantage_service import VantageService
from probe.texts import Texts
from tests.builders import START
from tests.fleet.fleet_here import FleetHere


def vantage(**changes: Any) -> VantageState:
    fields: dict[str, Any] = {
        "vantage": "fra",
        "probe_version": "0.1.0",
        "python": "3.11.7",
        "client": "2.1.329",
        "load": 0.456,
        "cpus": 4,
        "runs": 1,
        "targets": (TargetState(name="glm", base_url="https://glm.example", token="not set"),),
    }
    return VantageState.model_validate(fields | changes)


def told(**status: Any) -> list[str]:
    return list(status_lines(FleetStatus(address="tls://h:1", **status), Texts()))


def test_a_vantage_is_told_with_its_client_its_load_and_its_targets() -> None:
    lines = told(vantages=(vantage(clock_offset_ms=-1.25, clock_error_ms=0.5),), certificate_ends=START)
    assert lines[0] == "Vantages connected to tls://h:1: 1"
    assert lines[1] == "certificate ends on 2026-11-21"
    assert lines[3].startswith("fra: probe 0.1.0")
    assert "Claude Code 2.1.329" in lines[3]
    assert "-1.2 ms" in lines[4]
    assert lines[5:] == [
        "  load 0.46 on 4 CPUs, runs: 1",
        "  target glm (https://glm.example): token is not set",
    ]


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"targets": ()}, "  no targets in its probe.toml"),
        ({"targets": (), "problem": "line 3"}, "  its probe.toml cannot be used: line 3"),
    ],
)
def test_a_vantage_without_targets_says_why(changes: dict[str, Any], last: str) -> None:
    assert told(vantages=(vantage(**changes),))[-1] == last


def test_a_vantage_without_a_client_says_so_and_its_own_certificate_ends() -> None:
    lines = told(vantages=(vantage(client=None, certificate_ends=START),))
    assert "no Claude Code" in lines[2]
    assert "  certificate ends on 2026-11-21" in lines


@pytest.mark.parametrize(
    ("version", "error", "says"),
    [
        (__version__, None, "sin: does not answer"),
        ("0.0.7", None, "0.0.7"),
        ("0.0.7", "Traceback:\n  x\nOSError: \x1b[31mgone\n", "sin: answers with an error: OSError: "),
    ],
)
def test_a_worker_that_cannot_be_used_is_told_with_the_reason(version: str, error: str | None, says: str) -> None:
    lines = told(unreadable=(UnreadableWorker(vantage="sin", probe_version=version, error=error),))
    assert says in lines[-1]
    assert "\x1b" not in lines[-1]
    assert lines[0].endswith(": 1")


@pytest.fixture
def without_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no vantage look for a client, which takes a while."""
    monkeypatch.setattr(VantageService, "client_version", lambda _: None)


@pytest.mark.usefixtures("without_client")
def test_a_file_of_a_vantage_that_cannot_be_used_is_told(here: FleetHere) -> None:
    with here.worker("sin"), here.worker("fra", config="[targets.glm\n"):
        fra, sin = read_status(str(here.address), None).vantages
    assert (fra.vantage, sin.vantage, sin.problem) == ("fra", "sin", None)
    assert "fra.toml:1" in (fra.problem or "")
    assert sin.clock_offset_ms is not None
