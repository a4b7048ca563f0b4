"""Tell how far a call had come at its deadline, and who is to blame."""

from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.model.client import ClientOutput
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.outcome import Outcome, WaitCause
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect
from tests.builders import JSON_ARGV, MODEL, result, verdict
from tests.diagnose.client_lines import DELTA, GOOD, INIT, REQUESTING, START, STREAM, retry
from tests.diagnose.exchanges import cut, exchange, failed, good, not_connected, observed, short, status


@pytest.mark.parametrize(
    ("exchanges", "outcome", "cause"),
    [
        ((), "timed_out", "no_request"),
        ((exchange(kind=RequestKind.WARMUP, status=200),), "timed_out", "no_request"),
        ((cut(),), "timed_out", "no_first_byte"),
        ((cut(connected_at_ms=None, request_sent_at_ms=None),), "connect_timeout", None),
        ((cut(status=200, streamed=True, events=9, pings=9),), "timed_out", "ping_only"),
        ((cut(status=200, streamed=True, events=4, pings=1, content_events=1),), "timed_out", "stalled_stream"),
        ((cut(status=200, streamed=True),), "timed_out", "stalled_stream"),
        ((status(529), status(529, 900), status(529, 2000)), "overloaded", "529"),
        ((status(401), status(401, 900)), "auth", "401"),
        ((status(529), status(529, 900), cut(5000)), "overloaded", "529"),
        ((status(529), cut(900)), "timed_out", "no_first_byte"),
        ((good(),), "client_hung_after_result", None),
        ((good(last_byte_at_ms=2900.0),), "client_hung_after_result", None),
        ((good(last_byte_at_ms=3100.0),), "timed_out", "late_answer"),
        ((good(end=ExchangeEnd.CLIENT_CLOSED, complete_at_ms=700.0),), "timed_out", "body_never_ends"),
        ((good(end=ExchangeEnd.CLIENT_CLOSED, complete_at_ms=700.0, last_byte_at_ms=5999.0),), "timed_out",
         "body_never_ends"),
        ((good(end=ExchangeEnd.CLIENT_CLOSED, complete_at_ms=5900.0, last_byte_at_ms=5900.0),), "timed_out",
         "late_answer"),
        ((cut(status=200, complete_at_ms=700.0, unreadable="json"),), "malformed_response", "json"),
        ((good(complete_at_ms=700.0),), "client_hung_after_result", None),
        ((status(401), status(429, 900), status(429, 2000)), "auth", "401"),
        ((status(429), status(401, 900)), "auth", "401"),
    ],
)  # fmt: skip
def test_a_deadline_by_the_wire(exchanges: tuple[Exchange, ...], outcome: str, cause: str | None) -> None:
    found = diagnose(observed(*exchanges, timed_out=True), Expect(), MODEL)
    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    "attempts",
    [
        *([status(code), status(code, 900)] for code in (400, 401, 403, 404, 408, 429, 500, 502, 503, 504, 524, 529)),
        [status(401), status(503, 900)],
        [status(529), status(400, 900, stream_requested=False)],
        [not_connected(ConnectFailure.DNS)],
        [not_connected(ConnectFailure.REFUSED)],
        [not_connected(ConnectFailure.TLS)],
        [short(), short(900)],
    ],
)
def test_a_fault_that_lasts_has_one_name_on_both_sides_of_a_deadline(attempts: list[Exchange]) -> None:
    given_up = diagnose(failed(*attempts), Expect(), MODEL)
    cut_off = diagnose(observed(*attempts, timed_out=True), Expect(), MODEL)
    assert (cut_off.outcome, cut_off.cause) == (given_up.outcome, given_up.cause)
    assert cut_off.outcome is not Outcome.TIMED_OUT


def test_a_deadline_while_retrying_says_how_often_and_after_what() -> None:
    found = diagnose(observed(*(status(529, 300 + 900 * n) for n in range(4)), timed_out=True), Expect(), MODEL)
    assert found.evidence == "still retrying at the deadline, after 4 requests: 4 x 529 some_error"
    assert found.flags == ("retried",)


def test_the_deadline_is_the_callers_not_the_end_of_the_process() -> None:
    call = observed(good(last_byte_at_ms=3900.0), timed_out=True, deadline_ms=4000.0, wall_ms=8000.0)
    found = diagnose(call, Expect(), MODEL)
    assert (found.cause, found.evidence) == (
        "late_answer",
        "the answer was complete after 3900 ms, 100 ms before the deadline",
    )


