"""The files of a history: names, writing, and which can be read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from probe.errors import StoreError
from probe.model.run_manifest import Manifest
from probe.store.files import lock, make_directories, write_atomically
from probe.store.parquet.history_schema import COLUMNS, HISTORY_VERSION, RUNS_KEY, VERSION_KEY, ColumnKind
from probe.store.parquet.run_table import run_key

MONTH = "month.parquet"
"""The name of the file that holds a compacted month."""
_LOCK = "history.lock"
ROWS_IN_GROUP = 122_880
_MOST_NAME = 120


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


def run_path(folder: Path, manifest: Manifest) -> Path:
    """Return the path of a run's file in a history."""
    name = quote(manifest.run_id, safe="")[:_MOST_NAME]
    return _month_folder(folder, manifest) / f"{name}-{run_key(manifest)}.parquet"


def _month_folder(folder: Path, manifest: Manifest) -> Path:
    """Return the directory of a run's target and month (UTC)."""
    target = quote(manifest.target.name, safe="").replace(".", "%2E")[:_MOST_NAME]
    return folder / (target or "%20") / f"{manifest.created_at:%Y-%m}"


def list_history(folder: Path) -> HistoryListing:
    """Find the files of a history, and read their footers."""
    files: list[HistoryFile] = []
    damaged: list[DamagedFile] = []
    for path in sorted(folder.glob("*/*/*.parquet")):
        try:
            found = _read_footer(path)
        except FileNotFoundError:
            continue  # a month was compacted in the meantime
        except (OSError, pa.ArrowException, ValueError) as error:
            found = DamagedFile(path, _first_line(error))
        if isinstance(found, HistoryFile):
            files.append(found)
        else:
            damaged.append(found)
    return HistoryListing(tuple(files), tuple(damaged))


def _read_footer(path: Path) -> HistoryFile | DamagedFile:
    """Return what a file's footer says; a file of a newer probe counts as damaged."""
    footer = pq.read_metadata(path)
    metadata = footer.metadata or {}
    version = int(metadata.get(VERSION_KEY, b"-1"))
    if version < 0:
        return DamagedFile(path, "is no file of a history")
    if version > HISTORY_VERSION:
        return DamagedFile(path, f"was written by a newer probe (schema {version}; this one knows {HISTORY_VERSION})")
    runs = tuple(metadata.get(RUNS_KEY, b"").decode().split(","))
    columns = frozenset(footer.schema.names)
    return HistoryFile(path, runs, columns & COLUMNS.keys(), footer.num_rows, path.stat().st_size)


def damage_of(file: HistoryFile) -> DamagedFile | None:
    """Read a file whole, with its checksums; return it as damaged where that fails."""
    try:
        for _ in pq.ParquetFile(file.path, page_checksum_verification=True).iter_batches():
            pass
    except (OSError, pa.ArrowException, ValueError) as error:
        return DamagedFile(file.path, _first_line(error))
    return None


def write_run(folder: Path, manifest: Manifest, table: pa.Table) -> Path:
    """Write the calls of a run in the place of what the history had of it. Raises StoreError."""
    path = run_path(folder, manifest)
    data = file_bytes(table, (run_key(manifest),))
    with locked(folder):
        if not _holds(path, data):
            make_folder(path.parent)
            write_atomically(path, data)
    return path


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def file_bytes(table: pa.Table, runs: tuple[str, ...]) -> bytes:
    """Return a table as the bytes of a file."""
    buffer = BytesIO()
    with history_writer(buffer, runs, table.schema) as writer:
        writer.write_table(table, row_group_size=ROWS_IN_GROUP)
    return buffer.getvalue()


def history_writer(sink: BytesIO | Path, runs: tuple[str, ...], schema: pa.Schema) -> pq.ParquetWriter:
    """Return a writer of a file that holds these runs."""
    writer = pq.ParquetWriter(
        sink,
        schema,
        compression="zstd",
        use_dictionary=[name for name, column in COLUMNS.items() if column.kind is ColumnKind.WORD and column.repeated],
        column_encoding={name: "DELTA_BINARY_PACKED" for name, column in COLUMNS.items() if _is_whole(column.kind)},
        store_decimal_as_integer=True,
        write_page_checksum=True,
        store_schema=False,
    )
    writer.add_key_value_metadata({VERSION_KEY: str(HISTORY_VERSION).encode(), RUNS_KEY: ",".join(runs).encode()})
    return writer


def _is_whole(kind: ColumnKind) -> bool:
    return kind in {ColumnKind.MS, ColumnKind.COUNT, ColumnKind.MOMENT}


def make_folder(folder: Path) -> None:
    """Make a directory of a history. Raises StoreError."""
    try:
        make_directories(folder)
    except OSError as error:
        raise StoreError(f"cannot be made: {error.strerror}", path=folder) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a history, which is made where there is none. Raises StoreError."""
    make_folder(folder)
    try:
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=folder) from error
    try:
        lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
