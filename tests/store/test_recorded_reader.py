"""A recording as it is read, also while it goes on."""

from pathlib import Path

import pytest

from probe.errors import StoreError, UsageError
from probe.model.recorded_events import (
    RecordedEvent,
    RecordingEnded,
    SegmentBegun,
)
from probe.store import RecordedLog, RecordedWriter, RecordingLimits, is_being_written, read_recorded_manifest
from probe.store.files import RECORDING
from probe.store.recorded_files import segment_numbers, segment_path
from probe.store.recorded_reader import read_recorded_bodies
from tests.store.recorded_events import MANIFEST, begun, ended, sequences


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
