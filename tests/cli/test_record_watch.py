"""Tests for watching a recording that goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from probe.cli import record_watch
from probe.cli.record_watch import PlainLines, running_recording, watch
from probe.diagnose.watched_recording import WatchedRecording
from probe.errors import UsageError
from probe.model.exchange import ExchangeEnd
from probe.model.recorded_events import (
    RecordedEvent,
    RecordingEnded,
)
from probe.store import RecordedWriter
from tests.cli.watched import GOOD, RETRIED, after, answering, begun, ended, state_of
from tests.conftest import Probe
from tests.reporting.recordings import recorded_manifest


def test_nothing_is_recorded_while_another_recording_is_watched(probe: Probe) -> None:
    for words in (("claude", "-p"), ("--listen", ":0")):
        refused = probe("record", "--watch", *words, code=2)
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
