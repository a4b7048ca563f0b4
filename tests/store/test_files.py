"""Files that a crash cannot tear, and outputs that go where a user wants them."""

import json
import os
from pathlib import Path

import pytest

from probe.errors import StoreError
from probe.model.events import RunStarted
from probe.store import RunWriter, write_atomically, write_output
from tests.builders import START, manifest
from tests.store.stored_run import journal, mode


@pytest.mark.skipif(os.name != "posix", reason="POSIX limits")
def test_a_line_that_the_disk_takes_in_part_leaves_no_part(tmp_path: Path) -> None:
    import resource

    run = tmp_path / "run"
    event = RunStarted(at=START, rounds_to_do=1)
    with RunWriter.create(run, manifest()) as writer:
        writer.on_event(event)
        before = journal(run)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before[0]) + 10, hard))
        try:
            with pytest.raises(StoreError, match="cannot be written: File too large"):
                writer.on_event(event)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert journal(run) == before
        writer.on_event(event)
    assert journal(run) == before * 2


def test_a_line_that_is_written_in_pieces_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_some = os.write
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        monkeypatch.setattr(os, "write", lambda descriptor, data: write_some(descriptor, data[:7]))
        writer.on_event(RunStarted(at=START, rounds_to_do=1))
        monkeypatch.undo()
    assert [json.loads(line)["event"] for line in journal(tmp_path / "run")] == ["run_started"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_an_output_has_the_mode_of_any_program_s_file_or_keeps_its_own(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_output(tmp_path / "new", b"1")
    finally:
        os.umask(umask)
    assert mode(tmp_path / "new") == 0o640
    (tmp_path / "new").chmod(0o664)
    write_output(tmp_path / "new", b"22")
    assert (mode(tmp_path / "new"), (tmp_path / "new").read_bytes()) == (0o664, b"22")
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX links")
def test_an_output_goes_where_its_link_points(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    for name in ("there", "not-there"):
        (tmp_path / name).symlink_to(f"place/{name}")
    (tmp_path / "place" / "there").write_bytes(b"old")
    for name in ("there", "not-there"):
        write_output(tmp_path / name, b"new")
        assert (tmp_path / name).is_symlink()
        assert (tmp_path / "place" / name).read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_output_goes_through_a_pipe_and_into_a_device(tmp_path: Path) -> None:
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_output(pipe, b"data")
    reader.join(10)
    assert read == [b"data"]
    assert pipe.is_fifo()
    write_output(Path("/dev/null"), b"data")
    with pytest.raises(StoreError, match="cannot be written"):
        write_output(tmp_path, b"a directory")


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    (target / "inside").mkdir(parents=True)
    with pytest.raises(StoreError):
        write_atomically(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
