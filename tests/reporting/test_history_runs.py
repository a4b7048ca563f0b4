"""Stored runs that are added to a history of calls."""

import csv
import re

import pytest

pytest.importorskip("duckdb")

from tests.builders import GOLDEN
from tests.conftest import Probe


def counts_in_export(target: str) -> tuple[int, int]:
    """Return how many calls of a target the stored exports have, and how many of them failed."""
    rows = [row for name in ("plain", "group") for row in csv.DictReader((GOLDEN / "runs" / f"{name}.csv").open())]
    ok = [row["ok"] for row in rows if row["target"] == target]
    return len(ok), ok.count("false")


def test_runs_and_groups_are_added_by_their_names_and_asked(stored: Probe) -> None:
    added = stored("history", "add", "plain", "group", "plain")
    assert re.findall(r"(\d) calls added to reports/history", added.err) == ["4", "2", "2", "2"]
    assert "this run was named before; it is counted once" in added.err
    sql = "SELECT target, role, count(*) AS n, count(*) FILTER (failed) AS bad FROM calls GROUP BY ALL ORDER BY ALL"
    told = stored("history", "query", sql, "--format", "json").json
    assert [(row["target"], row["role"]) for row in told] == [
        ("control", "control"),
        ("embedded", "target"),
        ("embedded-claude-print", "target"),
        ("embedded-messages", "target"),
    ]
    assert [(row["n"], row["bad"]) for row in told] == [counts_in_export(row["target"]) for row in told]
    assert stored("history", "query", sql).out.splitlines()[0] == "| target                | role    | n | bad |"


def test_what_is_no_run_is_named_and_the_others_are_added(stored: Probe) -> None:
    (stored.folder / "nothing").mkdir()
    said = stored("history", "add", "nothing", "plain", code=2).err
    assert "not added: nothing: is no run directory" in said
    assert "4 calls added" in said
    assert "no such run" in stored("history", "add", "missing", code=2).err
