"""Runs are held against a gate."""

from pathlib import Path

import pytest

import probe
from probe.errors import UsageError
from tests.api.support import PAIRS, write_run


def test_gates_say_what_was_observed(out: Path) -> None:
    runs = probe.load("20261121*", out=out)
    failed = runs.gate("call1.failure_rate > 10%")
    assert (failed.passed, bool(failed)) == (False, False)
    assert failed.observed == "38 % (14 % to 69 %), 3 of 8"
    assert runs.gate("call1.failure_rate > 10% surely").passed
    with pytest.raises(UsageError, match=r"gate: 'call9\.failed > 1'|the scenario has no step"):
        runs.gate("call9.failed > 1")


def test_a_gate_on_a_vantage_is_held_for_its_section(tmp_path: Path) -> None:
    runs = probe.load(write_run(tmp_path, PAIRS, vantage="fra"))
    assert not runs.gate("call1@fra.failure_rate > 10%").passed
    with pytest.raises(UsageError, match="ber"):
        runs.gate("call1@ber.failure_rate > 10%")


def test_a_gate_on_what_was_not_measured_fails(tmp_path: Path) -> None:
    runs = probe.load(write_run(tmp_path, []))
    found = runs.gate("call1.failure_rate > 10%")
    assert not found.passed
    assert not found


@pytest.mark.parametrize("condition", ["", "call1", "call1.failure_rate", "call1.failure_rate > much", "colour == RED"])
def test_a_gate_that_cannot_be_read_is_an_error(condition: str, out: Path) -> None:
    with pytest.raises(UsageError, match="gate: "):
        probe.load("20261121*", out=out).gate(condition)


def test_a_result_shows_what_was_observed_and_not_the_whole_gate(out: Path) -> None:
    found = probe.load("20261121*", out=out).gate("call1.failure_rate > 10%")
    assert repr(found) == (
        "GateResult(condition='call1.failure_rate > 10%', passed=False, observed='38 % (14 % to 69 %), 3 of 8')"
    )
