"""The names of a recording's files: `exchanges-0001.jsonl`, and bodies in `bodies-0001/000042.request`."""

import re
from pathlib import Path

_SEGMENT = re.compile(r"exchanges-([0-9]{4,9})\.jsonl")


def segment_path(recording: Path, number: int) -> Path:
    """Return a file of events."""
    return recording / f"exchanges-{number:04d}.jsonl"


def segment_numbers(recording: Path) -> list[int]:
    """Return the numbers of the files of events that are there, in order. Raises OSError."""
    found = (_SEGMENT.fullmatch(path.name) for path in recording.iterdir())
    return sorted(int(match[1]) for match in found if match)


def bodies_path(recording: Path, segment: int, sequence: int, kind: str) -> Path:
    """Return the file of a body; `kind` is `request` or `response`."""
    return recording / f"bodies-{segment:04d}" / f"{sequence:06d}.{kind}"
