"""Journals and summaries, damaged, edited, doubled or shuffled: the rest is read, each step of a round once."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probe.model.choices import EndReason
from probe.model.events import RunFinished, RunStarted
from probe.model.row import row_of
from probe.store import RunWriter, read_calls, read_run
from tests.builders import START, call, manifest, round_events

CALLS = [call(number, position, wall_ms=1000.0 * number + position) for number in (1, 2) for position in (1, 2)]
ROWS = [row_of(each) for each in CALLS]
LOST_LINE = {"journal.jsonl (lines)": 1}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    with RunWriter.create(tmp_path / "run", manifest()) as writer:
        writer.on_event(RunStarted(at=START, rounds_to_do=2))
        for number in (1, 2):
            for event in round_events(*(each for each in CALLS if each.round == number)):
                writer.on_event(event)
        writer.on_event(RunFinished(at=START, reason=EndReason.COMPLETED))
    return tmp_path / "run"


def journal(run: Path) -> list[bytes]:
    return (run / "journal.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(run: Path, lines: list[bytes]) -> None:
    (run / "journal.jsonl").write_bytes(b"".join(lines))


def place_of(lines: list[bytes], event: str, number: int, step: int | None = None) -> int:
    for place, line in enumerate(lines):
        said = json.loads(line)
        of = said.get("call", said)
        if said["event"] == event and of.get("round") == number and step in {None, of.get("step")}:
            return place
    raise LookupError(event)


def change_call(run: Path, change: Callable[[dict[str, Any]], object], **dumps: Any) -> None:
    """Change the record of round 1, call 2 in the journal; its round's summary is left as it is."""
    lines = journal(run)
    place = place_of(lines, "call_finished", 1, 1)
    said = json.loads(lines[place])
    change(said["call"])
    lines[place] = json.dumps(said, **dumps).encode() + b"\n"
    rewrite(run, lines)


@pytest.mark.parametrize(
    "line",
    [
        b'{"event":"\xff"}\n',
        b'{"\xff":1}\n',
        b'{"event":"call_finished","call":{"label":"\xed\xa0\x80"}}\n',
        b'{"event":"run_finished","reason":"\\ud800"}\n',
        b'{"event":"run_finished","reason":"of a newer probe"}\n',
        b'{"event":"of_a_newer_probe","round":1}\n',
        b'{"event":"round_started","round":-1,"attempt":1}\n',
        b'{"event":"round_started","round":1e308,"attempt":1}\n',
        b'{"event":"round_started","round":' + b"9" * 5000 + b',"attempt":1}\n',
        b'{"event":"round_started","round":1,"attempt":NaN}\n',
        b"[" * 100_000 + b"\n",
        b'{"event":' + b'{"a":' * 100_000 + b"\n",
        b"\x00" * 70_000 + b"\n",
        b"x" * (17 << 20) + b"\n",
    ],
)
def test_a_line_that_is_damaged_is_counted_and_the_rest_is_read(run: Path, line: bytes) -> None:
    for place in (0, 3, 13):
        lines = journal(run)
        rewrite(run, [*lines[:place], line, *lines[place:]])
        stored = read_run(run)
        assert (stored.corrupt, stored.rows, stored.interrupted_calls) == (LOST_LINE, ROWS, 0)
        assert stored.end is EndReason.COMPLETED
        assert read_calls(run, [1]) == CALLS[:2]
        rewrite(run, lines)


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
def test_what_no_call_can_be_is_damage_and_the_summary_serves(run: Path, change: Callable[[Any], object]) -> None:
    change_call(run, change)
    stored = read_run(run)
    assert (stored.corrupt, stored.rows) == (LOST_LINE, ROWS)
    assert stored.to_do(2) == []
    assert read_calls(run, [1]) == CALLS[:2]


