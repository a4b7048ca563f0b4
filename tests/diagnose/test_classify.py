"""One table from what was seen to what it is called. The texts are those of real clients, 2.1.329 unless said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.diagnose.classify import diagnose
from probe.model.client import ClientOutput
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from tests.builders import MODEL, lines, observation, result, verdict
from tests.diagnose.client_lines import DELTA, GOOD, INIT, REQUESTING, START, STOP, STREAM, TOOL, error, retry
from tests.diagnose.exchanges import answered, cut, failed, good, observed, status


@pytest.mark.parametrize(
    ("stdout", "seen", "outcome", "cause"),
    [
        # ours, before anything else
        ((*STREAM, GOOD), {"cancelled": True}, "interrupted", None),
        ((), {"cancelled": True, "timed_out": True, "rc": None}, "interrupted", None),
        ((), {"spawn_error": "no such file", "rc": None}, "client_missing", None),
        # a signal, which nobody asked for
        ((INIT,), {"signal": "SIGSEGV", "rc": -11}, "client_crashed", "SIGSEGV"),
        ((*STREAM, GOOD), {"signal": "SIGKILL", "rc": -9}, "client_crashed", "SIGKILL"),
        # a good result
        ((*STREAM, GOOD), {}, "ok", None),
        ((GOOD,), {}, "ok", None),
        ((*STREAM, GOOD), {"rc": 3}, "client_crashed", "exit 3"),
    ],
)
def test_how_a_call_ended(stdout: tuple[object, ...], seen: dict[str, Any], outcome: str, cause: str | None) -> None:
    found = verdict(stdout, **seen)
    assert (found.outcome.value, found.cause) == (outcome, cause)


def test_evidence_is_one_short_line() -> None:
    found = verdict((INIT, error("API Error: 529\n" + "word " * 500, 529)), rc=1)
    assert len(found.evidence) <= 300
    assert "\n" not in found.evidence


json_lines = st.lists(
    st.sampled_from([INIT, REQUESTING, START, DELTA, STOP, GOOD, TOOL, retry(), error("API Error: x"), b"\xff", b"["]),
    max_size=8,
)


@given(json_lines, st.binary(max_size=40), st.sampled_from([None, 0, 1, -9]), st.booleans(), st.booleans())
def test_whatever_was_seen_has_one_outcome(
    stdout: list[object], stderr: bytes, rc: int | None, timed_out: bool, cancelled: bool
) -> None:
    found = diagnose(observation(lines(*stdout), stderr, rc, timed_out=timed_out, cancelled=cancelled), Expect(), MODEL)
    assert (found.outcome is Outcome.INTERRUPTED) == cancelled
    if found.outcome is Outcome.OK:
        assert (rc, timed_out) in {(0, False), (None, False)}
    if found.outcome is Outcome.TIMED_OUT:
        assert timed_out or found.cause is None
        assert not timed_out or found.cause


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


def test_attempts_that_are_alike_are_not_listed() -> None:
    assert diagnose(failed(status(401), status(401, 900)), Expect(), MODEL).evidence == "HTTP 401, some_error"


@pytest.mark.parametrize(
    ("last", "cause"),
    [
        (cut(), "no_first_byte"),
        (cut(status=200, streamed=True, events=3, content_events=1), "stalled_stream"),
    ],
)
def test_a_request_that_the_client_gave_up_is_a_wait(last: Exchange, cause: str) -> None:
    found = diagnose(failed(last), Expect(), MODEL)
    assert (found.outcome, found.cause) == ("timed_out", cause)
    assert "the client gave up" in found.evidence


def test_a_client_out_of_turns_asked_for_a_tool_whatever_came_on_the_wire() -> None:
    said = ClientOutput(
        initialised=True, tools_requested=("Bash",), result=result(subtype="error_max_turns", num_turns=1)
    )
    found = diagnose(observed(status(529), good(900), words=said), Expect(), MODEL)
    assert (found.outcome, found.evidence) == ("tool_use", "asked for Bash")


def test_when_to_call_again_is_told_of_failures_only() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    refused = status(429, retry_at=at, retry_in_s=9.0)
    assert diagnose(failed(refused), Expect(), MODEL).retry_at == at
    assert diagnose(answered(refused, good(900)), Expect(), MODEL).retry_at is None
    assert diagnose(failed(refused, status(429, 900)), Expect(), MODEL).retry_at is None
