"""The report of a recording that a test has written."""

from typing import Any

from probe.diagnose.recorded_requests import recorded_requests
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_report import RecordedReport, RecordingLosses
from probe.stats.idle_groups import with_idle_times
from probe.stats.summarise_recording import RecordingQuestion, RecordingSource, summarise_recording
from tests.reporting.recordings import Script, recorded_manifest

SOURCE = RecordingSource(
    manifest=recorded_manifest(),
    probe_version="0.1.0",
    is_running=False,
    was_killed=False,
    user_agents={},
    losses=RecordingLosses(),
)


def summary(script: Script, **asked: Any) -> RecordedReport:
    events = [event for event in script.events if isinstance(event, ExchangeEnded)]
    found = with_idle_times(recorded_requests(sorted(events, key=lambda event: event.at)))
    return summarise_recording(SOURCE, found, RecordingQuestion(**asked))
