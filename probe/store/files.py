"""Names, and ways to write a file that a crash cannot tear."""

import contextlib
import fcntl
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from probe.errors import StoreError

RUNS = "runs"
"""The directory that holds all runs, below the directory of --out."""
MANIFEST, JOURNAL, ROUNDS, SUMMARY = "manifest.json", "journal.jsonl", "rounds", "summary.json"
RECORDING = "recording.json"
"""The manifest of a recording, which its writer holds a lock on."""
GROUP, REPORT, REPORT_HTML = "group.json", "report.md", "report.html"


def round_dir(run: Path, number: int) -> Path:
    """Return the directory of a round's files."""
    return run / ROUNDS / f"{number:04d}"


def make_directories(path: Path) -> None:
    """Make a directory, and before it those that it is to be in, durably. Raises OSError."""
    for place in reversed((path, *path.parents)):
        if not place.exists():
            place.mkdir(exist_ok=True)
            sync_directory(place.parent)


def make_private_directory(path: Path, inside: str) -> None:
    """Make a directory that is new and that nobody else may read, with another inside. Raises OSError.

    What is inside is durable with the first file that is written there atomically.
    """
    make_directories(path.parent)
    path.mkdir(mode=0o700)
    (path / inside).mkdir()
    sync_directory(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write the whole file or nothing: temporary file, sync, rename, sync of the directory. Mode 0600.

    Raises StoreError.
    """
    with _store_errors(path):
        replace_file(path, [data], 0o600)
        sync_directory(path.parent)


def write_file(path: Path, data: bytes) -> None:
    """Write a file of mode 0600, which is durable once it and its directory are synced. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def sync_files(directory: Path, names: Iterable[str]) -> None:
    """Make files durable, and their names in their directory. Raises OSError."""
    for name in names:
        descriptor = os.open(directory / name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_directory(directory)


def write_output(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write where a user wants it: whole or not at all too, but with the mode that any program's file has.

    What is large may come in parts.

    A symbolic link stays and its target is written; a file keeps its mode; a pipe or a device is written to. Raises
    StoreError.
    """
    parts = [data] if isinstance(data, bytes) else data
    with _store_errors(path):
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                stream.writelines(parts)
            return
        place = Path(os.path.realpath(path))
        replace_file(place, parts, stat.S_IMODE(place.stat().st_mode) if place.exists() else None)
        sync_directory(place.parent)


def replace_file(path: Path, parts: Iterable[bytes], mode: int | None) -> None:
    """Put a new file in the place of an old one, durable once its directory is synced. Raises OSError.

    Without a mode it has the system's default.
    """
    new = path.with_name(f".probe-{uuid.uuid4().hex}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if mode is not None else 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


@contextmanager
def _store_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error


def append_line(descriptor: int, line: bytes, *, sync: bool) -> None:
    """Add the whole line to an open file, or nothing of it; durably where asked for. Raises OSError."""
    size = os.fstat(descriptor).st_size
    try:
        rest = line
        while rest:  # a disk that is nearly full takes a part
            rest = rest[os.write(descriptor, rest) :]
        if sync:
            os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


def sync_directory(path: Path) -> None:
    """Make renames and new names in a directory durable, where the system can and we may read it."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int, *, wait: bool) -> None:
    """Lock an open file, until it is closed. Raises BlockingIOError where another has it locked and we do not wait."""
    fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_being_written(run: Path) -> bool:
    """Return True where another process holds the lock of this run's journal, or of this recording."""
    locked = RECORDING if (run / RECORDING).exists() else JOURNAL
    try:
        with (run / locked).open("rb") as file:
            lock(file.fileno(), wait=False)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
