"""The recorder: a reverse proxy on loopback that passes bytes on as they come, and reads a copy of them."""

import socket
from collections.abc import Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Self

from probe.connection.route import Router, UpstreamRoute
from probe.ports import RecordingSink
from probe.redact import Redactor
from probe.wire.call_tap import CallTap, new_listener
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Clean
from probe.wire.limits import WireLimits
from probe.wire.loop_thread import LoopThread
from probe.wire.memory_budget import MemoryBudget
from probe.wire.recording_feed import RecordingFeed
from probe.wire.sink_queue import SinkQueue


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
        self._loop: LoopThread | None = None
        self._taps: set[CallTap] = set()

    def __enter__(self) -> Self:
        self._loop = LoopThread()
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
        """Take the connections of one call.

        Raises UsageError for an address, proxy or certificate file that cannot be used.
        """
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
        tap = self._open(route, log, listener or new_listener())
        queue.start()
        return tap

    def _open(self, route: UpstreamRoute, log: Log, listener: socket.socket | None = None) -> CallTap:
        if self._loop is None:
            raise RuntimeError("the recorder is not running: use it as a context manager")
        tap = CallTap(self._loop, route, self._limits, log, self._taps.discard, listener)
        self._taps.add(tap)
        return tap
