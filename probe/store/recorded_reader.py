"""Read a recording, also while it goes on, in bounded memory."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from probe.errors import StoreError, UsageError
from probe.model.recorded_events import RECORDED_EVENT, RecordedEvent
from probe.model.recorded_manifest import RecordedManifest
from probe.store.files import RECORDING
from probe.store.journal import DAMAGED
from probe.store.reader import refuse_newer
from probe.store.recorded_files import bodies_path, segment_numbers, segment_path

_AT_A_TIME = 1 << 18
_LONGEST = 1 << 22
"""Bytes of a line. Ours have some thousands; a longer one is damage, and is not kept in memory."""


def is_recording(path: Path) -> bool:
    """Return True for the directory of a recording."""
    return (path / RECORDING).exists()


def read_recorded_manifest(path: Path) -> RecordedManifest:
    """Read where a recording came from. Raises UsageError where that cannot be read."""
    manifest = path / RECORDING
    try:
        raw = manifest.read_bytes()
        refuse_newer(manifest, raw)
        return RecordedManifest.model_validate_json(raw)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(f"is no recording: it has no {RECORDING}", path=path) from None
    except (OSError, *DAMAGED) as error:
        raise UsageError("cannot be read as a recording's description", path=manifest) from error


def recorded_files(path: Path) -> list[Path]:
    """Return the files of a recording's events that are there, in order; none where it is no recording."""
    return [segment_path(path, number) for number in segment_numbers(path)] if is_recording(path) else []


class RecordedLog:
    """The events of a recording from its beginning on. Lines that are none are counted in `corrupt`.

    A last line without an end is being written, or was torn when the recorder was killed: it is no event.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.corrupt: Counter[str] = Counter()
        self._segment = 0
        self._offset = 0
        self._rest = b""
        self._is_too_long = False

    def __iter__(self) -> Iterator[RecordedEvent]:
        """Yield all events that are there. Raises StoreError."""
        while (events := self.read()) is not None:
            yield from events

    def read(self) -> list[RecordedEvent] | None:
        """Return the next events, maybe none of them whole; None where nothing was added since. Raises StoreError."""
        try:
            # First, since a file that has a successor gets no more lines.
            later = next((number for number in segment_numbers(self.path) if number > self._segment), None)
            data = self._more() if self._segment else b""
        except OSError as error:
            raise StoreError(f"cannot be read: {error.strerror}", path=self.path) from error
        if data:
            return [event for line in self._lines(data) if (event := self._event(line)) is not None]
        if later is None:
            return None
        self._next_segment(later)
        return []

    def _more(self) -> bytes:
        try:
            with segment_path(self.path, self._segment).open("rb") as file:
                file.seek(self._offset)
                data = file.read(_AT_A_TIME)
        except FileNotFoundError:
            return b""  # removed to keep to the limit
        self._offset += len(data)
        return data

    def _next_segment(self, number: int) -> None:
        if self._rest or self._is_too_long:
            self._count_damage()
        self._segment, self._offset, self._rest, self._is_too_long = number, 0, b"", False

    def _lines(self, data: bytes) -> list[bytes]:
        whole, newline, after = data.rpartition(b"\n")
        if not newline:
            self._is_too_long |= len(self._rest) + len(data) > _LONGEST
            self._rest = b"" if self._is_too_long else self._rest + data
            return []
        lines = (self._rest + whole).split(b"\n")
        self._rest = after
        if self._is_too_long:
            self._is_too_long = False
            self._count_damage()
            return lines[1:]
        return lines

    def _event(self, line: bytes) -> RecordedEvent | None:
        if not line.strip():
            return None
        try:
            return RECORDED_EVENT.validate_json(line)
        except DAMAGED:
            self._count_damage()
            return None

    def _count_damage(self) -> None:
        self.corrupt[f"{segment_path(self.path, self._segment).name} (lines)"] += 1


def read_recorded_bodies(path: Path, sequence: int) -> tuple[bytes, bytes] | None:
    """Read the bodies of an exchange's request and response; None where neither was kept."""
    for number in segment_numbers(path):
        places = [bodies_path(path, number, sequence, kind) for kind in ("request", "response")]
        if any(place.exists() for place in places):
            request, response = (place.read_bytes() if place.exists() else b"" for place in places)
            return request, response
    return None
