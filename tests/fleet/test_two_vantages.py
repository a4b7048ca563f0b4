"""Two machines with ways of their own to one relay, on TLS: a report says whether it is the relay or a network."""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from probe.store.reader import open_run
from tests.conftest import calls
from tests.fleet.fleet_of_machines import Fleet, fleet_of_machines
from tests.fleet.namespaces import machines, missing
from tests.fleet.poor_way import Poverty
from tests.fleet.relay_at_centre import relay_at_centre

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
    pytest.mark.slow,
    pytest.mark.timeout(400),
]

POOR = Poverty(delay_s=0.1, loss=0.02, seed=14)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, real_client: str) -> Iterator[Fleet]:
    """Return a fleet with the vantage fra, whose way is clean, and sin, whose way is not."""
    folder = tmp_path_factory.mktemp("fleet")
    with machines() as network:
        ways = {"fra": network.clean("fra"), "sin": network.poor("sin", POOR)}
        with fleet_of_machines(network, folder, ways, PROBE_CLIENT=real_client) as started:
            yield started


def conclusion(fleet: Fleet) -> str:
    """Return what the report of the latest run says in bold of the relay from each vantage."""
    said = fleet.centre("report", "latest", code=None).out
    found = re.search(r"## relay from each vantage\n\n\*\*(.*)\*\*", said)
    assert found, said
    return found[1]


def arms(fleet: Fleet) -> dict[str, Path]:
    """Return the run directories of the latest run's arms, by their names."""
    return {arm.name: arm for arm in (fleet.centre.runs()[-1] / "arms").iterdir()}


@pytest.mark.slow
def test_one_vantage_behind_a_poor_network(fleet: Fleet) -> None:
    with relay_at_centre(fleet.network):
        fleet.run("fra sin", "--driver", "messages", "--rounds", "8")
    assert conclusion(fleet).startswith("sin is slower than fra: its network (connecting takes ")


@pytest.mark.slow
def test_a_relay_that_fails_everywhere(fleet: Fleet) -> None:
    """Find the relay guilty of resets, which might be a network's, but not at two places alike."""
    with relay_at_centre(fleet.network, "reset"):
        fleet.run("fra local", "--driver", "messages", "--rounds", "30", "--keep-going", code=3)
    assert conclusion(fleet).startswith("Failures are alike everywhere: the relay.")


@pytest.mark.slow
def test_the_real_client_at_both_vantages(fleet: Fleet) -> None:
    with relay_at_centre(fleet.network) as served:
        fleet.run("fra sin", "--rounds", "2", "--no-prime", "--no-preflight")
    assert len([request for request in served if request.kind == "main"]) == 8
    near, far = calls(arms(fleet)["relay@fra"]), calls(arms(fleet)["relay@sin"])
    assert [call["diagnosis"]["outcome"] for call in (*near, *far)] == ["ok"] * 8
    assert min(call["wire"]["tcp_ms"] for call in far) >= 200 > median(call["wire"]["tcp_ms"] for call in near)
    manifest = open_run(arms(fleet)["relay@sin"]).manifest
    assert manifest is not None
    assert (manifest.clock_error_ms or 0) >= 100
