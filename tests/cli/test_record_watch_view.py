"""The live view of a recording: what is in flight, what failed, and what has no room."""

import re

from probe.model.recorded_events import (
    EventsLost,
)
from tests.cli.watched import RETRIED, after, answering, begun, drawn, state_of


def test_a_silent_retry_is_in_flight_as_the_second_attempt() -> None:
    text = drawn(state_of(*RETRIED, answering(2, 5, 3, 12_000)), 6)
    assert "6.00 s; exchanges ended: 1, failed: 1, in flight: 1" in text
    assert "2         3.00 s  2        main  glm    answering, 12 kB so far" in text
    assert "12:00:01 exchange 1, main, glm, attempt 1: overloaded: 529, req_7" in text
    assert "not tried again" not in text


def test_a_request_that_failed_and_was_not_tried_again_yet_is_shown() -> None:
    text = drawn(state_of(*RETRIED[:2]), 9)
    assert "Nothing is in flight." in text
    assert (
        "exchange 1, main, glm, attempt 1: failed 8.00 s ago (overloaded: 529, req_7), and was not tried again" in text
    )
    assert "not tried again" not in drawn(state_of(*RETRIED[:2]), 90)


def test_an_answer_that_stalls_says_for_how_long() -> None:
    state = state_of(begun(1, 0), answering(1, 2, 4, 900), answering(1, 7, 4, 1100))
    assert "answering, 1.1 kB so far; nothing new for 38.0 s" in drawn(state, 40)


def test_what_has_no_room_and_what_was_lost_is_counted() -> None:
    waiting = [begun(number, 0, digest=str(number)) for number in range(1, 61)]
    text = drawn(state_of(EventsLost(at=after(0), exchanges=3), *waiting), 1)
    assert "3 are missing: the disk was too slow or full" in text
    shown = len(re.findall(r"^\d+ .* no answer yet", text, re.MULTILINE))
    assert 3 <= shown < 60
    assert f"and {60 - shown} more" in text
