"""A run directory, written and read with real files: what a crash, a full disk or another writer does to it."""

import json
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probe.diagnose.wire_summary import wire_summary
from probe.errors import StoreError, UsageError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.call import Call
from probe.model.choices import EndReason, Session
from probe.model.events import CallFinished, CallStarted, RoundFinished, RoundStarted, RunFinished, RunStarted
from probe.model.exchange import Exchange
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.run_manifest import Group, Options, RoundToDo
from probe.model.stored_call import stored_call, whole_call
from probe.model.wire import Phases
from probe.store import RunWriter, create_group, latest_run, read_exchanges, read_run, write_atomically, write_output
from tests.builders import GOLDEN, GOOD_LINE, START, call, flags, lines, manifest, round_events, words
from tests.stats.test_waterfall import exchange

STDOUT = lines({"type": "system", "subtype": "init"}, GOOD_LINE)


def pair(number: int, **changes: Any) -> list[Call]:
    return [call(number, 1, client=words(), **changes), call(number, 2, Outcome.TIMED_OUT, cause="no_first_byte")]


def write(path: Path, rounds: Sequence[Sequence[Call]], *, unfinished: Sequence[Call] = (), end: bool = True) -> Path:
    """Write a run of two planned rounds as a runner would have it written."""
    with RunWriter.create(path, manifest()) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=2))
        for calls in rounds:
            for event in round_events(*calls, stdout=STDOUT):
                writer.on_event(event)
        if unfinished:
            for event in round_events(*unfinished, stdout=STDOUT, finished=False):
                writer.on_event(event)
        if end:
            writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write(tmp_path / "runs" / "one", [pair(1, flags=flags("retried")), pair(2)])


def journal(run: Path) -> list[bytes]:
    return (run / "journal.jsonl").read_bytes().splitlines(keepends=True)


def spoil(run: Path, number: int, line: bytes) -> None:
    """Put `line` in the place of the journal's line about the first call of this round."""
    written = journal(run)
    place = next(
        index
        for index, each in enumerate(written)
        if b'"event":"call_finished"' in each and f'"round":{number},'.encode() in each
    )
    written[place] = line
    (run / "journal.jsonl").write_bytes(b"".join(written))


def test_what_was_written_reads_back(run: Path) -> None:
    stored = read_run(run)
    assert stored.manifest == manifest()
    assert stored.rows == [row_of(each) for each in (*pair(1, flags=flags("retried")), *pair(2))]
    assert (stored.finished, stored.interrupted_calls, stored.corrupt) == ({1: 1, 2: 1}, 0, {})
    assert stored.end is EndReason.COMPLETED
    assert stored.to_do(3) == [RoundToDo(number=3, attempt=1)]


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


def test_a_torn_last_line_is_not_believed(run: Path) -> None:
    with (run / "journal.jsonl").open("ab") as file:
        file.write(journal(run)[-2][:-20])
    stored = read_run(run)
    assert (len(stored.rows), stored.corrupt) == (4, {})


def test_a_torn_last_line_is_cut_before_going_on(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [pair(1)], end=False)
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"event":"round_started","at":"2026')
    with RunWriter.reopen(run, manifest()) as writer:
        for event in round_events(*pair(2)):
            writer.on_event(event)
    assert all(json.loads(line) for line in journal(run))
    stored = read_run(run)
    assert (sorted(stored.finished), len(stored.rows), stored.corrupt) == ([1, 2], 4, {})


@pytest.mark.parametrize(
    "line", [b"{\n", b"\xff\xfe\n", b"[]\n", b"null\n", b'{"event":"novel"}\n', b"[" * 9999 + b"\n"]
)
def test_a_corrupt_line_is_counted_and_its_round_read_from_the_summary(run: Path, line: bytes) -> None:
    spoil(run, 1, line)
    stored = read_run(run)
    assert stored.corrupt == {"journal.jsonl (lines)": 1}
    assert stored.rows == [row_of(each) for each in (*pair(1, flags=flags("retried")), *pair(2))]
    assert stored.interrupted_calls == 0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"probe": 3}', '{"probe": {"calls": [{}], "attempt": 1}}', "[" * 99999]
)
def test_where_the_summary_is_corrupt_too_the_round_is_counted_as_lost(run: Path, text: str) -> None:
    spoil(run, 1, b"{\n")
    (run / "rounds/0001/summary.json").write_text(text)
    stored = read_run(run)
    assert stored.corrupt == {"journal.jsonl (lines)": 1, "rounds/0001": 1}
    assert {each.round for each in stored.rows} == {2}


