"""Tests for recordings on disk."""

import stat
from pathlib import Path
from typing import Any

import pytest

from probe.errors import StoreError, UsageError
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.recorded_events import (
    EventsLost,
    ExchangeBegun,
    ExchangeEnded,
    RecordedEvent,
    RecordingEnded,
    SegmentBegun,
)
from probe.model.request_kind import RequestKind
from probe.store import RecordedLog, RecordedWriter, RecordingLimits, is_being_written, read_recorded_manifest
from probe.store import recorded_writer as writer_module
from probe.store.files import RECORDING
from probe.store.recorded_files import segment_numbers, segment_path
from probe.store.recorded_reader import read_recorded_bodies
from tests.builders import START as NOW
from tests.reporting.recordings import recorded_manifest

MANIFEST = recorded_manifest()


def ended(sequence: int, **fields: Any) -> ExchangeEnded:
    exchange = Exchange(
        sequence=sequence,
        connection=1,
        kind=RequestKind.MAIN,
        method="POST",
        path="/v1/messages",
        end=ExchangeEnd.COMPLETE,
    )
    return ExchangeEnded(at=NOW, begun_at=NOW, sequence=sequence, exchange=exchange, **fields)


def begun(sequence: int) -> ExchangeBegun:
    return ExchangeBegun(
        at=NOW, begun_at=NOW, sequence=sequence, connection=1, kind=RequestKind.MAIN, method="POST", path="/v1/messages"
    )


def sequences(log: RecordedLog) -> list[int]:
    return [event.sequence for event in log if isinstance(event, ExchangeEnded)]


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "runs" / "r", MANIFEST) as writer:
        assert is_being_written(writer.path)
        written: list[RecordedEvent] = [begun(1), ended(1), begun(2)]
        for event in written:
            writer.take(event)
        writer.finish(exit_code=3)
    assert read_recorded_manifest(writer.path) == MANIFEST
    log = RecordedLog(writer.path)
    first, *read, last = log
    assert isinstance(first, SegmentBegun)
    assert read == written
    assert isinstance(last, RecordingEnded)
    assert (last.exchanges, last.exit_code) == (1, 3)
    assert not log.corrupt
    assert not is_being_written(writer.path)


def test_all_of_a_recording_is_private(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        writer.take(ended(1, request=b"q", response=b"a"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "r").rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "r", tmp_path / "r" / "bodies-0001")}
    assert (modes, folders) == ({0o600}, {0o700})
    assert (tmp_path / "r" / "bodies-0001" / "000001.response").read_bytes() == b"a"


def test_events_can_be_followed_while_they_are_written(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        log = RecordedLog(writer.path)
        assert sequences(log) == []
        writer.take(ended(1))
        assert sequences(log) == [1]
        writer.take(ended(2))
        assert sequences(log) == [2]


def test_a_torn_last_line_and_damage_cost_their_lines_alone(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        writer.take(ended(1))
        with segment_path(writer.path, 1).open("ab") as file:
            file.write(b'{"event": "ended", \xff}\n[]\n{"event": "novelty", "at": "2026-11-28T12:00:00Z"}\n')
            file.write(b"x" * 5_000_000 + b"\n")
        writer.take(ended(2))
        with segment_path(writer.path, 1).open("ab") as file:
            file.write(b'{"event": "end')
    log = RecordedLog(writer.path)
    assert sequences(log) == [1, 2]
    assert log.corrupt == {"exchanges-0001.jsonl (lines)": 4}


def test_the_oldest_files_go_beyond_the_limit_and_are_counted(tmp_path: Path) -> None:
    limits = RecordingLimits(segment_bytes=5_000, all_bytes=20_000)
    with RecordedWriter.create(tmp_path / "r", MANIFEST, limits) as writer:
        for sequence in range(1, 101):
            writer.take(ended(sequence, request=b"q" * 200))
    assert sum(path.stat().st_size for path in writer.path.rglob("*") if path.is_file()) < 21_000
    kept = sequences(RecordedLog(writer.path))
    assert kept == list(range(101 - len(kept), 101))
    numbers = segment_numbers(writer.path)
    assert len(list(writer.path.glob("bodies-*"))) == len(numbers)
    *_, last = (event for event in RecordedLog(writer.path) if isinstance(event, SegmentBegun))
    assert (last.removed_segments, last.removed_exchanges) == (numbers[0] - 1, 100 - len(kept))


def test_a_full_disk_costs_events_which_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        writer.take(ended(1))
        with monkeypatch.context() as full:

            def fail(descriptor: int, line: bytes, **_: Any) -> None:
                raise OSError(28, "No space left on device")

            full.setattr(writer_module, "append_line", fail)
            for event in (ended(2), begun(3)):
                with pytest.raises(OSError, match="No space"):
                    writer.take(event)
        writer.take(EventsLost(at=NOW, exchanges=5, bodies=1))
        writer.take(ended(4))
    log = list(RecordedLog(writer.path))
    lost = [event for event in log if isinstance(event, EventsLost)]
    assert sequences(RecordedLog(writer.path)) == [1, 4]
    assert (lost[-1].exchanges, lost[-1].other_events, lost[-1].bodies) == (6, 1, 1)


def test_what_is_lost_before_a_file_goes_on_is_told_with_the_next_event(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        (writer.path / "bodies-0001").write_text("in the place of the directory")
        writer.take(ended(1, request=b"q", response=b"r"))
    lost = [event for event in RecordedLog(writer.path) if isinstance(event, EventsLost)]
    assert sequences(RecordedLog(writer.path)) == [1]
    assert lost[-1].bodies == 2


def test_a_file_that_is_removed_while_it_is_read_costs_its_events_alone(tmp_path: Path) -> None:
    limits = RecordingLimits(segment_bytes=2_000, all_bytes=100_000)
    with RecordedWriter.create(tmp_path / "r", MANIFEST, limits) as writer:
        for sequence in range(1, 21):
            writer.take(ended(sequence))
    log = RecordedLog(writer.path)
    assert log.read() == []  # it has found the first file
    first, second, *_ = segment_numbers(writer.path)
    segment_path(writer.path, first).unlink()
    whole = segment_path(writer.path, second).read_bytes()
    segment_path(writer.path, second).write_bytes(b"\n \n" + whole + b'{"event": "torn')
    left = sequences(log)
    assert 1 not in left
    assert left == list(range(left[0], 21))
    # A last line without an end is damage where another file follows; an empty line is none.
    assert log.corrupt == {f"{segment_path(writer.path, second).name} (lines)": 1}


def test_bodies_that_were_not_kept_are_none(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        writer.take(ended(1, request=b"q"))
        writer.take(ended(2))
    assert read_recorded_bodies(writer.path, 1) == (b"q", b"")
    assert read_recorded_bodies(writer.path, 2) is None


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_damaged_description_is_named(tmp_path: Path, content: bytes) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        (writer.path / RECORDING).write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read as a recording's description") as refused:
        read_recorded_manifest(writer.path)
    assert refused.value.path == writer.path / RECORDING


def test_a_directory_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no recording"):
        read_recorded_manifest(tmp_path)
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        with pytest.raises(StoreError, match="exists already"):
            RecordedWriter.create(writer.path, MANIFEST)
        (writer.path / "recording.json").write_text('{"schema_version": 99}')
    with pytest.raises(UsageError, match="newer"):
        read_recorded_manifest(writer.path)
