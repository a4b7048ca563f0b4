"""Outcomes, flags and figures by what a recorder saw."""

from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.diagnose.wire_summary import wire_summary
from probe.model.client import ClientOutput, ModelUsage, Retry
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect
from tests.builders import MODEL, START, result

GOOD = {
    "status": 200,
    "streamed": True,
    "message_complete": True,
    "events": 8,
    "content_events": 2,
    "content_reads": 2,
    "model_served": MODEL,
    "usage": ModelUsage(input_tokens=10, output_tokens=2),
}


def exchange(begun: float = 300.0, **changes: Any) -> Exchange:
    fields = {
        "sequence": 1,
        "connection": 1,
        "kind": RequestKind.MAIN,
        "method": "POST",
        "path": "/v1/messages",
        "stream_requested": True,
        "request_begun_at_ms": begun,
        "connect_begun_at_ms": begun,
        "connected_at_ms": begun + 2,
        "request_sent_at_ms": begun + 5,
        "end": ExchangeEnd.COMPLETE,
    }
    if changes.get("status"):
        fields |= {"first_byte_at_ms": begun + 50, "headers_at_ms": begun + 50, "last_byte_at_ms": begun + 90}
    return Exchange.model_validate(fields | changes)


def good(begun: float = 300.0, **changes: Any) -> Exchange:
    return exchange(begun, **{**GOOD, **changes})


def status(code: int, begun: float = 300.0, **changes: Any) -> Exchange:
    return exchange(begun, status=code, error_type="some_error", **changes)


def cut(begun: float = 300.0, **changes: Any) -> Exchange:
    """Open when the call ended."""
    return exchange(begun, end=ExchangeEnd.CLIENT_CLOSED, **changes)


def short(begun: float = 300.0) -> Exchange:
    """Return all of a message, in a body that ended before its length."""
    return good(begun, end=ExchangeEnd.TRUNCATED)


def not_connected(failure: ConnectFailure) -> Exchange:
    return exchange(
        connected_at_ms=None,
        request_sent_at_ms=None,
        end=ExchangeEnd.NOT_CONNECTED,
        failure=failure,
        failure_detail="x",
    )


def cut_short() -> Exchange:
    return exchange(status=200, streamed=True, end=ExchangeEnd.TRUNCATED)


def observed(*exchanges: Exchange, wall_ms: float = 6000.0, **changes: Any) -> Observation:
    return Observation(("claude",), START, START, wall_ms, 0, exchanges=exchanges, **changes)


def answered(*exchanges: Exchange, **changes: Any) -> Observation:
    words = ClientOutput(initialised=True, result=result(subtype="success", is_error=False, text="hi"), **changes)
    return observed(*exchanges, words=words)


def failed(*exchanges: Exchange, text: str = "API Error: something") -> Observation:
    words = ClientOutput(initialised=True, result=result(subtype="success", is_error=True, text=text, num_turns=1))
    return observed(*exchanges, words=words)


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
def test_a_deadline(exchanges: tuple[Exchange, ...], outcome: str, cause: str | None) -> None:
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


@pytest.mark.parametrize(
    ("attempts", "outcome"),
    [
        ((401, 429), "auth"),
        ((401, 429, 503, 529), "auth"),
        ((403, 503), "forbidden"),
        ((402, 529), "billing"),
        ((401, 500), "server_error"),
        ((429, 529, 401, 404), "model_not_found"),
        ((529, 429), "rate_limited"),
        ((429, 404), "model_not_found"),
    ],
)
def test_the_first_failure_that_explains_the_later_ones_decides(attempts: tuple[int, ...], outcome: str) -> None:
    found = diagnose(failed(*(status(code, 300 + 900 * n) for n, code in enumerate(attempts))), Expect(), MODEL)
    assert found.outcome == outcome
    told = ", then ".join(f"{code} some_error" for code in attempts)
    assert found.evidence.startswith(f"{len(attempts)} requests: {told}; HTTP ")


def test_an_empty_answer_of_a_client_that_threw_the_text_away_is_the_wires_fault() -> None:
    unclosed = [good(300 + 900 * n, unreadable="no content_block_stop") for n in range(2)]
    empty = ClientOutput(initialised=True, result=result(text=""))
    for expect in (Expect(), Expect(equals="PROBE_OK")):
        found = diagnose(observed(*unclosed, words=empty), expect, MODEL)
        assert (found.outcome, found.cause) == ("malformed_response", "no content_block_stop")
        assert "threw away" in found.evidence
    assert diagnose(observed(*unclosed, good(2500), words=empty), Expect(equals="x"), MODEL).outcome == "wrong_answer"
    taken = diagnose(answered(*unclosed[:1]), Expect(equals="hi"), MODEL)
    assert (taken.outcome, taken.evidence) == ("ok", "1 request: malformed_response (no content_block_stop)")


