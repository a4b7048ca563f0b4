"""Another program's database, read without changing anything."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from probe.errors import EnvironmentUnusableError, ProbeError, UsageError
from probe.inputs.target_sources.read_only_database import read_rows

QUERY = "SELECT a, b FROM t ORDER BY a"


def database(path: Path, rows: int = 2, *, wal: bool = False) -> Path:
    with closing(sqlite3.connect(path)) as db:
        if wal:
            db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE t (a INTEGER, b TEXT)")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, None if n else "x") for n in range(rows)])
        db.commit()
    return path


def rows_of(path: Path, query: str = QUERY) -> list[tuple[str, ...]]:
    return read_rows(path, query, program="theirs")


@pytest.mark.parametrize("wal", [False, True])
def test_values_are_texts_and_the_file_and_its_directory_stay_as_they_were(tmp_path: Path, wal: bool) -> None:
    path = database(tmp_path / "a.db", wal=wal)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert rows_of(path) == [("0", "x"), ("1", "")]
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_a_program_that_is_open_has_just_written_is_seen(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", wal=True)
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute("INSERT INTO t VALUES (7, 'new')")
        theirs.commit()
        assert rows_of(path)[-1] == ("7", "new")


def test_changes_that_are_not_yet_in_the_file_are_told(tmp_path: Path) -> None:
    path = database(tmp_path / "a.db", wal=True)
    (tmp_path / "a.db-wal").write_bytes(b"left by a crash")
    with pytest.raises(EnvironmentUnusableError, match="theirs was not closed in order"):
        rows_of(path)


@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3", b"SQLite format 3\0" + b"\1" * 200])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    with pytest.raises(ProbeError) as refused:
        rows_of(path)
    assert str(path) in str(refused.value)


def test_too_many_rows_or_a_query_without_end_are_given_up(tmp_path: Path) -> None:
    assert len(rows_of(database(tmp_path / "most.db", 1000))) == 1000
    with pytest.raises(UsageError, match="has more than 1,000 entries"):
        rows_of(database(tmp_path / "more.db", 1001))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*), 1 FROM n"
    with pytest.raises(ProbeError):
        rows_of(tmp_path / "most.db", endless)


def test_a_table_that_is_not_there_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(ProbeError) as refused:
        rows_of(database(tmp_path / "a.db"), "SELECT a FROM other")
    assert str(tmp_path / "a.db") in str(refused.value)
