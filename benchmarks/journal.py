"""Journals of any size, made from the lines of a real run, so that reading it can be measured."""

import re
from collections.abc import Iterator
from pathlib import Path

_HERE = b"\0"
_ROUND = re.compile(rb'"round":\d+')


def _rounds(lines: list[bytes]) -> list[list[bytes]]:
    """Return the lines of each finished round of a journal."""
    rounds: list[list[bytes]] = []
    current: list[bytes] = []
    for line in lines:
        if b'"event":"round_started"' in line:
            current = []
        current.append(line)
        if b'"event":"round_finished"' in line:
            rounds.append(current)
    return rounds


def multiplied(lines: list[bytes], rounds: int) -> Iterator[bytes]:
    """Yield the journal's rounds again and again under new numbers, `rounds` in all."""
    found = _rounds(lines)
    templates = [[_ROUND.sub(b'"round":' + _HERE, line) for line in each] for each in found]
    yield lines[0]
    for number in range(1, rounds + 1):
        for template in templates[(number - 1) % len(templates)]:
            yield template.replace(_HERE, b"%d" % number)
    yield lines[-1]


def write_multiplied(source: Path, destination: Path, rounds: int) -> None:
    """Write a run directory with `rounds` rounds like those of `source`; only the number in its manifest changes."""
    destination.mkdir()
    manifest = (source / "manifest.json").read_text()
    (destination / "manifest.json").write_text(re.sub(r'"rounds": \d+', f'"rounds": {rounds}', manifest))
    lines = (source / "journal.jsonl").read_bytes().splitlines(keepends=True)
    with (destination / "journal.jsonl").open("wb", buffering=1 << 20) as file:
        file.writelines(multiplied(lines, rounds))
