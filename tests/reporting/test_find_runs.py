"""The runs that names stand for, and that each counts once; on runs and groups that are written by hand."""

import io
import json
from csv import DictReader
from dataclasses import replace
from pathlib import Path

import pytest

from probe.reporting.find_runs import short_id
from tests.builders import manifest
from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group
from tests.reporting.stored_runs import COLD, LATEST, WARM, write_three
from tests.truth import FEW, POOLED

pytestmark = pytest.mark.usefixtures("quick")


def counted(probe: Probe, *names: str) -> tuple[list[tuple[str, int]], str]:
    """Return each section's name and rounds, and what was printed."""
    ran = probe("report", *names, "--format", "json")
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
    ran = probe("export", NAME, NAME)
    assert len(list(DictReader(io.StringIO(ran.out)))) == 16
    assert "counted once" in ran.err


def test_the_ids_that_reports_print_name_their_runs(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a", "b")
    assert counted(probe, f"{NAME}/b")[0] == [("b", 8)]
    assert counted(probe, f"{folder}/b")[0] == [("b", 8)]
    assert "call1: ok" in probe("explain", f"{NAME}/a").out


@pytest.mark.parametrize(
    ("typed", "meant"), [(NAME.replace("two", "tow"), NAME), (f"{NAME}/aa", f"{NAME}/a"), ("nothing", "")]
)
def test_a_name_that_is_almost_right_gets_the_right_one(probe: Probe, runs: Path, typed: str, meant: str) -> None:
    group(runs, "a")
    said = probe("report", typed, code=2).err
    assert f"no such run: {typed}" in said
    assert (f"Did you mean {meant}?" in said) if meant else ("Did you mean" not in said)


@pytest.fixture
def three(runs: Path) -> Path:
    return write_three(runs)


@pytest.mark.parametrize(
    ("name", "run"),
    [
        ("latest", LATEST),
        ("latest~1", WARM),
        ("latest~2", COLD),
        ("0841", COLD),
        ("0841-cold", COLD),
        ("kimi", LATEST),
        (short_id(WARM), WARM),
        (f"reports/runs/{COLD}", COLD),
    ],
)
def test_a_run_has_short_names(probe: Probe, three: Path, name: str, run: str) -> None:
    assert probe("report", name).out.startswith(f"# probe report: {run}")


@pytest.mark.parametrize("words", [("report",), ("explain",), ("export",), ("compare", "latest"), ("run", "--resume")])
def test_a_name_of_several_runs_lists_them_everywhere(probe: Probe, three: Path, words: tuple[str, ...]) -> None:
    said = probe(*words, "keep-warm", code=2).err
    assert "2 runs have 'keep-warm' in their ids" in said
    assert said.index(f"{short_id(LATEST)}  {LATEST}") < said.index(f"{short_id(WARM)}  {WARM}")


def test_a_typing_error_in_a_part_of_an_id_is_understood(probe: Probe, three: Path) -> None:
    assert "no such run: kiim\nDid you mean kimi? Runs are in reports/runs" in probe("report", "kiim", code=2).err


def test_a_run_before_the_first_is_said(probe: Probe, three: Path) -> None:
    assert "there are only 3 runs, so none is 3 before the latest" in probe("report", "latest~3", code=2).err


def test_short_names_reach_the_arms_of_a_group_and_the_python_api(probe: Probe, three: Path) -> None:
    from probe import load

    assert [path.name for path in load("latest", "0841", out=three.parent).paths] == [LATEST, COLD]
    group = three / "20261125T020000Z-two-calls-a+b"
    (group / "arms").mkdir(parents=True)
    arm = replace(FEW.runs[0], manifest=manifest(run_id="a")).write(group / "arms")
    arms = [{"name": "a", "directory": "arms/a"}]
    content = {"run_id": group.name, "created_at": "2026-11-25T02:00:00Z", "arms": arms, "order_seed": 1}
    (group / "group.json").write_text(json.dumps(content))
    assert load("latest/a", out=three.parent).paths == (arm,)
    assert "Did you mean 20261125T020000Z-two-calls-a+b/a?" in probe("report", "a+b/aa", code=2).err
