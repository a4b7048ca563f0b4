"""The HTML report in a real browser: nothing is loaded, nothing foreign runs, it fits, it sorts, it filters."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from probe.model.choices import Language
from probe.render.html import render_html
from probe.texts import Texts
from tests.render.browser import Page, browsing, find_browser
from tests.render.pages import REPORTS, html_of
from tests.render.samples import rich_report

COMMAND = find_browser()
pytestmark = pytest.mark.skipif(
    COMMAND is None, reason="no Chromium: looked for chromium, chromium-browser, google-chrome and PROBE_TEST_BROWSER"
)
INCIDENTS = "document.querySelector('[id=s1-incidents]').closest('table')"
OPEN_ALL = "document.querySelectorAll('details').forEach((each) => { each.open = true })"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    assert COMMAND is not None
    with browsing(COMMAND) as browser:
        yield browser.new_page()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, Path]:
    folder = tmp_path_factory.mktemp("reports")
    files = {language: folder / f"report-{language}.html" for language in Language}
    for language, file in files.items():
        file.write_text(render_html(rich_report(), Texts(language)), encoding="utf-8")
    return files


@pytest.fixture
def shown(page: Page, files: dict[Language, Path]) -> Page:
    """Open the English page on a desk."""
    page.open(files[Language.EN], 1400)
    return page


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width", "dark"), [*product(Language, (400, 1400), (False, True))])
def test_it_loads_nothing_complains_of_nothing_and_fits(
    page: Page, files: dict[Language, Path], language: Language, width: int, dark: bool
) -> None:
    page.open(files[language], width, dark=dark)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("[...document.querySelectorAll('body *')].filter((each) => !each.closest('.scroll, .skip, "
                         ".hidden') && each.getBoundingClientRect().right > innerWidth + 1).length") == 0  # fmt: skip
    assert page.requests == []
    assert page.problems == []


@pytest.mark.parametrize("name", REPORTS)
def test_no_page_loads_anything_complains_or_leaves_a_phone(page: Page, tmp_path: Path, name: str) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_of(name), encoding="utf-8")
    assert file.stat().st_size < 2_000_000
    page.open(file, 400)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    assert page.requests == []
    assert page.problems == []


@pytest.mark.parametrize("name", ["everything", "down", "ok", "unknown"])
@pytest.mark.parametrize("language", Language)
def test_the_first_screen_has_the_answer_and_the_chart(
    page: Page, tmp_path: Path, name: str, language: Language
) -> None:
    file = tmp_path / "report.html"
    file.write_text(html_of(name, language), encoding="utf-8")
    page.open(file, 1400)
    bottom = "document.querySelector('{}').getBoundingClientRect().bottom"
    assert page.evaluate(bottom.format("figure.rounds")) <= 900
    page.open(file, 400)
    assert page.evaluate(bottom.format(".answers" if name != "down" else ".faults")) <= 900


def brightness(page: Page, selector: str) -> float:
    """0 for black, 255 for white: the background of an element."""
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).backgroundColor")
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3


@pytest.mark.parametrize(("dark", "least", "most"), [(False, 230, 255), (True, 0, 40)])
def test_the_scheme_is_the_reader_s(
    page: Page, files: dict[Language, Path], dark: bool, least: float, most: float
) -> None:
    page.open(files[Language.EN], 1400, dark=dark)
    for selector in ("body", "section.target"):
        assert least <= brightness(page, selector) <= most
    assert page.evaluate("getComputedStyle(document.querySelector('svg.chart [stroke*=soft]')).stroke") == (
        "rgb(163, 173, 188)" if dark else "rgb(86, 97, 115)"
    )


def test_on_paper_it_is_light_and_leaves_out_what_is_to_be_opened(page: Page, files: dict[Language, Path]) -> None:
    page.open(files[Language.EN], 760, dark=True, media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 36, 48)"
    assert page.evaluate("getComputedStyle(document.querySelector('.calls')).display") == "none"
    controls = "[...document.querySelectorAll('.filter, button.copy')]"
    assert page.evaluate(f"{controls}.every((each) => !each.checkVisibility())")
    parts = "[...document.querySelectorAll('main > section.target > details.part:not(.calls)')]"
    unfolded = "each.lastElementChild.checkVisibility() && each.lastElementChild.getBoundingClientRect().height > 0"
    assert page.evaluate(f"{parts}.length") >= 3
    assert page.evaluate(f"{parts}.every((each) => {unfolded})")
    assert not page.evaluate("document.querySelector('.arm > section').checkVisibility({contentVisibilityAuto: true})")
    assert page.evaluate("document.documentElement.scrollWidth") <= 760


@pytest.mark.parametrize(("width", "media"), [(400, "screen"), (1000, "screen"), (1400, "screen"), (718, "print")])
@pytest.mark.parametrize("language", Language)
def test_an_operator_sees_all_ids_whole_on_a_phone_on_a_desk_and_on_paper(
    page: Page, files: dict[Language, Path], language: Language, width: int, media: str
) -> None:
    """718 px is what an A4 page has between its margins."""
    page.open(files[language], width, media=media)
    place = f"{INCIDENTS}.closest('.scroll')"
    assert page.evaluate(f"{place}.scrollWidth <= {place}.clientWidth + 1")
    assert page.evaluate(f"{INCIDENTS}.offsetWidth") <= width
    broken = f"[...{INCIDENTS}.querySelectorAll('.whole, .chip')].filter((each) => each.getClientRects().length > 1)"
    assert page.evaluate(f"{broken}.map((each) => each.textContent)") == []
    ids = page.evaluate(f"[...{INCIDENTS}.querySelectorAll('.whole')].map((each) => each.textContent)")
    assert {"req_6d2b9b5e00794be60003", "84c70bc8-e5f5-4909-a537-000000000003"} <= set(ids)
    times = f"[...{INCIDENTS}.querySelectorAll('tbody th, td.num')].map((each) => each.scrollWidth - each.clientWidth)"
    assert page.evaluate(f"Math.max(...{times})") <= 1


def test_on_a_phone_a_row_is_a_card_with_a_name_before_each_value(page: Page, files: dict[Language, Path]) -> None:
    page.open(files[Language.EN], 400)
    row = f"{INCIDENTS}.tBodies[0].rows[0]"
    assert page.evaluate(f"{row}.offsetHeight") < 420
    assert page.evaluate(f"[...{row}.cells].map((each) => getComputedStyle(each, '::before').content)") == [
        '"UTC"', '"call"', '"took"', '"outcome"', '"requests and session"'
    ]  # fmt: skip
    lefts = page.evaluate(f"[...{row}.cells].map((each) => each.firstElementChild.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1


def test_on_a_phone_the_overview_shows_every_step(page: Page, files: dict[Language, Path]) -> None:
    file = files[Language.EN].with_name("several.html")
    file.write_text(html_of("several"), encoding="utf-8")
    page.open(file, 400)
    place = "document.querySelector('[id=overview]').closest('.scroll')"
    assert page.evaluate(f"{place}.scrollWidth <= {place}.clientWidth")


def test_on_paper_the_head_of_a_table_stands_on_each_page(page: Page, files: dict[Language, Path]) -> None:
    """Chromium repeats a head that must not be broken; what stands in a button's box is left out there."""
    page.open(files[Language.EN], 718, media="print")
    head = f"getComputedStyle({INCIDENTS}.tHead)"
    assert page.evaluate(f"[{head}.display, {head}.breakInside]") == ["table-header-group", "avoid"]
    assert page.evaluate(f"getComputedStyle({INCIDENTS}.tHead.querySelector('button')).display") == "contents"


