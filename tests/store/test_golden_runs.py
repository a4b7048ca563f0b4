"""Runs that an earlier version stored: they load, and every figure and cell is what it was."""

import csv
import io
import json
import math
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from probe.model.choices import EndReason
from probe.model.request_kind import RequestKind
from probe.store import read_calls, read_exchanges, read_group, read_run
from tests.builders import GOLDEN
from tests.conftest import Probe

RUNS = GOLDEN / "runs"
NAMES = ("faults", "group", "interrupted", "plain")
EVIDENCE = {"failures", "slowness", "log_e_both", "p", "p_no_effect", "p_second_worse", "to_go", "order"}
"""Figures of the evidence, which is sharper than it was; the answers are the same."""
SINGLE = ("faults", "interrupted", "plain")


def differences(kept: Any, current: Any, place: str = "") -> Iterator[str]:
    """Yield where something that was kept is missing or another value now; keys that came later are left alone."""
    match kept, current:
        case dict(), dict():
            for key, value in kept.items():
                if key not in current:
                    yield f"{place}.{key} is missing"
                else:
                    yield from differences(value, current[key], f"{place}.{key}")
        case list(), list() if place.endswith(".differences"):
            yield from of_comparisons(kept, current, place)
        case list(), list() if len(kept) == len(current):
            for position, (value, now) in enumerate(zip(kept, current, strict=True)):
                yield from differences(value, now, f"{place}[{position}]")
        case float(), int() | float() if math.isclose(kept, current, rel_tol=1e-6, abs_tol=1e-9):
            return
        case _ if kept != current:
            yield f"{place}: {kept!r} is now {current!r}"


def of_comparisons(kept: list[Any], current: list[Any], place: str) -> Iterator[str]:
    """Yield the same of a comparison's quantities, by name, for some came later; phases are of successes since then."""
    now = {(quantity["label"], quantity["quantity"]): quantity for quantity in current}
    before = {(quantity["label"], quantity["quantity"]): quantity for quantity in kept}
    for name, quantity in before.items():
        if not name[1].startswith("phase."):
            yield from differences(quantity, now.get(name), f"{place}{name}")


@pytest.fixture
def stored(probe: Probe) -> Probe:
    """Return `probe` in a folder that holds copies of the runs."""
    for name in NAMES:
        shutil.copytree(RUNS / name, probe.folder / name)
    return probe


@pytest.mark.parametrize("name", NAMES)
def test_the_report_says_what_it_said(stored: Probe, name: str) -> None:
    kept = json.loads((RUNS / f"{name}.report.json").read_text())
    del kept["probe_version"]
    for section in kept["sections"]:
        for part in EVIDENCE & (section["verdict"] or {}).keys():
            del section["verdict"][part]
    assert list(differences(kept, stored("report", "--format", "json", name).json)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_calls_holds_what_it_held(stored: Probe, name: str) -> None:
    kept = list(csv.DictReader(io.StringIO((RUNS / f"{name}.csv").read_text())))
    exported = list(csv.DictReader(io.StringIO(stored("export", name).out)))
    columns = list(kept[0])
    assert list(exported[0])[: len(columns)] == columns
    assert [{column: row[column] for column in columns} for row in exported] == kept


@pytest.mark.parametrize("name", SINGLE)
def test_every_record_is_read_whole(name: str) -> None:
    run = read_run(RUNS / name)
    assert run.manifest is not None
    assert not run.corrupt
    for number in run.finished:
        calls = read_calls(RUNS / name, [number])
        assert [call.label for call in calls] == [step.label for step in run.manifest.scenario.steps]
        for call in calls:
            exchanges = read_exchanges(RUNS / name, call)
            assert exchanges is not None
            assert call.wire is not None
            assert sum(exchange.kind is RequestKind.MAIN for exchange in exchanges) == call.wire.attempts


def test_the_arms_of_a_group_are_found() -> None:
    group = read_group(RUNS / "group")
    assert group is not None
    assert [arm.name for arm in group.arms] == ["embedded-messages", "embedded-claude-print", "control"]
    for arm in group.arms:
        run = read_run(RUNS / "group" / arm.directory)
        assert len(run.rows) == 2
        assert not run.corrupt


def test_an_interrupted_run_lacks_the_round_that_was_under_way() -> None:
    run = read_run(RUNS / "interrupted")
    assert run.end is EndReason.INTERRUPTED
    assert [todo.number for todo in run.to_do(3)] == [2, 3]
    assert run.interrupted_calls == 1


@pytest.mark.parametrize("name", SINGLE)
def test_a_run_of_another_machine_is_resumed_up_to_the_refusal(stored: Probe, name: str) -> None:
    refused = stored("run", "--resume", name, code=2)
    assert "machine: 0a1b2c3d then" in refused.err