def test_a_body_that_never_ends_says_when_the_content_was_there() -> None:
    open_body = good(end=ExchangeEnd.CLIENT_CLOSED, complete_at_ms=700.0)
    for words in (ClientOutput(), ClientOutput(result=result(), result_at_ms=800.0)):
        found = diagnose(observed(open_body, timed_out=True, words=words), Expect(), MODEL)
        assert (found.outcome, found.cause) == ("timed_out", "body_never_ends")
        assert "complete after 700 ms" in found.evidence


def test_a_wait_on_a_connection_that_was_idle_is_told() -> None:
    waiting = exchange(end=ExchangeEnd.CLIENT_CLOSED, connection_idle_ms=61_000.0)
    found = diagnose(observed(waiting, timed_out=True), Expect(), MODEL)
    assert found.cause == "no_first_byte"
    assert "on a connection kept idle for 61.0 s before" in found.evidence


@pytest.mark.parametrize(
    ("stdout", "changes", "outcome", "cause"),
    [
        ((*STREAM, GOOD), {"wall_ms": 30_000.0}, "client_hung_after_result", None),
        ((*STREAM, GOOD), {"deadline_ms": 9_000.0}, "client_hung_after_result", None),
        ((*STREAM, GOOD), {"deadline_ms": 8_900.0, "wall_ms": 30_000.0}, "timed_out", "late_answer"),
        ((*STREAM, GOOD), {"deadline_ms": 5_000.0}, "timed_out", "late_answer"),
        (STREAM, {"wall_ms": 30_000.0}, "timed_out", "no_result"),
        ((INIT, REQUESTING, retry()), {}, "overloaded", "529"),
        ((INIT, REQUESTING, retry(401, "authentication_failed")), {}, "auth", "401"),
        ((INIT, REQUESTING, retry(429), retry(529)), {}, "overloaded", "529"),
        ((INIT, REQUESTING, retry(None, "overloaded")), {}, "overloaded", None),
        ((INIT, REQUESTING, retry(None, "unknown")), {}, "timed_out", "retrying"),
        ((INIT, REQUESTING, retry(None, None)), {}, "timed_out", "retrying"),
        ((INIT, START, DELTA, retry(503)), {}, "bad_gateway", "503"),
        ((INIT, REQUESTING, retry(), START, DELTA), {}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING, START, DELTA), {}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING, START), {}, "timed_out", "stalled_stream"),
        ((INIT, REQUESTING), {}, "timed_out", "no_first_byte"),
        ((INIT,), {}, "timed_out", "unknown"),
        ((), {}, "timed_out", "no_request"),
        ((), {"argv": JSON_ARGV}, "timed_out", "unknown"),
    ],
)
def test_a_deadline_by_the_clients_output(
    stdout: tuple[object, ...], changes: dict[str, Any], outcome: str, cause: str | None
) -> None:
    found = verdict(stdout, timed_out=True, **changes)
    assert (found.outcome.value, found.cause) == (outcome, cause)


def test_a_deadline_says_how_far_the_call_had_come() -> None:
    assert "3 content events" in verdict((INIT, START, DELTA, DELTA, DELTA), timed_out=True).evidence
    assert "2 announced, the last after 529 overloaded" in verdict(
        (INIT, retry(429), retry(529)), timed_out=True
    ).evidence  # fmt: skip


def test_what_came_once_is_said_in_the_singular() -> None:
    cut_short = cut(status=200, streamed=True, events=4, pings=1, content_events=1)
    assert diagnose(observed(cut_short, timed_out=True), Expect(), MODEL).evidence.startswith("1 content event, the ")
    one_ping = cut(status=200, streamed=True, events=1, pings=1)
    assert diagnose(observed(one_ping, timed_out=True), Expect(), MODEL).evidence == "1 ping and nothing else"
    assert "the only content event came at" in verdict((INIT, START, DELTA), timed_out=True).evidence


def test_every_wait_cause_is_reached_by_the_tables_above() -> None:
    by_output = {"retrying", "stalled_stream", "no_first_byte", "no_request", "unknown", "late_answer", "no_result"}
    by_wire = {"ping_only", "body_never_ends"}
    assert {cause.value for cause in WaitCause} <= by_output | by_wire