def test_a_half_read_summary_leaves_no_half_round(run: Path) -> None:
    spoil(run, 1, b"{\n")
    summary = run / "rounds/0001/summary.json"
    content = json.loads(summary.read_text())
    content["probe"]["attempt"] = "first"
    summary.write_text(json.dumps(content))
    assert {each.round for each in read_run(run).rows} == {2}


def test_without_a_journal_the_summaries_serve(run: Path) -> None:
    (run / "journal.jsonl").unlink()
    stored = read_run(run)
    assert stored.corrupt == {"journal.jsonl (missing)": 1}
    assert len(stored.rows) == 4
    assert sorted(stored.finished) == [1, 2]


@pytest.mark.parametrize("kept", range(1, 13))
def test_what_a_truncated_journal_lost_is_read_from_the_summaries(run: Path, kept: int) -> None:
    whole = read_run(run)
    (run / "journal.jsonl").write_bytes(b"".join(journal(run)[:kept]))
    stored = read_run(run)
    assert (stored.finished, stored.rows, stored.interrupted_calls) == (whole.finished, whole.rows, 0)
    assert stored.to_do(2) == []


def test_a_round_that_is_under_way_has_no_summary_and_is_not_made_up(tmp_path: Path) -> None:
    stored = read_run(write(tmp_path / "run", [pair(1)], unfinished=[call(2, 1)], end=False))
    assert (stored.finished, stored.corrupt) == ({1: 1}, {})


def test_without_a_manifest_the_calls_are_still_there(run: Path) -> None:
    (run / "manifest.json").unlink()
    stored = read_run(run)
    assert (stored.manifest, stored.corrupt, len(stored.rows)) == (None, {"manifest.json (missing)": 1}, 4)


@pytest.mark.parametrize("text", ["", "{", "{}", "null", "\udcff"])
def test_a_corrupt_manifest_is_counted(run: Path, text: str) -> None:
    (run / "manifest.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    stored = read_run(run)
    assert (stored.manifest, stored.corrupt) == (None, {"manifest.json": 1})


@pytest.mark.parametrize("change", [{}, {"options": {"fail_on": 3}}])
def test_a_run_of_a_newer_probe_is_refused(run: Path, change: dict[str, object]) -> None:
    path = run / "manifest.json"
    content = json.loads(path.read_text()) | {"schema_version": SCHEMA_VERSION + 1} | change
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match=r"(?s)newer probe.*Upgrade probe"):
        read_run(run)


def test_what_a_newer_probe_added_is_ignored(run: Path) -> None:
    path = run / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"novelty": 1}))
    with (run / "journal.jsonl").open("ab") as file:
        file.write(journal(run)[-1].replace(b'"reason"', b'"novelty":{},"reason"'))
    stored = read_run(run)
    assert stored.manifest == manifest()
    assert stored.corrupt == {}


@pytest.mark.parametrize("names", [[], ["rounds"], ["report.md"]])
def test_a_directory_that_is_no_run_is_a_usage_error(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).mkdir()
    with pytest.raises(UsageError, match="is no run directory"):
        read_run(tmp_path)
    with pytest.raises(UsageError, match="is no run directory"):
        read_run(tmp_path / "missing")


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
    run = write(tmp_path / "run", [pair(1)], unfinished=[call(2, 1)], end=False)
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


