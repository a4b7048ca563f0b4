"""Carries the bytes of one client connection to an upstream connection of its own, and back."""

import asyncio
import fcntl
import struct
import time
from collections.abc import Callable
from typing import Any

from probe.connection.connect import connect
from probe.connection.connect_error import ConnectError
from probe.connection.route import UpstreamRoute
from probe.model.exchange import ConnectFailure
from probe.network import reset
from probe.wire.http1 import HeadTooLongError, Part, Piece, RequestFramer
from probe.wire.limits import WireLimits
from probe.wire.rewrite import rewrite_head
from probe.wire.watch import Watch

_PENDING_MOST = 256 * 1024
_NOT_SENT = 0x894B  # SIOCOUTQNSD: what the kernel has not put on the wire
_LOOK_AGAIN_S = 0.002


class Link(asyncio.Protocol):
    """The client's side of a connection, and the pump. Every method runs in the recorder's loop."""

    def __init__(
        self,
        route: UpstreamRoute,
        limits: WireLimits,
        watch: Watch,
        admit: Callable[[], bool],
        gone: Callable[["Link"], None],
    ) -> None:
        self._route = route
        self._limits = limits
        self._watch = watch
        self._admit = admit
        self._gone = gone
        self._framer: RequestFramer = RequestFramer(limits.max_head_bytes)
        self._client: asyncio.Transport | None = None
        self._upstream: asyncio.Transport | None = None
        self._dialler: asyncio.Task[None] | None = None
        self._pending = bytearray()
        self._client_ended = False
        self._upstream_ended = False
        self._upstream_lost = False
        self._client_full = False
        self._upstream_full = False
        self._resetting = False

    # The client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client has come."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._client = transport
        transport.set_write_buffer_limits(high=1, low=0)

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        now = time.monotonic()
        if self._upstream_lost:
            self.reset_client()
            return
        if self._dialler is None:
            self._dialler = asyncio.get_running_loop().create_task(self._dial())
        pieces = self._cut(data)
        if pieces is None:
            return
        for piece in pieces:
            self._see(self._watch.request, piece, now)
        self._to_upstream(b"".join(piece.raw for piece in pieces))

    def eof_received(self) -> bool:
        """The client sends no more. Over TLS, where there is no half-close, the upstream is closed."""
        now = time.monotonic()
        self._client_ended = True
        if self._watch.idle or self._upstream_ended or self._resetting:
            self._shut()
            return False
        self._see(self._watch.client_half_closed, now)
        self._pass_end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone, or was ended by us."""
        self._see(self._watch.client_gone, time.monotonic())
        self._client_ended = True
        if self._dialler is not None:
            self._dialler.cancel()
        if self._upstream is not None:
            reset(self._upstream) if exc is not None else self._upstream.abort()
        self._gone(self)

    def pause_writing(self) -> None:
        """The client does not take what it gets."""
        self._client_full = True
        if self._upstream is not None:
            self._upstream.pause_reading()

    def resume_writing(self) -> None:
        """The client has taken it all."""
        self._client_full = False
        if self._resetting:
            self.reset_client()
        elif self._upstream is not None and not self._upstream_ended:
            self._upstream.resume_reading()

    def _cut(self, data: bytes) -> list[Piece] | None:
        """The pieces of a request with heads rewritten. None: a limit ended the connection.

        What is no request (any more) passes as it is: it is not for us to judge.
        """
        pieces = self._framer.feed(data)
        refused = any(piece.part is Part.BEGIN and not self._admit() for piece in pieces)
        if refused or any(isinstance(piece.error, HeadTooLongError) for piece in pieces):
            now = time.monotonic()
            for piece in () if refused else pieces:
                self._see(self._watch.request, piece, now)
            self._see(self._watch.limit, now)
            self.reset_client(at_once=True)
            return None
        return [self._rewritten(piece) for piece in pieces]

    def _rewritten(self, piece: Piece) -> Piece:
        if piece.part is not Part.HEAD:
            return piece
        return piece._replace(raw=rewrite_head(piece.raw, self._route))

    # The upstream

    async def _dial(self) -> None:
        deadline_s = time.monotonic() + self._limits.connect_timeout_s
        try:
            upstream = await connect(
                self._route, lambda: _Upstream(self), lambda: deadline_s - time.monotonic(), self._watch.trace
            )
        except ConnectError as error:
            self._see(self._watch.not_connected, time.monotonic(), error.failure, error.detail)
            self.reset_client(at_once=True)
            return
        except Exception as error:  # noqa: BLE001 - a client must not be left waiting, whatever it is
            self._see(self._watch.not_connected, time.monotonic(), ConnectFailure.OTHER, type(error).__name__)
            self.reset_client(at_once=True)
            return
        if self._client is None or self._client.is_closing():
            upstream.abort()

    def upstream_made(self, upstream: asyncio.Transport) -> None:
        """The connection stands: what waited for it goes out."""
        self._watch.trace.connected = time.monotonic()
        self._upstream = upstream
        upstream.set_write_buffer_limits(high=1, low=0)
        pending, self._pending = bytes(self._pending), bytearray()
        self._to_upstream(pending)
        if self._client is not None and not self._upstream_full and not self._client_ended:
            self._client.resume_reading()
        if self._client_ended:
            self._pass_end()

    def upstream_data(self, data: bytes) -> None:
        """Bytes of the upstream: on to the client first, then looked at."""
        now = time.monotonic()
        if self._client is not None and not self._client.is_closing():
            self._client.write(data)
        self._see(self._watch.response, data, now)

    def upstream_eof(self) -> None:
        """The upstream sends no more (FIN), which the client gets at the same place."""
        if self._upstream_ended:
            return
        self._see(self._watch.upstream_closed, time.monotonic())
        self._upstream_ended = True
        if self._client_ended:
            self._shut()
        elif self._client is not None and not self._client.is_closing():
            self._client.write_eof()

    def upstream_lost(self, exc: Exception | None) -> None:
        """The upstream's connection is no more: without error it was closed, by the upstream or by us."""
        self._upstream_lost = True
        if exc is None:
            self.upstream_eof()
            return
        detail = None if isinstance(exc, ConnectionResetError) else f"{type(exc).__name__}: {exc}"
        self._see(self._watch.upstream_reset, time.monotonic(), detail)
        self._upstream_ended = True
        self.reset_client()

    def upstream_full(self) -> None:
        """The upstream does not take what it gets."""
        self._upstream_full = True
        if self._client is not None:
            self._client.pause_reading()

    def upstream_drained(self) -> None:
        """The upstream has taken it all."""
        self._upstream_full = False
        self._see(self._watch.sent, time.monotonic())
        if self._client is not None and not self._client_ended:
            self._client.resume_reading()

    # Both

    def reset_client(self, *, at_once: bool = False) -> None:
        """RST to the client, after what it still has to get."""
        if self._client is None or self._client.is_closing():
            return
        self._resetting = True
        if not at_once:
            if self._client_full:
                return  # comes again when it has drained
            if _not_sent(self._client) > 0:
                asyncio.get_running_loop().call_later(_LOOK_AGAIN_S, self.reset_client)
                return
        reset(self._client)

    def end(self) -> None:
        """The call is over: both connections go, at once."""
        self._see(self._watch.client_gone, time.monotonic())
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
        if data and not self._upstream.is_closing():
            self._upstream.write(data)
        if not self._upstream_full:
            self._see(self._watch.sent, time.monotonic())

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

    def _see(self, look: Callable[..., None], *what: Any) -> None:
        try:
            look(*what)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with looking, the bytes go on
            self._watch.broke(error)


class _Upstream(asyncio.Protocol):
    """The upstream's side of a link."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._can_half_close = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._can_half_close = transport.can_write_eof()
        self._link.upstream_made(transport)

    def data_received(self, data: bytes) -> None:
        self._link.upstream_data(data)

    def eof_received(self) -> bool:
        self._link.upstream_eof()
        return self._can_half_close

    def connection_lost(self, exc: Exception | None) -> None:
        self._link.upstream_lost(exc)

    def pause_writing(self) -> None:
        self._link.upstream_full()

    def resume_writing(self) -> None:
        self._link.upstream_drained()


def _not_sent(transport: asyncio.Transport) -> int:
    """Bytes that the kernel holds back for a client that reads slowly; 0 where that cannot be asked."""
    connection = transport.get_extra_info("socket")
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), _NOT_SENT, b"\0\0\0\0"))[0])
    except (OSError, AttributeError):
        return 0
