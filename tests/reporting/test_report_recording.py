"""The report of a recording, built from the store: which requests are told in detail, and their exchanges."""

from pathlib import Path

import pytest

from probe.reporting.load_recording import load_recording
from probe.reporting.report_recording import MOST_WATERFALLS, exchanges_by_request, report_of_recording
from probe.stats.summarise_recording import RecordingQuestion
from tests.reporting.recordings import RECORDING, Script, eventful, good, refused, silent, write_recording

pytestmark = pytest.mark.usefixtures("quick")


def test_details_come_only_where_they_are_wanted(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r", eventful().events)
    assert report_of_recording(path).waterfalls == ()
    report = report_of_recording(path, waterfalls=True)
    assert {each.run_id for each in report.waterfalls} == {RECORDING}
    begun = [each.started_at for each in report.waterfalls]
    assert begun == sorted(begun)


def test_incidents_and_the_slowest_are_shown_each_once(tmp_path: Path) -> None:
    script = Script()
    for number in range(15):
        script.request(200.0 * number, good(last_byte_at_ms=1000.0 + number, ended_at_ms=1000.0 + number))
    script.request(5000, refused(400, "invalid_request_error", ended_at_ms=90_000.0))
    script.request(6000, silent(2_000.0))
    report = report_of_recording(write_recording(tmp_path / "r", script.events), waterfalls=True)
    shown = [each.round for each in report.waterfalls]
    assert shown == [
        *range(8, 16),
        16,
    ]  # the interrupted one is among the ten slowest, and tells nothing of the upstream


def test_of_many_incidents_the_first_are_shown(tmp_path: Path) -> None:
    script = Script()
    for number in range(MOST_WATERFALLS + 5):
        script.request(100.0 * number, refused(400, "invalid_request_error"))
    report = report_of_recording(write_recording(tmp_path / "r", script.events), waterfalls=True)
    first = {each.round for each in report.waterfalls} & set(range(1, MOST_WATERFALLS + 1))
    assert len(first) == MOST_WATERFALLS
    assert len(report.incidents) == MOST_WATERFALLS + 5


def test_limits_of_the_reader_are_those_of_the_report(tmp_path: Path) -> None:
    path = write_recording(tmp_path / "r", eventful().events)
    assert [len(report_of_recording(path, RecordingQuestion(stall_ms)).stalls) for stall_ms in (30_000.0, 2e5)] == [
        2,
        0,
    ]
    assert report_of_recording(path, RecordingQuestion(slow_after_s=0.5)).health.slow > 0


def test_exchanges_of_a_request_stand_in_order_at_their_times_since_its_beginning(tmp_path: Path) -> None:
    script = Script()
    script.request(0, good())
    script.request(10, refused(), good(), wait_s=0.7)
    path = write_recording(tmp_path / "r", script.events)
    first, second = load_recording(path).requests
    assert set(exchanges_by_request(path, [])) == set()
    (exchanges,) = exchanges_by_request(path, [second]).values()
    assert [each.sequence for each in exchanges] == [2, 3]
    assert [each.request_begun_at_ms for each in exchanges] == [0.0, pytest.approx(901.0)]
    assert set(exchanges_by_request(path, [first, second])) == {1, 2}
