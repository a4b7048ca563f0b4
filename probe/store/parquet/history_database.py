"""Queries of a history by DuckDB, which can read the history's files and do nothing else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from probe.errors import StoreError, UsageError
from probe.store.parquet.history_listing import (
    DamagedFile,
    HistoryFile,
    HistoryListing,
    damage_of,
    list_history,
    quoted,
)
from probe.store.parquet.history_schema import COLUMNS, HistoryColumn

VIEW = "calls"
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "preserve_insertion_order": False,
    "temp_directory": "",
}
_AT_A_TIME = 10_000
_OF_THE_QUERY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException)
"""Errors that damage to a file cannot cause."""
_MOVE_AWAY = "Move it away, or add its run again."
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query as they are fetched, with the names of their columns."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class HistoryDatabase:
    """A history as a database with the view `calls`. Files that turn out to be damaged are left out, and named."""

    def __init__(self, folder: Path) -> None:
        self.listing = list_history(folder)
        self._connection = _connect(self.listing)

    @property
    def damaged(self) -> tuple[DamagedFile, ...]:
        """The files that could not be read, as far as they were needed."""
        return self.listing.damaged

    def close(self) -> None:
        """Let go of all files."""
        self._connection.close()

    def __enter__(self) -> "HistoryDatabase":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query(self, sql: str, values: Sequence[object] = ()) -> QueryResult:
        """Return the result of a SELECT. Raises UsageError with what is wrong with it, StoreError."""
        self._check_select(sql)
        return self._without_damage(lambda: self._begin(sql, values))

    def frame(self, sql: str) -> Any:
        """Return the result of a SELECT as a pandas data frame. Raises UsageError, StoreError."""
        self._check_select(sql)
        return self._without_damage(lambda: self._connection.execute(sql).df())

    def _begin(self, sql: str, values: Sequence[object]) -> QueryResult:
        """Run a SELECT and fetch its first rows: DuckDB goes on with it while more are fetched."""
        cursor = self._connection.execute(sql, list(values))
        columns = tuple(column[0] for column in cursor.description or ())
        return QueryResult(columns, chain(cursor.fetchmany(_AT_A_TIME), self._rest(cursor)))

    def _rest(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that follow. Raises StoreError with the file that is damaged: rows before it are in use."""
        try:
            while rows := cursor.fetchmany(_AT_A_TIME):
                yield from rows
        except duckdb.Error as error:
            for file in self._find_damage():
                raise StoreError(f"cannot be read: {file.problem}", path=file.path, remedy=_MOVE_AWAY) from None
            raise _told(error) from None

    def _without_damage(self, run: Callable[[], Result]) -> Result:
        """Run a query, again without the damaged files where it meets some."""
        try:
            return run()
        except _OF_THE_QUERY as error:
            raise _told(error) from None
        except duckdb.Error as error:
            damaged = self._find_damage()
            if not damaged:
                raise _told(error) from None
        self._leave_out(damaged)
        try:
            return run()
        except duckdb.Error as error:
            raise _told(error) from None

    def _find_damage(self) -> tuple[DamagedFile, ...]:
        return tuple(filter(None, map(damage_of, self.listing.files)))

    def _leave_out(self, damaged: tuple[DamagedFile, ...]) -> None:
        self._connection.close()
        self.listing = self.listing.without(damaged)
        self._connection = _connect(self.listing)

    def _check_select(self, sql: str) -> None:
        """Raise UsageError for all that is not one SELECT: whatever else there is writes, or changes settings."""
        try:
            statements = self._connection.extract_statements(sql)
        except duckdb.Error as error:
            raise _told(error) from None
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise UsageError("is not one SELECT statement, and a history is only read", key="SQL")


def _told(error: duckdb.Error) -> UsageError | StoreError:
    """Return what is wrong in DuckDB's words, without the query itself, which the user has."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError("the query takes more memory than there is", remedy="Ask for fewer rows or columns.")
    said = str(error).partition("\n\nLINE ")[0].strip()
    return UsageError(f"DuckDB cannot run it: {said}", key="SQL")


def _connect(listing: HistoryListing) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the view, and lock it."""
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    paths = [str(file.path) for file in listing.files]
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET allowed_paths = $1", [paths])
    connection.execute(f"CREATE VIEW {VIEW} AS {_view(listing.files)}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _view(files: Sequence[HistoryFile]) -> str:
    """Return the SELECT of the view: all columns, null where no file has one, and each run once."""
    if not files:
        nulls = ", ".join(f"NULL::{column.kind.sql} AS {name}" for name, column in COLUMNS.items())
        return f"SELECT {nulls}, NULL::VARCHAR AS month WHERE false"
    present = frozenset[str]().union(*(file.columns for file in files))
    shown = ", ".join(_shown(name, column, present) for name, column in COLUMNS.items())
    paths = ", ".join(quoted(str(file.path)) for file in files)
    superseded = list(_superseded(files))
    source = f"read_parquet([{paths}], union_by_name = true{', filename = true' if superseded else ''})"
    conditions = " AND ".join(
        f"NOT (filename = {quoted(str(path))} AND run_key IN ({', '.join(map(quoted, keys))}))"
        for path, keys in superseded
    )
    where = f" WHERE {conditions}" if conditions else ""
    return f"SELECT {shown}, strftime(started_at, '%Y-%m') AS month FROM {source}{where}"  # noqa: S608 - of our own words and quoted paths


def _superseded(files: Sequence[HistoryFile]) -> Iterator[tuple[Path, list[str]]]:
    """Yield files with the runs in them that stand in another file too: a run's own file counts before a month's."""
    known: set[str] = set()
    for file in sorted(files, key=lambda file: file.is_month):
        repeated = sorted(known.intersection(file.runs))
        if repeated:
            yield file.path, repeated
        known.update(file.runs)


def _shown(name: str, column: HistoryColumn, present: frozenset[str]) -> str:
    if name not in present:
        return f"NULL::{column.kind.sql} AS {name}"
    return f"{name}::{column.kind.sql} AS {name}"
