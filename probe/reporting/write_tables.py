"""Write the calls of runs, or the requests of a recording, as a table: CSV, JSON Lines, Parquet."""

import csv
import importlib.util
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.errors import EnvironmentUnusableError
from probe.reporting.find_runs import places
from probe.reporting.load_recording import load_recording
from probe.reporting.load_runs import load_rows
from probe.sanitise import harmless, harmless_json
from probe.stats.call_table import COLUMNS, Cell, rows
from probe.stats.request_table import REQUEST_COLUMNS, request_rows

_PANDAS_TYPES = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
_FORMULA_SIGNS = frozenset("=+-@\t\r")
"""Characters by which a spreadsheet takes a text for a formula."""


@dataclass(frozen=True, slots=True)
class FlatTable:
    """Rows with all of the columns, whose types stand beside them.

    `corrupt` counts, by run id and file, what could not be read.
    """

    columns: Mapping[str, type]
    rows: list[dict[str, Cell]]
    corrupt: dict[tuple[str, str], int]


def read_request_table(path: Path) -> FlatTable:
    """Read the requests of a recording. Raises UsageError and StoreError."""
    recording = load_recording(path)
    manifest, corrupt = recording.manifest, recording.source.losses.corrupt
    rows_of_requests = list(request_rows(recording.requests, manifest))
    return FlatTable(REQUEST_COLUMNS, rows_of_requests, {(manifest.run_id, file): n for file, n in corrupt.items()})


def read_call_table(paths: Sequence[Path]) -> FlatTable:
    """Read the calls of these runs and groups. Raises UsageError."""
    table = FlatTable(COLUMNS, [], {})
    for place in places(paths):
        manifest, run_id, calls, corrupt = load_rows(place)
        table.rows.extend(rows(calls, manifest, run_id))
        table.corrupt.update({(run_id, file): count for file, count in corrupt.items()})
    return table


def csv_bytes(table: FlatTable) -> bytes:
    """Return the table as CSV with a header, in UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, table.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: csv_cell(value) for name, value in row.items()} for row in table.rows)
    return text.getvalue().encode("utf-8", "replace")


def csv_cell(value: Cell) -> Cell:
    """Return booleans as JSON has them, and a text that a spreadsheet would run as a formula made a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    return f"'{harmless(value)}" if value[:1] in _FORMULA_SIGNS else harmless(value)


def jsonl_bytes(table: FlatTable) -> bytes:
    """Return the table as JSON Lines: an object a row, in UTF-8."""
    lines = (harmless_json(json.dumps(row, ensure_ascii=False)) for row in table.rows)
    return b"".join(line.encode("utf-8", "replace") + b"\n" for line in lines)


def parquet_bytes(table: FlatTable) -> bytes:
    """Return the table as Parquet, with types that know missing values. Raises EnvironmentUnusableError."""
    if any(importlib.util.find_spec(name) is None for name in ("pandas", "pyarrow")):
        raise EnvironmentUnusableError(
            "Parquet needs pandas and pyarrow, which are not installed", remedy="pip install 'claude-probe[parquet]'"
        )
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(table.rows, columns=list(table.columns), dtype="object")
    frame = frame.astype({name: _PANDAS_TYPES[kind] for name, kind in table.columns.items()})
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


TABLE_WRITERS: dict[str, Callable[[FlatTable], bytes]] = {
    "csv": csv_bytes,
    "jsonl": jsonl_bytes,
    "parquet": parquet_bytes,
}
"""The formats of tables by name."""
