"""`probe export --format otlp`: send spans to a collector, or write them as JSON lines."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from probe.cli.common import end
from probe.cli.deliver import deliver_parts, named_file
from probe.cli.export import tell_unreadable
from probe.cli.language import tell
from probe.errors import EnvironmentUnusableError, ExitCode, UsageError
from probe.otlp.collector_settings import ENDPOINT_OPTION, CollectorSettings, collector_settings
from probe.otlp.json_lines import json_line
from probe.reporting.export_otlp import RunTraces
from probe.reporting.export_recorded_otlp import RecordedTraces
from probe.reporting.find_runs import recording_among

if TYPE_CHECKING:
    from probe.otlp.collector import Collector

Traces = RunTraces | RecordedTraces


def export_spans(paths: Sequence[Path], output: Path | None, endpoint: str | None, headers: Sequence[str]) -> None:
    """Send the spans of these runs or of this recording to a collector; without one, or with --output, write them."""
    if output is not None and endpoint is not None:
        raise UsageError("is for a file, and --endpoint for a collector; keep one", key="--output")
    settings = None if output is not None else collector_settings(endpoint, headers, os.environ)
    recording = recording_among(paths)
    traces = RecordedTraces(recording) if recording else RunTraces(paths)
    if settings:
        _send(traces, settings)
        return
    deliver_parts(_lines(traces), named_file(output))
    tell_unreadable(traces.corrupt)
    if named_file(output):
        tell("otlp.written", n=traces.spans, path=output)


def _lines(traces: Traces) -> Iterator[bytes]:
    return (json_line(batch) for batch in traces.batches())


def _send(traces: Traces, settings: CollectorSettings) -> None:
    with _collector(settings) as collector:
        try:
            for batch in traces.batches():
                collector.send(batch)
        finally:
            if collector.accepted:
                tell("otlp.sent", n=collector.accepted, place=settings.place)
    tell_unreadable(traces.corrupt)
    if collector.rejected:
        tell("otlp.rejected", n=collector.rejected, place=settings.place, why=collector.rejection or "-")
        end(ExitCode.ENVIRONMENT)


def _collector(settings: CollectorSettings) -> "Collector":
    """Return the collector, ready. Raises EnvironmentUnusableError where the extra is missing."""
    try:
        from probe.otlp.collector import Collector
    except ImportError:
        raise EnvironmentUnusableError(
            "sending OTLP needs opentelemetry-proto, which is not installed",
            key=ENDPOINT_OPTION,
            remedy="pip install 'claude-probe[otel]', or write a file with --output, which needs nothing.",
        ) from None
    return Collector(settings, os.environ)
