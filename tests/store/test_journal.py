"""The lines of a journal, whatever is wrong with some of them."""

import tracemalloc
from pathlib import Path

import pytest

from probe.model.choices import EndReason
from probe.store import read_calls, read_run
from tests.store.damaged_run import CALLS, LOST_LINE, ROWS, journal, rewrite


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
def test_a_line_that_is_damaged_is_counted_and_the_rest_is_read(two_rounds: Path, line: bytes) -> None:
    for place in (0, 3, 13):
        lines = journal(two_rounds)
        rewrite(two_rounds, [*lines[:place], line, *lines[place:]])
        stored = read_run(two_rounds)
        assert (stored.corrupt, stored.rows, stored.interrupted_calls) == (LOST_LINE, ROWS, 0)
        assert stored.end is EndReason.COMPLETED
        assert read_calls(two_rounds, [1]) == CALLS[:2]
        rewrite(two_rounds, lines)


def test_a_journal_of_many_blocks_is_read_whole(two_rounds: Path) -> None:
    lines = journal(two_rounds)
    padding = b'{"event":"round_prepared","x":"' + b"x" * 1000 + b'"}\n'
    for place in (0, 3, 4, 13):
        for count in (60, 66, 500):  # some before, at and behind the end of what is read at a time
            rewrite(two_rounds, [*lines[:place], *[padding] * count, *lines[place:]])
            (two_rounds / "rounds").rename(two_rounds / "aside")  # so that nothing is taken from the summaries
            stored = read_run(two_rounds)
            assert (stored.rows, stored.corrupt, stored.end) == (ROWS, {}, EndReason.COMPLETED), (place, count)
            assert read_calls(two_rounds, [2]) == CALLS[2:]
            (two_rounds / "aside").rename(two_rounds / "rounds")


def test_empty_lines_are_no_damage(two_rounds: Path) -> None:
    rewrite(two_rounds, [b"\n", *journal(two_rounds)[:3], b" \r\n", b"damaged\n", *journal(two_rounds)[3:]])
    stored = read_run(two_rounds)
    assert (stored.rows, stored.corrupt) == (ROWS, LOST_LINE)


def test_a_line_without_an_end_takes_little_memory(two_rounds: Path) -> None:
    with (two_rounds / "journal.jsonl").open("ab") as file:
        for _ in range(100):
            file.write(b"x" * (1 << 20))
    tracemalloc.start()
    stored = read_run(two_rounds)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.rows == ROWS
    assert peak < 60 << 20
