"""Tests for watching a recording that goes on."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from probe.cli import record_watch
from probe.cli.record_watch import PlainLines, running_recording, watch
from probe.cli.record_watch_view import LiveTable
from probe.diagnose.watched_recording import WatchedRecording
from probe.errors import UsageError
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.recorded_events import (
    EventsLost,
    ExchangeAnswering,
    ExchangeBegun,
    ExchangeEnded,
    RecordedEvent,
    RecordingEnded,
    RequestFacts,
)
from probe.model.request_kind import RequestKind
from probe.store import RecordedWriter
from tests.conftest import Probe
from tests.reporting.recordings import recorded_manifest

START = datetime(2026, 11, 28, 12, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "connection": 1, "kind": RequestKind.MAIN, "method": "POST", "path": "/v1/messages", "model_requested": "glm"
}  # fmt: skip


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def begun(sequence: int, at: float, digest: str = "d") -> ExchangeBegun:
    return ExchangeBegun(
        at=after(at), begun_at=after(at), sequence=sequence, facts=RequestFacts(digest=digest), **ASKED
    )


def answering(sequence: int, at: float, content: int, size: int = 0) -> ExchangeAnswering:
    return ExchangeAnswering(
        at=after(at), sequence=sequence, status=200, content_events=content, events=content, response_bytes=size
    )


def ended(sequence: int, start: float, at: float, digest: str = "d", **fields: Any) -> ExchangeEnded:
    exchange = Exchange(**{"sequence": sequence, "end": ExchangeEnd.COMPLETE, **ASKED, **fields})
    return ExchangeEnded(
        at=after(at), begun_at=after(start), sequence=sequence, facts=RequestFacts(digest=digest), exchange=exchange
    )


OVERLOADED: dict[str, Any] = {"status": 529, "error_type": "overloaded_error", "correlation": {"request-id": "req_7"}}
GOOD: dict[str, Any] = {"status": 200, "message_complete": True}
RETRIED: list[RecordedEvent] = [begun(1, 0), ended(1, 0, 1, **OVERLOADED), begun(2, 3)]


def state_of(*events: RecordedEvent) -> WatchedRecording:
    state = WatchedRecording()
    for event in events:
        state.take(event)
    return state


def drawn(state: WatchedRecording, at: float) -> str:
    console = Console(width=120, force_terminal=False)
    with console.capture() as capture:
        console.print(*LiveTable(console, START)._parts(state, after(at)), sep="\n")
    return capture.get()


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


def test_nothing_is_recorded_while_another_recording_is_watched(probe: Probe) -> None:
    for words in (("claude", "-p"), ("--listen", ":0")):
        refused = probe.inside("record", "--watch", *words, code=2)
        assert "--watch: records nothing" in refused.err
        assert "probe record --watch RUN" in refused.err


def test_attempts_are_counted_until_one_is_answered() -> None:
    state = state_of(*RETRIED, ended(2, 3, 4, **GOOD), begun(3, 5), begun(4, 6, "other"))
    assert {sequence: exchange.attempt for sequence, exchange in state.in_flight.items()} == {3: 1, 4: 1}


def test_a_pipe_gets_a_line_for_whatever_happens(capsys: pytest.CaptureFixture[str]) -> None:
    state, lines = WatchedRecording(), PlainLines()
    left = ended(3, 5, 8, "e", end=ExchangeEnd.CLIENT_CLOSED, status=200)
    for event in (*RETRIED, answering(2, 4.5, 0), ended(2, 3, 5, **GOOD), begun(3, 5, "e"), left):
        item = state.take(event)
        assert item is not None
        lines.note(item)
    assert capsys.readouterr().out.splitlines() == [
        "12:00:00 exchange 1, main, glm, attempt 1: begun",
        "12:00:01 exchange 1, main, glm, attempt 1: failed after 1.00 s: overloaded: 529, req_7",
        "12:00:03 exchange 2, main, glm, attempt 2: begun",
        "12:00:04 exchange 2, main, glm, attempt 2: status 200 after 1.50 s",
        "12:00:05 exchange 2, main, glm, attempt 2: answered in 2.00 s",
        "12:00:05 exchange 3, main, glm, attempt 1: begun",
        "12:00:08 exchange 3, main, glm, attempt 1: the client went away after 3.00 s",
    ]


def test_a_pipe_is_told_of_what_takes_long_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    state, lines = state_of(begun(1, 0)), PlainLines()
    for seconds in range(200):
        lines.refresh(state, after(seconds))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "12:00:10 exchange 1, main, glm, attempt 1: in flight for 10.0 s, no answer yet"
    assert [line.partition(" ")[0] for line in said] == ["12:00:10", "12:00:30", "12:01:00", "12:02:00", "12:03:00"]


def test_a_recording_is_watched_until_it_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with RecordedWriter.create(tmp_path / "runs" / "20261128T120000Z-recorded-glm", recorded_manifest()) as writer:
        writer.take(RETRIED[0])
        left: Iterator[RecordedEvent] = iter([RETRIED[1], RecordingEnded(at=after(9), exchanges=1)])
        monkeypatch.setattr(record_watch, "sleep", lambda _: writer.take(next(left)))
        watch(None, tmp_path)
    out = capsys.readouterr().out
    assert "Watching 20261128T120000Z-recorded-glm, which records https://relay.example/api, until Ctrl-C." in out
    assert "attempt 1: begun" not in out, "it had begun before"
    assert "attempt 1: failed after 1.00 s: overloaded: 529, req_7\nThe recording has ended; exchanges: 1.\n" in out


def test_a_recorder_that_was_killed_ends_watching(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = RecordedWriter.create(tmp_path / "runs" / "r", recorded_manifest())
    monkeypatch.setattr(record_watch, "sleep", lambda _: writer.close())
    watch("latest", tmp_path)
    assert "The recorder has died" in capsys.readouterr().out


def test_only_a_recording_that_goes_on_can_be_watched(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recording goes on here"):
        running_recording(None, tmp_path)
    RecordedWriter.create(tmp_path / "runs" / "r", recorded_manifest()).close()
    with pytest.raises(UsageError, match="this recording has ended"):
        running_recording("r", tmp_path)
    with pytest.raises(UsageError, match="no such recording"):
        running_recording("s", tmp_path)