def test_a_body_that_ends_before_its_length_is_truncated_though_its_message_came() -> None:
    assert wire_summary([short(), short(900), good(1500)]).endings == ("truncated_stream", "truncated_stream", "good")
    assert diagnose(failed(short()), Expect(), MODEL).outcome == "truncated_stream"
    assert diagnose(observed(short(), timed_out=True), Expect(), MODEL).outcome == "truncated_stream"
    assert diagnose(answered(short()), Expect(equals="hi"), MODEL).evidence == "1 request: truncated_stream"


def test_attempts_that_are_alike_are_not_listed() -> None:
    assert diagnose(failed(status(401), status(401, 900)), Expect(), MODEL).evidence == "HTTP 401, some_error"


def test_an_answer_after_which_the_client_asked_again_was_thrown_away() -> None:
    found = wire_summary([good(), good(900), cut(1500)])
    assert found.endings == ("good, thrown away", "good, thrown away", "left open")
    found = wire_summary([good(stop_reason="max_tokens"), good(900, stop_reason="max_tokens")])
    assert found.endings == ("stop_reason max_tokens, thrown away", "stop_reason max_tokens")


def test_retries_that_the_client_announces_count_beside_the_wire() -> None:
    found = diagnose(answered(good(), retries=(Retry(attempt=1),)), Expect(), MODEL)
    assert found.flags == ("retried",)


@pytest.mark.parametrize(
    ("last", "outcome", "cause"),
    [
        (status(401), "auth", "401"),
        (status(404), "model_not_found", "404"),
        (status(503), "bad_gateway", "503"),
        (status(503, error_message=f"No available channel for model {MODEL} under group x"), "model_not_found", "503"),
        (status(400, error_message="Unknown model"), "model_not_found", "400"),
        (status(500, error_message="model not found"), "server_error", "500"),
        (status(503, error_message="No model loaded", unreadable="html"), "bad_gateway", "503"),
        (status(500, error_message="错误: 用户额度不足, 剩余额度: ¥0.00", unreadable="html"), "billing", "500"),
        (exchange(status=200, error_message="New API: 充值", unreadable="html"), "malformed_response", "html"),
        (exchange(status=307, location="http://elsewhere"), "redirected", "307"),
        (cut(), "timed_out", "no_first_byte"),
        (cut(status=200, streamed=True, events=3, content_events=1), "timed_out", "stalled_stream"),
        (exchange(end=ExchangeEnd.RESET), "connection_reset", None),
        (exchange(end=ExchangeEnd.TRUNCATED), "connection_reset", None),
        (exchange(status=200, end=ExchangeEnd.RESET), "connection_reset", None),
        (exchange(status=200, streamed=True, end=ExchangeEnd.TRUNCATED), "truncated_stream", None),
        (exchange(status=200, streamed=True, events=3), "truncated_stream", None),
        (exchange(status=200, error_type="overloaded_error"), "stream_error", "overloaded_error"),
        (exchange(status=200, unreadable="html"), "malformed_response", "html"),
        (exchange(unreadable="not http", end=ExchangeEnd.RESET), "malformed_response", "not http"),
        *(
            (exchange(end=ExchangeEnd.NOT_CONNECTED, failure=failure, failure_detail="why"), outcome, "why")
            for failure, outcome in (
                (ConnectFailure.DNS, "dns"),
                (ConnectFailure.REFUSED, "connection_refused"),
                (ConnectFailure.TIMEOUT, "connect_timeout"),
                (ConnectFailure.TLS, "tls"),
                (ConnectFailure.PROXY, "connection_failed"),
            )
        ),
    ],
)
def test_the_wire_names_what_the_client_reports_as_an_error(last: Exchange, outcome: str, cause: str | None) -> None:
    found = diagnose(failed(last), Expect(), MODEL)
    assert (found.outcome, found.cause) == (outcome, cause)


