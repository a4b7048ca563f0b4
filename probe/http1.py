"""Find where HTTP/1.1 messages begin and end, in bytes that may be cut anywhere (RFC 9112)."""

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import NamedTuple

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9]{2})(?: |$)")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
_LENGTH = re.compile(r"[0-9]{1,18}")
_VERSION = b"HTTP/1."
_HEAD_PIECE = 4 * 1024
"""A head is searched in pieces of this size, as a large body may follow it in the same bytes."""
_MAX_LINE = 16 * 1024
_MAX_INTERIM = 1000


class FramingError(ValueError):
    """The bytes are no HTTP/1.1 message."""


class HeadTooLongError(FramingError):
    """A head, or the framing of a body, is longer than the limit."""


class MessageHead(NamedTuple):
    """The first line, and the headers in order with names in lower case."""

    start: bytes
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """Return the first value of a header."""
        return next((value for key, value in self.headers if key == name), None)

    def get_all(self, name: str) -> list[str]:
        """Return the values of a header, in their order."""
        return [value for key, value in self.headers if key == name]

    @property
    def status(self) -> int:
        """The status of a response. Raises FramingError where there is none."""
        match = _STATUS_LINE.match(self.start)
        if match is None:
            raise FramingError("no status line")
        return int(match[1])


class Part(Enum):
    """The kinds of fragments. After LOST nothing else comes: the bytes are no messages, or no longer."""

    BEGIN = auto()
    INTERIM = auto()  # the head of a 1xx response
    HEAD = auto()
    BODY = auto()
    END = auto()
    LOST = auto()


class Fragment(NamedTuple):
    """A fragment of a message. `raw` are the bytes as they came, with chunk sizes; `payload` is the body in them."""

    part: Part
    raw: bytes = b""
    payload: bytes = b""
    head: MessageHead | None = None
    error: FramingError | None = None


def parse_head(raw: bytes) -> MessageHead:
    """Parse a head that ends in a blank line. Lines that are no header are ignored."""
    start, *lines = raw.strip(b"\r\n").split(b"\n")
    headers = []
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.append((name.strip().lower(), value.strip()))
    return MessageHead(start.rstrip(b"\r"), tuple(headers))


class Body:
    """A body whose end is looked for. `length` None: the body is chunked, or ends with the connection."""

    def __init__(self, length: int | None, *, chunked: bool = False) -> None:
        self.done = length == 0
        self.until_close = length is None and not chunked
        self._chunked = chunked
        self._left = 0 if chunked else length
        self._line = bytearray()
        self._expect: Callable[[bytes], None] = self._size_line
        self._trailer_bytes = 0

    def feed(self, data: bytes, start: int) -> tuple[int, bytes]:
        """Take from `data[start:]` what belongs to the body, and return where that ends, and the payload.

        Raises FramingError where chunks are malformed.
        """
        if self.until_close:
            return len(data), data[start:]
        payload, position = [], start
        while position < len(data) and not self.done:
            if self._left:
                taken = data[position : position + self._left]
                payload.append(taken)
                position += len(taken)
                self._left -= len(taken)
                self.done = self._left == 0 and not self._chunked
            else:
                position = self._take_line(data, position)
        return position, payload[0] if len(payload) == 1 else b"".join(payload)

    def _take_line(self, data: bytes, position: int) -> int:
        end = data.find(b"\n", position)
        stop = len(data) if end < 0 else end
        self._line += data[position:stop]
        if len(self._line) > _MAX_LINE:
            raise HeadTooLongError("a line between chunks without end")
        if end < 0:
            return stop
        line = bytes(self._line.rstrip(b"\r"))
        self._line.clear()
        self._expect(line)
        return end + 1

    def _size_line(self, line: bytes) -> None:
        size = line.partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(size):
            raise FramingError("bad chunk size")
        self._left = int(size, 16)
        self._expect = self._chunk_end if self._left else self._trailer

    def _chunk_end(self, line: bytes) -> None:
        if line:
            raise FramingError("a chunk is longer than its size")
        self._expect = self._size_line

    def _trailer(self, line: bytes) -> None:
        self._trailer_bytes += len(line)
        if self._trailer_bytes > _MAX_LINE:
            raise HeadTooLongError("trailers without end")
        self.done = not line


def _framed(head: MessageHead, *, unframed: int | None) -> Body:
    """Return the body that a head announces; `unframed` is its length where the head says nothing."""
    codings = head.get_all("transfer-encoding")
    if codings:
        last_coding = codings[-1].lower().rpartition(",")[2].strip()
        return Body(None, chunked=last_coding == "chunked")
    values = head.get_all("content-length")
    if not values:
        return Body(unframed)
    length, *different = {value.strip() for value in ",".join(values).split(",")}
    if different or not _LENGTH.fullmatch(length):
        raise FramingError("bad content-length")
    return Body(int(length))


