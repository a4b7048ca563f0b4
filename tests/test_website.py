"""The documentation site: it builds strictly, its links lead somewhere, it loads nothing, and all pages are in it."""

import functools
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.render.browser import browsing, find_browser
from website.column_meanings import MEANINGS
from website.made_pages import MADE, all_columns, commands
from website.navigation import LANGUAGES, MENU
from website.site_links import dead_links, foreign_resources

ROOT = Path(__file__).parents[1]
WIDE, NARROW = 1300, 390


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a built site."""
    place = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "website", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return place


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve the site on loopback."""
    handler = functools.partial(_QuietHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_both_languages_are_there(site: Path) -> None:
    assert "How reliable is it?" in (site / "index.html").read_text()
    assert '<html lang="zh"' in (site / "zh" / "index.html").read_text()
    for page in ("commands", "failures", "faults", "formats"):
        assert (site / f"{page}.html").is_file()
        assert (site / "zh" / f"{page}.html").is_file()


def test_lines_of_chinese_text_are_joined_without_a_space(site: Path) -> None:
    assert "中各次调用的列，以及" in (site / "zh" / "formats.html").read_text()


@pytest.mark.skipif(find_browser() is None, reason="no Chromium here")
def test_pages_fit_a_telephone_and_ask_no_other_host(site: Path) -> None:
    with served(site) as address, browsing(find_browser() or "") as browser:
        for name in ("index.html", "symptoms.html", "formats.html", "zh/check.html"):
            for width, dark in ((WIDE, True), (NARROW, False)):
                page = browser.new_page()
                page.visit(f"{address}/{name}", width, dark=dark)
                assert page.evaluate("document.querySelector('h1').textContent"), name
                assert page.evaluate("document.title").endswith("probe"), name
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
                foreign = [url for url in page.requests if not url.startswith((address, "data:"))]
                assert (foreign, page.problems) == ([], []), name


def test_each_page_is_in_the_menu() -> None:
    listed = {folder + page for folder in LANGUAGES.values() for pages in MENU.values() for page in pages}
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in written | set(MADE) if not page.startswith("decisions/")} - listed == set()


def test_each_column_has_its_meaning() -> None:
    assert set(all_columns()) == set(MEANINGS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_commands_page_has_each_command(language: str) -> None:
    page = commands(language)
    assert page.count("\n## probe") >= 30
    assert "## probe history query" in page
    assert ("用法：probe run" if language == "zh" else "Usage: probe run") in page


def test_a_dead_link_and_a_foreign_file_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">x</a> <a href="b.html#gone">x</a> <a href="c.html">x</a> <a href="https://x.example">x</a>'
        '<script src="https://x.example/a.js"></script>'
    )
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>')
    assert list(dead_links(tmp_path)) == ["a.html: b.html#gone", "a.html: c.html"]
    assert list(foreign_resources(tmp_path)) == ["a.html: loads https://x.example/a.js"]