@pytest.mark.parametrize(("width", "drawn"), [(400, 1), (1400, 0)])
def test_the_chart_of_rounds_is_drawn_for_this_width_and_words_stay_legible(
    page: Page, files: dict[Language, Path], width: int, drawn: int
) -> None:
    page.open(files[Language.ZH], width)
    visible = (
        "[...document.querySelector('figure.rounds').querySelectorAll('svg')].map((each) => each.checkVisibility())"
    )
    assert page.evaluate(visible) == [drawn == 0, drawn == 1]
    least = page.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.chart')].filter((each) => each.checkVisibility())"
        ".map((each) => 12 * each.getBoundingClientRect().width / each.viewBox.baseVal.width))"
    )
    assert least >= 8.5


def test_nothing_foreign_runs(shown: Page) -> None:
    assert shown.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0
    assert shown.evaluate("document.scripts.length") == 1
    shown.evaluate("window.ran = 0; const s = document.createElement('script'); s.textContent = 'window.ran = 1'; "
                   "document.body.append(s); document.body.insertAdjacentHTML('beforeend', "
                   "'<img src=\"data:,\" onerror=\"window.ran = 2\">'); 0")  # fmt: skip
    shown.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert shown.evaluate("window.ran") == 0
    assert any("Content Security Policy" in problem for problem in shown.problems)


