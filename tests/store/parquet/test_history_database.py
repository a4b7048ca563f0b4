"""Questions to a history, and hostile ones."""

from pathlib import Path
from typing import Any

import pytest

from probe.errors import StoreError, UsageError
from probe.store.parquet.history_database import HistoryDatabase
from tests.store.parquet.history_runs import ask

pytestmark = pytest.mark.usefixtures("quick")


def test_an_empty_history_has_the_view(tmp_path: Path) -> None:
    assert ask(tmp_path / "none", "SELECT count(*) FROM calls") == [(0,)]
    assert not (tmp_path / "none").exists()


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
