"""Fleets on loopback: one whose members are processes, and one within this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.fleet_here import FleetHere
from tests.fleet.members import FleetOnLoopback


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetHere]:
    """Yield a scheduler within this process, which the tests of a file share; each starts workers of its own."""
    pytest.importorskip("distributed")
    with FleetHere(tmp_path_factory.mktemp("fleet")) as started:
        yield started


@pytest.fixture
def fleet(tmp_path: Path, here: FleetHere) -> Iterator[FleetOnLoopback]:
    """Yield members that are processes, but for the scheduler. None is started but the upstream."""
    with FleetOnLoopback(tmp_path, port=here.port, has_scheduler=True) as members:
        yield members


@pytest.fixture
def whole_fleet(tmp_path: Path) -> Iterator[FleetOnLoopback]:
    """Yield members that are processes, the scheduler too."""
    pytest.importorskip("distributed")
    with FleetOnLoopback(tmp_path) as members:
        yield members