@pytest.mark.parametrize("place", range(13))
def test_a_doubled_line_changes_nothing(run: Path, place: int) -> None:
    whole, lines = read_run(run), journal(run)
    for at in (0, place, len(lines)):
        rewrite(run, [*lines[:at], lines[place], *lines[at:]])
        stored = read_run(run)
        assert (stored.rows, stored.finished, stored.stale) == (ROWS, whole.finished, set()), at
        assert (stored.interrupted_calls, stored.corrupt) == (0, {})


def test_a_journal_of_many_blocks_is_read_whole(run: Path) -> None:
    lines = journal(run)
    padding = b'{"event":"round_prepared","x":"' + b"x" * 1000 + b'"}\n'
    for place in (0, 3, 4, 13):
        for count in (60, 66, 500):  # some before, at and behind the end of what is read at a time
            rewrite(run, [*lines[:place], *[padding] * count, *lines[place:]])
            (run / "rounds").rename(run / "aside")  # so that nothing is taken from the summaries
            stored = read_run(run)
            assert (stored.rows, stored.corrupt, stored.end) == (ROWS, {}, EndReason.COMPLETED), (place, count)
            assert read_calls(run, [2]) == CALLS[2:]
            (run / "aside").rename(run / "rounds")


def test_empty_lines_are_no_damage(run: Path) -> None:
    rewrite(run, [b"\n", *journal(run)[:3], b" \r\n", b"damaged\n", *journal(run)[3:]])
    stored = read_run(run)
    assert (stored.rows, stored.corrupt) == (ROWS, LOST_LINE)


def test_a_doubled_journal_changes_nothing(run: Path) -> None:
    rewrite(run, journal(run) * 3)
    stored = read_run(run)
    assert (stored.rows, stored.stale, stored.corrupt, stored.interrupted_calls) == (ROWS, set(), {}, 0)


def test_the_order_of_lines_does_not_matter(run: Path) -> None:
    lines = journal(run)
    place = place_of(lines, "call_finished", 1, 1)
    for shuffled in (
        lines[::-1],
        sorted(lines),
        [lines[place], *lines],
        [*lines[:place], *lines[place + 1 :], lines[place]],
    ):
        rewrite(run, shuffled)
        stored = read_run(run)
        assert (stored.rows, sorted(stored.finished), stored.corrupt) == (ROWS, [1, 2], {})


def test_without_a_manifest_labels_are_still_names(run: Path) -> None:
    (run / "manifest.json").unlink()
    change_call(run, lambda call: call.update(label="../x"))
    assert read_run(run).rows == [ROWS[0], *ROWS[2:]]


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
def test_a_summary_that_tells_of_something_else_is_counted(run: Path, change: Callable[[Any], object]) -> None:
    change_call(run, lambda call: call.update(wall_ms=-1.0))
    path = run / "rounds/0001/summary.json"
    content = json.loads(path.read_text())
    change(content["probe"])
    path.write_text(json.dumps(content))
    stored = read_run(run)
    assert stored.corrupt == {"journal.jsonl (lines)": 1, "rounds/0001": 1}
    assert stored.rows == ROWS[2:]
    assert [each.number for each in stored.to_do(2)] == [1]


def test_a_summary_that_says_a_call_twice_says_it_once(run: Path) -> None:
    change_call(run, lambda call: call.update(wall_ms=-1.0))
    path = run / "rounds/0001/summary.json"
    content = json.loads(path.read_text())
    content["probe"]["calls"] *= 2
    path.write_text(json.dumps(content))
    assert read_run(run).rows == ROWS


def test_directories_that_only_look_like_rounds_are_passed_over(run: Path) -> None:
    for name in ("²", "٣", "1²", "1٣", "0001.1", "1"):
        (run / "rounds" / name).mkdir()
    (run / "rounds" / "2 ").write_text("")
    rewrite(run, journal(run)[:1])
    assert read_run(run).rows == ROWS


def test_a_line_without_an_end_takes_little_memory(run: Path) -> None:
    with (run / "journal.jsonl").open("ab") as file:
        for _ in range(100):
            file.write(b"x" * (1 << 20))
    tracemalloc.start()
    stored = read_run(run)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.rows == ROWS
    assert peak < 60 << 20
