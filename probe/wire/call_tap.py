"""The recorder of one call, or of several that follow each other: what a client connects to."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from probe.connection.route import UpstreamRoute
from probe.model.exchange import Exchange
from probe.network import reset
from probe.ports import RecordedCall
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Record
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.inner_connection import connect_protocols
from probe.wire.limits import WireLimits
from probe.wire.loop_thread import LoopThread
from probe.wire.pump import Link
from probe.wire.rewrite import rewrite_head

LOOPBACK = "127.0.0.1"
_CLOSE_S = 0.9
_LAST_BYTES_S = 0.1
"""The wait for the end of an answer that a client has printed already: the end of its body comes a little later."""
_LOOK_AGAIN_S = 0.002


class CallTap:
    """The recorder's port for a client: a context manager that takes its connections, and holds the exchanges.

    It listens for client processes as soon as its `base_url` is asked for, or on a `listener` that it is given. A
    client in this process is connected without a socket, by `connect`.

    A process that makes one call needs no more than `exchanges`, after the end. Where it makes several, one after the
    other, `begin_call` and `end_call` tell them apart by time: a request belongs to the call in which it begins, and
    one that begins between two calls to the second of them.

    `refused` counts the connections and exchanges that were reset because there were too many of them.
    """

    def __init__(
        self,
        loop: LoopThread,
        route: UpstreamRoute,
        limits: WireLimits,
        log: Log,
        closed: Callable[["CallTap"], None],
        listener: socket.socket | None = None,
    ) -> None:
        self.refused = 0
        self._told_when_closed = closed
        self._loop = loop
        self._route = route
        self._limits = limits
        self._log = log
        self._links: set[Link] = set()
        self._connections = 0
        self._closing = False
        self._call_path: str | None = None
        self._base_url: str | None = None
        self._listening = threading.Lock()
        self._server: asyncio.Server | None = None
        if listener is not None:
            self._listen(listener)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no new connections and end the open ones. Returns within a second; a recording's, within some."""
        if not self._closing:
            self._closing = True
            if self._server is not None or self._links:
                with contextlib.suppress(TimeoutError):
                    self._loop.run(self._end(), _CLOSE_S)
            if self._log.feed is not None:
                self._log.feed.queue.close()
            self._told_when_closed(self)

    @property
    def base_url(self) -> str:
        """The base URL for a client process. Being asked for it, the tap begins to listen."""
        with self._listening:
            if self._base_url is None:
                self._listen(new_listener())
            return self._base_url or ""

    def connect(self, client: asyncio.Protocol) -> None:
        """Connect a client of this process, whose methods are called in the recorder's loop. Returns before that."""
        self._loop.call_soon(self._connect, client)

    @property
    def lost_exchanges(self) -> int:
        """The exchanges of a recording that the sinks were too slow for; all of them after `close`."""
        return self._log.feed.queue.lost.exchanges if self._log.feed is not None else 0

    def begin_call(self, base_url: str) -> None:
        """Have the next requests go to the path of this base URL, whose host is the one that was listened for."""
        self._call_path = urlsplit(base_url).path.rstrip("/")

    def end_call(self, origin_s: float) -> RecordedCall:
        """Return the exchanges since the call before; times in ms since `origin_s` (monotonic seconds).

        A request beside the answer that is still open belongs to the next call, unless the tap is closed.
        """
        return self._loop.run(self._take(origin_s))

    def exchanges(self, origin_s: float) -> tuple[Exchange, ...]:
        """Return the exchanges after `close`, in order of arrival; times in ms since `origin_s` (monotonic seconds)."""
        return tuple(record.exchange(origin_s) for record in list(self._log.records))

    @property
    def bodies(self) -> list[tuple[int, bytes, bytes]]:
        """With `keep_bodies`: sequence, request, response of the exchanges that have ended; decoded and redacted."""
        return _bodies(self._log.records)

    @property
    def heads(self) -> list[tuple[int, bytes]]:
        """With `keep_bodies`: sequence and the request's head as the client sent it, but redacted."""
        return _heads(self._log.records)

    async def _take(self, origin_s: float) -> RecordedCall:
        """Wait for the last bytes of an answer, and take the exchanges of the call out of the log."""
        await asyncio.sleep(0)
        end_s = time.monotonic() + _LAST_BYTES_S
        while self._log.awaits_answer and time.monotonic() < end_s:
            await asyncio.sleep(_LOOK_AGAIN_S)
        records = self._log.take(last=self._closing)
        exchanges = tuple(record.exchange(origin_s) for record in records)
        return RecordedCall(exchanges, tuple(_bodies(records)), tuple(_heads(records)))

    def _rewrite(self, head: bytes) -> bytes:
        return rewrite_head(head, self._route, self._call_path)

    def _listen(self, listener: socket.socket) -> None:
        # With the path of the target's: a redirect to a path of the same host has to mean what it means without us.
        self._base_url = f"http://{LOOPBACK}:{listener.getsockname()[1]}{self._route.base_path}"
        self._server = self._loop.run(self._serve(listener))

    async def _serve(self, listener: socket.socket) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(self._accept, sock=listener)

    def _connect(self, client: asyncio.Protocol) -> None:
        connect_protocols(client, self._accept())

    def _accept(self) -> asyncio.Protocol:
        if self._connections >= self._limits.max_connections or self._closing:
            self.refused += 1
            return _Refused()
        self._connections += 1
        tracker = ExchangeTracker(self._log, self._connections, time.monotonic())
        link = Link(self._route, self._limits, tracker, self._admit, self._rewrite, self._links.discard)
        self._links.add(link)
        return link

    def _admit(self) -> bool:
        """Return True where one more exchange may begin, and count it as refused otherwise."""
        if len(self._log.records) < self._limits.max_exchanges:
            return True
        self.refused += 1
        return False

    async def _end(self) -> None:
        # Bytes that the kernel holds already are read before the connections go.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if self._server is not None:
            self._server.close()
        for link in list(self._links):
            link.end()


def _bodies(records: Sequence[Record]) -> list[tuple[int, bytes, bytes]]:
    return [(record.sequence, record.kept.request, record.kept.response) for record in records if record.kept]


def _heads(records: Sequence[Record]) -> list[tuple[int, bytes]]:
    return [(record.sequence, record.kept.head) for record in records if record.kept]


class _Refused(asyncio.Protocol):
    """Resets a connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        reset(transport)


def new_listener() -> socket.socket:
    """Return a socket on loopback that listens. Raises OSError."""
    return socket.create_server((LOOPBACK, 0), backlog=512)
