"""The report of a recording in all its formats.

After an intended change, write the golden files anew and read their diff:

    PROBE_REGENERATE=1 .venv/bin/python -m pytest tests/render/test_recorded_report.py
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from probe.model.choices import Language
from probe.model.recorded_report import RecordedReport, RecordingLosses
from probe.render.json_report import render_json
from probe.render.recorded_facts import recorded_facts
from probe.render.recorded_html import render_recorded_html
from probe.render.recorded_markdown import render_recorded_markdown
from probe.render.recorded_terminal import recorded_blocks
from probe.render.terminal_model import TextLine
from probe.reporting.json_schemas import json_schema
from probe.reporting.report_recording import report_of_recording
from probe.texts import Texts
from tests.builders import GOLDEN
from tests.render.html_reader import Element, read
from tests.render.samples import HOSTILE
from tests.reporting.recordings import Script, eventful, good, refused, write_recording

EN, ZH = Texts(), Texts(Language.ZH)
GOLDEN_REPORTS = {"recorded-report.md": EN, "recorded-report.zh.md": ZH}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


def made(folder: Path, script: Script, **options: Any) -> RecordedReport:
    return report_of_recording(write_recording(folder / "run", script.events, **options), waterfalls=True)


@pytest.mark.parametrize("name", GOLDEN_REPORTS)
def test_the_report_is_the_golden_one(report: RecordedReport, name: str) -> None:
    rendered = render_recorded_markdown(report, GOLDEN_REPORTS[name])
    if os.environ.get("PROBE_REGENERATE"):
        (GOLDEN / name).write_text(rendered, encoding="utf-8")
    assert rendered == (GOLDEN / name).read_text(encoding="utf-8")


def test_json_is_as_its_schema_says(report: RecordedReport) -> None:
    content = RecordedReport.model_validate_json(render_json(report, EN))
    assert content == report
    jsonschema.Draft202012Validator(json_schema("recorded-report")).validate(content.model_dump(mode="json"))


# HTML


@pytest.fixture(scope="module")
def page(report: RecordedReport) -> Element:
    return read(render_recorded_html(report, EN))


def test_the_page_begins_with_the_health_and_the_fault_line(page: Element) -> None:
    text = page.all("main")[0].text
    assert text.index("2 of 27 requests failed") < text.index("2 failures:") < text.index("28 main requests")
    assert page.all("title")[0].text.startswith("FLAKY 20261121T073000Z-recorded-relay")


def test_ids_are_unique_and_links_lead_somewhere(page: Element) -> None:
    ids = Counter(each.attributes["id"] for each in page.all() if "id" in each.attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    links = [each.attributes["href"] or "" for each in page.all("a")]
    assert len(links) > 10
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_what_went_wrong_can_be_opened_and_an_interruption_is_no_failure(page: Element) -> None:
    calls = {each.attributes["id"]: each for each in page.all("details") if "data-kind" in each.attributes}
    assert calls["request-6"].attributes["data-kind"] == "recovered"
    assert calls["request-6"].text.count("HTTP 529 overloaded_error") == 3
    assert "req_0009" in calls["request-6"].text
    assert calls["request-14"].attributes["data-kind"] == "failed"
    assert "request-15" not in calls


def test_words_of_strangers_stay_words(tmp_path: Path) -> None:
    script = Script()
    texts = {"error_message": HOSTILE, "model_requested": HOSTILE, "correlation": {"request-id": HOSTILE}}
    script.request(0, refused(400, HOSTILE, **texts))
    script.request(5, good(), facts={"user_agent": HOSTILE, "session_id": HOSTILE})
    report = made(tmp_path, script, name=HOSTILE, command=("claude", HOSTILE))
    page = render_recorded_html(report, EN)
    assert HOSTILE not in page
    assert len(read(page).all("script")) == 1
    for line in render_recorded_markdown(report, EN).splitlines():
        assert "<script" not in line.replace("\\<", "").replace("`", "") or "`" in line


def test_a_recording_without_requests_has_a_page(tmp_path: Path) -> None:
    report = made(tmp_path, Script())
    assert "No request was recorded" in read(render_recorded_html(report, EN)).text
    assert "No request was finished" in render_recorded_markdown(report, EN)


# Terminal and remarks


def said(report: RecordedReport, **options: Any) -> str:
    blocks = recorded_blocks(report, EN, **options)
    return "\n".join(
        "".join(span.text for span in block.spans) if isinstance(block, TextLine) else getattr(block, "title", "")
        for block in blocks
    )


def test_a_terminal_gets_the_answer_first_and_all_tables_only_where_it_is_verbose(report: RecordedReport) -> None:
    assert said(report).startswith("FLAKY2 of 27 requests failed")
    assert "Slowest requests" not in said(report)
    assert "Slowest requests" in said(report, is_verbose=True)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.begin(5)
    text = render_recorded_markdown(made(tmp_path, script, finish=False), EN)
    assert "The recorder was ended before its time" in text
    assert "1 request had not ended" in text


def test_no_verdict_is_claimed(report: RecordedReport) -> None:
    for text in (render_recorded_markdown(report, EN), said(report, is_verbose=True)):
        assert "COLD" not in text
        assert "verdict" not in text


# What is rare, by figures that are set


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"is_running": True}, "The recording goes on: this is as far as it has come."),
        ({"losses": RecordingLosses(lost_exchanges=1)}, "1 exchange is missing: the disk was too slow or full."),
        ({"losses": RecordingLosses(lost_exchanges=7)}, "7 exchanges are missing: the disk was too slow or full."),
        (
            {"losses": RecordingLosses(removed_exchanges=1200)},
            "The first 1,200 exchanges were removed to keep to the limit on disk space.",
        ),
    ],
)
def test_what_limits_the_data_is_said(report: RecordedReport, changes: dict[str, Any], remark: str) -> None:
    assert remark in render_recorded_markdown(report.model_copy(update=changes), EN)
    assert remark not in render_recorded_markdown(report, EN)


def test_a_recorder_on_an_address_of_its_own_names_it_and_no_command(report: RecordedReport) -> None:
    changes = {"command": (), "listen": "127.0.0.1:8080", "way": None}
    listening = report.model_copy(update={"manifest": report.manifest.model_copy(update=changes)})
    facts = dict(recorded_facts(listening, EN))
    assert "127.0.0.1:8080" in facts.values()
    assert {EN("fact.command"), EN("fact.way")}.isdisjoint(facts)
    assert {EN("fact.command"), EN("fact.way")} <= dict(recorded_facts(report, EN)).keys()
