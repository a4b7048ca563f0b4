"""Runs that are old enough to be removed: by age, by number, by both."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probe.reporting.choose_old_runs import old_runs
from tests.builders import manifest
from tests.reporting.recordings import write_recording
from tests.reporting.stored_groups import group, rounds
from tests.truth import Run

pytestmark = pytest.mark.usefixtures("quick")

NOW = datetime.now(UTC)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a directory with runs that were begun 40, 20 and 1 days ago, the second a recording."""
    runs = tmp_path / "runs"
    for days in (40, 1):
        begun = NOW - timedelta(days=days)
        Run(manifest(run_id=name_of(days), created_at=begun), rounds(1)).write(runs)
    write_recording(runs / name_of(20), [], created_at=NOW - timedelta(days=20))
    return tmp_path


def name_of(days: int) -> str:
    return f"{NOW - timedelta(days=days):%Y%m%dT%H%M%SZ}-{days}"


def chosen(out: Path, days: float | None, keep: int | None) -> list[int]:
    found = old_runs(out, None if days is None else timedelta(days=days), keep)
    return [int(path.name.rpartition("-")[2]) for path in found]


@pytest.mark.parametrize(
    ("days", "keep", "left"),
    [
        (30, None, [40]),
        (0, None, [40, 20, 1]),
        (100, None, []),
        (None, 1, [40, 20]),
        (None, 0, [40, 20, 1]),
        (None, 3, []),
        (None, 9, []),
        (2, 2, [40]),
        (30, 1, [40]),
    ],
)
def test_runs_go_that_are_older_and_not_among_the_newest(
    out: Path, days: float | None, keep: int | None, left: list[int]
) -> None:
    assert chosen(out, days, keep) == left


def test_a_group_is_as_old_as_it_says(tmp_path: Path) -> None:
    folder = group(tmp_path / "runs", "a")
    content = (folder / "group.json").read_text()
    (folder / "group.json").write_text(content.replace("2026-11-21T07:30:00", f"{NOW - timedelta(days=3):%FT%T}"))
    assert old_runs(tmp_path, timedelta(days=2), None) == [folder]
    assert old_runs(tmp_path, timedelta(days=4), None) == []


def test_a_run_that_cannot_be_read_is_as_old_as_its_directory(tmp_path: Path) -> None:
    run = Run(manifest(), rounds(1)).write(tmp_path / "runs")
    (run / "manifest.json").write_text("{torn")
    days_ago = (NOW - timedelta(days=10)).timestamp()
    os.utime(run, (days_ago, days_ago))
    assert old_runs(tmp_path, timedelta(days=9), None) == [run]
    assert old_runs(tmp_path, timedelta(days=11), None) == []


def test_where_nothing_is_stored_nothing_is_old(tmp_path: Path) -> None:
    assert old_runs(tmp_path / "nothing", timedelta(0), None) == old_runs(tmp_path, None, 0) == []
