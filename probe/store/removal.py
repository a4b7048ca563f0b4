"""Removal of a run's or a group's directory, and of nothing else."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.store.files import GROUP, JOURNAL, MANIFEST, RECORDING, lock
from probe.store.group import read_group
from probe.store.journal import read_lines
from probe.store.reader import read_manifest
from probe.store.recorded_reader import is_recording, read_recorded_manifest


def check_removable(path: Path) -> None:
    """Raise UsageError for all that is no directory of a whole run or group, or that a probe is writing."""
    if path.is_symlink():
        raise UsageError("is a link, and is not followed", path=path, remedy="Remove the link itself with rm.")
    if not path.is_dir() or not _is_of_probe(path):
        raise UsageError("is no directory of a run, so it is not removed", path=path)
    if path.parent.name == "arms" and (path.parent.parent / GROUP).exists():
        raise UsageError(
            "is part of a group, whose runs belong together",
            path=path,
            remedy=f"Remove {path.parent.parent} as a whole.",
        )
    with _locked(path):
        pass


def stored_bytes(path: Path) -> int:
    """Return the size of all files in a directory; links count as such, and are not followed."""
    return sum(
        (Path(folder) / name).lstat().st_size for folder, _, names in os.walk(path, onerror=None) for name in names
    )


def remove_run(path: Path) -> None:
    """Remove the directory of a run or group. Raises UsageError for anything else, and StoreError.

    What makes it a run goes last: a removal that was cut short can be begun again.
    """
    check_removable(path)
    marks = {MANIFEST, GROUP, JOURNAL, RECORDING}
    try:
        with _locked(path):
            for child in sorted(path.iterdir(), key=lambda child: child.name in marks):
                if child.is_dir() and not child.is_symlink():
                    shutil.rmtree(child)
                else:
                    child.unlink()
            path.rmdir()
    except OSError as error:
        raise StoreError(f"cannot be removed: {error.strerror}", path=error.filename or path) from error


def _is_of_probe(path: Path) -> bool:
    """Return whether a manifest, a group's file or a journal of ours can be read: others have a manifest.json too."""
    if (path / GROUP).exists():
        return _has_group(path)
    if is_recording(path):
        return _has_recorded_manifest(path)
    return read_manifest(path) is not None or next(read_lines(path), None) is not None


def _has_group(path: Path) -> bool:
    with contextlib.suppress(StoreError):
        return read_group(path) is not None
    return False


def _has_recorded_manifest(path: Path) -> bool:
    with contextlib.suppress(UsageError):
        read_recorded_manifest(path)
        return True
    return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the locks of a run's journals, so that nobody goes on with it. Raises UsageError where another does."""
    with ExitStack() as stack:
        for journal in (path / JOURNAL, path / RECORDING, *path.glob(f"arms/*/{JOURNAL}")):
            if journal.is_file():
                file = stack.enter_context(journal.open("rb"))
                try:
                    lock(file.fileno(), wait=False)
                except BlockingIOError:
                    raise UsageError(
                        "is going on: a probe is writing it", path=path, remedy="Wait for it, or end it with Ctrl-C."
                    ) from None
        yield
