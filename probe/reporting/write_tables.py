"""Write the calls of runs, or the requests of a recording, as a table: CSV, JSON Lines, Parquet.

A table is written as it is read, some rows at a time, so that runs of any size can be exported.
"""

import csv
import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from probe.errors import EnvironmentUnusableError
from probe.reporting.find_runs import Place, places
from probe.reporting.load_recording import load_recording
from probe.reporting.load_runs import iterate_rows
from probe.sanitise import harmless, harmless_json
from probe.stats.call_table import COLUMNS, Cell, rows
from probe.stats.request_table import REQUEST_COLUMNS, request_rows

if TYPE_CHECKING:
    import pyarrow as pa

FlatRow = dict[str, Cell]
Corrupt = dict[tuple[str, str], int]
"""By run id and file, what could not be read."""

_PANDAS_TYPES = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
_FORMULA_SIGNS = frozenset("=+-@\t\r")
"""Characters by which a spreadsheet takes a text for a formula."""
_ROWS_AT_A_TIME = 1000
_ROWS_IN_FRAME, _FRAMES_IN_GROUP = 8192, 4
"""Of Parquet: a frame for some rows costs as much as for few, and readers want large groups of rows."""


@dataclass(slots=True)
class FlatTable:
    """Rows with all of the columns, whose types stand beside them. They are read once; `count` and `corrupt` follow."""

    columns: Mapping[str, type]
    rows: Iterator[FlatRow]
    corrupt: Corrupt = field(default_factory=dict)
    count: int = 0

    def batches(self, size: int) -> Iterator[list[FlatRow]]:
        """Yield the rows, so many at a time; the first time maybe none."""
        batch = list(islice(self.rows, size))
        while True:
            self.count += len(batch)
            yield batch
            batch = list(islice(self.rows, size))
            if not batch:
                return


def read_request_table(path: Path) -> FlatTable:
    """Read the requests of a recording. Raises UsageError and StoreError."""
    recording = load_recording(path)
    manifest, corrupt = recording.manifest, recording.source.losses.corrupt
    of_files = {(manifest.run_id, file): count for file, count in corrupt.items()}
    return FlatTable(REQUEST_COLUMNS, request_rows(recording.requests, manifest), of_files)


def read_call_table(paths: Sequence[Path]) -> FlatTable:
    """Return the calls of these runs and groups, which are read with the rows. Raises UsageError."""
    corrupt: Corrupt = {}
    return FlatTable(COLUMNS, _calls(places(paths), corrupt), corrupt)


def _calls(found: Iterable[Place], corrupt: Corrupt) -> Iterator[FlatRow]:
    """Yield the calls of runs, a row each, and fill in what could not be read."""
    for place in found:
        manifest, run_id, calls, unreadable = iterate_rows(place)
        yield from rows(calls, manifest, run_id)
        corrupt.update({(run_id, file): count for file, count in unreadable.items()})


def csv_parts(table: FlatTable) -> Iterator[bytes]:
    """Yield the table as CSV with a header, in UTF-8."""
    header: list[Iterable[Cell]] = [table.columns]
    for batch in table.batches(_ROWS_AT_A_TIME):
        lines = header + [map(csv_cell, row.values()) for row in batch]
        header = []
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(lines)
        yield text.getvalue().encode("utf-8", "replace")


def csv_cell(value: Cell) -> Cell:
    """Return booleans as JSON has them, and a text that a spreadsheet would run as a formula made a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    return f"'{harmless(value)}" if value[:1] in _FORMULA_SIGNS else harmless(value)


def jsonl_parts(table: FlatTable) -> Iterator[bytes]:
    """Yield the table as JSON Lines: an object a row, in UTF-8."""
    for batch in table.batches(_ROWS_AT_A_TIME):
        lines = (harmless_json(json.dumps(row, ensure_ascii=False)) + "\n" for row in batch)
        yield "".join(lines).encode("utf-8", "replace")


def parquet_parts(table: FlatTable) -> Iterator[bytes]:
    """Yield the table as Parquet, with types that know missing values. Raises EnvironmentUnusableError."""
    if any(importlib.util.find_spec(name) is None for name in ("pandas", "pyarrow")):
        raise EnvironmentUnusableError(
            "Parquet needs pandas and pyarrow, which are not installed", remedy="pip install 'claude-probe[parquet]'"
        )
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    frames = (_arrow_table(batch, table.columns) for batch in table.batches(_ROWS_IN_FRAME))
    group = list(islice(frames, _FRAMES_IN_GROUP))
    written = _WrittenParts()
    with pq.ParquetWriter(written, group[0].schema) as writer:
        while group:
            writer.write_table(pa.concat_tables(group))
            yield written.take()
            group = list(islice(frames, _FRAMES_IN_GROUP))
    yield written.take()


def _arrow_table(batch: Sequence[FlatRow], columns: Mapping[str, type]) -> "pa.Table":
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    frame = pd.DataFrame(batch, columns=list(columns), dtype="object")
    frame = frame.astype({name: _PANDAS_TYPES[kind] for name, kind in columns.items()})
    return pa.Table.from_pandas(frame, preserve_index=False)


class _WrittenParts(io.RawIOBase):
    """A file that is handed on while it is written."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def take(self) -> bytes:
        """Return what was written since it was asked last."""
        part = b"".join(self._parts)
        self._parts.clear()
        return part


TABLE_WRITERS: dict[str, Callable[[FlatTable], Iterator[bytes]]] = {
    "csv": csv_parts,
    "jsonl": jsonl_parts,
    "parquet": parquet_parts,
}
"""The formats of tables by name."""
