"""The report of a recording in Markdown, and in JSON.

After an intended change, write the golden files anew and read their diff:

    PROBE_REGENERATE=1 .venv/bin/python -m pytest tests/render/test_recorded_markdown.py
"""

import os
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from probe.model.recorded_report import RecordedReport
from probe.render.json_report import render_json
from probe.render.recorded_markdown import render_recorded_markdown
from probe.reporting.json_schemas import json_schema
from tests.builders import GOLDEN
from tests.render.recorded_samples import made
from tests.render.spoken import EN, ZH
from tests.reporting.recordings import Script, eventful, good

GOLDEN_REPORTS = {"recorded-report.md": EN, "recorded-report.zh.md": ZH}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


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


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.begin(5)
    text = render_recorded_markdown(made(tmp_path, script, finish=False), EN)
    assert "The recorder was ended before its time" in text
    assert "1 request had not ended" in text
