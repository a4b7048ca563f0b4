"""`probe export`"""

import importlib.util
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.chosen_runs import chosen_runs
from probe.cli.common import say
from probe.cli.options import DEFAULT_OUT, OutOption, OutputOption
from probe.errors import EnvironmentUnusableError, UsageError
from probe.sanitise import harmless, harmless_json

if TYPE_CHECKING:
    from probe.stats.call_table import Cell

EXAMPLES = "\n\n".join(
    (
        "Examples:",
        "  probe export > calls.csv",
        "  probe export RUN1 RUN2 --format parquet --output calls.parquet",
        "  probe export --format openmetrics --output probe.prom",
    )
)


class TableFormat(StrEnum):
    """What a table is written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    OPENMETRICS = "openmetrics"


def export(
    runs: Annotated[
        list[str] | None, typer.Argument(metavar="RUN", help="Run directories or ids; else the latest.")
    ] = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How to write it.")] = TableFormat.CSV,
    output: OutputOption = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Write the flat table of calls, or metrics for a scraper.

    A row a call, and every row says where it came from. OpenMetrics are the report's figures, for a file that a node
    exporter picks up.
    """
    from probe.cli.deliver import named_file

    output = named_file(output)
    if form is TableFormat.PARQUET and output is None:
        raise UsageError("Parquet is binary", key="--format parquet", remedy="Add --output FILE.")
    paths = chosen_runs(runs, out)
    if form is TableFormat.OPENMETRICS:
        _write_metrics(paths, output)
        return
    count = write_table(paths, form, output)
    if output:
        say(f"{count} calls written to {output}")


def write_table(paths: Sequence[Path], form: TableFormat, output: Path | None) -> int:
    """Write the calls of these runs, a row each, and return how many; what could not be read is said."""
    from probe.cli.deliver import deliver
    from probe.reporting.find_runs import places
    from probe.reporting.load_runs import load_rows
    from probe.stats.call_table import rows

    loaded = [load_rows(place) for place in places(paths)]
    table = [row for manifest, run_id, calls, _ in loaded for row in rows(calls, manifest, run_id)]
    data = {TableFormat.CSV: _csv, TableFormat.JSONL: _jsonl, TableFormat.PARQUET: _parquet}[form](table)
    deliver(data, output)
    for _, run_id, _, corrupt in loaded:
        for what, count in corrupt.items():
            say(f"{run_id}: could not be read: {what} ({count})")
    return len(table)


def _write_metrics(paths: Sequence[Path], output: Path | None) -> None:
    from probe.cli.deliver import deliver
    from probe.render.openmetrics import render_openmetrics
    from probe.reporting.build_report import report_of

    deliver(render_openmetrics(report_of(paths)), output)
    if output:
        say(f"written to {output}")


def _csv(table: "list[dict[str, Cell]]") -> bytes:
    import csv
    import io

    from probe.stats.call_table import COLUMNS

    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in table)
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: "Cell") -> "Cell":
    """Booleans as JSON has them; text that a spreadsheet would run as a formula is made text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{harmless(value)}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else harmless(value)
    return value


def _jsonl(table: "list[dict[str, Cell]]") -> bytes:
    import json

    return b"".join(
        harmless_json(json.dumps(row, ensure_ascii=False)).encode("utf-8", "replace") + b"\n" for row in table
    )


def _parquet(table: "list[dict[str, Cell]]") -> bytes:
    import io

    from probe.stats.call_table import COLUMNS

    if any(importlib.util.find_spec(name) is None for name in ("pandas", "pyarrow")):
        raise EnvironmentUnusableError(
            "Parquet needs pandas and pyarrow, which are not installed", remedy="pip install 'claude-probe[parquet]'"
        )
    import pandas as pd

    types = {str: "string", int: "Int64", float: "Float64", bool: "boolean"}
    frame = pd.DataFrame(table, columns=list(COLUMNS), dtype="object")
    frame = frame.astype({name: types[kind] for name, kind in COLUMNS.items()})
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