def exchanged(path: Path, exchanges: tuple[Exchange, ...] | None, *, finished: bool = True) -> Call:
    """Write a run of one call with these exchanges, and return the call."""
    recorded = call(wire=None if exchanges is None else wire_summary(exchanges))
    with RunWriter.create(path, manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        writer.on_event(CallFinished(at=START, call=recorded, exchanges=exchanges))
        if finished:
            writer.on_event(RoundFinished(at=START, round=1, attempt=1))
    return recorded


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("exchanges", [None, (), (exchange(), exchange(sequence=2))])
def test_what_was_recorded_of_a_call_reads_back_and_nothing_is_not_unrecorded(
    tmp_path: Path, exchanges: tuple[Exchange, ...] | None, finished: bool
) -> None:
    recorded = exchanged(tmp_path / "run", exchanges, finished=finished)
    assert read_exchanges(tmp_path / "run", recorded) == exchanges


@pytest.mark.parametrize(
    ("begun", "stored"), [((700.0,), None), ((700.0, 901.5, 4000.25), [700.0, 901.5, 4000.25]), ((), None)]
)
def test_the_times_of_requests_are_stored_where_phases_do_not_tell_them(
    begun: tuple[float, ...], stored: list[float] | None
) -> None:
    wire = wire_summary([exchange(sequence=number, request_begun_at_ms=at) for number, at in enumerate(begun, start=1)])
    recorded = call(wire=wire, phases=Phases(boot_ms=700.0, exit_ms=800.0))
    content = stored_call(recorded)
    assert content["wire"].get("requested_at_ms") == stored
    assert whole_call(Call.model_validate(content)) == recorded
    assert row_of(recorded).requested_at_ms == begun


@pytest.mark.parametrize(("name", "finished"), [("summary.json", True), ("call1.exchanges.jsonl", False)])
def test_recorded_exchanges_that_are_damaged_are_said(tmp_path: Path, name: str, finished: bool) -> None:
    recorded = exchanged(tmp_path / "run", (exchange(),), finished=finished)
    place = tmp_path / "run/rounds/0001" / name
    place.write_bytes(place.read_bytes()[:-20])
    with pytest.raises(StoreError, match=rf"{re.escape(name)}: cannot be read as exchanges"):
        read_exchanges(tmp_path / "run", recorded)


def test_without_its_summary_the_exchanges_of_a_round_are_unknown(tmp_path: Path) -> None:
    recorded = exchanged(tmp_path / "run", (exchange(),))
    (tmp_path / "run/rounds/0001/summary.json").unlink()
    assert read_exchanges(tmp_path / "run", recorded) is None


def test_a_third_attempt_keeps_both_earlier_ones(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [], unfinished=[call(1, 1)], end=False)
    for attempt in (2, 3):
        with RunWriter.reopen(run, manifest()) as writer:
            for event in round_events(call(1, 1, attempt=attempt), finished=False):
                writer.on_event(event)
    assert sorted(path.name for path in (run / "rounds").iterdir()) == ["0001", "0001.1", "0001.2"]
    assert read_run(run).to_do(1) == [RoundToDo(number=1, attempt=4)]


def test_a_call_that_never_finished_is_interrupted_and_not_counted(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with RunWriter.create(run, manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        writer.on_event(
            CallStarted(at=START, round=1, attempt=1, step=0, label="call1", session_id=None, timeout_ms=1.0)
        )
    stored = read_run(run)
    assert (stored.interrupted_calls, stored.rows) == (1, [])
    assert stored.to_do(1) == [RoundToDo(number=1, attempt=2)]


def test_an_interrupted_call_is_counted_as_such_once(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [], unfinished=[call(1, 1), call(1, 2, Outcome.INTERRUPTED)])
    stored = read_run(run)
    assert stored.interrupted_calls == 1
    assert [each.step for each in stored.rows] == [0]


def test_of_a_round_begun_twice_only_the_finished_attempt_counts(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [pair(1)], end=False)
    with RunWriter.reopen(run, manifest()) as writer:
        for event in round_events(call(2, 1, Outcome.OVERLOADED, attempt=1), finished=False):
            writer.on_event(event)
        for event in round_events(*(each.model_copy(update={"attempt": 2}) for each in pair(2))):
            writer.on_event(event)
    counted = [each for each in read_run(run).rows if each.round == 2]
    assert [each.attempt for each in counted] == [2, 2]


def test_a_run_that_goes_on_has_not_ended(run: Path) -> None:
    with RunWriter.reopen(run, manifest()) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=1))
    assert read_run(run).end is None


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


@pytest.mark.parametrize("torn", [0, 1, 70_000, 200_000])
def test_however_long_a_torn_line_is_it_alone_is_cut(tmp_path: Path, torn: int) -> None:
    run = write(tmp_path / "run", [pair(1)])
    before = (run / "journal.jsonl").read_bytes()
    (run / "journal.jsonl").write_bytes(before + b"x" * torn)
    RunWriter.reopen(run, manifest()).close()
    assert (run / "journal.jsonl").read_bytes() == before


def test_a_journal_of_one_torn_line_becomes_empty(tmp_path: Path) -> None:
    run = write(tmp_path / "run", [])
    (run / "journal.jsonl").write_bytes(b"x" * 100_000)
    RunWriter.reopen(run, manifest()).close()
    assert (run / "journal.jsonl").read_bytes() == b""


def test_a_long_journal_is_not_read_into_memory_to_go_on(tmp_path: Path) -> None:
    import tracemalloc

    run = write(tmp_path / "run", [])
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "x"}\n' * 500_000)
    tracemalloc.start()
    RunWriter.reopen(run, manifest()).close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


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


