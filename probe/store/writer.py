"""The writer of a run, which keeps every event as it happens."""

import json
import os
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.errors import StoreError, UsageError
from probe.model.events import CallFinished, Event, RoundFinished, RoundPrepared, RoundStarted
from probe.model.run_manifest import Manifest
from probe.store.files import (
    JOURNAL,
    MANIFEST,
    ROUNDS,
    SUMMARY,
    append_line,
    lock,
    make_private_directory,
    round_dir,
    sync_directory,
    write_atomically,
)
from probe.store.round_summary import body_names, exchanges_name, round_summary, stderr_name, stdout_name

_BLOCK = 1 << 16


class RunWriter:
    """An observer that keeps every event. Holds a lock on the journal, so that a run has one writer.

    Use `create` for a new run and `reopen` for one to go on with. Raises StoreError when the disk fails.
    """

    def __init__(self, path: Path, manifest: Manifest, descriptor: int) -> None:
        self.path = path
        self.manifest = manifest
        self._descriptor = descriptor
        self._calls: dict[int, list[CallFinished]] = defaultdict(list)
        self._config_dirs: dict[int, str | None] = {}

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> Self:
        """Make a new run directory and its parents; it must not exist. Raises StoreError."""
        try:
            make_private_directory(path, ROUNDS)
        except FileExistsError:
            raise StoreError("exists already", path=path, remedy="Wait a second, or name another --out.") from None
        except OSError as error:
            raise StoreError(
                f"cannot be made: {error.strerror}", path=path, remedy="Name a directory that you may write: --out DIR."
            ) from error
        return cls.reopen(path, manifest)

    @classmethod
    def reopen(cls, path: Path, manifest: Manifest) -> Self:
        """Open a run to go on with; a last line that a crash tore is cut off. Raises UsageError and StoreError."""
        descriptor = _open_journal(path)
        _cut_torn_line(path / JOURNAL)
        write_atomically(path / MANIFEST, (manifest.model_dump_json(indent=2) + "\n").encode())
        return cls(path, manifest, descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the lock back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def on_event(self, event: Event) -> None:
        """Keep an event: files first, then the line in the journal that says they are complete."""
        try:
            match event:
                case RoundStarted():
                    self._begin(event)
                case RoundPrepared():
                    self._config_dirs[event.round] = event.config_dir
                case CallFinished():
                    self._keep_output(event)
                    self._calls[event.call.round].append(event)
                case RoundFinished():
                    self._summarise(event)
                case _:
                    pass
            append_line(self._descriptor, event.model_dump_json().encode() + b"\n", sync=True)
        except OSError as error:
            raise StoreError(f"cannot be written: {error.strerror}", path=self.path) from error

    def _begin(self, event: RoundStarted) -> None:
        place = round_dir(self.path, event.round)
        if place.exists():
            place.rename(_free_name(place))
        place.mkdir()
        sync_directory(place.parent)
        self._calls.pop(event.round, None)

    def _keep_output(self, event: CallFinished) -> None:
        place = round_dir(self.path, event.call.round)
        outputs = ((stdout_name(event.call.label), event.stdout), (stderr_name(event.call.label), event.stderr))
        for name, data in outputs:
            write_atomically(place / name, data)
        if event.exchanges is not None:
            lines = b"".join(each.model_dump_json().encode() + b"\n" for each in event.exchanges)
            write_atomically(place / exchanges_name(event.call.label), lines)
        for sequence, request, response in event.bodies:
            for name, body in zip(body_names(event.call.label, sequence), (request, response), strict=True):
                write_atomically(place / name, body)

    def _summarise(self, event: RoundFinished) -> None:
        finished = self._calls.pop(event.round, [])
        config_dir = self._config_dirs.pop(event.round, None)
        if finished:
            place = round_dir(self.path, event.round)
            content = round_summary(self.manifest, place, event.round, event.attempt, finished, config_dir)
            text = json.dumps(content, indent=2, ensure_ascii=False)
            write_atomically(place / SUMMARY, text.encode("utf-8", "replace") + b"\n")


def _open_journal(path: Path) -> int:
    journal = path / JOURNAL
    try:
        descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"cannot be opened: {error.strerror}", path=journal) from error
    try:
        lock(descriptor, wait=False)
    except BlockingIOError:
        os.close(descriptor)
        raise UsageError("another probe is writing this run", path=path, remedy="Wait for it to end.") from None
    return descriptor


def _cut_torn_line(journal: Path) -> None:
    """Cut off what stands behind the last line break, looked for from the end."""
    with journal.open("r+b") as file:
        size = start = file.seek(0, os.SEEK_END)
        whole = 0
        while start and not whole:
            end, start = start, max(0, start - _BLOCK)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            whole = start + newline + 1 if newline >= 0 else 0
        if whole < size:
            file.truncate(whole)
            os.fsync(file.fileno())


def _free_name(place: Path) -> Path:
    number = 1
    while (moved := place.with_name(f"{place.name}.{number}")).exists():
        number += 1
    return moved
