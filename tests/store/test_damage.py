"""Journals and summaries, damaged, edited, doubled or shuffled: the rest is read, each step of a round once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probe.store import read_calls, read_run
from tests.store.damaged_run import CALLS, LOST_LINE, ROWS, journal, rewrite


def place_of(lines: list[bytes], event: str, number: int, step: int | None = None) -> int:
    for place, line in enumerate(lines):
        said = json.loads(line)
        of = said.get("call", said)
        if said["event"] == event and of.get("round") == number and step in {None, of.get("step")}:
            return place
    raise LookupError(event)


def change_call(two_rounds: Path, change: Callable[[dict[str, Any]], object], **dumps: Any) -> None:
    """Change the record of round 1, call 2 in the journal; its round's summary is left as it is."""
    lines = journal(two_rounds)
    place = place_of(lines, "call_finished", 1, 1)
    said = json.loads(lines[place])
    change(said["call"])
    lines[place] = json.dumps(said, **dumps).encode() + b"\n"
    rewrite(two_rounds, lines)


@pytest.mark.parametrize(
    "change",
    [
        lambda call: call.update(wall_ms=-1.0),
        lambda call: call.update(wall_ms=1e308),
        lambda call: call.update(timeout_ms=float("inf")),
        lambda call: call.update(idle_before_ms=float("nan")),
        lambda call: call.update(started_at="0001-01-01T00:00:00+14:00"),
        lambda call: call.update(started_at="9999-12-31T23:59:59-14:00"),
        lambda call: call.update(started_at="2026-11-21T07:30:00"),
        lambda call: call.update(started_at="2026-13-41T07:30:00Z"),
        lambda call: call.update(step=2),
        lambda call: call.update(step=0),
        lambda call: call.update(step=10**30),
        lambda call: call.update(label="../../../etc/passwd"),
        lambda call: call.update(label="call1"),
        lambda call: call.update(label="x" * 300),
        lambda call: call.update(attempt=0),
        lambda call: call.update(round=2**40),
        lambda call: call["diagnosis"].update(outcome="of_a_newer_probe"),
        lambda call: call["diagnosis"].update(flags=["of_a_newer_probe"]),
        lambda call: call["client"].update(wait_ms=1e300),
        lambda call: call.pop("label"),
        lambda call: call.update(diagnosis="[" * 5000),
    ],
)
def test_what_no_call_can_be_is_damage_and_the_summary_serves(
    two_rounds: Path, change: Callable[[Any], object]
) -> None:
    change_call(two_rounds, change)
    stored = read_run(two_rounds)
    assert (stored.corrupt, stored.rows) == (LOST_LINE, ROWS)
    assert stored.to_do(2) == []
    assert read_calls(two_rounds, [1]) == CALLS[:2]


@pytest.mark.parametrize("place", range(13))
def test_a_doubled_line_changes_nothing(two_rounds: Path, place: int) -> None:
    whole, lines = read_run(two_rounds), journal(two_rounds)
    for at in (0, place, len(lines)):
        rewrite(two_rounds, [*lines[:at], lines[place], *lines[at:]])
        stored = read_run(two_rounds)
        assert (stored.rows, stored.finished, stored.stale) == (ROWS, whole.finished, set()), at
        assert (stored.interrupted_calls, stored.corrupt) == (0, {})


def test_a_doubled_journal_changes_nothing(two_rounds: Path) -> None:
    rewrite(two_rounds, journal(two_rounds) * 3)
    stored = read_run(two_rounds)
    assert (stored.rows, stored.stale, stored.corrupt, stored.interrupted_calls) == (ROWS, set(), {}, 0)


def test_the_order_of_lines_does_not_matter(two_rounds: Path) -> None:
    lines = journal(two_rounds)
    place = place_of(lines, "call_finished", 1, 1)
    for shuffled in (
        lines[::-1],
        sorted(lines),
        [lines[place], *lines],
        [*lines[:place], *lines[place + 1 :], lines[place]],
    ):
        rewrite(two_rounds, shuffled)
        stored = read_run(two_rounds)
        assert (stored.rows, sorted(stored.finished), stored.corrupt) == (ROWS, [1, 2], {})


def test_without_a_manifest_labels_are_still_names(two_rounds: Path) -> None:
    (two_rounds / "manifest.json").unlink()
    change_call(two_rounds, lambda call: call.update(label="../x"))
    assert read_run(two_rounds).rows == [ROWS[0], *ROWS[2:]]


@pytest.mark.parametrize(
    "change",
    [
        lambda probe: probe["calls"][1].update(round=2),
        lambda probe: probe["calls"][1].update(label="elsewhere"),
        lambda probe: probe["calls"][1].update(wall_ms=1e308),
        lambda probe: probe.update(attempt=10**30),
        lambda probe: probe.update(calls=3),
    ],
)
def test_a_summary_that_tells_of_something_else_is_counted(two_rounds: Path, change: Callable[[Any], object]) -> None:
    change_call(two_rounds, lambda call: call.update(wall_ms=-1.0))
    path = two_rounds / "rounds/0001/summary.json"
    content = json.loads(path.read_text())
    change(content["probe"])
    path.write_text(json.dumps(content))
    stored = read_run(two_rounds)
    assert stored.corrupt == {"journal.jsonl (lines)": 1, "rounds/0001": 1}
    assert stored.rows == ROWS[2:]
    assert [each.number for each in stored.to_do(2)] == [1]


def test_a_summary_that_says_a_call_twice_says_it_once(two_rounds: Path) -> None:
    change_call(two_rounds, lambda call: call.update(wall_ms=-1.0))
    path = two_rounds / "rounds/0001/summary.json"
    content = json.loads(path.read_text())
    content["probe"]["calls"] *= 2
    path.write_text(json.dumps(content))
    assert read_run(two_rounds).rows == ROWS


def test_directories_that_only_look_like_rounds_are_passed_over(two_rounds: Path) -> None:
    for name in ("²", "٣", "1²", "1٣", "0001.1", "1"):
        (two_rounds / "rounds" / name).mkdir()
    (two_rounds / "rounds" / "2 ").write_text("")
    rewrite(two_rounds, journal(two_rounds)[:1])
    assert read_run(two_rounds).rows == ROWS
