"""The nights that were kept: one file in a directory, a line a night, oldest first."""

import json
import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from probe.errors import StoreError, UsageError
from probe.model.base_models import SCHEMA_VERSION
from probe.model.night import Night
from probe.store.files import lock, make_directories, write_atomically

NIGHTS = "nights.jsonl"
_LOCK = "nights.lock"


@dataclass(frozen=True, slots=True)
class History:
    """The nights that could be read, oldest first; `corrupt` counts the lines that could not."""

    nights: tuple[Night, ...] = ()
    corrupt: int = 0


def read_history(folder: Path) -> History:
    """Read a history; an empty one where there is none. Raises UsageError for lines of a newer probe, StoreError."""
    path = folder / NIGHTS
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return History()
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=path) from error
    nights, corrupt = [], 0
    for number, line in enumerate(data.splitlines(), start=1):
        _refuse_newer(path, number, line)
        try:
            nights.append(Night.model_validate_json(line))
        except ValidationError:
            corrupt += bool(line.strip())
    return History(tuple(nights), corrupt)


@dataclass(frozen=True, slots=True)
class Keep:
    """The number of nights kept of each series; `series` names the one that a night belongs to."""

    nights: int
    series: Callable[[Night], Hashable]

    def newest(self, lines: Sequence[bytes]) -> list[bytes]:
        """Return the lines that stay, in order; those that cannot be read are a series of their own."""
        counts: Counter[Hashable] = Counter()
        kept = []
        for line in reversed(lines):
            series = self._series(line)
            counts[series] += 1
            if counts[series] <= self.nights:
                kept.append(line)
        return kept[::-1]

    def _series(self, line: bytes) -> Hashable:
        try:
            return self.series(Night.model_validate_json(line))
        except ValidationError:
            return None


def append_nights(folder: Path, *nights: Night, keep: Keep | None = None) -> None:
    """Add nights, whole or not at all, and drop those that need not stay. Raises StoreError."""
    path = prepare_history(folder)
    try:
        with _locked(folder):
            before = path.read_bytes().splitlines() if path.exists() else []
            lines = [line for line in before if line.strip()] + [night.model_dump_json().encode() for night in nights]
            write_atomically(path, b"\n".join(keep.newest(lines) if keep else lines) + b"\n")
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error


def prepare_history(folder: Path) -> Path:
    """Make the directory and see that it can be written. Returns the file's path; raises StoreError."""
    try:
        make_directories(folder)
        (folder / _LOCK).touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"cannot be written: {error.strerror}",
            path=folder,
            remedy="Name a directory that you may write: --history DIR.",
        ) from error
    return folder / NIGHTS


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the history's lock; it is let go when the file is closed."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _refuse_newer(path: Path, number: int, line: bytes) -> None:
    """Raise UsageError for a line of a newer schema, whose keys may mean anything."""
    try:
        version = json.loads(line)["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise UsageError(
            f"was written by a newer probe (schema {version}; this one knows {SCHEMA_VERSION})",
            path=path,
            line=number,
            remedy="Upgrade probe.",
        )
