"""Compaction: the small files of a month that has ended become one, and every query says the same as before."""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from probe.errors import StoreError
from probe.store.files import sync_directory
from probe.store.parquet.arrow_schema import SCHEMA
from probe.store.parquet.history_files import ROWS_IN_GROUP, history_writer, locked
from probe.store.parquet.history_listing import MONTH, HistoryFile, damage_of, list_history
from probe.store.parquet.history_schema import COLUMNS


@dataclass(frozen=True, slots=True)
class CompactedMonth:
    """A month of a target that was compacted: files and bytes before, and bytes now."""

    path: Path
    files: int
    bytes_before: int
    bytes_now: int


def compact_months(folder: Path, current: str) -> Iterator[CompactedMonth]:
    """Compact each month before the current one, `2026-11`, that has files of single runs. Raises StoreError.

    Files that cannot be read, or that have columns of a newer probe, stay as they are.
    """
    if not folder.is_dir():
        return
    with locked(folder):
        files = sorted(list_history(folder).files, key=lambda file: file.path)
        for place, of_month in groupby(files, key=lambda file: file.path.parent):
            sound = [file for file in of_month if place.name < current and _can_be_compacted(file)]
            if any(not file.is_month for file in sound) and _has_month(sound) == (place / MONTH).exists():
                yield _compact(place, sound)


def _has_month(files: Sequence[HistoryFile]) -> bool:
    return any(file.is_month for file in files)


def _can_be_compacted(file: HistoryFile) -> bool:
    return set(pq.read_schema(file.path).names) <= COLUMNS.keys() and damage_of(file) is None


def _compact(place: Path, files: Sequence[HistoryFile]) -> CompactedMonth:
    """Write one file for all of these, then remove those of single runs: they count first while both are there."""
    ordered = sorted(files, key=lambda file: file.is_month)
    runs = tuple(dict.fromkeys(key for file in ordered for key in file.runs))
    new = place / f".probe-{uuid.uuid4().hex}"
    before = sum(file.bytes for file in files)
    try:
        with history_writer(new, runs, SCHEMA) as writer:
            for table in _groups(ordered):
                writer.write_table(table, row_group_size=ROWS_IN_GROUP)
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.chmod(0o600)
        new.replace(place / MONTH)
        sync_directory(place)
        for file in files:
            if not file.is_month:
                file.path.unlink()
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=place) from error
    finally:
        new.unlink(missing_ok=True)
    return CompactedMonth(place / MONTH, len(files), before, (place / MONTH).stat().st_size)


def _groups(files: Sequence[HistoryFile]) -> Iterator[pa.Table]:
    """Yield the calls of the files, each run once, as tables that are worth a row group."""
    waiting: list[pa.Table] = []
    known: set[str] = set()
    for file in files:
        waiting.append(_read_table(file, known))
        known |= set(file.runs)
        if sum(map(len, waiting)) >= ROWS_IN_GROUP:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _read_table(file: HistoryFile, known: set[str]) -> pa.Table:
    """Return the calls of a file without those of known runs; columns that it lacks are null."""
    table = pq.ParquetFile(file.path).read()
    if repeated := sorted(known.intersection(file.runs)):
        table = table.filter(pc.invert(pc.is_in(table["run_key"], pa.array(repeated))))
    columns = [
        table[field.name] if field.name in file.columns else pa.nulls(len(table), field.type) for field in SCHEMA
    ]
    return pa.table(columns, names=SCHEMA.names).cast(SCHEMA)
