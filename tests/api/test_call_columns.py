"""Columns of calls say what the CSV says, in the types of pandas."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

import probe
from probe.model.choices import Role
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.run_manifest import Manifest
from probe.model.wire import WireSummary
from probe.stats.call_table import COLUMNS, rows
from probe.store import read_manifest, read_run
from tests.api.support import write_run
from tests.builders import GOLDEN, START, call, manifest, target_info

TWINS = {"one": timedelta(0), "other": timedelta(milliseconds=1)}


def plain(name: str, value: Any) -> Any:
    """Return a cell as the CSV's table has it: durations are rounded there, and times are cut to milliseconds."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
    return round(value, 3) if name.endswith("_ms") else value


def test_all_columns_of_the_csv_are_there_with_the_same_values(run: Path) -> None:
    frame = probe.load(run).calls
    stored = read_run(run)
    told = list(rows(stored.rows, stored.manifest, run.name))
    assert list(frame.columns[: len(COLUMNS)]) == list(COLUMNS)
    for position, expected in enumerate(told):
        cells = {name: plain(name, frame[name].iloc[position]) for name in COLUMNS}
        # Of no flags or models the CSV has an empty cell, and so it is read back.
        assert cells == {name: None if value == "" else value for name, value in expected.items()}


def test_types_are_those_that_pandas_computes_with(run: Path) -> None:
    types = probe.load(run).calls.dtypes.map(str)
    for name, expected in {
        "run_id": "category",
        "round": "int64",
        "outcome": "category",
        "session_id": "string",
        "started_at": "datetime64[us, UTC]",
        "retry_at": "datetime64[us, UTC]",
        "wall_ms": "float64",
        "duration_ms": "float64",
        "timeout_ms": "Float64",
        "ttft_ms": "Float64",
        "return_code": "Int64",
        "max_rss_bytes": "Int64",
        "censored": "bool",
        "ok": "bool",
    }.items():
        assert types[name] == expected, name


def test_a_failed_call_took_its_timeout_at_least(run: Path) -> None:
    frame = probe.load(run).calls
    assert frame["duration_ms"].tolist() == [1500.0, 180_004.0, 1500.0, 180_000.0, 1500.0, 1500.0]
    assert frame["censored"].tolist() == [False, True, False, True, False, False]
    assert frame["wall_ms"].tolist()[3] == 400.0


def test_without_a_timeout_it_took_as_long_as_the_longest_of_its_run(tmp_path: Path) -> None:
    failed = call(1, 1, Outcome.SERVER_ERROR, wall_ms=90.0, timeout_ms=None)
    first = write_run(tmp_path, [[failed, call(1, 2, wall_ms=7000.0, timeout_ms=None)]], run_id="a")
    second = write_run(tmp_path, [[call(1, 1, wall_ms=9000.0), call(1, 2)]], run_id="b", target=target_info(name="b"))
    assert probe.load(first, second).calls["duration_ms"].tolist() == [7000.0, 7000.0, 9000.0, 1500.0]


def test_what_stands_beside_the_columns_of_the_csv(run: Path) -> None:
    frame = probe.load(run).calls
    assert frame["requests"].tolist()[0] == 3
    assert frame["requests"].isna().tolist() == [False, True, True, True, True, True]
    assert frame["requests_before"].tolist()[0] == 0
    assert frame["cached"].tolist() == [True, False, False, False, False, False]
    assert frame["load"].tolist()[0] == 0.5
    assert frame["role"].tolist() == ["target"] * 6
    assert frame["evidence"].tolist()[3] == "overloaded_error"
    assert frame["evidence"].isna().sum() == 5


