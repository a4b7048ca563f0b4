"""Write the calls of runs as a table: CSV, JSON Lines, Parquet."""

import csv
import importlib.util
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.errors import EnvironmentUnusableError
from probe.reporting.find_runs import places
from probe.reporting.load_runs import load_rows
from probe.sanitise import harmless, harmless_json
from probe.stats.call_table import COLUMNS, Cell, rows

_PANDAS_TYPES = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
_FORMULA_SIGNS = frozenset("=+-@\t\r")
"""Characters by which a spreadsheet takes a text for a formula."""


@dataclass(frozen=True, slots=True)
class CallTable:
    """A row a call, with all of COLUMNS. `corrupt` counts, by run id and file, what could not be read."""

    rows: list[dict[str, Cell]]
    corrupt: dict[tuple[str, str], int]


def read_call_table(paths: Sequence[Path]) -> CallTable:
    """Read the calls of these runs and groups. Raises UsageError."""
    table = CallTable([], {})
    for place in places(paths):
        manifest, run_id, calls, corrupt = load_rows(place)
        table.rows.extend(rows(calls, manifest, run_id))
        table.corrupt.update({(run_id, file): count for file, count in corrupt.items()})
    return table


def csv_bytes(table: CallTable) -> bytes:
    """Return the table as CSV with a header, in UTF-8."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _csv_cell(value) for name, value in row.items()} for row in table.rows)
    return text.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Cell) -> Cell:
    """Return booleans as JSON has them, and a text that a spreadsheet would run as a formula made a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return value
    return f"'{harmless(value)}" if value[:1] in _FORMULA_SIGNS else harmless(value)


def jsonl_bytes(table: CallTable) -> bytes:
    """Return the table as JSON Lines: an object a call, in UTF-8."""
    lines = (harmless_json(json.dumps(row, ensure_ascii=False)) for row in table.rows)
    return b"".join(line.encode("utf-8", "replace") + b"\n" for line in lines)


def parquet_bytes(table: CallTable) -> bytes:
    """Return the table as Parquet, with types that know missing values. Raises EnvironmentUnusableError."""
    if any(importlib.util.find_spec(name) is None for name in ("pandas", "pyarrow")):
        raise EnvironmentUnusableError(
            "Parquet needs pandas and pyarrow, which are not installed", remedy="pip install 'claude-probe[parquet]'"
        )
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(table.rows, columns=list(COLUMNS), dtype="object")
    frame = frame.astype({name: _PANDAS_TYPES[kind] for name, kind in COLUMNS.items()})
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


TABLE_WRITERS: dict[str, Callable[[CallTable], bytes]] = {
    "csv": csv_bytes,
    "jsonl": jsonl_bytes,
    "parquet": parquet_bytes,
}
"""The formats of tables by name."""
