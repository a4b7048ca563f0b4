"""The spool of a vantage: which attempts at rounds were begun there, and the events of those that were finished.

<spool>/lock                          held by the one worker that uses the spool
<spool>/id                            by which a worker with this spool is found again
<spool>/runs/<run>/begun              a line for each attempt, synced before the round
<spool>/runs/<run>/<round>.events     a finished round, until the coordinator has stored it

An attempt that is begun and not finished is never made again: nobody knows what it has sent.
"""

import fcntl
import os
import shutil
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from probe.errors import StoreError, UsageError
from probe.store.files import append_line, make_directories, sync_directory, write_atomically

_MOST_AGE_S = 60 * 86400
"""The age at which a run that nobody came back for is removed."""


class RoundAttempt(NamedTuple):
    """An attempt at a round of an arm."""

    arm: str
    number: int
    attempt: int

    @property
    def line(self) -> str:
        """The attempt as a line of text."""
        return f"{self.arm} {self.number} {self.attempt}"


class Spool:
    """The spool in a directory, which is made where there is none. Raises UsageError where a worker uses it already."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._begun: dict[str, set[str]] = {}
        try:
            make_directories(path.parent)
            path.mkdir(mode=0o700, exist_ok=True)
            (path / "runs").mkdir(mode=0o700, exist_ok=True)
            self._descriptor = os.open(path / "lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"cannot be used as a spool: {error.strerror}", path=path, key="--spool") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise UsageError(
                "another worker uses this spool", path=path, key="--spool", remedy="End it, or name another directory."
            ) from None
        self.id = self._read_id()
        self._remove_old()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def begin(self, run: str, attempt: RoundAttempt) -> bool:
        """Mark an attempt as begun, durably. Return False where it is begun already. Raises StoreError."""
        with self._lock:
            begun = self._begun_of(run)
            if attempt.line in begun:
                return False
            begun.add(attempt.line)
            self._append(run, attempt.line)
            return True

    def finish(self, run: str, attempt: RoundAttempt, events: bytes) -> None:
        """Keep the events of an attempt, durably. Raises StoreError."""
        write_atomically(self._file(run, attempt), events)

    def finished(self, run: str, attempt: RoundAttempt) -> bytes | None:
        """Return the events of an attempt that was finished; None for any other."""
        try:
            return self._file(run, attempt).read_bytes()
        except FileNotFoundError:
            return None

    def forget_events(self, run: str, attempt: RoundAttempt) -> None:
        """Remove the events of an attempt, which are stored elsewhere; that it was begun is not forgotten."""
        self._file(run, attempt).unlink(missing_ok=True)

    def forget_run(self, run: str) -> None:
        """Remove all of a run."""
        with self._lock:
            self._begun.pop(run, None)
            shutil.rmtree(self._folder(run), ignore_errors=True)

    def _begun_of(self, run: str) -> set[str]:
        if run not in self._begun:
            folder = self._folder(run)
            journal = folder / "begun"
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                sync_directory(folder.parent)
                text = journal.read_text() if journal.exists() else ""
            except OSError as error:
                raise StoreError(f"cannot be written: {error.strerror}", path=folder) from error
            whole = text[: text.rfind("\n") + 1]
            if whole != text:  # a crash tore the last line: its round was not begun
                write_atomically(journal, whole.encode())
            self._begun[run] = set(whole.splitlines())
        return self._begun[run]

    def _append(self, run: str, line: str) -> None:
        journal = self._folder(run) / "begun"
        is_new = not journal.exists()
        try:
            descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                append_line(descriptor, f"{line}\n".encode(), sync=True)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror}", path=journal) from error
        if is_new:
            sync_directory(journal.parent)

    def _folder(self, run: str) -> Path:
        if "/" in run or run.startswith("."):
            raise ValueError(f"{run!r} is no name of a run")
        return self.path / "runs" / run

    def _file(self, run: str, attempt: RoundAttempt) -> Path:
        return self._folder(run) / f"{attempt.line.replace('/', '_').replace(' ', '-')}.events"

    def _read_id(self) -> str:
        place = self.path / "id"
        if not place.exists():
            write_atomically(place, uuid.uuid4().hex.encode())
        return place.read_text()

    def _remove_old(self) -> None:
        oldest_s = time.time() - _MOST_AGE_S
        for folder in (self.path / "runs").iterdir():
            if folder.stat().st_mtime < oldest_s:
                shutil.rmtree(folder, ignore_errors=True)
