"""A fleet whose members are processes on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.members import FleetOnLoopback


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOnLoopback]:
    """Yield the members, none of which is started but the upstream."""
    pytest.importorskip("distributed")
    with FleetOnLoopback(tmp_path) as members:
        yield members
