"""Reports of recordings, from events whose times are chosen."""

from pathlib import Path
from typing import Any

from probe.model.recorded_report import RecordedReport
from probe.reporting.report_recording import report_of_recording
from tests.reporting.recordings import Script, write_recording


def made(folder: Path, script: Script, **options: Any) -> RecordedReport:
    """Return the report of a recording of these events, with all details."""
    return report_of_recording(write_recording(folder / "run", script.events, **options), waterfalls=True)
