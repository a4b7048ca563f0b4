"""Names, and ways to write a file that a crash cannot tear."""

import contextlib
import os
import tempfile
from pathlib import Path

from probe.errors import StoreError

MANIFEST, JOURNAL, ROUNDS, SUMMARY = "manifest.json", "journal.jsonl", "rounds", "summary.json"
GROUP, REPORT, REPORT_HTML = "group.json", "report.md", "report.html"


def round_dir(run: Path, number: int) -> Path:
    """Where a round's files are."""
    return run / ROUNDS / f"{number:04d}"


def write_atomically(path: Path, data: bytes) -> None:
    """Write the whole file or nothing: temporary file, sync, rename, sync of the directory. Mode 0600.

    Raises StoreError.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_directory(path.parent)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error


def sync_directory(path: Path) -> None:
    """Make renames and new names in a directory durable, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int, *, wait: bool) -> None:
    """Lock an open file, until it is closed. Raises BlockingIOError where another has it locked and we do not wait."""
    with contextlib.suppress(ImportError):  # no such locks on Windows
        import fcntl  # noqa: PLC0415

        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
