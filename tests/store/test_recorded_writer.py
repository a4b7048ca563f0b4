"""A recording as it is written: what a full disk, a limit or another writer does to it."""

import stat
from pathlib import Path
from typing import Any

import pytest

from probe.model.recorded_events import (
    EventsLost,
    SegmentBegun,
)
from probe.store import RecordedLog, RecordedWriter, RecordingLimits
from probe.store import recorded_writer as writer_module
from probe.store.recorded_files import segment_numbers
from tests.builders import START as NOW
from tests.store.recorded_events import MANIFEST, begun, ended, sequences


def test_all_of_a_recording_is_private(tmp_path: Path) -> None:
    with RecordedWriter.create(tmp_path / "r", MANIFEST) as writer:
        writer.take(ended(1, request=b"q", response=b"a"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "r").rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "r", tmp_path / "r" / "bodies-0001")}
    assert (modes, folders) == ({0o600}, {0o700})
    assert (tmp_path / "r" / "bodies-0001" / "000001.response").read_bytes() == b"a"


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
