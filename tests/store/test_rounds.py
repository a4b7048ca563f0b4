"""Rounds of a journal and its summaries: the last finished attempt counts, whole, and nothing of another."""

import json
import shutil
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.events import CallStarted, Event, RoundFinished, RoundStarted, RunStarted
from probe.model.outcome import Outcome
from probe.model.row import Row, row_of
from probe.model.run_manifest import RoundToDo
from probe.store import RunWriter, iterate_rounds, open_run, read_calls, read_run
from tests.builders import START, call, flags, manifest, round_events
from tests.store.stored_run import journal, pair, write_rounds

FIRST, SECOND = ([call(1, step, attempt=attempt, wall_ms=100.0 * attempt) for step in (1, 2)] for attempt in (1, 2))
BOTH = (*round_events(*FIRST), *round_events(*SECOND))


def rows(calls: list[Call]) -> list[Row]:
    return [row_of(each) for each in calls]


def write(path: Path, *events: Event) -> Path:
    with RunWriter.create(path, manifest()) as writer:
        for event in events:
            writer.on_event(event)
    return path


def lose(run: Path, event: str, **of: int) -> None:
    """Take the lines about this kind of event out of the journal, if they are about this round, attempt or step."""
    journal = run / "journal.jsonl"
    kept = []
    for line in journal.read_bytes().splitlines(keepends=True):
        said = json.loads(line)
        about = said.get("call", said)
        if said["event"] != event or any(about.get(name, 1) != value for name, value in of.items()):
            kept.append(line)
    journal.write_bytes(b"".join(kept))


def lose_summaries(run: Path) -> None:
    shutil.rmtree(run / "rounds")


def test_of_two_finished_attempts_the_later_counts(tmp_path: Path) -> None:
    run = write(tmp_path / "run", *BOTH)
    stored = read_run(run)
    assert (stored.rows, stored.finished) == (rows(SECOND), {1: 2})
    assert read_calls(run, [1]) == SECOND
    taken: list[Row] = []
    stored = read_run(run, taken.extend)
    assert [row for row in taken if (row.round, row.attempt) not in stored.stale] == rows(SECOND)


def test_rounds_come_one_after_the_other_and_an_earlier_attempt_is_named(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "run", *BOTH))
    assert list(iterate_rounds(run)) == [rows(FIRST), rows(SECOND)]
    assert run.stale == {(1, 1)}


def test_a_call_that_the_first_attempt_began_and_never_ended_is_still_counted(tmp_path: Path) -> None:
    started = CallStarted(at=START, round=1, attempt=1, step=0, label="call1", timeout_ms=1.0)
    stored = read_run(
        write(tmp_path / "run", RoundStarted(at=START, round=1, attempt=1), started, *round_events(*SECOND))
    )
    assert (stored.rows, stored.interrupted_calls) == (rows(SECOND), 1)


def test_an_interrupted_call_is_none_of_a_round_s_calls(tmp_path: Path) -> None:
    interrupted = call(1, 2, Outcome.INTERRUPTED)
    run = write(tmp_path / "run", *round_events(FIRST[0], interrupted, finished=False))
    assert read_calls(run, [1]) == FIRST[:1]


def test_no_attempt_is_done_twice_whatever_the_order_of_lines(tmp_path: Path) -> None:
    run = write(tmp_path / "run", *(RoundStarted(at=START, round=1, attempt=attempt) for attempt in (2, 1)))
    assert read_run(run).to_do(1) == [RoundToDo(number=1, attempt=3)]


def test_an_attempt_is_not_completed_by_a_call_of_another(tmp_path: Path) -> None:
    run = write(tmp_path / "run", *round_events(*FIRST, finished=False), *round_events(*SECOND))
    lose(run, "call_finished", attempt=2, step=0)
    assert read_run(run).rows == rows(SECOND)
    assert read_calls(run, [1]) == SECOND
    lose_summaries(run)
    stored = read_run(run)
    assert (stored.rows, stored.corrupt) == ([], {"rounds/0001": 1})


def test_a_step_of_the_script_is_not_replaced_by_an_extra_call(tmp_path: Path) -> None:
    calls = [*FIRST, call(1, 3, label="extra")]
    run = write(tmp_path / "run", *round_events(*calls))
    lose(run, "call_finished", step=1)
    assert read_run(run).rows == rows(calls)


def test_a_round_whose_calls_came_after_its_end_was_said_is_not_lost(tmp_path: Path) -> None:
    finished = RoundFinished(at=START, round=1, attempt=1)
    run = write(tmp_path / "run", RoundStarted(at=START, round=1, attempt=1), finished, *round_events(*FIRST))
    lose_summaries(run)
    stored = read_run(run)
    assert (stored.rows, stored.corrupt) == (rows(FIRST), {})


def test_an_older_summary_is_not_counted_a_second_time(tmp_path: Path) -> None:
    run = write(tmp_path / "run", *round_events(*FIRST))
    with (run / "journal.jsonl").open("ab") as file:
        file.write(RoundFinished(at=START, round=1, attempt=2).model_dump_json().encode() + b"\n")
    stored = read_run(run)
    assert (stored.rows, stored.stale, stored.finished) == (rows(FIRST), set(), {1: 1})


@pytest.mark.parametrize("events", [(*FIRST, *SECOND), (*SECOND, *FIRST)])
def test_where_no_line_says_that_a_round_was_begun_its_last_attempt_counts(
    tmp_path: Path, events: tuple[Call, ...]
) -> None:
    run = write(tmp_path / "run", *(event for each in events for event in round_events(each, finished=False)))
    lose(run, "round_started")
    assert read_run(run).rows == rows(SECOND)


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


def test_a_torn_last_line_is_not_believed(run: Path) -> None:
    with (run / "journal.jsonl").open("ab") as file:
        file.write(journal(run)[-2][:-20])
    stored = read_run(run)
    assert (len(stored.rows), stored.corrupt) == (4, {})


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
    stored = read_run(write_rounds(tmp_path / "run", [pair(1)], unfinished=[call(2, 1)], end=False))
    assert (stored.finished, stored.corrupt) == ({1: 1}, {})


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
    run = write_rounds(tmp_path / "run", [], unfinished=[call(1, 1), call(1, 2, Outcome.INTERRUPTED)])
    stored = read_run(run)
    assert stored.interrupted_calls == 1
    assert [each.step for each in stored.rows] == [0]


def test_of_a_round_begun_twice_only_the_finished_attempt_counts(tmp_path: Path) -> None:
    run = write_rounds(tmp_path / "run", [pair(1)], end=False)
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
