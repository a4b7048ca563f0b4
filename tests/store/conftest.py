"""A stored run of two rounds."""

from pathlib import Path

import pytest

from probe.model.choices import EndReason
from probe.model.events import RunFinished, RunStarted
from probe.store import RunWriter
from tests.builders import START, flags, manifest, round_events
from tests.store.damaged_run import CALLS
from tests.store.stored_run import pair, write_rounds


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_rounds(tmp_path / "runs" / "one", [pair(1, flags=flags("retried")), pair(2)])


@pytest.fixture
def two_rounds(tmp_path: Path) -> Path:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=2))
        for number in (1, 2):
            for event in round_events(*(each for each in CALLS if each.round == number)):
                writer.on_event(event)
        writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return tmp_path / "run"
