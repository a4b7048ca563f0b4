"""A run directory as it is written: what a crash, a full disk or another writer does to it."""

import json
import os
import stat
from pathlib import Path

import pytest

from probe.errors import StoreError, UsageError
from probe.model.events import CallFinished, RoundStarted, RunStarted
from probe.model.run_manifest import RoundToDo
from probe.store import RunWriter, read_run, write_atomically
from tests.builders import START, call, manifest, round_events
from tests.store.stored_run import STDOUT, journal, pair, write_rounds


def test_the_raw_output_is_kept_beside_the_journal_not_in_it(run: Path) -> None:
    assert (run / "rounds/0001/call1.stdout.txt").read_bytes() == STDOUT
    assert (run / "rounds/0001/call1.stderr.txt").read_bytes() == b""
    assert b"stdout" not in (run / "journal.jsonl").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_nobody_else_may_read_a_run(run: Path) -> None:
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*") if path.is_file()}
    assert modes
    assert set(modes.values()) == {0o600}


def test_no_temporary_file_is_left(run: Path) -> None:
    assert list(run.rglob(".*")) == []


def test_a_torn_last_line_is_cut_before_going_on(tmp_path: Path) -> None:
    run = write_rounds(tmp_path / "run", [pair(1)], end=False)
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"event":"round_started","at":"2026')
    with RunWriter.reopen(run, manifest()) as writer:
        for event in round_events(*pair(2)):
            writer.on_event(event)
    assert all(json.loads(line) for line in journal(run))
    stored = read_run(run)
    assert (sorted(stored.finished), len(stored.rows), stored.corrupt) == ([1, 2], 4, {})


def test_a_second_writer_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunWriter.create(path, manifest()) as first:
        first.on_event(RunStarted(at=START, rounds_to_do=1))
        with pytest.raises(UsageError, match="another probe is writing this run"):
            RunWriter.reopen(path, manifest())
    RunWriter.reopen(path, manifest()).close()
    assert len(journal(path)) == 1


def test_a_line_that_another_writer_is_writing_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "run"
    with RunWriter.create(path, manifest()):
        (path / "journal.jsonl").write_bytes(b'{"event":"run_st')
        with pytest.raises(UsageError, match="another probe is writing this run"):
            RunWriter.reopen(path, manifest())
        assert (path / "journal.jsonl").read_bytes() == b'{"event":"run_st'


def test_an_existing_directory_is_never_written_over(run: Path) -> None:
    with pytest.raises(StoreError, match="exists already"):
        RunWriter.create(run, manifest())
    assert len(read_run(run).rows) == 4


def test_a_round_begun_again_moves_its_old_files_aside(tmp_path: Path) -> None:
    run = write_rounds(tmp_path / "run", [pair(1)], unfinished=[call(2, 1)], end=False)
    again = [each.model_copy(update={"attempt": 2, "wall_ms": 9.0}) for each in pair(2)]
    with RunWriter.reopen(run, manifest()) as writer:
        for event in round_events(*again, stdout=b"again\n"):
            writer.on_event(event)
    assert (run / "rounds/0002.1/call1.stdout.txt").read_bytes() == STDOUT
    assert (run / "rounds/0002/call2.stdout.txt").read_bytes() == b"again\n"
    stored = read_run(run)
    assert [(each.round, each.attempt, each.wall_ms) for each in stored.rows if each.round == 2] == [
        (2, 2, 9.0),
        (2, 2, 9.0),
    ]
    assert json.loads((run / "rounds/0002/summary.json").read_text())["probe"]["attempt"] == 2


def test_a_round_begun_again_by_the_same_writer_has_the_calls_of_its_last_attempt(tmp_path: Path) -> None:
    again = [each.model_copy(update={"attempt": 2}) for each in pair(1)]
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        for event in (*round_events(call(1, 1), finished=False), *round_events(*again)):
            writer.on_event(event)
    summary = json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())
    assert [each["attempt"] for each in summary["probe"]["calls"]] == [2, 2]


def test_a_third_attempt_keeps_both_earlier_ones(tmp_path: Path) -> None:
    run = write_rounds(tmp_path / "run", [], unfinished=[call(1, 1)], end=False)
    for attempt in (2, 3):
        with RunWriter.reopen(run, manifest()) as writer:
            for event in round_events(call(1, 1, attempt=attempt), finished=False):
                writer.on_event(event)
    assert sorted(path.name for path in (run / "rounds").iterdir()) == ["0001", "0001.1", "0001.2"]
    assert read_run(run).to_do(1) == [RoundToDo(number=1, attempt=4)]


@pytest.mark.skipif(os.name != "posix", reason="needs a file where a directory should be")
def test_a_place_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    for place in (blocked / "one", blocked / "runs" / "one"):
        with pytest.raises(StoreError, match=r"(?s)cannot be made.*--out DIR") as caught:
            RunWriter.create(place, manifest())
        assert caught.value.exit_code == 4
    with pytest.raises(StoreError, match="cannot be written"):
        write_atomically(blocked / "x.json", b"")
    with pytest.raises(StoreError, match="cannot be written"):
        write_atomically(tmp_path / "none" / "x.json", b"")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_directory_is_a_store_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be made"):
        RunWriter.create(tmp_path / "runs", manifest())


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_a_directory_that_may_be_written_but_not_read_can_hold_runs(tmp_path: Path) -> None:
    tmp_path.chmod(0o300)
    try:
        RunWriter.create(tmp_path / "run", manifest()).close()
    finally:
        tmp_path.chmod(0o700)
    assert read_run(tmp_path / "run").manifest == manifest()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a directory that not even root may write to")
def test_a_directory_that_refuses_even_root_is_a_store_error() -> None:
    with pytest.raises(StoreError, match="cannot be made"):
        RunWriter.create(Path("/proc/probe-runs"), manifest())


@pytest.mark.parametrize("torn", [0, 1, 70_000, 200_000])
def test_however_long_a_torn_line_is_it_alone_is_cut(tmp_path: Path, torn: int) -> None:
    run = write_rounds(tmp_path / "run", [pair(1)])
    before = (run / "journal.jsonl").read_bytes()
    (run / "journal.jsonl").write_bytes(before + b"x" * torn)
    RunWriter.reopen(run, manifest()).close()
    assert (run / "journal.jsonl").read_bytes() == before


def test_a_journal_of_one_torn_line_becomes_empty(tmp_path: Path) -> None:
    run = write_rounds(tmp_path / "run", [])
    (run / "journal.jsonl").write_bytes(b"x" * 100_000)
    RunWriter.reopen(run, manifest()).close()
    assert (run / "journal.jsonl").read_bytes() == b""


def test_a_long_journal_is_not_read_into_memory_to_go_on(tmp_path: Path) -> None:
    import tracemalloc

    run = write_rounds(tmp_path / "run", [])
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "x"}\n' * 500_000)
    tracemalloc.start()
    RunWriter.reopen(run, manifest()).close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_round_s_directory_that_vanishes_is_a_store_error(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        (tmp_path / "run" / "rounds").rmdir()
        with pytest.raises(StoreError, match="cannot be written"):
            writer.on_event(RoundStarted(at=START, round=1, attempt=1))


def test_the_journal_never_holds_raw_output() -> None:
    event = CallFinished(at=START, call=call(), argv=("x",), stdout=b"secret", stderr=b"secret")
    assert "secret" not in event.model_dump_json() + repr(event)
