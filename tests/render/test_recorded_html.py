"""The page of a recording."""

from collections import Counter
from pathlib import Path

import pytest

from probe.model.recorded_report import RecordedReport
from probe.render.recorded_html import render_recorded_html
from probe.render.recorded_markdown import render_recorded_markdown
from tests.render.html_reader import Element, read
from tests.render.recorded_samples import made
from tests.render.samples import HOSTILE
from tests.render.spoken import EN
from tests.reporting.recordings import Script, eventful, good, refused


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RecordedReport:
    return made(tmp_path_factory.mktemp("recording"), eventful())


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
