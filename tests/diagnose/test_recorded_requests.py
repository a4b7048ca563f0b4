"""Tell what a recorded request came to, from its attempts."""

from typing import Any

import pytest

from probe.diagnose.group_attempts import group_attempts
from probe.diagnose.recorded_requests import exchanges_of, recorded_requests, silence_ms
from probe.model.outcome import Flag, Outcome
from probe.model.recorded_request import RecordedRequest
from tests.reporting.recordings import Script, ended, good, refused, silent

UNFINISHED = {"end": "truncated", "message_complete": False, "usage": None}


def only(script: Script, **options: Any) -> RecordedRequest:
    (request,) = recorded_requests(ended(script), **options)
    return request


# Outcomes


def test_a_request_that_was_retried_recovered_and_its_times_hold_the_retries() -> None:
    script = Script()
    script.request(0, refused(), good(), wait_s=0.7)
    request = only(script)
    assert (request.outcome, request.recovered, request.attempts) == (Outcome.OK, True, 2)
    assert request.endings == ("529 overloaded_error", "good")
    assert request.phases.retries_ms == pytest.approx(901)
    assert request.wall_ms == pytest.approx(1901)
    assert request.phases.total_ms == pytest.approx(request.wall_ms)
    assert request.request_ids == ({"request-id": "req_0001"}, {"request-id": "req_0002"})


def test_a_stream_that_broke_and_was_asked_for_without_one_fell_back() -> None:
    script = Script()
    script.exchange(0, good(**UNFINISHED), digest="same")
    script.exchange(2, good(), digest="same", stream_requested=False)
    request = only(script)
    assert request.recovered
    assert {Flag.FALLBACK_NON_STREAMING, Flag.RECOVERED_STREAM} <= set(request.flags)


def test_a_request_that_was_given_up_is_what_was_refused_last() -> None:
    script = Script()
    script.request(0, refused(), refused(), silent(500.0))
    request = only(script)
    assert (request.outcome, request.cause, request.failed) == (Outcome.OVERLOADED, "529", True)
    assert "request id req_0002" in request.evidence


def test_who_goes_away_early_interrupts_and_who_goes_away_after_a_long_silence_was_kept_waiting() -> None:
    early, late = Script(), Script()
    early.request(0, silent(2_000.0))
    late.request(0, silent(94_000.0))
    assert (only(early).outcome, only(early).failed) == (Outcome.INTERRUPTED, False)
    assert (only(late).outcome, only(late).cause) == (Outcome.TIMED_OUT, "no_first_byte")
    assert only(late, stall_ms=100_000.0).outcome is Outcome.INTERRUPTED


def test_a_request_for_no_message_is_judged_by_its_status() -> None:
    script = Script()
    for kind, status in (("warmup", 404), ("other", 200), ("other", 404)):
        script.exchange(0, {"status": status, "ended_at_ms": 5.0}, digest=None, kind=kind, path="/")
    outcomes = [request.outcome for request in recorded_requests(ended(script))]
    assert outcomes == [Outcome.OK, Outcome.OK, Outcome.MODEL_NOT_FOUND]


# Silences


@pytest.mark.parametrize(
    ("fields", "expected_ms"),
    [
        (good(), 340.0),
        (good(longest_pause_ms=5_000.0), 5_000.0),
        (good(first_content_at_ms=8_010.0), 8_000.0),
        (silent(94_010.0), 94_000.0),
        (good(**UNFINISHED, ended_at_ms=61_000.0, last_byte_at_ms=1_000.0), 60_050.0),
    ],
)
def test_the_longest_silence_is_before_the_answer_within_it_or_after_it_broke_off(
    fields: dict[str, Any], expected_ms: float
) -> None:
    assert silence_ms(Script().exchange(0, fields, digest=None).exchange) == pytest.approx(expected_ms)


def test_an_answer_in_one_piece_is_not_silent() -> None:
    assert silence_ms(Script().exchange(0, silent(), digest=None, stream_requested=False).exchange) is None


def test_times_of_all_attempts_count_from_the_first() -> None:
    script = Script()
    script.request(100, refused(), good(), wait_s=1.0)
    (attempts,) = group_attempts(ended(script))
    first, second = exchanges_of(attempts)
    assert first.request_begun_at_ms == 0
    assert second.request_begun_at_ms == pytest.approx(1201)
    assert second.first_byte_at_ms == pytest.approx(1501)


def test_a_request_for_no_message_that_met_nobody_failed_and_one_that_was_given_up_did_not() -> None:
    script = Script()
    nobody = {
        "end": "not_connected",
        "failure": "connection_refused",
        "failure_detail": "nobody listens",
        "ended_at_ms": 5.0,
    }
    for fields in (nobody, silent()):
        script.exchange(0, fields, digest=None, kind="other", method="GET", path="/v1/models")
    failed, given_up = recorded_requests(ended(script))
    assert (failed.outcome, failed.cause, failed.endings) == (
        Outcome.CONNECTION_REFUSED,
        "nobody listens",
        ("not_connected",),
    )
    assert (given_up.outcome, given_up.endings) == (Outcome.INTERRUPTED, ("client_closed",))
