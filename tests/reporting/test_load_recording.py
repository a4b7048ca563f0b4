"""Recordings as they are read: their requests, and what is missing or damaged."""

import pytest

from tests.conftest import Probe
from tests.reporting.recordings import RECORDING


@pytest.mark.parametrize("value", ["1e999", "-1e300", "1e15"])
def test_numbers_that_cannot_be_are_damage_and_the_rest_is_told(recorded: Probe, value: str) -> None:
    segment = recorded.folder / "reports" / "runs" / RECORDING / "exchanges-0001.jsonl"
    whole = segment.read_text()
    damaged = whole.replace('"ended_at_ms":96000.0', f'"ended_at_ms":{value}')
    segment.write_text(damaged)
    assert damaged != whole
    said = recorded.inside("report").out
    assert "27 main requests" in said
    assert "Unreadable: exchanges (implausible) (1)" in said
    assert recorded.inside("explain").out.startswith("5 requests went wrong")
    assert len(recorded.inside("export", "--format", "har").json["log"]["entries"]) == 34
