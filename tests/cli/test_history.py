"""`probe history`: adding runs, asking in SQL, and runs that are added as they end."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from probe import load
from probe.errors import UsageError
from tests.builders import START, call, words
from tests.cli.terminal import converse
from tests.cli.test_chinese import english
from tests.conftest import Probe
from tests.store.parquet.history_runs import write_run

OLD = START - timedelta(days=400)
EMBEDDED = ("-n", "1", "--no-report", "--fault", "none", "--target", "embedded", "--no-prime")


def test_a_result_can_be_written_to_a_file(stored: Probe) -> None:
    stored("history", "add", "latest", "--history", "elsewhere")
    sql = "SELECT '=1+1' AS formula, started_at, NULL AS nothing, true AS yes, [1, 2] AS list FROM calls LIMIT 1"
    words = ("history", "query", sql, "--history", "elsewhere", "--format", "csv", "--output", "out.csv")
    assert "written to out.csv" in stored(*words).err
    lines = (stored.folder / "out.csv").read_text().splitlines()
    assert lines[0] == "formula,started_at,nothing,yes,list"
    assert re.fullmatch(r"'=1\+1,2026-11-28 \d\d:\d\d:\d\d\.\d{3},,true,\"\[1, 2\]\"", lines[1])


def test_a_terminal_shows_the_first_rows_and_how_many_there_are(stored: Probe) -> None:
    stored("history", "add", "plain")
    words = ("history", "query", "SELECT range AS number, 'x' AS mark FROM range(203)")
    code, shown = converse(stored, *words, answers=[])
    assert code == 0
    assert "3 more rows; --format csv writes all." in shown
    assert re.search(r"^ *199 +x *$", shown, re.MULTILINE)


def test_a_wrong_query_ends_with_2_and_says_what_is_wrong(stored: Probe) -> None:
    stored("history", "add", "plain")
    said = stored("history", "query", "SELECT tarket FROM calls", code=2).err
    assert 'Referenced column "tarket" not found' in said
    assert "target" in said
    assert "only read" in stored("history", "query", "DROP VIEW calls", code=2).err


def test_a_damaged_file_and_an_empty_history_are_named(stored: Probe) -> None:
    assert "the history is empty" in stored("history", "query", "FROM calls").err
    stored("history", "add", "plain")
    bad = stored.folder / "reports" / "history" / "glm" / "2026-10" / "bad.parquet"
    bad.parent.mkdir(parents=True)
    bad.write_bytes(b"PAR1")
    ran = stored("history", "query", "SELECT count(*) AS n FROM calls", "--format", "json")
    assert ran.json == [{"n": 4}]
    assert "left out: reports/history/glm/2026-10/bad.parquet: " in ran.err


def test_without_the_extra_the_package_is_named(stored: Probe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for command in (("add", "plain"), ("query", "FROM calls")):
        assert "pip install 'claude-probe[history]'" in stored("history", *command, code=4).err


def test_a_run_is_added_where_probe_toml_names_a_history(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text('history = "months"\n')
    (probe.folder / "below").mkdir()
    below = Probe(probe.folder / "below", probe.environment)
    assert f"2 calls added to {probe.folder / 'months'}" in below("run", *EMBEDDED).err
    sql = "SELECT target, upstream_kind, count(*) AS n FROM calls GROUP BY ALL"
    told = probe("history", "query", sql, "--format", "json").json
    assert told == [{"target": "embedded", "upstream_kind": "embedded", "n": 2}]


def test_a_history_that_cannot_be_written_loses_no_run(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text('history = "months"\n')
    (probe.folder / "months").write_text("a file is in the way")
    ran = probe("run", *EMBEDDED, "--json")
    assert "warning: the run is stored, but was not added to the history:" in ran.err
    assert json.loads(ran.out)["end"] == "completed"
    assert len(probe.runs()) == 1


def test_an_empty_history_in_probe_toml_is_refused_with_its_line(probe: Probe) -> None:
    (probe.folder / "probe.toml").write_text('\nhistory = ""\n')
    assert "probe.toml:2: history: " in probe("run", *EMBEDDED, code=2).err


def test_chinese_names_and_chinese_words(probe: Probe) -> None:
    chinese = Probe(probe.folder, {**probe.environment, "PROBE_LANG": "zh"})
    runs = probe.folder / "reports" / "runs"
    write_run(runs, [call(1, 1, client=words(model="智谱-4.7"), model_requested="智谱-4.7")])
    commands: tuple[tuple[tuple[str, ...], int], ...] = (
        (("add", "latest"), 0),
        (("query", "SELECT models_served, model_requested FROM calls"), 0),
        (("query", "SELECT nothing FROM calls"), 2),
        (("query", "DROP VIEW calls"), 2),
        (("add", "missing"), 2),
    )
    told = [chinese("history", *words, code=code) for words, code in commands]
    assert [line for ran in told for line in english(ran.err) if "Candidate" not in line] == []
    assert "| 智谱-4.7       | 智谱-4.7 |" in told[1].out
    assert "次调用已加入" in told[0].err


def test_the_history_is_asked_without_changing_it(stored: Probe) -> None:
    stored("history", "add", "plain")

    def held() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in stored.folder.rglob("*") if path.is_file()}

    before = held()
    stored("history", "query", "SELECT * FROM calls ORDER BY wall_ms", "--format", "json")
    assert held() == before


def test_months_are_compacted_by_name(stored: Probe) -> None:
    for number in (1, 2):
        stored("history", "add", str(write_run(stored.folder, [call()], run_id=f"old-{number}", created_at=OLD)))
    assert "one file of 2, " in stored("history", "compact").err
    assert "nothing to compact" in stored("history", "compact").err


def test_a_history_is_a_data_frame(stored: Probe) -> None:
    stored("history", "add", "plain", "group")
    runs = load(f"history:{stored.folder / 'reports' / 'history'}")
    assert len(runs.calls) == 10
    assert str(runs.calls["started_at"].dt.tz) == "UTC"
    assert list(runs.calls["ok"]) == [not failed for failed in runs.calls["failed"]]
    assert set(runs.calls.probe.rate("failed", by="target").index) == set(runs.calls["target"])
    with pytest.raises(UsageError, match="calls only"):
        _ = runs.report
