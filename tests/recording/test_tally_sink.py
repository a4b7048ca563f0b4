"""The figures of a recording, counted while it goes on or from its files."""

from pathlib import Path

import pytest

from probe.model.recording_tally import RecordingTally
from probe.recording.tally_sink import TallySink, stored_tally
from tests.reporting.recordings import Script, eventful, good, refused, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")


def tallied(script: Script) -> RecordingTally:
    sink = TallySink()
    for event in script.events:
        sink.take(event)
    return sink.end()


def test_attempts_at_one_request_count_once_and_what_never_ended_does_not() -> None:
    script = Script()
    script.request(0, refused(), refused(), good())
    script.request(100, refused(400, "invalid_request_error"))
    script.request(200, silent(2_000.0))
    script.begin(300)
    tally = tallied(script)
    assert (tally.main_requests, tally.failed, tally.recovered, tally.interrupted) == (3, 1, 1, 1)


def test_nothing_comes_to_nothing() -> None:
    assert tallied(Script()).main_requests == stored_tally([]).main_requests == 0


def test_from_its_files_a_recording_comes_to_the_same(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r", eventful().events)
    assert stored_tally([path]) == tallied(eventful())


def test_attempts_that_two_recorders_kept_are_one_request(tmp_path: Path) -> None:
    script = Script()
    script.request(0, refused(), good())
    parts = [write_recording(tmp_path / str(at), [event], finish=False) for at, event in enumerate(script.events)]
    tally = stored_tally(parts)
    assert (tally.main_requests, tally.recovered) == (1, 1)