def column(page: Page, name: str) -> list[str]:
    return list(page.evaluate(
        f"(() => {{ const at = [...{INCIDENTS}.tHead.rows[0].cells].findIndex((each) => each.textContent === '{name}');"
        f" return [...{INCIDENTS}.tBodies[0].rows].map((row) => row.cells[at].textContent) }})()"
    ))  # fmt: skip


def press(page: Page, name: str) -> str | None:
    """Goes to a header with the keyboard and presses Enter; the header's aria-sort afterwards."""
    head = f"[...{INCIDENTS}.tHead.rows[0].cells].find((each) => each.textContent === '{name}')"
    page.evaluate(f"{head}.querySelector('button').focus()")
    press_key(page, "Enter", 13, text="\r")
    sort: str | None = page.evaluate(f"{head}.getAttribute('aria-sort')")
    return sort


def test_a_table_sorts_by_value_up_and_down(shown: Page) -> None:
    before = column(shown, "UTC")
    assert press(shown, "took") == "ascending"
    upwards = column(shown, "took")
    assert upwards[0] == "2.40 s"
    assert upwards[-1] == "≥ 3 m 00 s"
    assert upwards.index("12.2 s") > upwards.index("6.92 s")
    assert press(shown, "took") == "descending"
    assert column(shown, "took")[0] == "≥ 3 m 00 s"
    assert press(shown, "UTC") == "ascending"
    assert column(shown, "UTC") == before
    assert shown.evaluate("document.querySelectorAll('[aria-sort]').length") == 1


def fill(page: Page, wanted: str) -> None:
    page.evaluate(f"{INCIDENTS}.querySelector('input').focus()")
    page.evaluate(f"{INCIDENTS}.querySelector('input').select()")
    page.send("Input.insertText", text=wanted)


def test_a_table_is_filtered_by_what_one_types(shown: Page) -> None:
    rows = f"[...{INCIDENTS}.tBodies[0].rows].filter((row) => row.checkVisibility()).length"
    everything = shown.evaluate(rows)
    fill(shown, "TIMED_OUT")
    assert shown.evaluate(rows) == 6
    assert shown.evaluate(f"{INCIDENTS}.querySelector('output').textContent") == f"6 of {everything}"
    fill(shown, "no such thing")
    assert shown.evaluate(rows) == 0
    fill(shown, " ")
    assert shown.evaluate(rows) == everything


CALLS = "[...document.querySelectorAll('details.call')].filter((each) => each.checkVisibility())"


def test_calls_are_filtered_by_what_one_types_and_opened(shown: Page) -> None:
    shown.evaluate("document.querySelector('.calls input').focus()")
    shown.send("Input.insertText", text="round 5, call1")
    assert shown.evaluate(f"{CALLS}.length") == 1
    assert shown.evaluate("document.querySelector('.chips output').textContent") == "1 of 17"
    shown.evaluate(f"{CALLS}[0].querySelector('summary').click()")
    assert shown.evaluate(f"{CALLS}[0].querySelectorAll('.exchanges > li').length") == 3


def choose(page: Page, chip: str) -> list[str]:
    """Press a chip by the keyboard; the titles of the calls that are shown then."""
    page.evaluate(f"document.querySelector('.chips {chip}').focus()")
    press_key(page, " ", 32, text=" ")
    assert page.evaluate(f"document.querySelector('.chips {chip}').getAttribute('aria-pressed')") == "true"
    return list(page.evaluate(f"{CALLS}.map((each) => each.querySelector('b').textContent)"))


