"""Compaction changes no answer, survives being cut short, and takes up runs that come later."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")

from probe.store.parquet import compact_months as compaction
from probe.store.parquet.compact_months import compact_months
from tests.builders import START, call, target_info
from tests.store.parquet.history_runs import add, ask, write_run

pytestmark = pytest.mark.usefixtures("quick")

CURRENT = "2027-01"
EVERYTHING = "SELECT * FROM calls ORDER BY ALL"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Make a history of three runs of one month, one of the next month, and one of another target."""
    for number in range(5):
        begun = START + timedelta(days=1 if number < 3 else 30)
        target = target_info(name="other" if number == 4 else "relay")
        calls = [call(count, place, wall_ms=1000.0 + number) for count in range(1, 4) for place in (1, 2)]
        run = write_run(tmp_path / "runs", calls, run_id=f"run-{number}", created_at=begun, target=target)
        add(tmp_path / "h", run)
    return tmp_path / "h"


def _files(history: Path) -> list[Path]:
    return [path for path in history.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_queries_say_the_same_and_the_current_month_stays(history: Path) -> None:
    before = ask(history, EVERYTHING)
    months = list(compact_months(history, "2026-12"))
    assert [(month.path.relative_to(history).as_posix(), month.files) for month in months] == [
        ("relay/2026-11/month.parquet", 3)
    ]
    assert months[0].bytes_now < months[0].bytes_before / 2
    assert ask(history, EVERYTHING) == before
    assert len(_files(history)) == 3
    assert list(compact_months(history, "2026-12")) == []


def test_a_run_that_comes_again_or_later_is_taken_up(history: Path, tmp_path: Path) -> None:
    list(compact_months(history, CURRENT))
    grown = [call(count, 1) for count in range(1, 10)]
    begun = START + timedelta(days=1)
    add(history, write_run(tmp_path / "grown", grown, run_id="run-1", created_at=begun, target=target_info()))
    counts = "SELECT run_id, count(*) FROM calls GROUP BY 1 ORDER BY 1"
    expected = [("run-0", 6), ("run-1", 9), ("run-2", 6), ("run-3", 6), ("run-4", 6)]
    assert ask(history, counts) == expected
    assert [month.files for month in compact_months(history, CURRENT)] == [2]
    assert ask(history, counts) == expected


@pytest.mark.parametrize("point", ["replace", "unlink"])
def test_compaction_that_is_cut_short_changes_no_answer(
    history: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    before = ask(history, EVERYTHING)

    def cut(self: Path, *_: Any, **__: Any) -> None:
        if self.suffix == ".parquet" or point == "replace":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, point, cut)
        with pytest.raises(KeyboardInterrupt):
            list(compact_months(history, CURRENT))
    assert ask(history, EVERYTHING) == before
    list(compact_months(history, CURRENT))
    assert ask(history, EVERYTHING) == before


def test_a_damaged_file_stays_as_it_is(history: Path) -> None:
    bad = next(history.glob("relay/2026-11/run-1*"))
    os.truncate(bad, 500)
    list(compact_months(history, CURRENT))
    assert bad.stat().st_size == 500
    assert ask(history, "SELECT DISTINCT run_id FROM calls ORDER BY 1") == [
        ("run-0",), ("run-2",), ("run-3",), ("run-4",)
    ]  # fmt: skip


def test_months_larger_than_a_row_group_keep_all_calls(history: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "ROWS_IN_GROUP", 8)
    before = ask(history, EVERYTHING)
    list(compact_months(history, CURRENT))
    assert ask(history, EVERYTHING) == before