def test_rounds_that_finished_out_of_order_are_in_order(tmp_path: Path) -> None:
    rounds = [[call(number, 1, wall_ms=1000.0 * number), call(number, 2)] for number in (3, 1, 2)]
    frame = probe.load(write_run(tmp_path, rounds)).calls
    assert frame["round"].tolist() == [1, 1, 2, 2, 3, 3]
    assert frame["step"].tolist() == [1, 2, 1, 2, 1, 2]
    assert frame["wall_ms"].tolist()[::2] == [1000.0, 2000.0, 3000.0]
    assert frame["started_at"].is_monotonic_increasing


def test_a_later_attempt_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    rounds = [
        [call(1, 1), call(1, 2)],
        [call(2, 1), call(2, 2)],
        [call(1, 1, attempt=2, wall_ms=2500.0, session_id="again"), call(1, 2, attempt=2)],
    ]
    frame = probe.load(write_run(tmp_path, rounds)).calls
    assert list(zip(frame["round"], frame["attempt"], strict=True)) == [(1, 2), (1, 2), (2, 1), (2, 1)]
    assert frame["session_id"].tolist()[0] == "again"


def test_many_calls_keep_their_places(tmp_path: Path) -> None:
    """More than are turned into columns at a time, and of two runs."""
    rounds = [
        [call(number, 1, wall_ms=float(number)), call(number, 2, cause=f"c{number % 7}")] for number in range(1, 301)
    ]
    first = write_run(tmp_path, rounds, run_id="a")
    second = write_run(tmp_path, rounds[:5], run_id="b")
    frame = probe.load(first, second).calls
    assert frame.groupby("run_id", observed=True).size().to_dict() == {"a": 600, "b": 10}
    firsts = frame[frame["label"] == "call1"]
    assert (firsts["wall_ms"] == firsts["round"]).all()
    seconds = frame[frame["label"] == "call2"]
    assert (seconds["cause"].astype(str) == [f"c{number % 7}" for number in seconds["round"]]).all()


def test_what_upstreams_said_cannot_drive_a_terminal(tmp_path: Path) -> None:
    bad = "\x1b]0;x\x07", "\u202ereversed"
    rounds = [
        [call(1, 1, Outcome.API_ERROR, cause=bad[0], evidence=bad[0], served_session_id=bad[1])],
        [call(2, 1, Outcome.API_ERROR, cause=bad[1], wire=WireSummary(attempts=1, models_served=bad))],
        [call(3, 1, Outcome.API_ERROR, cause="\x1c]0;x\x07")],
    ]
    frame = probe.load(write_run(tmp_path, rounds)).calls
    assert frame["cause"].tolist() == ["�]0;x�", "�reversed", "�]0;x�"]
    assert frame["cause"].nunique() == 2
    assert frame["evidence"][0] == "�]0;x�"
    assert frame["session_id"][0] == "�reversed"
    assert frame["models_served"][1] == "�]0;x�;�reversed"


def test_two_runs_of_one_id_stay_two(tmp_path: Path) -> None:
    paths = [
        write_run(tmp_path / name, [[call(1, 1), call(1, 2)]], created_at=START + age) for name, age in TWINS.items()
    ]
    frame = probe.load(*paths).rounds
    assert frame["calls"].tolist() == [2, 2]


def test_the_original_scripts_summaries_are_runs_too() -> None:
    frame = probe.load(GOLDEN / "original-summaries").calls
    assert len(frame) == 8
    assert frame["target"].isna().all()
    assert set(frame["outcome"]) == {"overloaded", "timed_out", "ok", "session_in_use"}


def test_arms_tell_targets_from_the_control(tmp_path: Path) -> None:
    control: Manifest = manifest(run_id="c", target=target_info(name="control"), role=Role.CONTROL)
    paths = [write_run(tmp_path, [[call(1, 1)]], run_id="t"), write_run(tmp_path, [[call(1, 1)]], control)]
    frame = probe.load(*paths).calls
    assert list(zip(frame["target"], frame["role"], strict=True)) == [("relay", "target"), ("control", "control")]
    assert read_manifest(paths[1]) == control
    assert row_of(call(1, 1)).wall_ms == frame["wall_ms"][0]
