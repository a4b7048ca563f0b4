"""Runs that are added to a history, and those that cannot be."""

from pathlib import Path

import pytest

from probe.reporting.history_runs import NotAdded, add_runs
from tests.store.parquet.history_runs import ask, write_run

pytestmark = pytest.mark.usefixtures("quick")


def test_a_run_that_cannot_be_added_keeps_no_other_from_it(tmp_path: Path, runs: list[Path]) -> None:
    (runs[0] / "manifest.json").write_text("{")
    empty = write_run(tmp_path / "runs", [], run_id="empty")
    results = list(add_runs(tmp_path / "h", [runs[0], empty, runs[1]]))
    refused = [result.why.message for result in results if isinstance(result, NotAdded)]
    assert refused == ["has no manifest that can be read, so nobody knows what was measured", "holds no finished round"]
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(2,)]
