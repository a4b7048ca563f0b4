"""Data frames say of each call what the CSV says, in the types of pandas."""

from pathlib import Path

import pandas as pd

import probe
from probe.model.wire import PHASES
from probe.stats.call_table import COLUMNS
from tests.api.support import write_run
from tests.builders import call


def test_a_run_without_a_call_has_frames_with_all_columns(tmp_path: Path) -> None:
    runs = probe.load(write_run(tmp_path, []))
    assert [len(frame) for frame in (runs.calls, runs.rounds, runs.phases, runs.exchanges)] == [0, 0, 0, 0]
    assert set(COLUMNS) < set(runs.calls.columns)
    assert runs.calls["ttft_ms"].dtype == "Float64"


def test_rounds_have_their_calls_side_by_side(run: Path) -> None:
    frame = probe.load(run).rounds
    for name, values in {
        "round": [1, 2, 3],
        "calls": [2, 2, 2],
        "failed": [1, 1, 0],
        "call2_outcome": ["timed_out", "overloaded", "auth"],
        "call2_duration_ms": [180_004.0, 180_000.0, 1500.0],
        "call2_censored": [True, True, False],
        "call1_ttft_ms": [41.25, 40.0, 40.0],
        "idle_before_ms": [None, 120_000.1234, None],
        "cost_usd": [None, 0.0001, 0.5],
    }.items():
        assert [None if pd.isna(value) else value for value in frame[name]] == values, name


def test_a_round_may_lack_a_step(tmp_path: Path) -> None:
    frame = probe.load(write_run(tmp_path, [[call(1, 1)], [call(2, 1), call(2, 2)]])).rounds
    assert frame["calls"].tolist() == [1, 2]
    assert frame["call2_outcome"].isna().tolist() == [True, False]
    assert frame["call2_censored"].isna().tolist() == [True, False]
    assert str(frame["call2_censored"].dtype) == "boolean"


def test_phases_add_up_to_the_wall_time(run: Path) -> None:
    runs = probe.load(run)
    frame = runs.phases
    assert frame["phase"].tolist() == list(PHASES)
    assert frame["phase_ms"].sum() == runs.calls["wall_ms"][0] == 1500.0
    assert set(frame["source"]) == {"wire"}
    assert set(frame["label"]) == {"call1"}
