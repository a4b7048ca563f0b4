"""Fleets on loopback: one whose members are processes, and one within this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.fleet_here import FleetHere
from tests.fleet.members import FleetOnLoopback


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOnLoopback]:
    """Yield the members, none of which is started but the upstream."""
    pytest.importorskip("distributed")
    with FleetOnLoopback(tmp_path) as members:
        yield members


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetHere]:
    """Yield a scheduler within this process, which the tests of a file share; each starts workers of its own."""
    pytest.importorskip("distributed")
    with FleetHere(tmp_path_factory.mktemp("fleet")) as started:
        yield started
