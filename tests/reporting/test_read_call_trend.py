"""Calls over months, read from a history: days, hours, versions, tokens."""

import shutil

import pytest

pytest.importorskip("duckdb")

from probe.stats.durations import spread
from probe.store.nights import append_nights
from tests.builders import GOLDEN, call
from tests.cli.test_chinese import english
from tests.conftest import Probe
from tests.reporting.stored_months import FAILED, duration_ms, write_months
from tests.reporting.stored_nights import nights
from tests.store.parquet.history_runs import add, write_run

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def months(probe: Probe) -> Probe:
    return write_months(probe)


def test_days_and_hours_as_they_were(months: Probe) -> None:
    (target,) = months("trend", "--format", "json").json["targets"]
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
    (target,) = months("trend", "--format", "json").json["targets"]
    for day, failed in zip(target["days"], FAILED, strict=True):
        expected = spread([duration_ms(number) for number in range(failed + 1, 41)])
        assert (day["p50_ms"], day["p90_ms"]) == (expected.median_ms, expected.p90_ms)
        assert day["failure_rate"]["low"] <= failed / 40 <= day["failure_rate"]["high"]
        assert day["failure_rate"]["high"] - day["failure_rate"]["low"] < 0.25


def test_markdown_shows_calls_then_nights_and_only_the_last_days(months: Probe) -> None:
    append_nights(months.folder / "reports" / "history", *nights(0, 3))
    said = months("trend", "--last", "2").out
    assert (
        said.index("## Calls of relay") < said.index("### By hour of the day (UTC)") < said.index("## Nights of relay")
    )
    assert "2026-11-21" not in said.partition("## Nights")[0]
    assert "| 2026-11-22 | **DOWN** | 40    | 40     | 100 % (at least 93 %)" in said
    assert "07:00" not in said


def test_a_damaged_file_is_named(months: Probe) -> None:
    bad = months.folder / "reports" / "history" / "relay" / "2026-11" / "bad.parquet"
    bad.write_bytes(b"PAR1")
    assert "left out: reports/history/relay/2026-11/bad.parquet" in months("trend").out.replace("\\", "")


def test_all_of_it_is_chinese(months: Probe) -> None:
    chinese = Probe(months.folder, {**months.environment, "PROBE_LANG": "zh"})
    said = chinese("trend")
    assert english(said.out + said.err) == []
    assert "## relay 的调用" in said.out
    assert 'lang="zh-CN"' in chinese("trend", "--format", "html").out


def test_old_nights_and_old_files_still_load(probe: Probe) -> None:
    shutil.copytree(GOLDEN / "history", probe.folder / "h")
    append_nights(probe.folder / "h", *nights(0, 3))
    told = probe("trend", "--history", "h", "--format", "json").json
    assert [night["run_id"] for night in told["nights"]] == ["night-0", "night-1"]
    assert [(target["target"], target["days"][0]["failed"]) for target in told["targets"]] == [("glm", 1)]


def test_each_vantage_has_days_of_its_own(probe: Probe) -> None:
    folder = probe.folder / "reports" / "history"
    for vantage in ("fra", "sin", None):
        add(folder, write_run(probe.folder / "r", [call()], run_id=f"of-{vantage}", vantage=vantage))
    targets = probe("trend", "--format", "json").json["targets"]
    assert [(target["target"], target["vantage"], target["days"][0]["calls"]) for target in targets] == [
        ("relay", None, 1),
        ("relay", "fra", 1),
        ("relay", "sin", 1),
    ]
    shown = probe("trend", "--vantage", "sin").out
    assert "relay@sin" in shown
    assert "relay@fra" not in shown
