"""The opening of a report: when it was measured, and how each of several targets came out."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from probe.model.health import HealthWord
from probe.model.outcome import Outcome
from probe.model.report_sections import RankedTarget, RunSource
from probe.model.verdict import Answer
from probe.render.numbers import NOTHING
from probe.render.overview import health_badge, measured, overview_table
from probe.render.table_model import FigureCell
from tests.builders import START
from tests.render.sections import estimate, report, section, statistics
from tests.render.spoken import EN, ZH, rows_of


def run(begun: datetime | None) -> RunSource:
    return RunSource(run_id=f"run-{begun}", created_at=begun, rounds_finished=30, end=None)


@pytest.mark.parametrize(
    ("begun", "words"),
    [
        ([START], "Measured 2026-11-21 07:30 UTC"),
        ([START, START + timedelta(seconds=50)], "Measured 2026-11-21 07:30 UTC"),
        ([START + timedelta(days=1), START], "Measured 2026-11-21 07:30 to 2026-11-22 07:30 UTC"),
        ([None, START], "Measured 2026-11-21 07:30 UTC"),
        ([None], ""),
    ],
)
def test_the_first_and_the_last_begin_are_told_where_they_are_known_and_differ(
    begun: list[datetime | None], words: str
) -> None:
    assert measured(report(section(runs=tuple(map(run, begun)))), EN) == words


def test_runs_of_all_sections_count() -> None:
    later = section(name="other", runs=(run(START + timedelta(hours=2)),))
    assert measured(report(later, section()), ZH) == "测量时间：2026-11-21 07:30 至 2026-11-21 09:30 UTC"


def target(**changes: Any) -> RankedTarget:
    fields: dict[str, Any] = {
        "name": "relay", "rank": 1, "health": HealthWord.FLAKY, "n": 1200, "failed": 60, "recovered": 3,
        "failure_rate": estimate(0.05, 0.03, 0.07, 1200), "success_median_ms": 3400.0, "verdict": Answer.COLD,
    }  # fmt: skip
    return RankedTarget.model_validate(fields | changes)


def row_of(**changes: Any) -> dict[str, str]:
    """Return the row of a target by the names of its columns."""
    table = overview_table(report(ranking=(target(**changes),)), EN)
    (row,) = rows_of(table)
    return dict(zip(table.columns, row, strict=True))


def test_a_target_is_told_by_its_health_its_failures_its_time_and_whether_first_calls_are_worse() -> None:
    assert row_of() == {
        "target": "relay",
        "health": "FLAKY",
        "calls": "1,200",
        "failed": "60",
        "recovered": "3",
        "share of failures (95 % interval)": "5 % (3 % to 7 %)",
        "median duration": "3.40 s",
        "verdict": "COLD",
    }


def test_targets_stand_worst_first_and_the_note_says_for_how_many_the_intervals_hold() -> None:
    fine, flaky, down = (
        section(statistics("call1", 30, (Outcome.OVERLOADED, "529", failed)), name=name)
        for name, failed in (("fine", 0), ("flaky", 2), ("down", 30))
    )
    table = overview_table(report(fine, flaky, down), EN)
    assert [row[0] for row in rows_of(table)] == ["down", "flaky", "fine"]
    assert "for all 3 targets together" in table.note
    assert "对 3 个目标同时成立" in overview_table(report(fine, flaky, down), ZH).note


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"verdict": None}, "verdict"),
        ({"health": HealthWord.DOWN, "verdict": Answer.UNDECIDED}, "verdict"),
        ({"failure_rate": None}, "share of failures (95 % interval)"),
        ({"success_median_ms": None}, "median duration"),
    ],
)
def test_what_there_is_no_answer_to_is_a_dash(changes: dict[str, Any], column: str) -> None:
    assert row_of(**changes)[column] == NOTHING


def test_figures_are_sorted_by_value_and_what_is_not_known_before_all_others() -> None:
    known, unknown = (
        [cell.key for cell in row if isinstance(cell, FigureCell)]
        for row in overview_table(
            report(ranking=(target(), target(failure_rate=None, success_median_ms=None))), EN
        ).rows
    )
    assert known == [1200, 60, 3, 0.05, 3400.0]
    assert unknown == [1200, 60, 3, "", ""]


@pytest.mark.parametrize(
    ("word", "tone"),
    [
        (HealthWord.DOWN, "bad"),
        (HealthWord.FLAKY, "bad"),
        (HealthWord.COLD, "bad"),
        (HealthWord.SLOW, "mild"),
        (HealthWord.UNKNOWN, "mild"),
        (HealthWord.OK, "good"),
    ],
)
def test_a_health_has_its_colours_and_only_a_target_that_is_down_is_urgent(word: HealthWord, tone: str) -> None:
    badge = health_badge(word, EN)
    assert (badge.text, badge.tone, badge.look) == (EN(f"health.{word.value}"), tone, word.value.lower())
    assert badge.urgent == (word is HealthWord.DOWN)
