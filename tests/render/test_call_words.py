"""A call in a few words: its outcome, how long it took, and when its first content came."""

from typing import Any

import pytest

from probe.model.client import ClientOutput
from probe.model.outcome import Flag, Outcome
from probe.model.wire import WireSummary
from probe.render.call_words import first_content_words, outcome_words, shown_outcome, took_text, took_words
from tests.builders import call
from tests.render.spoken import EN, ZH

STOPPED = call(outcome=Outcome.TIMED_OUT, wall_ms=10_240.0, timeout_ms=10_000.0)


@pytest.mark.parametrize(
    ("outcome", "changes", "words"),
    [
        (Outcome.OK, {}, "ok"),
        (Outcome.OVERLOADED, {"cause": "529"}, "overloaded: 529"),
        (Outcome.OK, {"flags": (Flag.RETRIED,)}, "ok (retried)"),
        (Outcome.OK, {"flags": (Flag.RETRIED, Flag.REDIRECTED)}, "ok (retried, redirected)"),
        (Outcome.TIMED_OUT, {"cause": "overloaded", "flags": (Flag.RETRIED,)}, "timed_out: overloaded (retried)"),
    ],
)
def test_an_outcome_is_told_with_its_cause_and_its_flags(outcome: Outcome, changes: dict[str, Any], words: str) -> None:
    assert outcome_words(call(outcome=outcome, **changes)) == words


def test_that_a_client_left_processes_behind_is_not_told_of_its_answer() -> None:
    assert outcome_words(call(flags=(Flag.LEFT_PROCESSES,))) == "ok"
    assert outcome_words(call(flags=(Flag.LEFT_PROCESSES, Flag.RETRIED))) == "ok (retried)"


def test_a_cause_in_a_stranger_s_words_drives_no_terminal_and_fills_no_line() -> None:
    said = "\x1b[2J" + "word " * 40
    assert shown_outcome("bad_request", said).startswith("bad_request: �[2Jword word")
    assert len(shown_outcome("bad_request", said)) == len("bad_request: ") + 60
    assert len(outcome_words(call(outcome=Outcome.BAD_REQUEST, cause=said))) == len("bad_request: ") + 40
    assert "\n" not in shown_outcome("bad_request", "two\nlines")


def test_of_a_call_stopped_at_its_deadline_the_deadline_is_told_and_not_how_long_stopping_took() -> None:
    ended = call(wall_ms=3400.0, timeout_ms=10_000.0)
    assert (took_text(ended), took_text(STOPPED)) == ("3.40 s", "≥ 10.0 s")
    assert (took_words(ended, EN), took_words(STOPPED, EN)) == ("took 3.40 s", "stopped at the deadline of 10.0 s")
    assert (took_words(ended, ZH), took_words(STOPPED, ZH)) == ("用时 3.40 s", "到时限 10.0 s 时终止")


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        (WireSummary(ttft_ms=480.0), ", first content after 480 ms"),
        (WireSummary(ttft_ms=480.0, attempts=2), ", first content 480 ms after the last request"),
        (WireSummary(attempts=2), ""),
    ],
)
def test_the_first_content_is_timed_from_the_last_request_and_this_is_said_where_there_were_several(
    wire: WireSummary, words: str
) -> None:
    assert first_content_words(call(wire=wire), EN) == words


def test_without_a_record_the_first_content_is_told_as_the_client_saw_it() -> None:
    seen = ClientOutput(wait_ms=480.0, first_event_at_ms=1200.0, first_content_at_ms=1220.0)
    assert first_content_words(call(client=seen), EN) == ", first content after 500 ms"
    assert first_content_words(call(), EN) == ""
