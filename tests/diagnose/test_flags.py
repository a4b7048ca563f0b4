"""Flags by what a recorder saw, by what the client says, and by its process."""

from typing import Any

import pytest

from probe.diagnose.classify import diagnose
from probe.diagnose.flags import FLAG_RULES, WIRE_FLAG_RULES
from probe.diagnose.wire_summary import wire_summary
from probe.model.call import Diagnosis
from probe.model.client import ModelUsage, Retry
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.outcome import Flag, Outcome
from probe.model.request_kind import RequestKind
from probe.model.scenario import Expect
from tests.builders import MODEL, flags, lines, observation, verdict
from tests.diagnose.client_lines import BROKEN, DELTA, GOOD, INIT, OTHER, START, STOP, STREAM, TOOL, error, retry
from tests.diagnose.exchanges import answered, cut, cut_short, exchange, good, short, status


def test_retries_that_the_client_announces_count_beside_the_wire() -> None:
    found = diagnose(answered(good(), retries=(Retry(attempt=1),)), Expect(), MODEL)
    assert found.flags == ("retried",)


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


def told(found: Diagnosis) -> tuple[str, str | None, list[str]]:
    return found.outcome.value, found.cause, [flag.value for flag in found.flags]


@pytest.mark.parametrize(
    ("stdout", "changes", "expected", "evidence"),
    [
        ((*STREAM, GOOD), {}, (), ""),
        ((GOOD,), {}, (), ""),
        ((INIT, retry(), *STREAM[1:], GOOD), {}, ("retried",), "retried once, after 529 overloaded"),
        ((INIT, retry(), retry(503, None), *STREAM[1:], GOOD), {}, ("retried",), "retried 2 times, after 529 over"),
        ((*BROKEN, GOOD), {}, ("recovered_stream",), "a stream began and broke"),
        ((*BROKEN, START, DELTA, STOP, GOOD), {}, ("recovered_stream",), "a stream began and broke"),
        ((INIT, OTHER, DELTA, STOP, GOOD), {}, ("model_mismatch",), "asked for glm-4.7, served by another"),
        ((*STREAM, TOOL, GOOD), {}, ("tool_use_requested",), ""),
        ((*STREAM, GOOD), {"output_truncated": True}, ("output_truncated",), ""),
        ((*STREAM, GOOD), {"leftovers": 2}, ("left_processes",), ""),
        ((INIT, retry(), OTHER, STOP, TOOL, GOOD), {"leftovers": 1},
         ("retried", "model_mismatch", "tool_use_requested", "left_processes"), "retried once"),
    ],
)  # fmt: skip
def test_flags_of_a_success(
    stdout: tuple[object, ...], changes: dict[str, Any], expected: tuple[str, ...], evidence: str
) -> None:
    found = verdict(stdout, **changes)
    assert found.outcome is Outcome.OK
    assert found.flags == flags(*expected)
    assert found.evidence.startswith(evidence)
    assert bool(found.evidence) == bool(evidence)


def test_a_failure_that_was_retried_is_flagged_but_never_recovered() -> None:
    found = verdict((*BROKEN, retry(), error("API Error: 529 Overloaded", 529)), rc=1)
    assert told(found) == ("overloaded", "529", ["retried"])


def test_without_a_known_request_no_model_is_wrong() -> None:
    found = diagnose(observation(lines(INIT, OTHER, STOP, GOOD)), Expect(), None)
    assert found.flags == ()


def test_each_flag_has_a_rule() -> None:
    assert {*WIRE_FLAG_RULES, *FLAG_RULES} == set(Flag)
