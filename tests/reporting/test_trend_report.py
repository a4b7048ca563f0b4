"""The nights that were kept: tables, bars and a chart, and nothing made up where there are none."""

import json
from pathlib import Path

import pytest

from probe.cli.language import choose_language
from probe.cli.trend import trend
from probe.model.call_trend import CallTrend
from probe.render.terminal_model import TextLine
from probe.reporting.trend_report import StoredTrend, nights_at
from probe.store.nights import History, append_nights
from probe.texts import Texts
from tests.reporting.stored_nights import nights


def test_a_table_and_bars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append_nights(tmp_path, *nights(0, 3, 0, 0, 15, 15))
    trend(tmp_path)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in capsys.readouterr().out.splitlines()[4:]]
    assert [row[1] for row in rows] == ["baseline"] * 3 + ["quiet", "watch", "alarm"]
    assert [row[3] for row in rows][-3:] == ["0 of 30", "15 of 30", "15 of 30"]
    assert [len(row[5]) for row in rows] == [0, 3, 0, 0, 12, 12]
    assert rows[0][0] == "2026-11-21 07:30"
    assert [row[-1] for row in rows] == ["claude 2.1.329", *[""] * 5]


def test_each_series_has_a_table_and_machines_may_be_ignored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = nights(1, 1)
    append_nights(tmp_path, first, second.model_copy(update={"identity": second.identity | {"machine": "other"}}))
    trend(tmp_path)
    assert capsys.readouterr().out.count("## Nights of relay") == 2
    trend(tmp_path, any_machine=True)
    assert capsys.readouterr().out.count("## Nights of relay") == 1


def test_only_the_last_nights_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append_nights(tmp_path, *nights(*[1] * 5))
    trend(tmp_path, last=2)
    assert len(capsys.readouterr().out.splitlines()) == 4 + 2


def test_json_has_every_night_and_what_was_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from probe.cli.trend import TrendFormat

    append_nights(tmp_path, *nights(1, 2))
    with (tmp_path / "nights.jsonl").open("a") as file:
        file.write("{torn\n")
    trend(tmp_path, form=TrendFormat.JSON)
    told = json.loads(capsys.readouterr().out)
    assert ([each["run_id"] for each in told["nights"]], told["corrupt"]) == (["night-0", "night-1"], 1)


def test_a_chart_and_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    append_nights(tmp_path, *nights(0, 3, 0, 0, 15, 15))
    choose_language(["--lang", "zh"], {})
    trend(tmp_path, chart=tmp_path / "chart.svg")
    assert "relay 的每晚结果" in capsys.readouterr().out
    drawn = (tmp_path / "chart.svg").read_text()
    assert drawn.startswith("<svg")
    assert "告警" in drawn


def history(*failed: int, corrupt: int = 0) -> History:
    return History(tuple(nights(*failed)), corrupt)


def stored(of: History, calls: CallTrend | None = None, last: int = 30) -> StoredTrend:
    return StoredTrend(of, calls or CallTrend(), last, any_machine=False)


def shown(of: StoredTrend) -> list[str]:
    lines = [block for block in of.blocks(Texts()) if isinstance(block, TextLine)]
    return ["".join(span.text for span in line.spans) for line in lines]


def test_where_there_is_nothing_that_is_said_once() -> None:
    assert stored(history()).markdown(Texts()) == "No nights yet.\n"
    assert shown(stored(history())) == ["No nights yet."]


@pytest.mark.parametrize(("corrupt", "said"), [(1, "One line of the history is unreadable."), (2, "2 lines")])
def test_lines_that_cannot_be_read_are_counted(corrupt: int, said: str) -> None:
    of = stored(history(1, corrupt=corrupt))
    assert said in of.markdown(Texts())
    assert said in shown(of)[-1]


def test_on_a_terminal_each_series_begins_with_what_its_last_night_comes_to() -> None:
    lines = shown(stored(history(*[1] * 12, 15)))
    assert any(line.startswith("Watch: ") or "Watch" in line for line in lines)
    assert "No nights yet." not in lines


def test_nights_of_one_vantage_are_left_where_it_is_named() -> None:
    first, second = nights(1, 1)
    at = second.model_copy(update={"identity": second.identity | {"vantage": "fra"}})
    both = History((first, at), 3)
    assert nights_at(both, None) == both
    assert nights_at(both, "fra") == History((at,), 3)
    assert nights_at(both, "sin").nights == ()