def test_calls_are_chosen_by_chips_with_the_keyboard(shown: Page) -> None:
    assert len(choose(shown, "[data-kind=failed]")) == 9
    assert choose(shown, "[data-kind=recovered]") == [
        f"Round {each}" for each in ("4, call2", "5, call1", "15, call1", "19, call2", "25, call1")
    ]
    assert choose(shown, "[data-step=call2]") == ["Round 4, call2", "Round 19, call2"]
    assert len(choose(shown, '[data-kind=""]')) == 3
    assert len(choose(shown, '[data-step=""]')) == 17
    assert shown.evaluate("document.querySelectorAll('.chips [aria-pressed=true]').length") == 2


def test_bars_of_calls_and_exchanges_stand_below_the_same_axis(shown: Page) -> None:
    shown.evaluate("document.querySelector('[id=r5-call1]').open = true")
    edges = shown.evaluate(
        "[...document.querySelectorAll('.axis svg, .grid, details.call > summary .bar, [id=r5-call1] .bar')]"
        ".filter((each) => each.checkVisibility()).map((each) => { const box = each.getBoundingClientRect();"
        " return [Math.round(box.left), Math.round(box.right)].join() })"
    )
    assert len(edges) > 20
    assert len(set(edges)) == 1


@pytest.mark.parametrize("name", ["r13-call1", "s1-r9-call1"])
def test_a_link_to_a_call_opens_it_where_it_is_seen_and_marks_it(
    page: Page, files: dict[Language, Path], name: str
) -> None:
    """Also where chips hide it, and with the number of the only target."""
    page.open(files[Language.EN], 1400)
    choose(page, "[data-kind=recovered]")
    page.evaluate(f"location.hash = '{name}'; new Promise((done) => setTimeout(done, 100))")
    call = f"document.querySelector('[id={name.removeprefix('s1-')}]')"
    assert page.evaluate(f"[{call}.open, {call}.checkVisibility(), {call}.matches('.linked')]") == [True] * 3
    assert page.evaluate("document.querySelectorAll('.linked').length") == 1
    page.evaluate("new Promise((done) => setTimeout(done, 600))")
    assert page.evaluate(f"{call}.getBoundingClientRect().top >= 0 && {call}.getBoundingClientRect().top < 900")


def test_a_dot_of_the_chart_leads_to_its_call_also_in_a_folded_section(page: Page, files: dict[Language, Path]) -> None:
    file = files[Language.EN].with_name("several.html")
    file.write_text(html_of("several"), encoding="utf-8")
    page.open(file, 1400)
    call = "document.querySelector('[id=s1-r5-call1]')"
    assert page.evaluate(f"{call}.checkVisibility()") is False
    page.evaluate(
        "document.querySelector('.rounds a[href=\"#s1-r5-call1\"]').dispatchEvent(new MouseEvent('click', "
        "{bubbles: true})); new Promise((done) => setTimeout(done, 100))"
    )
    assert page.evaluate(f"[{call}.open, {call}.checkVisibility()]") == [True, True]


def copied_by(page: Page, button: str) -> list[str]:
    """Press a button by the keyboard, paste what it copied into a field, and return its lines."""
    page.evaluate(f"document.querySelector('{button}').focus()")
    press_key(page, "Enter", 13, text="\r")
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.evaluate("document.body.lastChild.focus()")
    page.send("Input.dispatchKeyEvent", type="keyDown", commands=["paste"])
    return str(page.evaluate("document.body.lastChild.value")).split("\n")


def press_key(page: Page, key: str, code: int, **more: Any) -> None:
    for kind in ("keyDown", "keyUp"):
        page.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)


