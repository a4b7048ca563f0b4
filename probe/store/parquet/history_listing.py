"""The files of a history, and which can be read. DuckDB reads their footers: a query needs nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from probe.store.parquet.history_schema import COLUMNS, HISTORY_VERSION, RUNS_KEY, VERSION_KEY

MONTH = "month.parquet"
"""The name of the file that holds a compacted month."""


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """A file that can be read: the keys of the runs in it, and its columns. `rows` are its calls."""

    path: Path
    runs: tuple[str, ...]
    columns: frozenset[str]
    rows: int
    bytes: int

    @property
    def is_month(self) -> bool:
        """True for a compacted month, in which a run counts only where it has no file of its own."""
        return self.path.name == MONTH


@dataclass(frozen=True, slots=True)
class DamagedFile:
    """A file that cannot be read, and why."""

    path: Path
    problem: str


@dataclass(frozen=True, slots=True)
class HistoryListing:
    """The files of a history, in the order of their paths."""

    files: tuple[HistoryFile, ...] = ()
    damaged: tuple[DamagedFile, ...] = ()

    def without(self, damaged: tuple[DamagedFile, ...]) -> "HistoryListing":
        """Return the listing in which these files count as damaged too."""
        gone = {file.path for file in damaged}
        files = tuple(file for file in self.files if file.path not in gone)
        return HistoryListing(files, (*self.damaged, *damaged))

    @property
    def runs(self) -> frozenset[str]:
        """The keys of all runs."""
        return frozenset(key for file in self.files for key in file.runs)


def list_history(folder: Path) -> HistoryListing:
    """Find the files of a history, and read their footers: of all at once, one by one where one is damaged."""
    paths = sorted(folder.glob("*/*/*.parquet"))
    if not paths:
        return HistoryListing()
    with duckdb.connect(":memory:") as connection:
        try:
            found = list(_read_footers(connection, paths))
        except duckdb.Error:
            found = [file for path in paths for file in _read_alone(connection, path)]
    files = tuple(file for file in found if isinstance(file, HistoryFile))
    return HistoryListing(files, tuple(file for file in found if isinstance(file, DamagedFile)))


def _read_alone(connection: duckdb.DuckDBPyConnection, path: Path) -> list[HistoryFile | DamagedFile]:
    """Return a file; nothing where it is gone, since a month was compacted in the meantime."""
    try:
        return list(_read_footers(connection, [path]))
    except duckdb.Error as error:
        return [DamagedFile(path, first_line(error))] if path.exists() else []


def _read_footers(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Iterator[HistoryFile | DamagedFile]:
    """Yield what the footers of files say; a file of a newer probe counts as damaged."""
    names = f"[{', '.join(map(quoted, map(str, paths)))}]"
    # The functions take no parameters; the names are quoted.
    keys = connection.execute(f"SELECT file_name, key, value FROM parquet_kv_metadata({names})").fetchall()  # noqa: S608
    columns = dict(
        connection.execute(f"SELECT file_name, list(name) FROM parquet_schema({names}) GROUP BY 1").fetchall()  # noqa: S608
    )
    rows = dict(connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({names})").fetchall())  # noqa: S608
    metadata: dict[str, dict[bytes, bytes]] = {}
    for name, key, value in keys:
        metadata.setdefault(name, {})[key] = value
    for path in paths:
        name = str(path)
        yield _file(path, metadata.get(name, {}), frozenset(columns[name]), rows[name])


def _file(path: Path, metadata: dict[bytes, bytes], columns: frozenset[str], rows: int) -> HistoryFile | DamagedFile:
    version = metadata.get(VERSION_KEY, b"").decode("ascii", "replace")
    if not version.isdecimal():
        return DamagedFile(path, "is no file of a history")
    if int(version) > HISTORY_VERSION:
        return DamagedFile(path, f"was written by a newer probe (schema {version}; this one knows {HISTORY_VERSION})")
    runs = tuple(metadata.get(RUNS_KEY, b"").decode("ascii", "replace").split(","))
    return HistoryFile(path, runs, columns & COLUMNS.keys(), rows, path.stat().st_size)


def damage_of(file: HistoryFile) -> DamagedFile | None:
    """Read a file whole, with its checksums; return it as damaged where that fails."""
    import pyarrow as pa  # noqa: PLC0415 - only where damage is looked for
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        for _ in pq.ParquetFile(file.path, page_checksum_verification=True).iter_batches():
            pass
    except (OSError, pa.ArrowException, ValueError) as error:
        return DamagedFile(file.path, first_line(error))
    return None


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def quoted(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
