"""The arms of a report that are one target, made by several drivers: which are compared."""

from pathlib import Path
from typing import Any

import pytest

from probe.model.choices import Role
from probe.model.run_manifest import ClientInfo, Group, GroupArm, Options
from probe.reporting.build_report import report_of
from probe.store import create_group
from tests.builders import START, manifest, target_info
from tests.reporting.stored_groups import rounds
from tests.truth import Run

pytestmark = pytest.mark.usefixtures("quick")

DRIVERS = ("claude-print", "messages")


def write_arms(runs: Path, *arms: dict[str, Any], name: str = "20261121T073000Z-drivers") -> Path:
    """Write a group with these arms: fields of their manifests."""
    entries = tuple(GroupArm(name=str(number), directory=f"arms/{number}") for number, _ in enumerate(arms))
    create_group(runs / name, Group(run_id=name, created_at=START, arms=entries, order_seed=1))
    for number, fields in enumerate(arms):
        what = manifest(run_id=f"{name}-{number}", **fields)
        Run(what, rounds(3)).write(runs).rename(runs / name / "arms" / str(number))
    return runs / name


def arm(driver: str, target: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return the fields of an arm, whose target is named as `probe run` names it."""
    return {"driver": driver, "target": target_info(name=target or f"relay-{driver}"), **changes}


def compared(*paths: Path) -> list[tuple[str, list[str]]]:
    """Return the targets whose drivers were compared, and these."""
    found = report_of(paths).drivers
    return [(each.target, list(dict.fromkeys(figures.driver for figures in each.figures))) for each in found]


def test_drivers_of_a_target_are_compared_by_its_name_without_theirs(tmp_path: Path) -> None:
    group = write_arms(tmp_path, *map(arm, DRIVERS))
    assert compared(group) == [("relay", [*DRIVERS])]
    assert [each.label for each in report_of([group]).drivers[0].savings] == ["call1", "call2"]


def test_client_and_priming_may_differ_and_what_is_measured_may_not(tmp_path: Path) -> None:
    client = ClientInfo(program="messages")
    group = write_arms(
        tmp_path, arm("claude-print"), arm("messages", client=client, options=Options(rounds=2, prime=False))
    )
    assert compared(group) == [("relay", [*DRIVERS])]
    other = target_info(name="relay-messages", model="other")
    second = write_arms(tmp_path, arm("claude-print"), arm("messages") | {"target": other}, name="2026-two")
    assert compared(second) == []


def test_two_targets_are_compared_each_by_itself(tmp_path: Path) -> None:
    arms = [arm(driver, f"{name}-{driver}") for name in ("glm", "kimi") for driver in DRIVERS]
    assert compared(write_arms(tmp_path, *arms)) == [("glm", [*DRIVERS]), ("kimi", [*DRIVERS])]


def test_a_name_that_was_cut_for_the_driver_s_is_still_one_target_with_the_longest_name(tmp_path: Path) -> None:
    long = "a-relay-with-a-long-name"
    arms = [arm("messages", f"{long}-messages"), arm("claude-print", f"{long[:19]}-claude-print")]
    assert compared(write_arms(tmp_path, *arms)) == [(long, ["messages", "claude-print"])]


def test_one_driver_and_a_control_are_compared_with_none(tmp_path: Path) -> None:
    group = write_arms(tmp_path, arm("claude-print"), arm("messages", role=Role.CONTROL))
    assert compared(group) == []


def test_runs_that_were_made_alone_are_not_compared(tmp_path: Path) -> None:
    alone = [Run(manifest(run_id=driver, **arm(driver)), rounds(3)).write(tmp_path) for driver in DRIVERS]
    assert compared(*alone) == []


def test_of_different_groups_times_stand_side_by_side_and_nothing_is_said_to_be_saved(tmp_path: Path) -> None:
    groups = [write_arms(tmp_path, arm(driver), name=f"2026-{driver}") for driver in DRIVERS]
    (comparison,) = report_of(groups).drivers
    assert {figures.driver for figures in comparison.figures} == {*DRIVERS}
    assert comparison.savings == ()
