"""Reports of stored runs: which runs are pooled, which targets compared, and what damage costs; written by hand."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from probe.model.choices import Language
from probe.model.wire import WireSummary
from probe.reporting.build_report import report_of
from probe.reporting.write_reports import rendered
from tests.builders import call, manifest
from tests.conftest import Probe
from tests.reporting.stored_groups import NAME, group, rounds
from tests.truth import Run

pytestmark = pytest.mark.usefixtures("quick")


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
