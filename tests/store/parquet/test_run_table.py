"""A run's calls as the history has them."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from probe.model.outcome import Outcome
from tests.builders import START, call, words
from tests.store.parquet.history_runs import add, ask, write_run

pytestmark = pytest.mark.usefixtures("quick")


def naive(minutes: int, seconds: int) -> datetime:
    """Return a time after START as a query has it: in UTC, without saying so."""
    return (START + timedelta(minutes=minutes, seconds=seconds)).replace(tzinfo=None)


def test_what_is_asked_of_months_is_there(tmp_path: Path, runs: list[Path]) -> None:
    add(tmp_path / "h", runs[0])
    sql = "SELECT round, label, step, outcome, cause, party, failed, clean, recovered, flags FROM calls ORDER BY 1, 2"
    assert ask(tmp_path / "h", sql) == [
        (1, "call1", 1, "ok", None, None, False, False, True, "retried"),
        (1, "call2", 2, "timed_out", "no_first_byte", "relay", True, False, False, ""),
        (2, "call1", 1, "overloaded", None, "relay", True, False, False, ""),
        (2, "call2", 2, "ok", None, None, False, True, False, ""),
    ]
    sql = "SELECT started_at, wall_ms, timeout_ms, input_tokens, cost_usd, client_version, vantage, model_requested "
    assert ask(tmp_path / "h", sql + "FROM calls ORDER BY started_at LIMIT 2") == [
        (naive(1, 30), 1500.0, 180_000.0, 10, 0.0001, "2.1.329", None, "glm-4.7"),
        (naive(1, 60), 180_000.123, 180_000.0, None, None, "2.1.329", None, "glm-4.7"),
    ]


def test_an_account_that_never_worked_is_not_one_that_passes(tmp_path: Path) -> None:
    refused = [call(1, 1, Outcome.AUTH), call(1, 2, Outcome.AUTH)]
    alone = write_run(tmp_path / "a", refused)
    passing = write_run(tmp_path / "b", [*refused, call(2, 1), call(2, 2)], run_id="passing")
    add(tmp_path / "h", alone, passing)
    told = ask(tmp_path / "h", "SELECT run_id, party FROM calls WHERE failed AND label = 'call1' ORDER BY 1")
    assert told == [("20261121T073000Z-two-calls-relay", "account"), ("passing", "relay")]


def test_no_prompt_answer_or_evidence_is_kept(tmp_path: Path) -> None:
    secret = "sk-ant-api03-very-secret"
    bad = call(1, 1, Outcome.API_ERROR, evidence=f"401 {secret}", client=words(result=None))
    add(tmp_path / "h", write_run(tmp_path / "r", [bad]))
    (path,) = (tmp_path / "h").rglob("*.parquet")
    held = json.dumps(pq.read_table(path).to_pylist(), default=str)
    assert "api_error" in held
    assert not [word for word in (secret, "Say it", "PROBE_OK", "401") if word in held]
