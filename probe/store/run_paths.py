"""Choose the directory of a new run."""

import threading
from pathlib import Path

_taken_paths: set[Path] = set()
"""Paths that runs of this process have taken: a directory exists only once its writer is opened."""
_taking = threading.Lock()


def free_path(path: Path) -> Path:
    """Return this path, or the first of `…-2`, `…-3` that is not taken: two runs may begin in one second."""
    candidate, number = path, 2
    with _taking:
        while candidate in _taken_paths or candidate.exists():
            candidate = path.with_name(f"{path.name}-{number}")
            number += 1
        _taken_paths.add(candidate)
    return candidate
