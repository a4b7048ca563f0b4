"""The files of a history: their names, and how they are written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
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

_LOCK = "history.lock"
ROWS_IN_GROUP = 122_880
_MOST_NAME = 120


def run_path(folder: Path, manifest: Manifest) -> Path:
    """Return the path of a run's file in a history."""
    name = quote(manifest.run_id, safe="")[:_MOST_NAME]
    return _month_folder(folder, manifest) / f"{name}-{run_key(manifest)}.parquet"


def _month_folder(folder: Path, manifest: Manifest) -> Path:
    """Return the directory of a run's target and month (UTC)."""
    target = quote(manifest.target.name, safe="").replace(".", "%2E")[:_MOST_NAME]
    return folder / (target or "%20") / f"{manifest.created_at:%Y-%m}"


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
