"""Reports of stored runs: which runs are pooled, which targets compared, and what damage costs; written by hand."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from probe.model.choices import Language, Role
from probe.model.note import NoteCode
from probe.model.report_sections import Report
from probe.model.run_manifest import Options
from probe.model.wire import WireSummary
from probe.reporting.build_report import report_of
from probe.reporting.write_reports import rendered
from probe.stats.waterfall import MOST
from tests.builders import call, manifest, target_info, words
from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group, rounds
from tests.truth import Run, good, refused

pytestmark = pytest.mark.usefixtures("quick")


def test_arms_that_are_named_one_by_one_were_still_made_side_by_side(probe: Probe, runs: Path) -> None:
    group(runs, "a", "b")
    said = probe("report", f"{NAME}/a", f"{NAME}/b", "--format", "json").json
    assert [(each["base"], each["candidate"], each["interleaved"]) for each in said["comparisons"]] == [
        ("a", "b", True)
    ]
    assert said["refused"] == []


def test_targets_of_two_groups_were_not_made_side_by_side(probe: Probe, runs: Path) -> None:
    names = [group(runs, "a").name, group(runs, "b", name="20261122T073000Z-two-calls-b").name]
    said = probe("report", *names, "--format", "json").json
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
    said = probe("report", run.name, "--format", form).out
    if form == "html":
        assert "Some data could not be read: rounds/0001/call1.exchanges.jsonl, 1 time." in said
        assert "There is no readable record of the wire for this call." in said
        return
    (section,) = json.loads(said)["sections"]
    assert section["corrupt"] == {"rounds/0001/call1.exchanges.jsonl": 1}
    assert [each["rows"] for each in section["waterfalls"]] == [None, []]


# compare


def pooled(runs: Path, *changes: dict[str, Any]) -> Report:
    """Return the report of runs that were made alone, with these changes of their manifests."""
    paths = [
        Run(manifest(run_id=f"2026112{at}T073000Z-run", **each), rounds(2)).write(runs)
        for at, each in enumerate(changes)
    ]
    return report_of(paths)


def change(run: Path, **changes: Any) -> None:
    """Change fields of the manifest of a stored run."""
    place = run / "manifest.json"
    place.write_text(manifest().model_validate_json(place.read_text()).model_copy(update=changes).model_dump_json())


def test_runs_that_differ_stand_apart_and_the_report_says_in_what(runs: Path) -> None:
    report = pooled(runs, {}, {"target": target_info(model="other")}, {})
    assert [(section.name, section.rounds_finished) for section in report.sections] == [
        ("relay (20261120T073000Z-run)", 4),
        ("relay (20261121T073000Z-run)", 2),
    ]
    (note,) = report.refused
    assert (note.code, note.values["names"]) == (NoteCode.NOT_POOLED, "model")
    assert report.comparisons == (), "they were not made side by side"


def test_a_run_without_a_manifest_is_pooled_with_none(runs: Path) -> None:
    torn = Run(manifest(run_id="20261120T073000Z-torn"), rounds(2)).write(runs)
    (torn / "manifest.json").write_text("{torn")
    whole = Run(manifest(run_id="20261121T073000Z-whole"), rounds(2)).write(runs)
    report = report_of([whole, torn])
    assert [section.name for section in report.sections] == ["relay", torn.name]
    assert [note.values["names"] for note in report.refused] == ["manifest"]
    assert len(report_of([torn, whole]).refused) == 1


def test_the_version_of_the_client_is_the_one_that_its_calls_name(runs: Path) -> None:
    named = tuple(
        tuple(call(number, position, client=words(client_version="9.9.9")) for position in (1, 2)) for number in (1, 2)
    )
    run = Run(manifest(run_id="20261120T073000Z-named"), ((named[0][0], named[0][1]), (named[1][0], named[1][1])))
    (section,) = report_of([run.write(runs)]).sections
    assert section.manifest
    assert section.manifest.client.version == "9.9.9"


@pytest.mark.parametrize("role", [Role.CONTROL, Role.TARGET])
def test_the_cost_of_the_control_of_the_same_group_is_taken_off_and_no_other(runs: Path, role: Role) -> None:
    folder = group(runs, "a", "b")
    change(folder / "arms" / "b", role=role)
    first, _ = report_of([folder]).sections
    assert first.verdict
    assert (first.verdict.control is not None) == (role is Role.CONTROL)


def test_a_control_of_another_driver_or_of_another_group_says_nothing_of_a_target(runs: Path) -> None:
    folder, second = group(runs, "a", "b"), group(runs, "c", name="20261122T073000Z-two-calls-c")
    change(folder / "arms" / "b", role=Role.CONTROL, driver="messages")
    change(second / "arms" / "c", role=Role.CONTROL)
    target, *_ = report_of([folder, second]).sections
    assert target.verdict
    assert target.verdict.control is None


def test_gates_are_those_of_the_run_unless_others_are_asked_for_and_a_control_has_none(runs: Path) -> None:
    options = Options(rounds=2, fail_on=("call1.failed > 0",))
    path = Run(manifest(run_id="20261120T073000Z-gate", options=options), rounds(2)).write(runs)
    assert [gate.expression for gate in report_of([path]).sections[0].gates] == ["call1.failed > 0"]
    assert [gate.expression for gate in report_of([path], ["n > 9"]).sections[0].gates] == ["n > 9"]
    assert report_of([path], []).sections[0].gates == ()
    control = manifest(run_id="20261121T073000Z-control", role=Role.CONTROL, options=options)
    assert report_of([Run(control, rounds(2)).write(runs)], ["n > 0"]).sections[0].gates == ()


def test_calls_that_went_wrong_are_drawn_before_others_and_all_in_order(runs: Path) -> None:
    whole = (*rounds(80), *((refused(number, 1), good(number, 2)) for number in (81, 82)))
    path = Run(manifest(run_id="20261120T073000Z-many", rounds=82), whole).write(runs)
    (section,) = report_of([path], waterfalls=True).sections
    drawn = [(each.round, each.label) for each in section.waterfalls]
    assert drawn == sorted(drawn)
    assert {(81, "call1"), (82, "call1")} <= set(drawn)
    assert (82, "call2") not in drawn
    assert len(drawn) == MOST
    assert report_of([path]).sections[0].waterfalls == ()
