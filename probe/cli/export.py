"""`probe export`: the table of calls, the requests as HAR, metrics, or OpenTelemetry spans."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from probe.cli.chosen_runs import chosen_runs
from probe.cli.completion import complete_run
from probe.cli.language import tell
from probe.cli.options import DEFAULT_OUT, RUN_NAMES, OutOption, OutputOption
from probe.errors import UsageError

if TYPE_CHECKING:
    from probe.reporting.write_tables import FlatTable

EXAMPLES = """\b
Examples:
  probe export > calls.csv
  probe export RUN1 RUN2 --format parquet --output calls.parquet
  probe export --format har --output requests.har
  probe export --format openmetrics --output probe.prom
  probe export --format otlp --endpoint http://127.0.0.1:4318"""


class TableFormat(StrEnum):
    """Formats of an export."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    HAR = "har"
    OPENMETRICS = "openmetrics"
    OTLP = "otlp"


def export(
    runs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN...",
            autocompletion=complete_run,
            help=f"Each is {RUN_NAMES}. (default: latest)",
        ),
    ] = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How to write it.")] = TableFormat.CSV,
    output: OutputOption = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Send OTLP to this collector, over HTTP. (default: OTEL_EXPORTER_OTLP_ENDPOINT, else JSON lines)",
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header",
            metavar="NAME=VALUE",
            help="A header for the collector; may be repeated. Tokens are better put into OTEL_EXPORTER_OTLP_HEADERS.",
        ),
    ] = None,
    out: OutOption = DEFAULT_OUT,
) -> None:
    """Write the table of calls, requests as HAR, metrics, or traces.

    A row a call, and every row says where it came from. HAR is what browsers and HAR viewers read; it has bodies only
    where --record-bodies kept them. OpenMetrics are the report's figures, for a file that a node exporter picks up.
    OTLP is sent to a collector, or written as JSON lines: a trace a round, a span a call, a phase and a request.
    """
    from probe.cli.deliver import named_file
    from probe.reporting.find_runs import recording_among

    if form is TableFormat.OTLP:
        from probe.cli.send_spans import export_spans

        export_spans(chosen_runs(runs, out), output, endpoint, header or ())
        return
    if endpoint is not None or header:
        raise UsageError("is for --format otlp alone", key="--header" if endpoint is None else "--endpoint")
    output = named_file(output)
    if form is TableFormat.PARQUET and output is None:
        raise UsageError("Parquet is binary", key="--format parquet", remedy="Add --output FILE.")
    paths = chosen_runs(runs, out)
    recording = recording_among(paths)
    if recording:
        _export_recording(recording, form, output)
        return
    _export_runs(paths, form, output)


def _export_runs(paths: Sequence[Path], form: TableFormat, output: Path | None) -> None:
    """Write the calls of runs in this format, and say how many there are."""
    if form is TableFormat.OPENMETRICS:
        _write_metrics(paths, output)
        return
    if form is TableFormat.HAR:
        _write_har(paths, output)
        return
    count = write_table(paths, form, output)
    if output:
        tell("command.calls_written", n=count, path=output)


def write_table(paths: Sequence[Path], form: TableFormat, output: Path | None) -> int:
    """Write the calls of these runs, a row each, say what could not be read, and return the number of calls."""
    from probe.reporting.write_tables import read_call_table

    return _write_table(read_call_table(paths), form, output)


def write_recorded_table(path: Path, form: TableFormat, output: Path | None) -> int:
    """Write the requests of a recording, a row each, say what could not be read, and return their number."""
    from probe.reporting.write_tables import read_request_table

    return _write_table(read_request_table(path), form, output)


def _write_table(table: "FlatTable", form: TableFormat, output: Path | None) -> int:
    from probe.cli.deliver import deliver_parts
    from probe.reporting.write_tables import TABLE_WRITERS

    deliver_parts(TABLE_WRITERS[form](table), output)
    tell_unreadable(table.corrupt)
    return table.count


def _export_recording(path: Path, form: TableFormat, output: Path | None) -> None:
    """Write the requests of a recording in this format, and say how many there are."""
    if form is TableFormat.OPENMETRICS:
        raise UsageError("has no form for a recording", key="--format openmetrics", remedy="Use probe run for metrics.")
    if form is TableFormat.HAR:
        _write_har([path], output)
        return
    count = write_recorded_table(path, form, output)
    if output:
        tell("command.requests_written", n=count, path=output)


def tell_unreadable(corrupt: Mapping[tuple[str, str], int]) -> None:
    """Say of each file how much of it could not be read."""
    for (run_id, file), count in corrupt.items():
        tell("command.unreadable", run=run_id, file=file, n=count)


def _write_har(paths: Sequence[Path], output: Path | None) -> None:
    """Write the requests of these runs or of this recording, and say what could not be read."""
    from probe.cli.deliver import deliver_parts
    from probe.reporting.export_har import HarExport
    from probe.reporting.export_recorded_har import RecordedHar
    from probe.reporting.find_runs import recording_among

    recording = recording_among(paths)
    archive = RecordedHar(recording) if recording else HarExport(paths)
    deliver_parts(archive.parts(), output)
    tell_unreadable(archive.corrupt)
    if output:
        tell("command.requests_written", n=archive.entries, path=output)


def _write_metrics(paths: Sequence[Path], output: Path | None) -> None:
    """Write the figures of these runs' report as OpenMetrics."""
    from probe.cli.deliver import deliver
    from probe.render.openmetrics import render_openmetrics
    from probe.reporting.build_report import report_of

    deliver(render_openmetrics(report_of(paths)), output)
    if output:
        tell("command.written", path=output)
