"""`probe rm`: what it removes, and what it never removes."""

import json
import os
import pty
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from probe.errors import UsageError
from probe.store import RecordedWriter, RunWriter, remove_run
from tests.builders import manifest
from tests.conftest import Probe
from tests.reporting.recordings import RECORDING, recorded_manifest
from tests.truth import Run, good

pytestmark = pytest.mark.usefixtures("quick")

NOW = datetime.now(UTC)


@pytest.fixture
def runs(probe: Probe) -> Path:
    """Write runs that were begun 40, 20 and 1 days ago, and return the directory that they are in."""
    folder = probe.folder / "reports" / "runs"
    for days in (40, 20, 1):
        begun = NOW - timedelta(days=days)
        what = manifest(run_id=f"{begun:%Y%m%dT%H%M%SZ}-days-{days}", created_at=begun)
        Run(what, ((good(1, 1), good(1, 2)),)).write(folder)
    return folder


def left(runs: Path) -> list[str]:
    return [path.name.partition("-")[2] for path in sorted(runs.iterdir())]


def test_without_yes_and_a_terminal_nothing_is_removed(probe: Probe, runs: Path) -> None:
    said = probe("rm", "days-40", code=2).err
    assert re.search(r"[0-9a-f]{6}  \d{8}T\d{6}Z-days-40  \d", said)
    assert "Add --yes" in said
    assert len(left(runs)) == 3


def test_runs_are_removed_by_name_and_the_size_is_said(probe: Probe, runs: Path) -> None:
    ran = probe("rm", "days-40", "latest", "latest", "--yes")
    assert re.search(r"Removed 2 runs: \d+(\.\d)? kB freed", ran.out)
    assert left(runs) == ["days-20"]


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        (("--older-than", "30d"), ["days-20", "days-1"]),
        (("--keep", "1"), ["days-1"]),
        (("--keep", "2", "--older-than", "2d"), ["days-20", "days-1"]),
        (("--keep", "0"), []),
        (("--older-than", "100d"), ["days-40", "days-20", "days-1"]),
    ],
)
def test_runs_are_removed_by_age_and_number(probe: Probe, runs: Path, words: tuple[str, ...], rest: list[str]) -> None:
    probe("rm", *words, "--yes")
    assert left(runs) == rest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name runs, or add --older-than"),
        (("--older-than", "soon"), "write it as 12h, 30d or 4w"),
        (("latest", "--keep", "1"), "--keep"),
        (("nothing",), "no such run"),
        ((".",), "is no directory of a run"),
        (("reports",), "is no directory of a run"),
        (("home",), "is no directory of a run"),
    ],
)
def test_what_cannot_be_meant_is_refused(probe: Probe, runs: Path, words: tuple[str, ...], said: str) -> None:
    (probe.folder / "home").mkdir(exist_ok=True)
    (probe.folder / "home" / "manifest.json").write_text(json.dumps({"name": "an extension of a browser"}))
    assert said in probe("rm", *words, "--yes", code=2).err
    assert len(left(runs)) == 3


def test_no_link_is_followed(probe: Probe, runs: Path) -> None:
    first, *_ = sorted(runs.iterdir())
    elsewhere = first.rename(probe.folder / "elsewhere")
    first.symlink_to(elsewhere)
    assert "is a link" in probe("rm", "days-40", "--yes", code=2).err
    assert "kept: " in probe("rm", "--keep", "0", "--yes").err
    assert (elsewhere / "manifest.json").exists()
    first.unlink()
    (elsewhere / "rounds" / "link").symlink_to(probe.folder / "reports")
    remove_run(elsewhere)
    assert (probe.folder / "reports" / "runs").exists()


def test_a_run_that_is_going_on_is_kept(probe: Probe, runs: Path) -> None:
    what = manifest(run_id="99991231T000000Z-going-on")
    with RunWriter.create(runs / what.run_id, what):
        assert "is going on" in probe("rm", "latest", "--yes", code=2).err
        assert "is going on" in probe("rm", "--keep", "0", "--yes").err
        assert left(runs) == ["going-on"]
    probe("rm", "latest", "--yes")
    assert left(runs) == []


def test_a_group_goes_as_a_whole_and_a_damaged_run_goes_too(probe: Probe, runs: Path) -> None:
    group = runs / "20261125T020000Z-a+b"
    arm = max(runs.iterdir())
    (group / "arms").mkdir(parents=True)
    arm.rename(group / "arms" / "a")
    content = {
        "run_id": group.name,
        "created_at": "2026-11-25T02:00:00Z",
        "arms": [{"name": "a", "directory": "arms/a"}],
        "order_seed": 1,
    }
    (group / "group.json").write_text(json.dumps(content))
    with pytest.raises(UsageError, match="is part of a group"):
        remove_run(group / "arms" / "a")
    remove_run(group)
    assert not group.exists()
    damaged = min(runs.iterdir())
    (damaged / "manifest.json").write_text("{")
    remove_run(damaged)
    assert not damaged.exists()


def answer_of(probe: Probe, typed: bytes) -> str:
    """Run `probe rm` at a terminal where this is typed, and return what it says."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        probe.command("rm", "days-40"),
        cwd=probe.folder,
        env=probe.env(),
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
    )
    os.close(slave)
    os.write(master, typed)
    output, _ = process.communicate(timeout=60)
    os.close(master)
    return output.decode()


@pytest.mark.parametrize(("typed", "is_removed"), [(b"y\n", True), (b"\n", False), (b"no\n", False)])
def test_at_a_terminal_it_asks(probe: Probe, runs: Path, typed: bytes, is_removed: bool) -> None:
    said = answer_of(probe, typed)
    assert ("Removed 1 run" in said) == is_removed
    assert ("days-40" not in left(runs)) == is_removed


def test_a_recording_can_be_removed_and_one_that_goes_on_stays(recorded: Probe) -> None:
    path = recorded.folder / "reports" / "runs" / RECORDING
    with RecordedWriter.create(path.with_name("20261121T093000Z-recorded-relay"), recorded_manifest()):
        said = recorded("rm", "20261121T093000Z-recorded-relay", "--yes", code=2)
        assert "is going on" in said.err
        recorded("rm", "--older-than", "1h", "--yes")
        assert [left.name for left in recorded.runs()] == ["20261121T093000Z-recorded-relay"]
