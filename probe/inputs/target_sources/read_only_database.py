"""Read another program's SQLite database without changing anything: no lock is left, no file beside it is made."""

import sqlite3
from contextlib import closing
from pathlib import Path

from probe.errors import EnvironmentUnusableError, ProbeError, UsageError
from probe.inputs.source_lines import MOST_BYTES, read_bytes, shown

_MAGIC = b"SQLite format 3\0"
_WRITE_VERSION_AT = 18
_WAL = 2
_BUSY_TIMEOUT_S = 2.0
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_BUSY_RECOVERY}
_MOST_ROWS = 1000
_STEPS_BETWEEN_LOOKS = 1_000_000
_MOST_LOOKS = 10
"""A file made to never end is given up after so many steps of SQLite's machine, which takes about a second."""


def read_rows(path: Path, query: str, *, program: str) -> list[tuple[str, ...]]:
    """Return the rows of a query, each value as text. Raises ProbeError that names the file."""
    mode = _mode(path, program)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=_BUSY_TIMEOUT_S)) as db:
            rows = _rows(db, query)
    except sqlite3.Error as error:
        raise _database_error(error, path, program) from None
    if len(rows) > _MOST_ROWS:
        raise UsageError(f"has more than {_MOST_ROWS:,} entries", path=path)
    return [tuple("" if value is None else str(value) for value in row) for row in rows]


def _rows(db: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    looks = 0

    def is_over() -> int:
        nonlocal looks
        looks += 1
        return looks > _MOST_LOOKS

    db.text_factory = lambda data: data.decode("utf-8", "replace")
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
    db.set_progress_handler(is_over, _STEPS_BETWEEN_LOOKS)
    db.execute("PRAGMA trusted_schema = OFF")
    return db.execute(query).fetchmany(_MOST_ROWS + 1)


def _mode(path: Path, program: str) -> str:
    """Return how to open the file. Raises ProbeError.

    In WAL mode SQLite makes files beside a database, even to read it. It does not if it is told that the file is
    immutable, which is true where nothing is left in the log; and not if a program that has it open has made them.
    """
    start = read_bytes(path, _WRITE_VERSION_AT + 1)
    if not start.startswith(_MAGIC):
        raise UsageError("is no SQLite database", path=path)
    if start[_WRITE_VERSION_AT] != _WAL:
        return "mode=ro"
    log, index = (path.with_name(path.name + ending) for ending in ("-wal", "-shm"))
    if not log.exists() or log.stat().st_size == 0:
        return "mode=ro&immutable=1"
    if not index.exists():
        raise EnvironmentUnusableError(
            f"{program} was not closed in order, and its last changes are not yet in the file",
            path=path,
            remedy=f"Start {program} once, then try again.",
        )
    return "mode=ro"


def _database_error(error: sqlite3.Error, path: Path, program: str) -> ProbeError:
    if getattr(error, "sqlite_errorcode", None) in _LOCKED:
        return EnvironmentUnusableError(
            "is locked by another program", path=path, remedy=f"Close {program}, then try again."
        )
    return UsageError(f"cannot be read: {shown(str(error))}", path=path)
