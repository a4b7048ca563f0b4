"""The recorder: a reverse proxy on loopback that passes bytes on as they come, and reads a copy of them."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from probe.connection.route import Router, UpstreamRoute
from probe.model.exchange import Exchange
from probe.network import reset
from probe.ports import RecordedCall, RecordingSink
from probe.redact import Redactor
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Clean, Record
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.limits import WireLimits
from probe.wire.memory_budget import MemoryBudget
from probe.wire.pump import Link
from probe.wire.recording_feed import RecordingFeed
from probe.wire.rewrite import rewrite_head
from probe.wire.sink_queue import SinkQueue

_CLOSE_S = 0.9
_LAST_BYTES_S = 0.1
"""The wait for the end of an answer that a client has printed already: the end of its body comes a little later."""
_LOOK_AGAIN_S = 0.002
_STOP_S = 2.0
_Result = TypeVar("_Result")


class CallTap:
    """The recorder's port for a client process: a context manager that listens, and holds the exchanges.

    A process that makes one call needs no more than `exchanges`, after the end. Where it makes several, one after the
    other, `begin_call` and `end_call` tell them apart by time: a request belongs to the call in which it begins, and
    one that begins between two calls to the second of them.

    `refused` counts the connections and exchanges that were reset because there were too many of them.
    """

    def __init__(
        self,
        loop: "_Loop",
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
        self._listener = listener or socket.create_server(("127.0.0.1", 0), backlog=512)
        # With the path of the target's: a redirect to a path of the same host has to mean what it means without us.
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{route.base_path}"
        self._server = loop.run(self._listen())

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
            with contextlib.suppress(TimeoutError):
                self._loop.run(self._end(), _CLOSE_S)
            if self._log.feed is not None:
                self._log.feed.queue.close()
            self._told_when_closed(self)

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

    async def _listen(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(self._accept, sock=self._listener)

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


class _Loop:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # asyncio would log what a hostile upstream makes of it.
        self._loop.set_exception_handler(lambda _loop, _context: None)
        self._thread = threading.Thread(target=self._run, name="probe-recorder", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, _Result], timeout_s: float | None = None) -> _Result:
        """Run a coroutine in the loop and return its result. Raises TimeoutError after `timeout_s`."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    def stop(self) -> None:
        """End all tasks and the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_S)

    def _run(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._wind_up())
            self._loop.close()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports close their sockets some passes after they were told to.
        await asyncio.sleep(0.001)


class Recorder:
    """Opens a tap for each call. A context manager; leaving it closes what is still open.

    `environment` is the client's, for calls that name no other router: its proxies and certificates are used, as the
    client would without a recorder.
    """

    def __init__(
        self,
        *,
        redactor: Redactor,
        environment: Mapping[str, str] = MappingProxyType({}),
        limits: WireLimits = WireLimits(),  # noqa: B008 - it is frozen
        keep_bodies: bool = False,
    ) -> None:
        self._clean = Clean(redactor)
        self._router = Router(environment)
        self._limits = limits
        self._keep_bodies = keep_bodies
        self._loop: _Loop | None = None
        self._taps: set[CallTap] = set()

    def __enter__(self) -> Self:
        self._loop = _Loop()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._loop is not None:
            for tap in self._taps.copy():
                tap.close()
            self._loop.stop()
            self._loop = None

    def open_call(self, target_base_url: str, router: Router | None = None) -> CallTap:
        """Listen for one call. Raises UsageError for an address, proxy or certificate file that cannot be used."""
        route = (router or self._router).route(target_base_url)
        return self._open(route, Log(self._clean, self._limits, self._keep_bodies, route.base_path))

    def open_recording(
        self,
        target_base_url: str,
        sinks: Sequence[RecordingSink],
        router: Router | None = None,
        listener: socket.socket | None = None,
        known_secrets: Sequence[str] = (),
    ) -> CallTap:
        """Listen for as long as anybody works, and tell the sinks of exchanges as they happen.

        `known_secrets` are redacted besides those that requests bear. A recorder for this has RECORDING_LIMITS.
        `listener` is a socket that listens already. Raises UsageError as `open_call` does.
        """
        route = (router or self._router).route(target_base_url)
        log = Log(self._clean, self._limits, self._keep_bodies, route.base_path)
        queue = SinkQueue(sinks)
        log.feed = RecordingFeed(queue, tuple(known_secrets))
        log.memory = MemoryBudget(self._limits.max_memory_bytes)
        tap = self._open(route, log, listener)
        queue.start()
        return tap

    def _open(self, route: UpstreamRoute, log: Log, listener: socket.socket | None = None) -> CallTap:
        if self._loop is None:
            raise RuntimeError("the recorder is not running: use it as a context manager")
        tap = CallTap(self._loop, route, self._limits, log, self._taps.discard, listener)
        self._taps.add(tap)
        return tap
