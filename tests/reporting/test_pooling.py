"""Runs that a report takes, their names, and that each counts once; on runs and groups that are written by hand."""

import io
import json
from collections.abc import Iterable
from csv import DictReader
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from probe.model.choices import Language
from probe.model.run_manifest import Group, GroupArm
from probe.model.wire import WireSummary
from probe.reporting.build_report import report_of
from probe.reporting.write_reports import rendered
from probe.store import create_group
from tests.builders import START, call, manifest, scenario, step, target_info
from tests.conftest import Probe
from tests.truth import POOLED, Round, Run, good, refused

pytestmark = pytest.mark.usefixtures("quick")

NAME = "20261121T073000Z-two-calls-a+b"


def rounds(n: int = 8, failed: int = 0) -> tuple[Round, ...]:
    return tuple(
        (refused(number, 1) if number <= failed else good(number, 1), good(number, 2)) for number in range(1, n + 1)
    )


def group(runs: Path, *targets: str, name: str = NAME, of_rounds: Iterable[Round] = ()) -> Path:
    """Write a group with an arm for each target."""
    arms = tuple(GroupArm(name=target, directory=f"arms/{target}") for target in targets)
    create_group(runs / name, Group(run_id=name, created_at=START, arms=arms, order_seed=1))
    for target in targets:
        what = manifest(run_id=f"{name}/{target}", target=target_info(name=target), rounds=8)
        Run(what, tuple(of_rounds) or rounds()).write(runs).rename(runs / name / "arms" / target)
    return runs / name


@pytest.fixture
def runs(probe: Probe) -> Path:
    return probe.folder / "reports" / "runs"


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