@pytest.mark.parametrize("clipboard", [True, False], ids=["asked", "refused"])
def test_a_call_is_copied_with_its_time_its_ids_and_a_command_to_repeat_it(shown: Page, clipboard: bool) -> None:
    """From a file, without a permission to use the clipboard."""
    if not clipboard:
        shown.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); 0")
    target, _, *call = copied_by(shown, ".call-name .copy")
    assert target == "Target https://relay.example, model glm-4.7, token sk-...wxyz."
    assert call[:3] == [
        "2026-11-21T07:39:00.417Z · Round 3, call1 · ≥ 3 m 00 s",
        "timed_out: no_first_byte",
        "no first byte",
    ]
    ids = "request-id: req_6d2b9b5e00794be60003 · cf-ray: 8f1c0a"
    assert f"1: 2026-11-21T07:39:00.758Z · 529 overloaded_error · {ids}" in call
    assert "session id: 84c70bc8-e5f5-4909-a537-000000000003" in call
    assert any(line.startswith("curl -isSN https://relay.example/v1/messages") for line in call)
    assert '-H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN" \\' in call
    assert shown.evaluate("document.querySelector('.call-name output').textContent") == "Copied"


def test_all_calls_that_are_shown_are_copied_at_once(shown: Page) -> None:
    everything = copied_by(shown, "[id=s1-incidents-copy]")
    begun = [line for line in everything if line.startswith("2026-11-21T")]
    assert len(begun) == shown.evaluate(f"{INCIDENTS}.tBodies[0].rows.length") == 14
    assert [line for line in everything if line.startswith("Target")] == everything[:1]
    assert len([line for line in everything if line.startswith("curl")]) == 2
    fill(shown, "round 5, call1")
    assert [line for line in copied_by(shown, "[id=s1-incidents-copy]") if line.startswith("2026-")] == [
        "2026-11-21T07:45:00.417Z · Round 5, call1 · 12.2 s"
    ]


def test_without_scripts_it_is_a_page_of_plain_tables(page: Page, files: dict[Language, Path]) -> None:
    page.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(files[Language.EN], 1400)
        controls = "[...document.querySelectorAll('button, input')].filter((each) => each.checkVisibility())"
        assert page.evaluate(f"{controls}.length") == 0
        assert page.evaluate("document.querySelectorAll('table').length") > 15
    finally:
        page.send("Emulation.setScriptExecutionDisabled", value=False)


def seen_by_a_screen_reader(page: Page) -> list[tuple[str, str]]:
    """Return role and name of all that a screen reader is told."""
    nodes = page.send("Accessibility.getFullAXTree")["nodes"]
    return [_role_and_name(node) for node in nodes if not node.get("ignored")]


def test_a_screen_reader_is_told_what_charts_show(shown: Page) -> None:
    told = seen_by_a_screen_reader(shown)
    assert any("call1: 18 clean, 3 recovered, 3 failed, 6 stopped at the deadline" in name for _, name in told)
    images = [name for role, name in told if role in {"image", "img"}]
    assert len(images) > 10
    assert all(images)
    assert {"banner", "main", "navigation", "contentinfo", "table", "columnheader", "rowheader"} <= {
        role for role, _ in told
    }


def test_names_are_free_of_arrows_and_of_the_filter_and_tables_are_no_landmarks(shown: Page) -> None:
    named = seen_by_a_screen_reader(shown)
    assert ("table", "Calls that failed or recovered") in named
    assert {("button", "took"), ("button", "UTC")} <= set(named)
    checked = [name for role, name in named if role in {"table", "button", "columnheader"}]
    assert not [name for name in checked if re.search("Filter|[↕↑↓]", name)]
    assert [role for role, _ in named].count("region") == 2  # the target and the comparisons; the control arm is folded


def _role_and_name(node: dict[str, Any]) -> tuple[str, str]:
    return node.get("role", {}).get("value"), node.get("name", {}).get("value", "")


def test_the_sort_arrows_are_seen(page: Page, files: dict[Language, Path]) -> None:
    page.open(files[Language.EN], 1400)
    arrow = "getComputedStyle(document.querySelector('thead button'), '::after')"
    assert page.evaluate(f"[{arrow}.opacity, {arrow}.color]") == ["1", "rgb(86, 97, 115)"]


def test_the_skip_link_is_the_first_stop_and_is_seen_there(shown: Page) -> None:
    press_key(shown, "Tab", 9)
    assert shown.evaluate("document.activeElement.className") == "skip"
    assert shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