@pytest.mark.parametrize(
    ("exchanges", "flags"),
    [
        ((good(),), ()),
        ((status(529), good(900)), ("retried",)),
        ((exchange(end=ExchangeEnd.RESET), good(900)), ("retried",)),
        ((cut(), good(900)), ("retried",)),
        (
            (cut(status=200, streamed=True), good(900, stream_requested=False)),
            ("recovered_stream", "fallback_non_streaming"),
        ),
        (
            (cut_short(), good(900, stream_requested=False, streamed=False)),
            ("recovered_stream", "fallback_non_streaming"),
        ),
        (
            (exchange(status=200, unreadable="json", usage=ModelUsage(input_tokens=10)), good(900)),
            ("retried", "recovered_stream", "tokens_counted_twice"),
        ),
        ((good(streamed=False, content_events=0),), ("not_streamed",)),
        ((good(content_events=20, content_reads=1, content_span_ms=0.4, first_byte_at_ms=2000.0),), ("fake_stream",)),
        ((good(content_events=20, content_reads=20, content_span_ms=400.0),), ()),
        ((good(content_events=20, content_reads=1, content_span_ms=0.4, first_byte_at_ms=350.0),), ()),
        ((good(content_events=3, content_reads=1, content_span_ms=0.1, first_byte_at_ms=2000.0),), ()),
        ((good(model_served="other"),), ("model_mismatch",)),
        ((good(capped=True),), ("record_cut",)),
        ((good(), good(900)), ("retried", "tokens_counted_twice")),
        ((good(), good(900, stream_requested=False)), ("fallback_non_streaming", "tokens_counted_twice")),
        ((short(), good(900)), ("retried", "recovered_stream", "tokens_counted_twice", "body_cut_short")),
        ((short(), short(900)), ("retried", "recovered_stream", "tokens_counted_twice", "body_cut_short")),
        ((short(),), ("body_cut_short",)),
        ((good(usage=None),), ("usage_missing",)),
        ((good(usage=ModelUsage(output_tokens=2)),), ("usage_missing",)),
        ((good(usage=ModelUsage(input_tokens=2)),), ("usage_missing",)),
        ((good(usage=ModelUsage(input_tokens=0, output_tokens=0)),), ("usage_missing",)),
        ((good(usage=ModelUsage(input_tokens=0, cache_read_tokens=9, output_tokens=1)),), ()),
        ((good(usage=None, path="/v1/chat/completions"),), ()),
        ((good(model_served=None),), ("model_not_said",)),
        ((good(longest_pause_ms=4000.0),), ("paused_stream",)),
        ((good(longest_pause_ms=3999.0, longest_gap_ms=9000.0),), ()),
        ((good(), status(500, kind=RequestKind.BACKGROUND)), ("background_failed",)),
    ],
)  # fmt: skip
def test_flags_of_a_call_that_was_answered(exchanges: tuple[Exchange, ...], flags: tuple[str, ...]) -> None:
    found = diagnose(answered(*exchanges), Expect(), MODEL)
    assert (found.outcome, found.flags) == ("ok", flags)


def test_the_model_is_the_one_on_the_wire_whatever_the_client_says() -> None:
    call = answered(good(model_served="other"), models_served=(MODEL,))
    assert diagnose(call, Expect(model=MODEL), MODEL).outcome == "wrong_model"


def test_a_summary_counts_over_all_attempts() -> None:
    found = wire_summary(
        [
            status(529, correlation={"request-id": "req_1"}),
            good(900, correlation={"request-id": "req_2"}, message_id="msg_2", cache="x-cache: HIT"),
        ]
    )
    assert (found.message_id, found.cached) == ("msg_2", True)
    assert (found.attempts, found.endings) == (2, ("529 some_error", "good"))
    assert found.correlation == ({"request-id": "req_1"}, {"request-id": "req_2"})
    assert found.usage == ModelUsage(input_tokens=10, output_tokens=2)


@pytest.mark.parametrize(
    ("location", "flags"),
    [("/other/v1/messages", {"redirected"}), ("http://elsewhere/v1/messages", {"redirected", "retried"})],
)
def test_a_redirect_that_is_followed_is_no_retry(location: str, flags: set[str]) -> None:
    """Count the next request as a retry where the redirect led past the recorder."""
    found = diagnose(answered(exchange(status=307, location=location), good(500)), Expect(), MODEL)
    assert (found.outcome, set(found.flags)) == ("ok", flags)


def stale(**changes: Any) -> Exchange:
    """Return an attempt that was reset, on a connection kept idle for 5 s."""
    return exchange(**{"end": ExchangeEnd.RESET, "connection_idle_ms": 5000.0, **changes})


def test_a_reset_on_an_idle_connection_that_a_new_one_makes_good_is_no_failing_upstream() -> None:
    exchanges = (stale(), good(900.0, connection=2, accepted_at_ms=890.0))
    found = diagnose(answered(*exchanges), Expect(), MODEL)
    assert (found.outcome, set(found.flags)) == (Outcome.OK, {"retried", "stale_connection"})
    assert wire_summary(exchanges).endings == ("stale connection", "good")
    assert wire_summary(exchanges).connection_reused


@pytest.mark.parametrize(
    "exchanges",
    [
        (stale(connection_idle_ms=50.0), good(900.0, connection=2)),
        (stale(connection_idle_ms=None), good(900.0, connection=2)),
        (stale(), good(900.0)),
        (stale(), exchange(900.0, connection=2, end=ExchangeEnd.RESET)),
        (stale(status=529), good(900.0, connection=2)),
        (stale(),),
    ],
    ids=["hardly idle", "new", "the same connection", "the new one is reset too", "an answer came", "no retry"],
)
def test_other_resets_are_no_stale_connections(exchanges: tuple[Exchange, ...]) -> None:
    assert "stale_connection" not in diagnose(answered(*exchanges), Expect(), MODEL).flags
    assert "stale connection" not in wire_summary(exchanges).endings


def test_a_wait_on_a_connection_that_was_idle_is_told() -> None:
    waiting = exchange(end=ExchangeEnd.CLIENT_CLOSED, connection_idle_ms=61_000.0)
    found = diagnose(observed(waiting, timed_out=True), Expect(), MODEL)
    assert found.cause == "no_first_byte"
    assert "on a connection kept idle for 61.0 s before" in found.evidence
