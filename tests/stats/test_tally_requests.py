"""Tests for the figures of a recording that are counted as it goes on: they are those of its report."""

import pytest

from probe.diagnose.recorded_requests import recorded_requests
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_report import RecordingLosses
from probe.model.recording_tally import RecordingTally, tally_of_report
from probe.stats.summarise_recording import RecordingQuestion, RecordingSource, summarise_recording
from probe.stats.tally_requests import RequestTally
from tests.reporting.recordings import Script, eventful, good, recorded_manifest, refused, silent

SOURCE = RecordingSource(recorded_manifest(), "0", False, False, {}, RecordingLosses())


def script() -> Script:
    """Return a session with a retry, a fallback, a stall, a request that failed, and one beside them."""
    script = Script()
    script.request(0, good())
    script.request(10, refused(), refused(), good())
    script.request(20, refused(502, "api_error"), good(streamed=False), kind="main")
    script.request(30, good(first_content_at_ms=94_000.0, last_byte_at_ms=95_000.0, ended_at_ms=95_000.0))
    script.request(200, refused(401, "authentication_error"))
    script.request(210, silent(2_000.0))
    script.request(220, good(), kind="background")
    return script


def tally_of(script: Script) -> RecordingTally:
    tally = RequestTally()
    for request in recorded_requests(event for event in script.events if isinstance(event, ExchangeEnded)):
        tally.add(request)
    return tally.tally()


@pytest.mark.parametrize("events", [script(), eventful()])
def test_the_running_tally_is_that_of_the_report(events: Script) -> None:
    requests = list(recorded_requests(event for event in events.events if isinstance(event, ExchangeEnded)))
    report = summarise_recording(SOURCE, sorted(requests, key=lambda request: request.number), RecordingQuestion())
    counted = tally_of(events)
    assert counted.main_requests > 5
    assert counted == tally_of_report(report).model_copy(update={"storms": None})