def test_arms_that_are_named_one_by_one_were_still_made_side_by_side(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    said = probe.inside("report", f"{NAME}/a", f"{NAME}/b", "--format", "json").json
    assert [(each["base"], each["candidate"], each["interleaved"]) for each in said["comparisons"]] == [
        ("a", "b", True)
    ]
    assert said["refused"] == []


def test_targets_of_two_groups_were_not_made_side_by_side(probe: Probe, runs: Path) -> None:
    names = [group(runs, "a").name, group(runs, "b", name="20261122T073000Z-two-calls-b").name]
    said = probe.inside("report", *names, "--format", "json").json
    assert [each["interleaved"] for each in said["comparisons"]] == [False]


def test_of_many_targets_each_is_compared_with_the_first_and_that_is_said(runs: Path) -> None:
    folder = group(runs, *"abcdefgh")
    report = report_of([folder])
    assert [(each.base, each.candidate) for each in report.comparisons] == [("a", other) for other in "bcdefgh"]
    said = rendered(report, "markdown", Language.EN)
    assert said.count("Each of 8 targets is compared with the first, a, only.") == 1
    assert "共有 8 个目标，各目标只与第一个目标 a 比较。" in rendered(report, "html", Language.ZH)


def test_few_targets_are_compared_each_with_each(runs: Path) -> None:
    assert len(report_of([group(runs, "a", "b", "c")]).comparisons) == 3


def test_of_pooled_groups_every_incident_says_its_run(runs: Path) -> None:
    names = [NAME, "20261122T073000Z-two-calls-a"]
    folder = [group(runs, "a", name=name, of_rounds=rounds(failed=1)) for name in names]
    report = report_of(folder, waterfalls=True)
    ids = [f"{name}/a" for name in names]
    assert [each.run_id for each in report.sections[0].incidents] == ids
    assert {each.run_id for each in report.sections[0].waterfalls} == set(ids)
    page = rendered(report, "html", Language.EN)
    failure = ET.fromstring(rendered(report, "junit", Language.ZH)).find(".//failure")
    assert failure is not None
    for name in ids:
        assert f"call1 ({name})" in page
        assert f"{name}: 第 1 轮" in (failure.text or "")


def test_of_one_run_alone_no_call_repeats_its_id(runs: Path) -> None:
    report = report_of([group(runs, "a", of_rounds=rounds(failed=1))], waterfalls=True)
    assert f"call1 ({NAME}" not in rendered(report, "html", Language.EN)


@pytest.mark.parametrize("form", ["html", "json"])
def test_a_damaged_record_of_the_wire_costs_that_record_and_no_more(probe: Probe, runs: Path, form: str) -> None:
    wire = WireSummary(attempts=1)
    both = call(1, 1, wire=wire), call(1, 2, wire=wire)
    run = Run(manifest(rounds=1), (both,)).write(runs)
    (run / "rounds" / "0001" / "call1.exchanges.jsonl").write_text("{torn\n")
    (run / "rounds" / "0001" / "call2.exchanges.jsonl").write_text("")
    said = probe.inside("report", run.name, "--format", form).out
    if form == "html":
        assert "Some data could not be read: rounds/0001/call1.exchanges.jsonl, 1 time." in said
        assert "There is no readable record of the wire for this call." in said
        return
    (section,) = json.loads(said)["sections"]
    assert section["corrupt"] == {"rounds/0001/call1.exchanges.jsonl": 1}
    assert [each["rows"] for each in section["waterfalls"]] == [None, []]


# compare


def test_arms_of_a_group_are_compared_as_made_side_by_side(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    said = probe.inside("compare", f"{NAME}/a", f"{NAME}/b").out
    assert "Measured at different times" not in said
    assert probe.inside("compare", f"{NAME}/a", f"{NAME}/b", "--format", "json").json["interleaved"] is True


def test_a_run_is_not_compared_with_itself(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a")
    for candidate in (f"{NAME}/a", NAME, f"{folder}/arms/a"):
        ran = probe.inside("compare", f"{NAME}/a", candidate, code=2)
        assert f"CANDIDATE {candidate}: is the run to compare with" in ran.err
        assert ran.out == ""


def test_a_group_of_several_targets_is_told_how_to_name_one(probe: Probe, runs: Path) -> None:
    folder = group(runs, "a", "b")
    said = probe.inside("compare", NAME, f"{NAME}/a", code=2).err
    assert f"Name one of them: {folder.relative_to(probe.folder)}/a" in said
    assert probe.inside("compare", f"{folder}/b", f"{folder}/a").code == 0


def test_steps_without_a_name_in_common(probe: Probe, runs: Path) -> None:
    first = group(runs, "a")
    renamed_run = manifest(scenario(step("one"), step("two")), run_id="20261122T073000Z-other-a")
    renamed = [
        tuple(each.model_copy(update={"label": label}) for each, label in zip(both, ("one", "two"), strict=True))
        for both in rounds()
    ]
    Run(renamed_run, tuple((one, two) for one, two in renamed)).write(runs)
    assert "they have no step in common" in probe.inside("compare", f"{first}/a", renamed_run.run_id).out


@pytest.mark.parametrize(
    "words", [["report"], ["export"], ["export", "--format", "openmetrics"], ["compare"], ["trend"]]
)
def test_a_dash_is_standard_output(probe: Probe, runs: Path, words: list[str]) -> None:
    group(runs, "a", "b")
    names = [f"{NAME}/a", f"{NAME}/b"] if words[0] == "compare" else []
    ran = probe.inside(*words, *names, "--output", "-")
    assert ran.out == probe.inside(*words, *names).out
    assert ran.out.strip()
    assert "written" not in ran.err
    assert not (probe.folder / "-").exists()


@pytest.mark.parametrize(
    "words", [["report"], ["report", "--charts"], ["report", "--format", "csv"], ["export"], ["compare"], ["trend"]]
)
def test_a_file_in_a_directory_that_is_not_there(probe: Probe, runs: Path, words: list[str]) -> None:
    group(runs, "a", "b")
    names = [f"{NAME}/a", f"{NAME}/b"] if words[0] == "compare" else []
    said = probe.inside(*words, *names, "--output", "nope/file.md", code=4).err
    assert (
        "nope/file.md: cannot be written: there is no directory nope\nMake the directory, or name another file." in said
    )


def test_compare_and_trend_write_files(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    ran = probe.inside("compare", f"{NAME}/a", f"{NAME}/b", "-o", "compared.md")
    assert (ran.out, ran.err) == ("", "written to compared.md\n")
    assert "b compared with a" in (probe.folder / "compared.md").read_text()
    assert probe.inside("trend", "-o", "trend.md").out == ""
    assert (probe.folder / "trend.md").read_text() == "No nights yet.\n"


def test_charts_whose_folder_is_a_file(probe: Probe, runs: Path) -> None:
    group(runs, "a")
    (probe.folder / "out-charts").write_text("")
    assert "out-charts: cannot be made: File exists" in probe.inside("report", "--charts", "-o", "out.md", code=4).err
