"""Fixtures of tests of reports."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import GOLDEN
from tests.conftest import Probe
from tests.otlp.receiver import Receiver, receiving
from tests.reporting.recordings import RECORDING, eventful, write_recording


@pytest.fixture
def runs(probe: Probe) -> Path:
    """Return the directory in which `probe` keeps runs."""
    return probe.folder / "reports" / "runs"


@pytest.fixture
def recorded(probe: Probe) -> Probe:
    """Return `probe` in a folder that has a recording."""
    (probe.folder / "reports" / "runs").mkdir(parents=True)
    write_recording(probe.folder / "reports" / "runs" / RECORDING, eventful().events)
    return probe


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Run a collector of spans until the test ends."""
    with receiving() as running:
        yield running


@pytest.fixture
def stored(probe: Probe) -> Probe:
    """Return `probe` in a folder with stored runs: a plain one and a group of three arms."""
    runs = probe.folder / "reports" / "runs"
    for name in ("plain", "group"):
        shutil.copytree(GOLDEN / "runs" / name, runs / name)
    return probe
