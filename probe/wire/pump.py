"""Carry the bytes of one client connection to an upstream connection of its own, and back."""

import asyncio
import time
from collections.abc import Callable

from probe.connection.connect import connect
from probe.connection.connect_error import ConnectError
from probe.connection.route import UpstreamRoute
from probe.http1 import Fragment, HeadTooLongError, Part, RequestFramer
from probe.model.exchange import ConnectFailure
from probe.network import reset, send_at_once, unsent_bytes
from probe.wire.exchange_tracker import ExchangeTracker
from probe.wire.limits import WireLimits
from probe.wire.note_queue import NoteQueue
from probe.wire.upstream_end import UpstreamEnd

_PENDING_MOST = 64 * 1024
_LOOK_AGAIN_S = 0.002
_SLOW_CONNECT_S = 0.25
"""Time after which a recording is told of a request that waits for its connection."""


class Link(asyncio.Protocol):
    """The client's side of a connection, and the pump. Every method runs in the recorder's loop."""

    def __init__(
        self,
        route: UpstreamRoute,
        limits: WireLimits,
        tracker: ExchangeTracker,
        admit: Callable[[], bool],
        rewrite: Callable[[bytes], bytes],
        gone: Callable[["Link"], None],
    ) -> None:
        self._route = route
        self._limits = limits
        self._tracker = tracker
        self._notes = NoteQueue(tracker)
        self._admit = admit
        self._rewrite = rewrite
        self._gone = gone
        self._framer: RequestFramer = RequestFramer(limits.max_head_bytes)
        self._client: asyncio.Transport | None = None
        self._upstream: asyncio.Transport | None = None
        self._dialler: asyncio.Task[None] | None = None
        self._pending = bytearray()
        self._write_began_s: float | None = None
        self._sent_s = 0.0
        self._client_ended = False
        self._upstream_ended = False
        self._client_full = False
        self._upstream_full = False
        self._resetting = False

    # The client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to read, and let no more than one write wait for the client."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._client = transport
        send_at_once(transport)
        transport.set_write_buffer_limits(high=1, low=0)

    def data_received(self, data: bytes) -> None:
        """Pass the client's bytes on, and only then read a copy of them."""
        now = time.monotonic()
        self._notes.catch_up()
        if self._dialler is None:
            loop = asyncio.get_running_loop()
            self._dialler = loop.create_task(self._dial())
            loop.call_later(_SLOW_CONNECT_S, self._notes.tell, self._tracker.still_connecting)
        fragments = self._cut(data)
        if fragments is None:
            return
        self._notes.tell_soon(self._tracker.request, fragments, now)
        if self._upstream is not None and self._upstream.is_closing():
            # It crossed the upstream's end, whose kernel would have answered it so.
            self._notes.tell(self._tracker.upstream_reset, now)
            self.reset_client()
            return
        self._to_upstream(b"".join([fragment.raw for fragment in fragments]))
        self._notes.catch_up_soon()

    def eof_received(self) -> bool:
        """Pass the client's end on. Over TLS, where there is no half-close, the upstream is closed."""
        now = time.monotonic()
        self._client_ended = True
        self._notes.catch_up()
        if self._tracker.idle or self._upstream_ended or self._resetting:
            self._shut()
            return False
        self._notes.tell(self._tracker.client_half_closed, now)
        self._pass_end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """End the upstream's connection: the client is gone, or was ended by us."""
        self._notes.tell(self._tracker.client_gone, time.monotonic())
        self._client_ended = True
        if self._dialler is not None:
            self._dialler.cancel()
        if self._upstream is not None:
            reset(self._upstream) if exc is not None else self._upstream.abort()
        self._gone(self)

    def pause_writing(self) -> None:
        """Read no more of the upstream: the client takes no more."""
        self._client_full = True
        if self._upstream is not None:
            self._upstream.pause_reading()

    def resume_writing(self) -> None:
        """Read the upstream again: the client has taken everything."""
        self._client_full = False
        if self._resetting:
            self.reset_client()
        elif self._upstream is not None and not self._upstream_ended:
            self._upstream.resume_reading()

    def _cut(self, data: bytes) -> list[Fragment] | None:
        """Return the fragments with heads rewritten; None where a limit ended the connection.

        Bytes that are no request (any more) pass as they are: the upstream judges them.
        """
        fragments = self._framer.feed(data)
        refused = any(fragment.part is Part.BEGIN and not self._admit() for fragment in fragments)
        too_long = bool(fragments) and isinstance(fragments[-1].error, HeadTooLongError)
        if refused or too_long:
            now = time.monotonic()
            if not refused:
                self._notes.tell(self._tracker.request, fragments, now)
            self._notes.tell(self._tracker.limit, now)
            self.reset_client(at_once=True)
            return None
        return [self._rewritten(fragment) for fragment in fragments]

    def _rewritten(self, fragment: Fragment) -> Fragment:
        if fragment.part is not Part.HEAD:
            return fragment
        return fragment._replace(raw=self._rewrite(fragment.raw))

    # The upstream

    async def _dial(self) -> None:
        deadline_s = time.monotonic() + self._limits.connect_timeout_s
        try:
            upstream = await connect(
                self._route, lambda: UpstreamEnd(self), lambda: deadline_s - time.monotonic(), self._tracker.trace
            )
        except ConnectError as error:
            self._give_up(error.failure, error.detail)
        except Exception as error:  # noqa: BLE001 - a client must not be left waiting, whatever it is
            self._give_up(ConnectFailure.OTHER, type(error).__name__)
        else:
            if self._client is None or self._client.is_closing():
                upstream.abort()

    def _give_up(self, failure: ConnectFailure, detail: str) -> None:
        self._notes.tell(self._tracker.not_connected, time.monotonic(), failure, detail)
        self.reset_client(at_once=True)

    def upstream_made(self, upstream: asyncio.Transport) -> None:
        """Send what waited for the connection."""
        self._tracker.trace.connected = time.monotonic()
        self._upstream = upstream
        upstream.set_write_buffer_limits(high=1, low=0)
        pending, self._pending = bytes(self._pending), bytearray()
        self._to_upstream(pending)
        self._notes.catch_up_soon()
        if self._client is not None and not self._upstream_full and not self._client_ended:
            self._client.resume_reading()
        if self._client_ended:
            self._pass_end()

    def upstream_data(self, data: bytes) -> None:
        """Pass the upstream's bytes on, and only then read a copy of them."""
        now = self._arrival_s()
        if self._client is not None and not self._client.is_closing():
            self._client.write(data)
        self._notes.tell(self._tracker.response, data, now)

    def upstream_eof(self) -> None:
        """Pass the upstream's end (FIN) on, at the same place."""
        if self._upstream_ended:
            return
        self._notes.tell(self._tracker.upstream_closed, time.monotonic())
        self._upstream_ended = True
        if self._client_ended:
            self._shut()
        elif self._client is not None and not self._client.is_closing():
            self._client.write_eof()

    def upstream_lost(self, exc: Exception | None) -> None:
        """Pass a reset on; without an exception the connection was closed, by the upstream or by us."""
        if exc is None:
            self.upstream_eof()
            return
        detail = None if isinstance(exc, ConnectionResetError) else f"{type(exc).__name__}: {exc}"
        self._notes.tell(self._tracker.upstream_reset, time.monotonic(), detail)
        self._upstream_ended = True
        self.reset_client()

    def upstream_full(self) -> None:
        """Read no more of the client: the upstream takes no more."""
        self._upstream_full = True
        if self._client is not None:
            self._client.pause_reading()

    def upstream_drained(self) -> None:
        """Read the client again: the upstream has taken everything."""
        self._upstream_full = False
        self._note_sent(self._write_began_s or time.monotonic())
        self._notes.catch_up_soon()
        if self._client is not None and not self._client_ended:
            self._client.resume_reading()

    def _arrival_s(self) -> float:
        """Return when the upstream's last bytes arrived, which was after the request went out."""
        connection = self._tracker.trace.connection
        return max(self._sent_s, time.monotonic() if connection is None else connection.arrived_s)

    # Both

    def reset_client(self, *, at_once: bool = False) -> None:
        """Reset the client's connection, once it has got everything that waits for it."""
        if self._client is None or self._client.is_closing():
            return
        self._resetting = True
        if not at_once:
            if self._client_full:
                return  # comes again when it has drained
            if unsent_bytes(self._client) > 0:
                asyncio.get_running_loop().call_later(_LOOK_AGAIN_S, self.reset_client)
                return
        reset(self._client)

    def end(self) -> None:
        """End both connections at once: the call is over."""
        self._notes.tell(self._tracker.client_gone, time.monotonic())
        if self._client is not None:
            reset(self._client)
        if self._upstream is not None:
            self._upstream.abort()
        if self._dialler is not None:
            self._dialler.cancel()

    def _to_upstream(self, data: bytes) -> None:
        if self._upstream is None:
            self._pending += data
            if len(self._pending) > _PENDING_MOST and self._client is not None:
                self._client.pause_reading()
            return
        # The time before the write: until this thread goes on after it, the answer may have come.
        began_s = self._write_began_s = time.monotonic()
        if data:
            self._upstream.write(data)
        self._write_began_s = None
        if not self._upstream_full:
            self._note_sent(began_s)

    def _note_sent(self, now: float) -> None:
        self._sent_s = now
        self._notes.tell_soon(self._tracker.sent, now)

    def _pass_end(self) -> None:
        if self._upstream is None or self._upstream.is_closing():
            return  # it goes with what waits for the connection
        if self._upstream.can_write_eof():
            self._upstream.write_eof()
        else:
            self._upstream.close()

    def _shut(self) -> None:
        for transport in (self._client, self._upstream):
            if transport is not None:
                transport.close()
