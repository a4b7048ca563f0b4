"""Results of queries of a history in all formats."""

import csv
import io
import json
import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from probe.render.markdown_tables import write_table
from probe.render.numbers import NOTHING
from probe.render.table_model import Cell, FigureCell, Table, WordsCell
from probe.reporting.write_tables import csv_cell
from probe.sanitise import harmless_json
from probe.store.parquet.history_database import QueryResult
from probe.texts import Texts

Plain = str | int | float | bool | None
_ROWS_AT_A_TIME = 1000


def plain_value(value: Any) -> Plain:
    """Return a value of DuckDB as JSON and CSV have it: times as ISO 8601, lists and maps as JSON."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Decimal():
            return float(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case list() | tuple() | dict():
            return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


def csv_parts(result: QueryResult) -> Iterator[bytes]:
    """Yield the result as CSV with a header, in UTF-8, as its rows come."""
    yield _csv_lines([result.columns])
    rows = ([csv_cell(plain_value(value)) for value in row] for row in result.rows)
    while some := list(islice(rows, _ROWS_AT_A_TIME)):
        yield _csv_lines(some)


def _csv_lines(rows: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def json_parts(result: QueryResult) -> Iterator[bytes]:
    """Yield the result as a JSON array, an object a row, as its rows come."""
    beginning = "[\n"
    for row in result.rows:
        values = dict(zip(result.columns, map(plain_value, row), strict=True))
        text = harmless_json(json.dumps(values, ensure_ascii=False))
        yield (beginning + text).encode("utf-8", "replace")
        beginning = ",\n"
    yield b"[]\n" if beginning == "[\n" else b"\n]\n"


def markdown_parts(result: QueryResult, texts: Texts) -> Iterator[bytes]:
    """Yield the result as a Markdown table."""
    yield (write_table(query_table(result), texts) + "\n").encode("utf-8", "replace")


def query_table(result: QueryResult, most: int | None = None) -> Table:
    """Lay out the result as a table, of at most so many rows."""
    rows = tuple(tuple(map(_cell, row)) for row in islice(result.rows, most))
    return Table("query", "", result.columns, rows)


def _cell(value: Any) -> Cell:
    plain = plain_value(value)
    if plain is None:
        return WordsCell(NOTHING)
    if isinstance(plain, bool):
        return WordsCell(str(plain).lower())
    if isinstance(plain, int | float):
        return FigureCell(str(plain))
    return WordsCell(plain, foreign=True)


RESULT_WRITERS: dict[str, Callable[[QueryResult, Texts], Iterator[bytes]]] = {
    "csv": lambda result, _: csv_parts(result),
    "json": lambda result, _: json_parts(result),
    "markdown": markdown_parts,
}
"""The formats of results by name."""
