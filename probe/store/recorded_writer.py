"""The writer of a recording: events are appended as they come, into files of limited number and size.

Nothing is synced while it goes on: what was written survives the death of this process, and a session must not wait for
the disk. A power cut may cost the last seconds.
"""

import contextlib
import os
import shutil
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from probe.errors import StoreError
from probe.model.recorded_events import EventsLost, ExchangeEnded, RecordedEvent, RecordingEnded, SegmentBegun
from probe.model.recorded_manifest import RecordedManifest
from probe.store.files import (
    RECORDING,
    append_line,
    lock,
    make_directories,
    sync_directory,
    write_atomically,
)
from probe.store.recorded_files import bodies_path, segment_path

_MIB = 1024 * 1024
_CLOSE_S = 5.0


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """Limits in bytes: of a file of events together with its bodies, and of all of them."""

    segment_bytes: int = 16 * _MIB
    all_bytes: int = 1024 * _MIB


@dataclass(slots=True)
class _Segment:
    """A file of events, and the bodies of its exchanges in a directory beside it."""

    number: int
    size: int = 0
    exchanges: int = 0


class RecordedWriter:
    """A sink that keeps every event. Beyond the limit of bytes the oldest segments go, and are counted.

    Where the disk fails an event is lost and counted, and the next one is tried again: the recording never ends the
    session that it records.
    """

    def __init__(self, path: Path, limits: RecordingLimits, locked: int) -> None:
        self.path = path
        self.exchanges = 0
        self._limits = limits
        self._locked = locked
        self._lock = threading.Lock()
        self._segments: deque[_Segment] = deque()
        self._descriptor = -1
        self._removed = _Segment(0)
        self._lost_before = EventsLost(at=datetime.now(UTC))
        self._lost = {"exchanges": 0, "other_events": 0, "bodies": 0}
        self._lost_told = dict(self._lost)

    @classmethod
    def create(cls, path: Path, manifest: RecordedManifest, limits: RecordingLimits = RecordingLimits()) -> Self:
        """Make the directory of a new recording; it must not exist. Raises StoreError."""
        try:
            make_directories(path.parent)
            path.mkdir(mode=0o700)
            sync_directory(path.parent)
        except FileExistsError:
            raise StoreError("exists already", path=path, remedy="Wait a second, or name another --out.") from None
        except OSError as error:
            raise StoreError(
                f"cannot be made: {error.strerror}", path=path, remedy="Name a directory that you may write: --out DIR."
            ) from error
        write_atomically(path / RECORDING, (manifest.model_dump_json(indent=2) + "\n").encode())
        descriptor = os.open(path / RECORDING, os.O_RDONLY | os.O_CLOEXEC)
        lock(descriptor, wait=True)
        return cls(path, limits, descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take(self, event: RecordedEvent) -> None:
        """Keep an event. Raises OSError where the disk fails: the event is counted then."""
        with self._lock:
            if isinstance(event, EventsLost):
                self._lost_before = event
                self._tell_lost()
                return
            try:
                self._keep(event)
            except OSError:
                self._lost["exchanges" if isinstance(event, ExchangeEnded) else "other_events"] += 1
                raise
            if self._lost != self._lost_told:
                self._tell_lost()

    def finish(self, exit_code: int | None = None) -> None:
        """Write that the recording ends in order, and make it durable as far as the disk allows."""
        if self._lock.acquire(timeout=_CLOSE_S):
            with contextlib.suppress(OSError):
                self._append(RecordingEnded(at=datetime.now(UTC), exchanges=self.exchanges, exit_code=exit_code))
                os.fsync(self._descriptor)
            self._lock.release()
        self.close()

    def close(self) -> None:
        """Give the lock back."""
        for descriptor in (self._descriptor, self._locked):
            if descriptor >= 0:
                os.close(descriptor)
        self._descriptor = self._locked = -1

    @property
    def lost_exchanges(self) -> int:
        """The exchanges that were lost here, and not on the way here."""
        return self._lost["exchanges"]

    @property
    def lost(self) -> EventsLost:
        """The events lost so far, here and on the way here."""
        before = self._lost_before
        totals = {name: count + getattr(before, name) for name, count in self._lost.items()}
        return EventsLost(at=datetime.now(UTC), **totals)

    def _keep(self, event: RecordedEvent) -> None:
        if isinstance(event, ExchangeEnded):
            self.exchanges += 1
            self._append(event)
            self._segments[-1].exchanges += 1
            self._keep_bodies(event)
        else:
            self._append(event)

    def _keep_bodies(self, event: ExchangeEnded) -> None:
        segment = self._segments[-1]
        for kind, data in (("request", event.request), ("response", event.response)):
            if data is None:
                continue
            try:
                place = bodies_path(self.path, segment.number, event.sequence, kind)
                place.parent.mkdir(mode=0o700, exist_ok=True)
                descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                segment.size += len(data)
            except OSError:
                self._lost["bodies"] += 1

    def _tell_lost(self) -> None:
        self._append(self.lost)
        self._lost_told = dict(self._lost)

    def _append(self, event: RecordedEvent) -> None:
        line = _line(event)
        if not self._segments or self._segments[-1].size + len(line) > self._limits.segment_bytes:
            self._rotate()
        append_line(self._descriptor, line, sync=False)
        self._segments[-1].size += len(line)

    def _rotate(self) -> None:
        """Begin the next file of events, and remove the oldest ones beyond the limit. Raises OSError."""
        self._remove_oldest()
        number = self._segments[-1].number + 1 if self._segments else 1
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        descriptor = os.open(segment_path(self.path, number), flags, 0o600)
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.fsync(self._descriptor)
            os.close(self._descriptor)
        self._descriptor = descriptor
        self._segments.append(_Segment(number))
        removed = self._removed
        first = SegmentBegun(
            at=datetime.now(UTC), number=number, removed_segments=removed.number, removed_exchanges=removed.exchanges
        )
        append_line(descriptor, _line(first), sync=False)

    def _remove_oldest(self) -> None:
        room = self._limits.all_bytes - self._limits.segment_bytes
        while self._segments and sum(segment.size for segment in self._segments) > room:
            oldest = self._segments.popleft()
            segment_path(self.path, oldest.number).unlink(missing_ok=True)
            shutil.rmtree(bodies_path(self.path, oldest.number, 0, "").parent, ignore_errors=True)
            self._removed.number += 1
            self._removed.exchanges += oldest.exchanges


def _line(event: RecordedEvent) -> bytes:
    return event.model_dump_json().encode() + b"\n"