def test_a_round_s_directory_that_vanishes_is_a_store_error(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        (tmp_path / "run" / "rounds").rmdir()
        with pytest.raises(StoreError, match="cannot be written"):
            writer.on_event(RoundStarted(at=START, round=1, attempt=1))


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    (target / "inside").mkdir(parents=True)
    with pytest.raises(StoreError):
        write_atomically(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


ORIGINALS = sorted((GOLDEN / "original-summaries").glob("*/summary.json"))


@pytest.mark.parametrize("original", ORIGINALS, ids=[path.parent.name for path in ORIGINALS])
def test_a_summary_has_the_original_script_s_fields(run: Path, original: Path) -> None:
    theirs = json.loads(original.read_text())
    ours = json.loads((run / "rounds/0001/summary.json").read_text())
    assert set(theirs) <= set(ours)
    for part in ("call1", "call2", "diagnosis"):
        assert set(ours[part]) == set(theirs[part])
        assert {
            key: type(value) for key, value in ours[part].items() if value is not None and theirs[part][key] is not None
        } == {
            key: type(value) for key, value in theirs[part].items() if value is not None and ours[part][key] is not None
        }
    # `aligned_with_code` names a file of another project.
    assert set(theirs["meta"]) - set(ours["meta"]) == {"aligned_with_code"}


def test_a_summary_says_what_the_round_came_to(run: Path) -> None:
    summary = json.loads((run / "rounds/0001/summary.json").read_text())
    first, second = summary["call1"], summary["call2"]
    assert summary["diagnosis"] == {
        "first_call_ok": True,
        "second_call_ok": False,
        "second_better_than_first": False,
    }
    assert (summary["second_call_mode"], summary["meta"]["claude_home"]) == ("new-session", "/sandbox/config")
    assert summary["meta"]["command_template"][-1] == "<prompt>"
    assert summary["meta"]["api_key_masked"] == "sk-...wxyz"
    assert (first["stdout_is_json"], first["stdout_json"]) == (True, GOOD_LINE)
    assert first["stdout_path"] == str(run / "rounds/0001/call1.stdout.txt")
    assert Path(first["stdout_path"]).read_bytes() == STDOUT
    assert (first["duration_sec"], second["timed_out"]) == (1.5, True)


@pytest.mark.parametrize(
    ("session", "mode"),
    [
        (Session.NEW, "new-session"),
        (Session.SAME_ID, "same-session"),
        (Session.RESUME, "resume"),
        (Session.FORK, "fork"),
        (Session.CONTINUE, "continue"),
    ],
)
def test_the_mode_of_the_second_call(tmp_path: Path, session: Session, mode: str) -> None:
    run = write(tmp_path / "run", [[call(1, 1), call(1, 2, session_mode=session, served_session_id="served")]])
    summary = json.loads((run / "rounds/0001/summary.json").read_text())
    assert (summary["second_call_mode"], summary["call2_session_id"]) == (mode, "served")


@pytest.mark.parametrize(
    ("stdout", "is_json", "error"),
    [
        (b"", False, None),
        (b"not json\n", False, "Expecting value"),
        (STDOUT + b"warning\n", True, None),
        (lines([GOOD_LINE]), True, None),
        (lines({"type": "system"}), False, None),
        (b"\xff\n", False, "codec"),
        (b"[" * 99_999, False, "recursion"),
        (lines({"type": "result", "result": "\ud800"}), True, None),
    ],
)
def test_whatever_was_printed_the_summary_is_written(
    tmp_path: Path, stdout: bytes, is_json: bool, error: str | None
) -> None:
    run = tmp_path / "run"
    with RunWriter.create(run, manifest()) as writer:
        for event in round_events(call(), stdout=stdout):
            writer.on_event(event)
    said = json.loads((run / "rounds/0001/summary.json").read_text())["call1"]
    assert said["stdout_is_json"] is is_json
    assert (error or "") in (said["stdout_json_parse_error"] or "")
    assert (said["stdout_json_parse_error"] is None) == (error is None)


def test_previews_are_short(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with RunWriter.create(run, manifest()) as writer:
        for event in round_events(call(), stdout="ä".encode() * 5000):
            writer.on_event(event)
    preview = json.loads((run / "rounds/0001/summary.json").read_text())["call1"]["stdout_preview"]
    assert preview == "ä" * 500


def test_the_latest_run_is_the_last_by_name(tmp_path: Path) -> None:
    for name in ("20261121T073000Z-a", "20261120T073000Z-b", "zz-no-run"):
        (tmp_path / name).mkdir()
    (tmp_path / "20261121T073000Z-a/manifest.json").write_text("{}")
    (tmp_path / "20261120T073000Z-b/manifest.json").write_text("{}")
    assert latest_run(tmp_path).name == "20261121T073000Z-a"
    create_group(tmp_path / "20261122T073000Z", Group(run_id="group", created_at=START, arms=(), order_seed=1))
    assert latest_run(tmp_path).name == "20261122T073000Z"
    with pytest.raises(UsageError, match="no run is stored here"):
        latest_run(tmp_path / "none")


def test_the_journal_never_holds_raw_output() -> None:
    event = CallFinished(at=START, call=call(), argv=("x",), stdout=b"secret", stderr=b"secret")
    assert "secret" not in event.model_dump_json() + repr(event)


def files_of_round(path: Path, *calls: Call, **options: bool) -> set[str]:
    with RunWriter.create(path, manifest(options=Options.model_validate(options))) as writer:
        for event in round_events(*calls, stdout=STDOUT):
            writer.on_event(event)
    return {file.name for file in (path / "rounds/0001").iterdir()}


def test_a_call_that_went_well_leaves_the_summary_alone(tmp_path: Path) -> None:
    assert files_of_round(tmp_path / "run", call(1, 1), call(1, 2)) == {"summary.json"}
    said = json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())["call1"]
    assert (said["stdout_path"], said["stderr_path"], said["stdout_json"]) == (None, None, GOOD_LINE)
    assert said["stdout_preview"] == STDOUT.decode()


@pytest.mark.parametrize(
    "bad",
    [
        call(1, 2, Outcome.OVERLOADED),
        call(1, 2, flags=flags("retried")),
        call(1, 2, Outcome.OVERLOADED, expected_outcome=Outcome.OVERLOADED),
    ],
    ids=["failed", "recovered", "expected to fail"],
)
def test_of_a_call_that_failed_or_recovered_the_whole_output_stays(tmp_path: Path, bad: Call) -> None:
    kept = files_of_round(tmp_path / "run", call(1, 1), bad)
    assert kept == {"summary.json", "call2.stdout.txt", "call2.stderr.txt"}
    assert (tmp_path / "run/rounds/0001/call2.stdout.txt").read_bytes() == STDOUT


def test_where_it_is_asked_for_all_output_stays(tmp_path: Path) -> None:
    kept = files_of_round(tmp_path / "run", call(1, 1), call(1, 2), keep_output=True)
    assert kept == {"summary.json"} | {f"call{n}.{kind}.txt" for n in (1, 2) for kind in ("stdout", "stderr")}
    said = json.loads((tmp_path / "run/rounds/0001/summary.json").read_text())["call1"]
    assert Path(said["stdout_path"]).read_bytes() == STDOUT


def test_of_a_result_a_call_that_went_well_keeps_the_keys_of_the_original_script(tmp_path: Path) -> None:
    novel = lines({**GOOD_LINE, "novelty": 1})
    for number, outcome in ((1, Outcome.OK), (2, Outcome.OVERLOADED)):
        with RunWriter.create(tmp_path / f"{number}", manifest()) as writer:
            for event in round_events(call(1, 1, outcome), stdout=novel):
                writer.on_event(event)
    clean, failed = (json.loads((tmp_path / n / "rounds/0001/summary.json").read_text()) for n in "12")
    assert clean["call1"]["stdout_json"] == GOOD_LINE
    assert failed["call1"]["stdout_json"] == {**GOOD_LINE, "novelty": 1}


def test_a_round_without_calls_has_no_summary(tmp_path: Path) -> None:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        writer.on_event(RoundStarted(at=START, round=1, attempt=1))
        writer.on_event(RoundFinished(at=START, round=1, attempt=1))
    assert not (tmp_path / "run/rounds/0001/summary.json").exists()
