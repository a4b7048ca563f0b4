"""The report of a recording on a terminal."""

from typing import Any

import pytest

from probe.model.recorded_report import RecordedReport
from probe.render.recorded_markdown import render_recorded_markdown
from probe.render.recorded_terminal import recorded_blocks
from probe.render.terminal_model import TextLine
from tests.render.recorded_samples import made
from tests.render.spoken import EN
from tests.reporting.recordings import eventful


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


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


def test_no_verdict_is_claimed(report: RecordedReport) -> None:
    for text in (render_recorded_markdown(report, EN), said(report, is_verbose=True)):
        assert "COLD" not in text
        assert "verdict" not in text
