"""Tests for the figures of a recording that are counted as it goes on: they are those of its report."""

import pytest

from probe.diagnose.recorded_requests import recorded_requests
from probe.model.choices import Language
from probe.model.recorded_events import ExchangeEnded
from probe.model.recorded_report import RecordingLosses
from probe.model.recording_tally import RecordingTally, tally_of_report
from probe.render.recorded_sentences import tally_line
from probe.stats.summarise_recording import RecordingQuestion, RecordingSource, summarise_recording
from probe.stats.tally_requests import RequestTally
from probe.texts import Texts
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


def test_the_line_at_the_end_says_what_went_wrong() -> None:
    assert tally_line(tally_of(script()), Texts()) == (
        "6 main requests in 10 exchanges, 1 failed, "
        "2 silently retried or fallen back (529 overloaded_error, 502 api_error), 3 retries in all, "
        "1 interrupted by the client, 1 stalled, for 94.0 s (req_0007), 5,000 tokens in and 250 out, cache read 90 %."
    )
    assert "1 个停滞，时长 94.0 s（req_0007）" in tally_line(tally_of(script()), Texts(Language.ZH))


def test_nothing_recorded_is_said_as_such() -> None:
    assert tally_line(RecordingTally(), Texts()) == "0 main requests in 0 exchanges."
