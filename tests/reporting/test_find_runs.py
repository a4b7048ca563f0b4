"""The runs that names stand for, and that each counts once; on runs and groups that are written by hand."""

import io
from csv import DictReader
from pathlib import Path

import pytest

from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group
from tests.truth import POOLED

pytestmark = pytest.mark.usefixtures("quick")


def counted(probe: Probe, *names: str) -> tuple[list[tuple[str, int]], str]:
    """Return each section's name and rounds, and what was printed."""
    ran = probe.inside("report", *names, "--format", "json")
    return [(section["name"], section["rounds_finished"]) for section in ran.json["sections"]], ran.err


def test_a_run_that_is_named_twice_counts_once_and_that_is_said(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a", "b")
    both = [("a", 8), ("b", 8)]
    assert counted(probe, NAME) == (both, "")
    for names in ((NAME, NAME), (NAME, f"{folder}/arms/a"), (str(folder), f"{NAME}/b", NAME)):
        told, said = counted(probe, *names)
        assert told == both
        assert "this run was named before; it is counted once" in said
    told, said = counted(probe, f"{folder}/arms/a", f"{folder}/arms/../arms/a")
    assert (told, said.count("counted once")) == ([("a", 8)], 1)


def test_a_copy_of_a_run_is_the_same_run(probe: Probe, runs: Path) -> None:
    folder = POOLED.runs[0].write(runs)
    POOLED.runs[0].write(probe.folder / "copies")
    told, said = counted(probe, folder.name, f"copies/{folder.name}")
    assert (told, "counted once" in said) == ([("relay", 6)], True)


def test_export_has_each_call_once(probe: Probe, runs: Path) -> None:
    group(runs, "a")
    ran = probe.inside("export", NAME, NAME)
    assert len(list(DictReader(io.StringIO(ran.out)))) == 16
    assert "counted once" in ran.err


def test_the_ids_that_reports_print_name_their_runs(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a", "b")
    assert counted(probe, f"{NAME}/b")[0] == [("b", 8)]
    assert counted(probe, f"{folder}/b")[0] == [("b", 8)]
    assert "call1: ok" in probe.inside("explain", f"{NAME}/a").out


@pytest.mark.parametrize(
    ("typed", "meant"), [(NAME.replace("two", "tow"), NAME), (f"{NAME}/aa", f"{NAME}/a"), ("nothing", "")]
)
def test_a_name_that_is_almost_right_gets_the_right_one(probe: Probe, runs: Path, typed: str, meant: str) -> None:
    group(runs, "a")
    said = probe.inside("report", typed, code=2).err
    assert f"no such run: {typed}" in said
    assert (f"Did you mean {meant}?" in said) if meant else ("Did you mean" not in said)
