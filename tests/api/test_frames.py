"""Data frames say of each call what the CSV says, in the types of pandas."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import probe
from probe.model.choices import Role, Session
from probe.model.client import ClientResult, ModelUsage
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.run_manifest import Manifest
from probe.model.wire import PHASES, Phases, PhaseSource, WireSummary
from probe.stats.call_table import COLUMNS, rows
from probe.store import read_manifest, read_run
from tests.api.support import write_run
from tests.builders import GOLDEN, START, call, flags, manifest, target_info, words
from tests.stats.test_waterfall import exchange

WIRE = WireSummary(
    attempts=3,
    ttft_ms=41.25,
    models_served=("glm-4.7", "glm-4.6"),
    usage=ModelUsage(input_tokens=10, output_tokens=3),
    cached=True,
)
PHASES_OF_CALL = Phases(source=PhaseSource.WIRE, boot_ms=700.0, wait_ms=500.5, exit_ms=299.5)
ROUNDS = [
    [
        call(1, 1, wire=WIRE, phases=PHASES_OF_CALL, cpu_ms=12.5, max_rss_bytes=2**40, load=0.5, requests_before=0),
        call(1, 2, Outcome.TIMED_OUT, cause="no_first_byte", wall_ms=180_004.0, return_code=None),
    ],
    [
        call(2, 1, client=words(), flags=flags("retried", "fake_stream"), idle_before_ms=120_000.1234),
        call(
            2,
            2,
            Outcome.OVERLOADED,
            cause="529",
            wall_ms=400.0,
            evidence="overloaded_error",
            session_mode=Session.RESUME,
        ),
    ],
    [
        call(3, 1, client=words(result=ClientResult(cost_usd=0.5)), served_session_id="served-3"),
        call(3, 2, Outcome.AUTH, expected_outcome=Outcome.AUTH, timeout_ms=None, model_requested=None),
    ],
]

TWINS = {"one": timedelta(0), "other": timedelta(milliseconds=1)}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path, ROUNDS)


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


def test_two_runs_of_one_id_stay_two(tmp_path: Path) -> None:
    paths = [
        write_run(tmp_path / name, [[call(1, 1), call(1, 2)]], created_at=START + age) for name, age in TWINS.items()
    ]
    frame = probe.load(*paths).rounds
    assert frame["calls"].tolist() == [2, 2]


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


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Return a run with two exchanges of one call, a damaged record, and a call of which none is kept."""
    rounds = [[call(1, 1, wire=WIRE), call(1, 2)], [call(2, 1, wire=WIRE), call(2, 2, wire=WIRE)]]
    run = write_run(tmp_path, rounds)
    retry_at = datetime.fromisoformat("2026-11-21T08:00Z")
    exchanges = [
        exchange(sequence=1, streamed=True, error_type="overloaded_error", status=529, retry_at=retry_at),
        exchange(sequence=2, streamed=None, usage=ModelUsage(input_tokens=7), correlation={"x-id": "1", "via": "b"}),
    ]
    lines = "".join(f"{found.model_dump_json()}\n" for found in exchanges)
    (run / "rounds" / "0001" / "call1.exchanges.jsonl").write_text(lines)
    (run / "rounds" / "0002" / "call1.exchanges.jsonl").write_text("no exchange\n")
    return run


def test_exchanges_have_all_that_the_recorder_kept(recorded: Path) -> None:
    frame = probe.load(recorded).exchanges
    assert set(Exchange.model_fields) - {"usage"} < set(frame.columns)
    first, second = (frame.iloc[position].to_dict() for position in (0, 1))
    expected = {
        "label": "call1",
        "sequence": 1,
        "status": 529,
        "good": False,
        "retry_at": pd.Timestamp("2026-11-21T08:00Z"),
        "begun_at": call(1, 1).started_at + timedelta(milliseconds=700),
    }
    assert {name: first[name] for name in expected} == expected
    expected = {"label": "call1", "sequence": 2, "input_tokens": 7, "correlation": "x-id: 1;via: b"}
    assert {name: second[name] for name in expected} == expected
    assert frame["streamed"].isna().tolist() == [False, True]
    assert frame.attrs["unreadable"] == {recorded.name: 1}


def test_types_of_exchanges(recorded: Path) -> None:
    types = probe.load(recorded).exchanges.dtypes.map(str).to_dict()
    expected = {"first_byte_at_ms": "Float64", "status": "Int64", "events": "int64", "end": "category", "good": "bool"}
    assert {name: types[name] for name in expected} == expected


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
