"""The history of calls: what a file holds, that adding twice changes nothing, old and damaged files, hostile SQL."""

import json
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")

import pyarrow as pa
import pyarrow.parquet as pq

from probe.errors import StoreError, UsageError
from probe.model.choices import Role, UpstreamKind
from probe.model.outcome import Outcome
from probe.reporting.history_runs import NotAdded, add_runs
from probe.store.parquet.history_database import HistoryDatabase
from probe.store.parquet.history_listing import list_history
from probe.store.parquet.history_schema import COLUMNS
from probe.store.parquet.run_table import run_key
from tests.builders import GOLDEN, START, call, manifest, target_info, words
from tests.store.history_runs import add, ask, write_run

pytestmark = pytest.mark.usefixtures("quick")

OLD = GOLDEN / "history"
NEXT_MONTH = START + timedelta(days=30)


def naive(minutes: int, seconds: int) -> datetime:
    """Return a time after START as a query has it: in UTC, without saying so."""
    return (START + timedelta(minutes=minutes, seconds=seconds)).replace(tzinfo=None)


def files(history: Path) -> dict[str, bytes]:
    return {path.relative_to(history).as_posix(): path.read_bytes() for path in history.rglob("*.parquet")}


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Write two runs of two months: one with a recovered and a failed call, and one of a control arm."""
    first = [
        call(1, 1, client=words(), flags=("retried",)),
        call(1, 2, Outcome.TIMED_OUT, wall_ms=180_000.1234, cause="no_first_byte"),
        call(2, 1, Outcome.OVERLOADED, evidence="529 overloaded_error"),
        call(2, 2),
    ]
    second = [call(1, place, started_at=NEXT_MONTH) for place in (1, 2)]
    return [
        write_run(tmp_path / "runs", first),
        write_run(
            tmp_path / "runs",
            second,
            run_id="later",
            created_at=NEXT_MONTH,
            role=Role.CONTROL,
            target=target_info(name="control", kind=UpstreamKind.EMBEDDED),
        ),
    ]


def test_a_run_is_a_file_below_its_target_and_month(tmp_path: Path, runs: list[Path]) -> None:
    assert add(tmp_path / "h", *runs) == [4, 2]
    assert sorted(path.rpartition("/")[0] for path in files(tmp_path / "h")) == ["control/2026-12", "relay/2026-11"]
    told = ask(tmp_path / "h", "SELECT target, month, role, upstream_kind, count(*) FROM calls GROUP BY ALL ORDER BY 1")
    assert told == [("control", "2026-12", "control", "embedded", 2), ("relay", "2026-11", "target", "real", 4)]


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


def test_adding_twice_changes_nothing_and_a_run_that_grew_takes_its_own_place(tmp_path: Path, runs: list[Path]) -> None:
    add(tmp_path / "h", *runs)
    before = files(tmp_path / "h")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "h").rglob("*.parquet")}
    copied = shutil.copytree(runs[0], tmp_path / "copy")
    assert add(tmp_path / "h", *runs, copied) == [4, 2]
    assert files(tmp_path / "h") == before
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "h").rglob("*.parquet")} == times
    shutil.rmtree(runs[0])
    write_run(tmp_path / "runs", [call(number, place) for number in (1, 2, 3) for place in (1, 2)])
    assert add(tmp_path / "h", *runs) == [6, 2]
    assert files(tmp_path / "h").keys() == before.keys()
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(8,)]


def test_runs_of_one_id_on_two_machines_are_two(tmp_path: Path) -> None:
    here = manifest()
    there = here.machine.model_copy(update={"id": "ffffffff"})
    add(tmp_path / "h", write_run(tmp_path / "a", [call()]))
    add(tmp_path / "h", write_run(tmp_path / "b", [call()], machine=there))
    assert ask(tmp_path / "h", "SELECT count(DISTINCT run_key), count(DISTINCT run_id) FROM calls") == [(2, 1)]
    assert run_key(here) in {key for file in list_history(tmp_path / "h").files for key in file.runs}


def test_a_target_of_any_name_has_a_directory_of_its_own(tmp_path: Path) -> None:
    names = ("..", "a/b", "中转站", "")
    for number, name in enumerate(names):
        add(tmp_path / "h", write_run(tmp_path / "r", [call()], run_id=f"../{number}", target=target_info(name=name)))
    told = {target for (target,) in ask(tmp_path / "h", "SELECT target FROM calls")}
    assert told == set(names)
    assert {path.parents[2] for path in tmp_path.rglob("*.parquet")} == {tmp_path / "h"}


def test_a_run_that_cannot_be_added_keeps_no_other_from_it(tmp_path: Path, runs: list[Path]) -> None:
    (runs[0] / "manifest.json").write_text("{")
    empty = write_run(tmp_path / "runs", [], run_id="empty")
    results = list(add_runs(tmp_path / "h", [runs[0], empty, runs[1]]))
    refused = [result.why.message for result in results if isinstance(result, NotAdded)]
    assert refused == ["has no manifest that can be read, so nobody knows what was measured", "holds no finished round"]
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(2,)]


def test_no_prompt_answer_or_evidence_is_kept(tmp_path: Path) -> None:
    secret = "sk-ant-api03-very-secret"
    bad = call(1, 1, Outcome.API_ERROR, evidence=f"401 {secret}", client=words(result=None))
    add(tmp_path / "h", write_run(tmp_path / "r", [bad]))
    (path,) = (tmp_path / "h").rglob("*.parquet")
    held = json.dumps(pq.read_table(path).to_pylist(), default=str)
    assert "api_error" in held
    assert not [word for word in (secret, "Say it", "PROBE_OK", "401") if word in held]


CHILD = """
import os, signal, sys
from pathlib import Path
from probe.reporting.history_runs import add_runs

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

