"""Rounds in their order, read in two passes: the same as all calls read at once, however the rounds finished."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from probe.model.events import Event
from probe.model.outcome import Outcome
from probe.store import RunWriter, open_run, read_run, rounds_in_order
from tests.builders import call, manifest, round_events

ROUNDS = 12


def interleaved(rounds: Sequence[Sequence[Event]], chance: random.Random) -> Iterator[Event]:
    """Yield the events of rounds that go on at the same time: each round's in their order, the rounds at random."""
    left = [list(events) for events in rounds]
    while left := [events for events in left if events]:
        yield chance.choice(left[:4]).pop(0)


def write(path: Path, events: Iterator[Event]) -> Path:
    with RunWriter.create(path, manifest(rounds=ROUNDS)) as writer:
        for event in events:
            writer.on_event(event)
    return path


def rounds_at_random(chance: random.Random) -> list[list[Event]]:
    """Return the events of rounds of which some never finish, are interrupted, or are made again."""
    rounds = []
    for number in range(1, ROUNDS + 1):
        ending = chance.choice(["finished", "finished", "finished", "unfinished", "interrupted", "again"])
        last = Outcome.INTERRUPTED if ending == "interrupted" else Outcome.OK
        calls = [call(number, 1), call(number, 2, last)]
        events = list(round_events(*calls, finished=ending in {"finished", "again"}))
        if ending == "again":
            events += round_events(*(each.model_copy(update={"attempt": 2}) for each in calls))
        rounds.append(events)
    return rounds


@pytest.mark.parametrize("seed", range(20))
def test_rounds_come_in_order_whatever_finished_first(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    run = write(tmp_path / "run", interleaved(rounds_at_random(chance), chance))
    whole = read_run(run)
    streamed = open_run(run)
    assert [row for rows in rounds_in_order(streamed) for row in rows] == whole.rows
    assert (streamed.finished, streamed.interrupted_calls, streamed.corrupt) == (
        whole.finished,
        whole.interrupted_calls,
        whole.corrupt,
    )


def test_what_the_journal_lost_comes_in_its_place(tmp_path: Path) -> None:
    events = [list(round_events(call(number, 1), call(number, 2))) for number in range(1, ROUNDS + 1)]
    run = write(tmp_path / "run", (event for of_round in events for event in of_round))
    journal = run / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(line for line in lines if b'"round":3,' not in line) + b"{torn\n")
    streamed = open_run(run)
    assert [rows[0].round for rows in rounds_in_order(streamed)] == list(range(1, ROUNDS + 1))
    assert streamed.corrupt == {"journal.jsonl (lines)": 1}


def test_a_round_is_handed_on_before_the_rest_is_read(tmp_path: Path) -> None:
    events = [list(round_events(call(number, 1), call(number, 2))) for number in range(1, 101)]
    run = write(tmp_path / "run", (event for of_round in events for event in of_round))
    streamed = open_run(run)
    rounds = rounds_in_order(streamed)
    assert next(rounds)[0].round == 1
    assert len(streamed.finished) < 100
