"""Helpers."""

from pathlib import Path

from probe.model.row import row_of
from tests.builders import call

CALLS = [call(number, position, wall_ms=1000.0 * number + position) for number in (1, 2) for position in (1, 2)]
ROWS = [row_of(each) for each in CALLS]
LOST_LINE = {"journal.jsonl (lines)": 1}


def journal(two_rounds: Path) -> list[bytes]:
    return (two_rounds / "journal.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(two_rounds: Path, lines: list[bytes]) -> None:
    (two_rounds / "journal.jsonl").write_bytes(b"".join(lines))
