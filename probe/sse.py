"""Parse server-sent events from bytes that may be cut anywhere, after the WHATWG HTML standard (9.2.5, 9.2.6)."""

import re
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELD = re.compile(rb"[A-Za-z0-9_-]+")
_BOM = b"\xef\xbb\xbf"


class SseEvent(NamedTuple):
    """One event: its name, empty if it has none, and its lines of data."""

    name: str
    data: str


class SseParser:
    """An incremental parser: it takes bytes and returns events.

    `broken`: a line came that is no field (the standard ignores it; a sound stream has none).
    `overflowed`: an event was longer than `max_event_bytes` and was passed over.
    `comments`: how many lines were comments, which streams without a ping event are kept open by.
    """

    def __init__(self, max_event_bytes: int) -> None:
        self.broken = False
        self.overflowed = False
        self.comments = 0
        self._most = max_event_bytes
        self._line = bytearray()
        self._first_line = True
        self._after_cr = False
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0
        self._too_long = False

    def feed(self, data: bytes) -> list[SseEvent]:
        """Return the events that are complete with these bytes."""
        if self._after_cr and data:
            data = data.removeprefix(b"\n")
            self._after_cr = False
        if not data:
            return []
        self._after_cr = data.endswith(b"\r")
        *ended, rest = _LINE_END.split(data)
        found = []
        for part in ended:
            self._add(part)
            event = self._end_line()
            if event is not None:
                found.append(event)
        self._add(rest)
        return found

    def _add(self, part: bytes) -> None:
        """Add to the current line. Of an event that is too long one byte is kept, so that no line looks blank."""
        self._size += len(part)
        if self._size > self._most:
            self.overflowed = self._too_long = True
        if not self._too_long:
            self._line += part
        elif part and not self._line:
            self._line += b":"

    def _end_line(self) -> SseEvent | None:
        line = bytes(self._line)
        self._line.clear()
        if self._first_line:
            line = line.removeprefix(_BOM)
            self._first_line = False
        if not line:
            return self._dispatch()
        if not self._too_long:
            self._field(line)
        return None

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        self.comments += not name
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value
        elif name and not _FIELD.fullmatch(name):
            self.broken = True

    def _dispatch(self) -> SseEvent | None:
        name, data, too_long = self._name, self._data, self._too_long
        self._name, self._data, self._size, self._too_long = b"", [], 0, False
        if too_long or not data:
            return None
        return SseEvent(name.decode("utf-8", "replace"), b"\n".join(data).decode("utf-8", "replace"))


def events_of(body: bytes) -> list[SseEvent]:
    """Return the events of a whole body; none where it is no stream. An event that was cut off is left out."""
    return SseParser(len(body) + 1).feed(body)
