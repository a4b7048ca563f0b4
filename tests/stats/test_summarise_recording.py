"""The figures of a recording: hours, storms, stalls, idle times, tokens."""

from collections.abc import Sequence

import pytest

from probe.model.fault_party import FaultParty
from probe.model.health import Health, HealthWord
from probe.model.recorded_report import RecordedReport
from tests.reporting.recordings import Script, eventful, good, refused, silent
from tests.stats.recorded_summary import summary


@pytest.fixture(scope="module")
def report() -> RecordedReport:
    return summary(eventful())


def parties(health: Health) -> dict[FaultParty, int]:
    return {fault.party: fault.n for fault in health.faults if fault.n}


def test_every_main_request_counts_once(report: RecordedReport) -> None:
    assert (report.main_requests, report.interrupted, report.exchanges) == (28, 1, 35)
    assert report.health.n == report.main_requests - report.interrupted
    assert (report.health.failed, report.health.recovered) == (2, 3)
    assert (report.retries, report.fallbacks) == (5, 1)
    assert sum(hour.requests for hour in report.hours) == report.main_requests
    assert sum(count.exchanges for count in report.kinds) == report.exchanges


def test_hours_have_a_health_of_their_own(report: RecordedReport) -> None:
    first, second = report.hours
    assert (first.health.word, second.health.word) == (HealthWord.FLAKY, HealthWord.OK)
    assert (first.stalled, first.interrupted, first.retries, second.retries) == (2, 1, 5, 0)


def test_the_parties_of_hours_add_up_to_those_of_the_whole() -> None:
    """Hold that a failure at the end of an hour passes, where the success that shows it came in the next."""
    script = Script()
    script.request(0, good())
    script.request(1700, refused(401, "authentication_error", error_message="invalid x-api-key"))
    script.request(1900, good())
    report = summary(script)
    assert parties(report.health) == parties(report.hours[0].health) == {FaultParty.RELAY: 1}


def test_stalls_are_listed_by_their_silence_and_the_limit_is_the_readers() -> None:
    script = Script()
    script.request(0, good(longest_pause_ms=40_000.0))
    script.request(100, silent(94_000.0))
    assert [request.number for request in summary(script).stalls] == [2, 1]
    assert [request.number for request in summary(script, stall_ms=60_000.0).stalls] == [2]


def test_slow_requests_make_it_slow_only_where_a_limit_is_asked_for() -> None:
    script = Script()
    for at_s in range(0, 400, 20):
        script.request(at_s, good())
    assert summary(script).health.word is HealthWord.OK
    assert summary(script, slow_after_s=0.5).health.word is HealthWord.SLOW


def test_a_recording_without_requests_has_a_report() -> None:
    report = summary(Script())
    assert (report.health.n, report.hours, report.begun_at) == (0, (), None)


def test_lists_say_how_many_they_leave_out() -> None:
    script = Script()
    for number in range(250):
        script.request(20 * number, refused(400, "invalid_request_error"))
    report = summary(script)
    assert (len(report.failed), report.failed_total) == (200, 250)
    assert _longest_first([request.wall_ms for request in report.slowest])


def _longest_first(values: Sequence[float]) -> bool:
    return list(values) == sorted(values, reverse=True)
