"""The writer of a run, which keeps every event as it happens."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.errors import StoreError, UsageError
from probe.model.events import (
    CallFinished,
    Event,
    RoundFinished,
    RoundPrepared,
    RoundStarted,
    RunFinished,
    RunStarted,
)
from probe.model.run_manifest import Manifest
from probe.store.event_lines import event_line
from probe.store.files import (
    JOURNAL,
    MANIFEST,
    ROUNDS,
    SUMMARY,
    append_line,
    lock,
    make_private_directory,
    replace_file,
    round_dir,
    sync_directory,
    sync_files,
    write_atomically,
    write_file,
)
from probe.store.round_files import lasting_files, passing_files
from probe.store.round_summary import round_summary

_BLOCK = 1 << 16


@dataclass(slots=True)
class _OpenRound:
    """A round that has not finished: its calls, and the names of their files, by whether they stay."""

    config_dir: str | None = None
    calls: list[CallFinished] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)


class RunWriter:
    """An observer that keeps every event. Holds a lock on the journal, so that a run has one writer.

    Use `create` for a new run and `reopen` for one to go on with. Raises StoreError when the disk fails.
    """

    def __init__(self, path: Path, manifest: Manifest, descriptor: int) -> None:
        self.path = path
        self.manifest = manifest
        self._descriptor = descriptor
        self._open: defaultdict[int, _OpenRound] = defaultdict(_OpenRound)
        self._ended: list[RoundFinished] = []

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
        """Give the lock back, once what was taken is kept."""
        if self._descriptor < 0:
            return
        try:
            self.flush()
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def on_event(self, event: Event) -> None:
        """Keep an event. What a finished round has left is durable before the journal says that it finished."""
        self.take(event)
        self.flush()

    def take(self, event: Event) -> None:
        """Keep an event; the end of a round with the next `flush`, which makes those of many durable at once."""
        if isinstance(event, RoundFinished):
            self._ended.append(event)
            return
        if isinstance(event, RunFinished):
            self.flush()
        self._keep(event)

    def flush(self) -> None:
        """Make the rounds durable that have ended, and have the journal say so."""
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            for event in ended:
                self._finish(event)
            sync_directory(self.path / ROUNDS)
            append_line(self._descriptor, b"".join(map(event_line, ended)), sync=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def _keep(self, event: Event) -> None:
        try:
            match event:
                case RoundStarted():
                    self._begin(event)
                case RoundPrepared():
                    self._open[event.round].config_dir = event.config_dir
                case CallFinished():
                    self._keep_call(event)
                case RunFinished():
                    self._keep_unfinished()
                case _:
                    pass
            is_durable = isinstance(event, RunStarted | RunFinished)
            append_line(self._descriptor, event_line(event), sync=is_durable)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(f"cannot be written: {error.strerror}", path=self.path)

    def _begin(self, event: RoundStarted) -> None:
        place = round_dir(self.path, event.round)
        if place.exists():
            place.rename(_free_name(place))
        place.mkdir()
        self._open.pop(event.round, None)

    def _keep_call(self, event: CallFinished) -> None:
        place, options = round_dir(self.path, event.call.round), self.manifest.options
        kept = self._open[event.call.round]
        for names, files in ((kept.passing, passing_files), (kept.lasting, lasting_files)):
            for name, data in files(event, options):
                write_file(place / name, data)
                names.append(name)
        kept.calls.append(event)

    def _finish(self, event: RoundFinished) -> None:
        """Sum up a round, remove what its summary takes the place of, and make the rest durable but for its name."""
        ended = self._open.pop(event.round, _OpenRound())
        place = round_dir(self.path, event.round)
        if ended.calls:
            content = round_summary(self.manifest, place, event.round, event.attempt, ended.calls, ended.config_dir)
            replace_file(place / SUMMARY, [content], 0o600)
        for name in ended.passing:
            (place / name).unlink(missing_ok=True)
        sync_files(place, ended.lasting)

    def _keep_unfinished(self) -> None:
        """Make durable what the calls of rounds that have not finished left."""
        for number, kept in self._open.items():
            sync_files(round_dir(self.path, number), [*kept.passing, *kept.lasting])
        sync_directory(self.path / ROUNDS)


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
