"""`probe trend` on a history of calls: days, hours, versions, tokens, in all formats."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

pytest.importorskip("duckdb")

from probe.model.choices import Role
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.stats.durations import spread
from probe.store.nights import append_nights
from tests.builders import GOLDEN, START, call, result, target_info, words
from tests.cli.test_chinese import english
from tests.cli.test_nightly import nights
from tests.conftest import Probe
from tests.parsed_page import ParsedPage
from tests.render.browser import Page, browsing, find_browser
from tests.render.test_accessibility import violations
from tests.store.history_runs import add, write_run

pytestmark = pytest.mark.usefixtures("quick")

VERSIONS = ("2.1.329", "2.1.329", "2.1.400")
FAILED = (0, 40, 3)
"""Failed calls of 40 on each day: OK, DOWN, FLAKY."""
COMMAND = find_browser()


def duration_ms(number: int) -> float:
    return 1000.0 + 7 * (number * 37 % 40)


@pytest.fixture
def months(probe: Probe) -> Probe:
    """Return `probe` with a history of three days of a target, at 07, 08 and 09 o'clock, and a control arm."""
    for day in range(3):
        at = START + timedelta(days=day, hours=day, minutes=-30)
        usage = ModelUsage(input_tokens=10, output_tokens=3, cache_read_tokens=30, cache_creation_tokens=10 * day)
        calls = [
            call(
                number,
                1,
                Outcome.OVERLOADED if number <= FAILED[day] else Outcome.OK,
                started_at=at + timedelta(minutes=number),
                wall_ms=duration_ms(number),
                client=words(client_version=VERSIONS[day], result=result(usage=usage)),
            )
            for number in range(1, 41)
        ]
        add(probe.folder / "reports" / "history", write_run(probe.folder / "r", calls, run_id=f"d{day}", created_at=at))
    control = target_info(name="control")
    add(
        probe.folder / "reports" / "history",
        write_run(probe.folder / "r", [call()], run_id="c", target=control, role=Role.CONTROL),
    )
    return probe


def test_days_and_hours_as_they_were(months: Probe) -> None:
    (target,) = months.inside("trend", "--format", "json").json["targets"]
    days, hours = target["days"], target["hours"]
    assert (target["target"], target["upstream_kind"]) == ("relay", "real")
    assert [(day["name"], day["calls"], day["failed"], day["health"]) for day in days] == [
        ("2026-11-21", 40, 0, "OK"),
        ("2026-11-22", 40, 40, "DOWN"),
        ("2026-11-23", 40, 3, "FLAKY"),
    ]
    assert [day["new_versions"] for day in days] == [["2.1.329"], [], ["2.1.400"]]
    assert [hour["name"] for hour in hours] == ["07", "08", "09"]
    assert [hour["failed"] for hour in hours] == [0, 40, 3]
    assert [(day["prompt_tokens"], day["output_tokens"]) for day in days] == [(1600, 120), (2000, 120), (2400, 120)]
    assert [day["cache_share"] for day in days] == [0.75, 0.6, 0.5]


def test_quantiles_are_those_of_reports_and_rates_have_intervals(months: Probe) -> None:
    (target,) = months.inside("trend", "--format", "json").json["targets"]
    for day, failed in zip(target["days"], FAILED, strict=True):
        expected = spread([duration_ms(number) for number in range(failed + 1, 41)])
        assert (day["p50_ms"], day["p90_ms"]) == (expected.median_ms, expected.p90_ms)
        assert day["failure_rate"]["low"] <= failed / 40 <= day["failure_rate"]["high"]
        assert day["failure_rate"]["high"] - day["failure_rate"]["low"] < 0.25


def test_markdown_shows_calls_then_nights_and_only_the_last_days(months: Probe) -> None:
    append_nights(months.folder / "reports" / "history", *nights(0, 3))
    said = months.inside("trend", "--last", "2").out
    assert (
        said.index("## Calls of relay") < said.index("### By hour of the day (UTC)") < said.index("## Nights of relay")
    )
    assert "2026-11-21" not in said.partition("## Nights")[0]
    assert "| 2026-11-22 | **DOWN** | 40    | 40     | 100 % (at least 93 %)" in said
    assert "07:00" not in said


def test_a_damaged_file_is_named(months: Probe) -> None:
    bad = months.folder / "reports" / "history" / "relay" / "2026-11" / "bad.parquet"
    bad.write_bytes(b"PAR1")
    assert "left out: reports/history/relay/2026-11/bad.parquet" in months.inside("trend").out.replace("\\", "")


def test_all_of_it_is_chinese(months: Probe) -> None:
    chinese = Probe(months.folder, {**months.environment, "PROBE_LANG": "zh"})
    said = chinese.inside("trend")
    assert english(said.out + said.err) == []
    assert "## relay 的调用" in said.out
    assert 'lang="zh-CN"' in chinese.inside("trend", "--format", "html").out


def test_old_nights_and_old_files_still_load(probe: Probe) -> None:
    shutil.copytree(GOLDEN / "history", probe.folder / "h")
    append_nights(probe.folder / "h", *nights(0, 3))
    told = probe.inside("trend", "--history", "h", "--format", "json").json
    assert [night["run_id"] for night in told["nights"]] == ["night-0", "night-1"]
    assert [(target["target"], target["days"][0]["failed"]) for target in told["targets"]] == [("glm", 1)]


def test_a_page_without_calls_is_said_to_have_none(probe: Probe) -> None:
    ran = probe.inside("trend", "--format", "html", "--output", "page.html")
    assert "holds no calls to draw" in ran.err
    assert "No nights yet." in (probe.folder / "page.html").read_text()


def test_the_page_holds_all_figures_and_loads_nothing(months: Probe) -> None:
    page = months.inside("trend", "--format", "html").out
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
    months.inside("trend", "--format", "html", "--output", "page.html")
    assert violations(browser_page, months.folder / "page.html", width, dark=dark, unfolded=True) == []
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width


def test_each_vantage_has_days_of_its_own(probe: Probe) -> None:
    folder = probe.folder / "reports" / "history"
    for vantage in ("fra", "sin", None):
        add(folder, write_run(probe.folder / "r", [call()], run_id=f"of-{vantage}", vantage=vantage))
    targets = probe.inside("trend", "--format", "json").json["targets"]
    assert [(target["target"], target["vantage"], target["days"][0]["calls"]) for target in targets] == [
        ("relay", None, 1),
        ("relay", "fra", 1),
        ("relay", "sin", 1),
    ]
    shown = probe.inside("trend", "--vantage", "sin").out
    assert "relay@sin" in shown
    assert "relay@fra" not in shown
