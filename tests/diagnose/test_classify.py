"""One table from what was seen to what it is called. The texts are those of real clients, 2.1.329 unless said."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.diagnose.classify import diagnose
from probe.model.client import ClientOutput
from probe.model.outcome import Outcome
from probe.model.scenario import Expect
from tests.builders import MODEL, lines, observation, result, verdict
from tests.diagnose.client_lines import DELTA, GOOD, INIT, REQUESTING, START, STOP, STREAM, TOOL, error, retry
from tests.diagnose.exchanges import answered, failed, good, observed, status


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
