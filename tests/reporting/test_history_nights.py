"""Nights that a history of calls has, where `probe nightly` has kept none."""

from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from probe.model.night import Night, NightState
from probe.model.outcome import Outcome
from probe.model.report_sections import Report
from probe.reporting.history_nights import nights_of_calls
from probe.reporting.nightly_report import NightRules, conclude_night
from tests.builders import START, call, manifest
from tests.reporting.stored_nights import nights
from tests.stats.sections import section, step
from tests.store.parquet.history_runs import add, write_run

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def months(tmp_path: Path) -> Path:
    """Make a history of ten days of thirty rounds, of which one first call fails each day."""
    for day in range(10):
        at = START + timedelta(days=day)
        calls = [
            call(n, p, Outcome.OVERLOADED if (n, p) == (1, 1) else Outcome.OK, started_at=at + timedelta(seconds=n))
            for n in range(1, 31)
            for p in (1, 2)
        ]
        add(tmp_path / "h", write_run(tmp_path / "runs", calls, run_id=f"day-{day}", created_at=at))
    return tmp_path / "h"


def found(months: Path, *known: Night, tonight: tuple[str, ...] = ()) -> list[Night]:
    return nights_of_calls(months, known, tonight, frozenset())


def test_each_day_is_a_night_like_one_that_was_kept(months: Path) -> None:
    made = found(months)
    assert [night.run_id for night in made] == [f"day-{day}" for day in range(10)]
    assert [(first.label, first.n, first.failed, first.median_ms) for first in made[0].steps] == [
        ("call1", 30, 1, 1500.0),
        ("call2", 30, 0, 1500.0),
    ]
    assert [night.state for night in made] == [NightState.BASELINE] * 3 + [NightState.QUIET] * 7


def test_a_night_that_was_kept_stands_for_its_day_and_tonight_is_none(months: Path) -> None:
    kept = nights(0, 0)
    made = found(months, *kept, tonight=("day-9",))
    assert [night.run_id for night in made] == ["night-0", "night-1", *(f"day-{day}" for day in range(2, 9))]


def test_the_first_night_is_compared_with_the_calls_of_months(
    months: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = START + timedelta(days=10)
    bad = section(step(n=30, failed=15), step("call2", n=30), provenance=manifest(run_id="tonight", created_at=at))
    monkeypatch.setattr(
        "probe.reporting.nightly_report.report_of", lambda *_, **__: Report(probe_version="0", sections=(bad,))
    )
    (tmp_path / "run").mkdir()
    alone = conclude_night(tmp_path / "alone", tmp_path / "run")
    assert [night.state for night in alone.nights] == [NightState.BASELINE]
    (judged,) = conclude_night(tmp_path / "with", tmp_path / "run", NightRules(calls=months)).nights
    assert judged.state is NightState.WATCH
    assert judged.baseline_nights == 3
    assert judged.findings[0].label == "call1"
