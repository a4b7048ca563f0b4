"""Runs that a history holds, so that their directories can go."""

import shutil

import pytest

pytest.importorskip("duckdb")

from tests.builders import call
from tests.conftest import Probe
from tests.store.parquet.history_runs import write_run


def test_old_runs_are_removed_only_where_the_history_has_all_their_calls(stored: Probe) -> None:
    runs = stored.folder / "reports" / "runs"
    stored("history", "add", "plain", "group")
    write_run(runs, [call(1, 1)], run_id="not-added")
    stored("history", "add", str(write_run(runs, [call(1, 1)], run_id="grown")))
    shutil.rmtree(runs / "grown")
    write_run(runs, [call(1, 1), call(2, 1)], run_id="grown")
    stored("history", "add", str(write_run(runs, [call(1, 1)], run_id="damaged")))
    with (runs / "damaged" / "journal.jsonl").open("a") as journal:
        journal.write("{torn\n")
    ran = stored("history", "prune", "--keep-runs", "0d", code=2)
    assert "3 runs are old enough and stay" in ran.err
    assert "nothing was removed" in ran.err
    stored("history", "prune", "--keep-runs", "0d", "--yes")
    assert sorted(path.name for path in runs.iterdir()) == ["damaged", "grown", "not-added"]
    sql = "SELECT count(*) AS n FROM calls"
    assert stored("history", "query", sql, "--format", "json").json == [{"n": 12}]