history, run, point = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
replace = Path.replace
if point == "before the rename":
    Path.replace = killed
else:
    Path.replace = lambda *paths: (replace(*paths), killed())
list(add_runs(history, [run]))
"""


@pytest.mark.parametrize(("point", "calls"), [("before the rename", 2), ("after the rename", 6)])
def test_a_writer_that_is_killed_leaves_the_old_calls_or_the_new_ones(tmp_path: Path, point: str, calls: int) -> None:
    add(tmp_path / "h", write_run(tmp_path / "a", [call(1, 1), call(1, 2)]))
    grown = write_run(tmp_path / "b", [call(number, place) for number in (1, 2, 3) for place in (1, 2)])
    child = subprocess.run([sys.executable, "-c", CHILD, tmp_path / "h", grown, point], check=False)
    assert child.returncode == -signal.SIGKILL
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(calls,)]
    assert list_history(tmp_path / "h").damaged == ()
    add(tmp_path / "h", grown)
    assert ask(tmp_path / "h", "SELECT count(*) FROM calls") == [(6,)]


def test_an_old_file_is_read_with_what_it_has(tmp_path: Path, runs: list[Path]) -> None:
    shutil.copytree(OLD, tmp_path / "h")
    told = ask(tmp_path / "h", "SELECT target, label, failed, wall_ms, way, request_id FROM calls ORDER BY label")
    assert told == [("glm", "call1", False, 436.441, None, None), ("glm", "call2", True, 491.306, None, None)]
    (golden,) = list_history(tmp_path / "h").files
    assert COLUMNS.keys() - golden.columns == {"vantage", "way", "workload", "idle_before_ms", "request_id"}
    add(tmp_path / "h", runs[0])
    assert ask(tmp_path / "h", "SELECT count(*), count(way), count(*) FILTER (failed) FROM calls") == [(6, 4, 3)]
    columns = [name for name, *_ in ask(tmp_path / "h", "DESCRIBE calls")]
    assert columns == [*COLUMNS, "month"]


def test_a_damaged_file_costs_itself_only_and_is_named_and_a_copy_counts_once(tmp_path: Path, runs: list[Path]) -> None:
    add(tmp_path / "h", *runs)
    _, bad = sorted((tmp_path / "h").rglob("*.parquet"))
    for place, data in enumerate((b"", b"PAR1 no Parquet PAR1", bad.read_bytes()[:-200], bad.read_bytes()[:50])):
        bad.with_name(f"damaged-{place}.parquet").write_bytes(data)
    pq.write_table(pa.table({"target": ["glm"]}), bad.with_name("damaged-foreign.parquet"))
    shutil.copy(bad, bad.with_name("copied.parquet"))
    with HistoryDatabase(tmp_path / "h") as database:
        assert list(database.query("SELECT count(*) FROM calls").rows) == [(6,)]
        assert {file.path.name for file in database.damaged} == {
            *(f"damaged-{place}.parquet" for place in range(4)),
            "damaged-foreign.parquet",
        }
        assert "is no file of a history" in {file.problem for file in database.damaged}


def test_damage_behind_a_sound_footer_is_found_by_the_query(tmp_path: Path, runs: list[Path]) -> None:
    add(tmp_path / "h", *runs)
    _, bad = sorted((tmp_path / "h").rglob("*.parquet"))
    data = bytearray(bad.read_bytes())
    data[100:3000] = bytes(2900)
    bad.write_bytes(data)
    with HistoryDatabase(tmp_path / "h") as database:
        assert not database.listing.damaged
        assert list(database.query("SELECT run_id FROM calls").rows) == [("later",)] * 2
        assert next(iter(database.damaged)).path == bad


def test_a_file_of_a_newer_version_is_left_out_and_named(
    tmp_path: Path, runs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probe.store.parquet.history_files.HISTORY_VERSION", 2)
    add(tmp_path / "h", runs[0])
    monkeypatch.undo()
    add(tmp_path / "h", runs[1])
    with HistoryDatabase(tmp_path / "h") as database:
        assert list(database.query("SELECT count(*) FROM calls").rows) == [(2,)]
        assert [file.problem for file in database.damaged] == [
            "was written by a newer probe (schema 2; this one knows 1)"
        ]


def test_an_empty_history_has_the_view(tmp_path: Path) -> None:
    assert ask(tmp_path / "none", "SELECT count(*) FROM calls") == [(0,)]
    assert not (tmp_path / "none").exists()


@pytest.fixture
def history(tmp_path: Path, runs: list[Path]) -> Path:
    add(tmp_path / "h", *runs)
    return tmp_path / "h"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('{folder}/*/*/*.parquet')",
        "SELECT * FROM sniff_csv('{other}')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM 'http://127.0.0.1:{port}/x.csv'",
        "COPY calls TO '{folder}/copy.csv'",
        "COPY (SELECT 1 AS x) TO '{history}' (FORMAT parquet, USE_TMP_FILE false)",
        "EXPLAIN ANALYZE COPY (SELECT 1 AS x) TO '{history}' (FORMAT parquet, USE_TMP_FILE false)",
        "EXPORT DATABASE '{folder}/copy'",
        "ATTACH '{folder}/new.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET allowed_paths",
        "PRAGMA disable_checkpoint_on_shutdown",
        "DROP VIEW calls",
        "CREATE TABLE kept AS FROM calls",
        "CREATE PERSISTENT SECRET s (TYPE http)",
        "SELECT 1; DROP VIEW calls",
        "SELECT * FROM query('DROP VIEW calls')",
        "PREPARE p AS SELECT 1",
        "CALL pragma_version()",
        "SELECT * FROM history",
        "SELECT getenv('HOME')",
        "SELECT nothing FROM calls",
        "SELEC",
        "",
        "-- a remark",
        "SELECT $1",
    ],
)
def test_hostile_sql_reads_and_writes_nothing_else(history: Path, tmp_path: Path, sql: str, port: int) -> None:
    stranger = tmp_path / "other.csv"
    stranger.write_text("a,secret\n1,2\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    file = next(history.rglob("*.parquet"))
    with HistoryDatabase(history) as database, pytest.raises((UsageError, StoreError)) as refused:
        list(database.query(sql.format(other=stranger, folder=tmp_path, history=file, port=port)).rows)
    assert "secret" not in str(refused.value)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.fixture
def port() -> Any:
    """Listen on loopback, and fail where anybody connects."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()