class Framer:
    """Cuts a stream of messages into fragments. Their `raw` bytes together are the bytes that were fed, all of them."""

    def __init__(self, max_head_bytes: int) -> None:
        self._most = max_head_bytes
        self._head = bytearray()
        self._body: Body | None = None
        self._lost = False
        self._ended = 0

    @property
    def ends_with_connection(self) -> bool:
        """True where the message under way is complete when the connection closes."""
        return self._body is not None and self._body.until_close

    def feed(self, data: bytes) -> list[Fragment]:
        """Return the fragments in these bytes. The beginning of a head is held until all of it has come."""
        if self._lost:
            return [Fragment(Part.LOST, data)]
        fragments: list[Fragment] = []
        position = self._ended = 0
        while position < len(data):
            begin, held = position, bytes(self._head)
            try:
                if self._body is None:
                    position = self._feed_head(data, position, fragments)
                else:
                    position = self._feed_body(self._body, data, position, fragments)
            except FramingError as error:
                position = self._lose(held, data, begin, error, fragments)
        return fragments

    def _lose(self, held: bytes, data: bytes, begin: int, error: FramingError, fragments: list[Fragment]) -> int:
        self._lost = True
        fragments.append(Fragment(Part.LOST, held + data[begin:], error=error))
        return len(data)

    def _feed_body(self, body: Body, data: bytes, begin: int, fragments: list[Fragment]) -> int:
        position, payload = body.feed(data, begin)
        raw = payload if len(payload) == position - begin else data[begin:position]
        fragments.append(Fragment(Part.BODY, raw, payload))
        self._end_if_done(fragments)
        return position

    def _feed_head(self, data: bytes, position: int, fragments: list[Fragment]) -> int:
        before = len(self._head)
        if not before:
            fragments.append(Fragment(Part.BEGIN))
        piece = data[position : position + min(_HEAD_PIECE, self._most + 1 - before)]
        self._head += piece
        self._check_start(bytes(self._head[:16]))
        lead = len(self._head) - len(self._head.lstrip(b"\r\n"))
        match = _HEAD_END.search(self._head, max(before - 3, lead))
        if match is None:
            if len(self._head) > self._most:
                raise HeadTooLongError(f"a head of more than {self._most} bytes")
            return position + len(piece)
        raw = bytes(self._head[: match.end()])
        self._head.clear()
        position += len(raw) - before
        known = len(fragments)
        try:
            self._begin_body(raw, parse_head(raw), fragments)
        except FramingError as error:
            # A head may be sound where what it says of the body is not.
            return self._lose(b"" if len(fragments) > known else raw, data, position, error, fragments)
        return position

    def _end_if_done(self, fragments: list[Fragment]) -> None:
        if self._body is not None and self._body.done:
            self._body = None
            self._ended += 1
            fragments.append(Fragment(Part.END))

    def _check_start(self, start: bytes) -> None:
        """Raise FramingError as soon as the bytes cannot be the beginning of a message."""

    def _begin_body(self, raw: bytes, head: MessageHead, fragments: list[Fragment]) -> None:
        raise NotImplementedError


class RequestFramer(Framer):
    """Cuts the requests of a client."""

    def _begin_body(self, raw: bytes, head: MessageHead, fragments: list[Fragment]) -> None:
        fragments.append(Fragment(Part.HEAD, raw, head=head))
        self._body = _framed(head, unframed=0)
        self._end_if_done(fragments)


class ResponseFramer(Framer):
    """Cuts the responses of an upstream; `method_of(n)` is the method of the n-th request that waits for its answer."""

    def __init__(self, max_head_bytes: int, method_of: Callable[[int], str]) -> None:
        super().__init__(max_head_bytes)
        self._method_of = method_of
        self._interim = 0

    def _check_start(self, start: bytes) -> None:
        if start[: len(_VERSION)] != _VERSION[: len(start)]:
            raise FramingError("not http")

    def _begin_body(self, raw: bytes, head: MessageHead, fragments: list[Fragment]) -> None:
        status = head.status
        if 100 <= status < 200 and status != 101:
            self._interim += 1
            if self._interim > _MAX_INTERIM:
                raise HeadTooLongError("interim responses without end")
            fragments.append(Fragment(Part.INTERIM, raw, head=head))
            return
        self._interim = 0
        fragments.append(Fragment(Part.HEAD, raw, head=head))
        # Requests whose responses ended in the same bytes are still in the line.
        method = self._method_of(self._ended)
        if method == "HEAD" or status in {204, 304}:
            self._body = Body(0)
        elif status == 101 or (method == "CONNECT" and status < 300):
            self._body = Body(None)
        else:
            self._body = _framed(head, unframed=None)
        self._end_if_done(fragments)
