"""Make one HTTP/1.1 request and read its answer, as the protocol of a connection in an event loop."""

import asyncio
import re
import threading
import time
from collections.abc import Mapping
from urllib.parse import quote

from probe.decode import Undecodable, UnknownCoding, decoder
from probe.http1 import Fragment, MessageHead, Part, ResponseFramer
from probe.ports import Stop

_MAX_HEAD_BYTES = 64 * 1024
_POLL_S = 0.01
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSENDABLE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_SAFE = "!$%&'()*+,-./:;=?@[\\]^_|~"
"""The characters, beside letters and digits, that stand in a request target as they are."""


class LocalProtocolError(ValueError):
    """A request cannot be written as HTTP/1.1."""


class RemoteProtocolError(Exception):
    """An answer is not HTTP/1.1, or not a whole one."""


def request_bytes(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    """Write a request whose headers go out as they are, without secrets in errors.

    Raises LocalProtocolError for a header that would end its line, and UnicodeError for one that is not Latin-1.
    """
    given = {name.lower() for name in headers}
    own = {} if "host" in given else {"host": host}
    length = {} if body is None or "content-length" in given else {"content-length": str(len(body))}
    lines = [f"{method} {quote(target, safe=_SAFE)} HTTP/1.1".encode()]
    for name, value in (own | dict(headers) | length).items():
        # A captured header was read as Latin-1, so that any byte can go out again as it came.
        name_bytes, value_bytes = name.encode("latin-1"), value.encode("latin-1")
        if not _NAME.fullmatch(name_bytes) or _UNSENDABLE.search(value_bytes):
            raise LocalProtocolError(f"the header {name!r} cannot be sent as it is")
        lines.append(name_bytes + b": " + value_bytes)
    return b"\r\n".join([*lines, b"", body or b""])


class CancelWatch:
    """Ends the exchanges under way when a run is to stop. Used in one event loop alone."""

    def __init__(self, stop: Stop | None) -> None:
        self._stop = stop
        self._exchanges: set[PlainExchange] = set()
        self._is_looking = False

    def add(self, exchange: "PlainExchange") -> None:
        """Watch for an exchange that begins."""
        self._exchanges.add(exchange)
        if self._stop is not None and not self._is_looking:
            self._look()

    def discard(self, exchange: "PlainExchange") -> None:
        """Watch no more for an exchange that has ended."""
        self._exchanges.discard(exchange)

    def _look(self) -> None:
        """Look whether to stop, and again a little later as long as there is something to end."""
        if self._stop is not None and self._stop.cancelled:
            for exchange in self._exchanges.copy():
                exchange.cancel()
        self._is_looking = bool(self._exchanges)
        if self._is_looking:
            asyncio.get_running_loop().call_later(_POLL_S, self._look)


class PlainExchange(asyncio.Protocol):
    """One request and its answer. `wait` is for another thread; all else happens in the loop of the connection.

    `status`, `headers` and `body` (decoded, up to `max_body_bytes`) are what came of the answer by the end, which was
    at `ended_s` by the monotonic clock. `error` says why the answer is not whole.
    """

    def __init__(self, method: str, request: bytes, deadline_s: float, max_body_bytes: int, watch: CancelWatch) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.timed_out = False
        self.cancelled = False
        self.error: Exception | None = None
        self.ended_s: float | None = None
        self._request = request
        self._deadline_s = deadline_s
        self._max_body_bytes = max_body_bytes
        self._watch = watch
        self._framer = ResponseFramer(_MAX_HEAD_BYTES, lambda _: method)
        self._decoding = _Decoding(None, self.body, max_body_bytes)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = threading.Event()

    def wait(self) -> float:
        """Wait until the exchange and its connection have ended, and return when it ended, in monotonic seconds."""
        self._is_over.wait()
        return self.ended_s or time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the request."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._timer = asyncio.get_running_loop().call_at(self._deadline_s, self._time_out)
        self._watch.add(self)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Read some of the answer."""
        if self.ended_s is None:
            for fragment in self._framer.feed(data):
                self._take(fragment)

    def eof_received(self) -> bool:
        """Take the end of the connection as that of the answer, where the answer has no other."""
        is_whole = self._framer.ends_with_connection
        self._end(None if is_whole else RemoteProtocolError("the server closed the connection before the answer ended"))
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone."""
        self._end(exc)
        self._is_over.set()

    def cancel(self) -> None:
        """End the exchange because the run is to stop."""
        self.cancelled = self.ended_s is None
        self._end(None)

    def _time_out(self) -> None:
        self.timed_out = self.ended_s is None
        self._end(None)

    def _take(self, fragment: Fragment) -> None:
        match fragment:
            case Fragment(part=Part.HEAD, head=MessageHead() as head):
                self.status = head.status
                for name, value in head.headers:
                    self.headers[name] = f"{self.headers[name]}, {value}" if name in self.headers else value
                self._decoding = _Decoding(self.headers.get("content-encoding"), self.body, self._max_body_bytes)
            case Fragment(part=Part.BODY, payload=payload):
                self._decoding.feed(payload)
            case Fragment(part=Part.END):
                self._end(None)
            case Fragment(part=Part.LOST):
                self._end(RemoteProtocolError(f"the answer is not HTTP/1.1: {fragment.error}"))

    def _end(self, error: Exception | None) -> None:
        """End the exchange, if it has not ended, and its connection."""
        if self.ended_s is not None:
            return
        self.ended_s = time.monotonic()
        self.error = error
        self._watch.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.close()


class _Decoding:
    """Decodes the beginning of a body. With an unknown or wrong content coding, it is kept undecoded."""

    def __init__(self, coding: str | None, kept: bytearray, max_bytes: int) -> None:
        self._kept = kept
        self._max_bytes = max_bytes
        try:
            self._decoder = decoder(coding)
        except UnknownCoding:
            self._decoder = decoder(None)

    def feed(self, data: bytes) -> None:
        if len(self._kept) >= self._max_bytes:
            return
        try:
            for piece in self._decoder.feed(data):
                self._kept += piece[: self._max_bytes - len(self._kept)]
                if len(self._kept) >= self._max_bytes:
                    return
        except Undecodable:
            self._decoder = decoder(None)
            self._kept += data[: self._max_bytes - len(self._kept)]
