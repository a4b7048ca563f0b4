"""Tests for the state of a recording that goes on, also where lines of it were lost."""

from datetime import timedelta
from typing import Any

import pytest

from probe.diagnose import watched_recording
from probe.diagnose.watched_recording import WatchedRecording
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.recorded_events import (
    EventsLost,
    ExchangeAnswering,
    ExchangeBegun,
    ExchangeEnded,
    RecordingEnded,
    RequestFacts,
    SegmentBegun,
)
from probe.model.request_kind import RequestKind
from tests.builders import START

REQUEST: dict[str, Any] = {"connection": 1, "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages"}


def begun(sequence: int, digest: str | None = None) -> ExchangeBegun:
    return ExchangeBegun(at=START, begun_at=START, sequence=sequence, facts=RequestFacts(digest=digest), **REQUEST)


def answering(sequence: int, seconds: float, content_events: int) -> ExchangeAnswering:
    at = START + timedelta(seconds=seconds)
    return ExchangeAnswering(at=at, sequence=sequence, status=200, content_events=content_events)


def refused(sequence: int, digest: str | None) -> ExchangeEnded:
    exchange = Exchange(sequence=sequence, status=529, end=ExchangeEnd.COMPLETE, **REQUEST)
    facts = RequestFacts(digest=digest)
    return ExchangeEnded(at=START, begun_at=START, sequence=sequence, facts=facts, exchange=exchange)


def watched(*events: Any) -> WatchedRecording:
    state = WatchedRecording()
    for event in events:
        state.take(event)
    return state


def test_an_answer_whose_beginning_was_lost_is_no_exchange_in_flight() -> None:
    state = watched(EventsLost(at=START, exchanges=3), begun(7))
    assert state.take(answering(6, 1, 0)) is None
    assert (list(state.in_flight), state.lost) == ([7], 3)


def test_only_content_ends_a_silence() -> None:
    state = watched(begun(1), answering(1, 2, 1), answering(1, 9, 1))
    assert state.in_flight[1].silent_s(START + timedelta(seconds=12)) == 10
    state.take(answering(1, 11, 2))
    assert state.in_flight[1].silent_s(START + timedelta(seconds=12)) == 1


def test_exchanges_whose_end_was_lost_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched_recording, "_MOST_IN_FLIGHT", 2)
    assert list(watched(begun(1), begun(2), begun(3)).in_flight) == [2, 3]


def test_attempts_at_one_request_are_counted_and_those_that_nobody_made_again_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watched_recording, "_MOST_REMEMBERED", 2)
    state = watched(refused(1, "a"), refused(2, "a"), refused(3, None))
    assert [attempt.attempt for attempt in state.failed_last] == [1, 2, 1]
    assert [attempt.ended.sequence for attempt in state.unanswered(START)] == [2]
    again = state.take(begun(4, "a"))
    assert again is not None
    assert again.attempt == 3
    assert list(state.unanswered(START)) == []
    assert list(watched(refused(1, "a")).unanswered(START + timedelta(minutes=2))) == []
    many = watched(refused(1, "a"), refused(2, "b"), refused(3, "c"))
    assert [attempt.ended.sequence for attempt in many.unanswered(START)] == [2, 3]


def test_exchanges_of_files_that_were_removed_have_ended_too() -> None:
    state = watched(SegmentBegun(at=START, number=3, removed_exchanges=40), refused(41, None))
    assert (state.ended, state.failed, state.is_finished) == (41, 1, False)
    assert watched(refused(1, None), SegmentBegun(at=START, number=2, removed_exchanges=0)).ended == 1
    assert watched(RecordingEnded(at=START, exchanges=0, exit_code=0)).is_finished
