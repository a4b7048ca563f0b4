"""Rounds that were begun more than once: the last finished attempt counts, whole, and nothing of another."""

import json
import shutil
from pathlib import Path

import pytest

from probe.model.call import Call
from probe.model.events import CallStarted, Event, RoundFinished, RoundStarted
from probe.model.outcome import Outcome
from probe.model.row import Row, row_of
from probe.model.run_manifest import RoundToDo
from probe.store import RunWriter, iterate_rounds, open_run, read_calls, read_run
from tests.builders import START, call, manifest, round_events

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
