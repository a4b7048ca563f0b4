"""axe-core finds nothing in any page, in either scheme, on a desk and on a phone, folded and unfolded."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from probe.model.choices import Language
from probe.render.deep_html import render_deep_html
from probe.render.recorded_html import render_recorded_html
from probe.reporting.report_recording import report_of_recording
from probe.texts import Texts
from tests.render.browser import Page, browsing, find_browser
from tests.render.deep_samples import two_targets
from tests.render.pages import REPORTS, html_of
from tests.reporting.recordings import eventful, write_recording

COMMAND = find_browser()
pytestmark = pytest.mark.skipif(
    COMMAND is None, reason="no Chromium: looked for chromium, chromium-browser, google-chrome and PROBE_TEST_BROWSER"
)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = """axe.run(document, {preload: false, resultTypes: ["violations"]}).then((found) => found.violations.map((each) =>
each.id + ": " + each.nodes.slice(0, 3).map((node) => node.target + " " + node.failureSummary).join("; ")))"""
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true })"


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    assert COMMAND is not None
    with browsing(COMMAND) as browser:
        yield browser.new_page()


def violations(page: Page, file: Path, width: int, *, dark: bool, unfolded: bool) -> list[str]:
    page.open(file, width, dark=dark)
    if unfolded:
        page.evaluate(OPEN_ALL)
    page.evaluate(f"{AXE}; 0")
    return list(page.evaluate(RUN))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in REPORTS if name != "thousand"])
def test_no_page_violates_a_rule(browser_page: Page, tmp_path: Path, name: str) -> None:
    """Leave out a page of a thousand rounds, which is one of everything, only longer."""
    file = tmp_path / "report.html"
    file.write_text(html_of(name), encoding="utf-8")
    assert violations(browser_page, file, 1400, dark=False, unfolded=True) == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark", "unfolded"), [(400, True, True), (1400, False, False)])
def test_nor_on_a_phone_nor_in_the_dark_nor_in_chinese(
    browser_page: Page, tmp_path: Path, width: int, dark: bool, unfolded: bool
) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_of("everything", Language.ZH), encoding="utf-8")
    assert violations(browser_page, file, width, dark=dark, unfolded=unfolded) == []


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "dark"), [(Language.EN, 1400, False), (Language.ZH, 400, True)])
def test_nor_does_a_deep_check(browser_page: Page, tmp_path: Path, language: Language, width: int, dark: bool) -> None:
    file = tmp_path / "report.html"
    file.write_text(render_deep_html(two_targets(), Texts(language)), encoding="utf-8")
    assert violations(browser_page, file, width, dark=dark, unfolded=True) == []


@pytest.mark.parametrize(("width", "dark", "language"), [(400, True, Language.EN), (1400, False, Language.ZH)])
def test_nor_does_the_page_of_a_recording(
    browser_page: Page, tmp_path: Path, width: int, dark: bool, language: Language
) -> None:
    recording = write_recording(tmp_path / "recording", eventful().events)
    file = tmp_path / "report.html"
    page = render_recorded_html(report_of_recording(recording, waterfalls=True), Texts(language))
    file.write_text(page, encoding="utf-8")
    assert violations(browser_page, file, width, dark=dark, unfolded=True) == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") == width
    assert browser_page.requests == []


def test_a_violation_would_be_found(browser_page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_of("unknown").replace('<html lang="en">', "<html>"), encoding="utf-8")
    (found,) = violations(browser_page, file, 1400, dark=False, unfolded=False)
    assert found.startswith("html-has-lang")
