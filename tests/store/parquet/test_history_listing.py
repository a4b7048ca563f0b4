"""The files of a history that can be read, and those that cannot."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from probe.store.parquet.history_database import HistoryDatabase
from probe.store.parquet.history_listing import list_history
from probe.store.parquet.history_schema import COLUMNS
from tests.builders import GOLDEN
from tests.store.parquet.history_runs import add, ask

pytestmark = pytest.mark.usefixtures("quick")
OLD = GOLDEN / "history"


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
