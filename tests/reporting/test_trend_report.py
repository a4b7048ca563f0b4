"""The nights that were kept: tables, bars and a chart, and nothing made up where there are none."""

import json
from pathlib import Path

import pytest

from probe.cli.language import choose_language
from probe.cli.trend import trend
from probe.store.nights import append_nights
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
