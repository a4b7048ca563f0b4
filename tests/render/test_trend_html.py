"""The page of calls over months."""

from collections.abc import Iterator

import pytest

pytest.importorskip("duckdb")

from tests.conftest import Probe
from tests.parsed_page import ParsedPage
from tests.render.browser import Page, browsing, find_browser
from tests.render.test_accessibility import violations
from tests.reporting.stored_months import write_months

pytestmark = pytest.mark.usefixtures("quick")


COMMAND = find_browser()


@pytest.fixture
def months(probe: Probe) -> Probe:
    return write_months(probe)


def test_a_page_without_calls_is_said_to_have_none(probe: Probe) -> None:
    ran = probe("trend", "--format", "html", "--output", "page.html")
    assert "holds no calls to draw" in ran.err
    assert "No nights yet." in (probe.folder / "page.html").read_text()


def test_the_page_holds_all_figures_and_loads_nothing(months: Probe) -> None:
    page = months("trend", "--format", "html").out
    assert page.count('<svg class="chart"') == 8
    assert "2026-11-22" in page
    assert "2.1.400" in page
    assert "default-src &#39;none&#39;" in page
    assert ParsedPage(page).loaded == []


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    assert COMMAND is not None
    with browsing(COMMAND) as browser:
        yield browser.new_page()


@pytest.mark.skipif(COMMAND is None, reason="no Chromium")
@pytest.mark.parametrize(("width", "dark"), [(400, True), (1400, False)])
def test_axe_finds_nothing_and_the_page_is_as_wide_as_the_window(
    months: Probe, browser_page: Page, width: int, dark: bool
) -> None:
    months("trend", "--format", "html", "--output", "page.html")
    assert violations(browser_page, months.folder / "page.html", width, dark=dark, unfolded=True) == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
