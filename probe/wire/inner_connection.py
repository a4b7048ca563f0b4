"""Connect two protocols of one event loop with each other, without sockets."""

import asyncio
from typing import Any


class InnerTransport(asyncio.Transport):
    """One end of a connection within an event loop; `connect_protocols` makes both.

    Data arrives at the other end in a later pass of the loop, as from a socket, and however large it is, in one piece:
    there is no buffer that could be full, and so nothing to pause.
    """

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._peer: InnerTransport | None = None
        self._closing = False
        self._lost = False

    def join(self, peer: "InnerTransport") -> None:
        """Make `peer` the other end."""
        self._peer, peer._peer = peer, self

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Have the other end receive the data."""
        if data and not self._closing and self._peer is not None:
            self._loop.call_soon(self._peer._receive, bytes(data))

    def write_eof(self) -> None:
        """Have the other end see that nothing more comes."""
        if not self._closing and self._peer is not None:
            self._loop.call_soon(self._peer._receive_eof)

    def close(self) -> None:
        """End both directions, in order: the other end sees the end of the data, and then that of the connection."""
        if not self._closing and self._peer is not None:
            self.write_eof()
            self._closing = True
            self._loop.call_soon(self._peer._lose, None)
            self._loop.call_soon(self._lose, None)

    def abort(self) -> None:
        """End both directions at once: the other end sees a reset."""
        if not self._closing and self._peer is not None:
            self._closing = True
            self._loop.call_soon(self._peer._lose, ConnectionResetError("the connection was reset"))
            self._loop.call_soon(self._lose, None)

    def is_closing(self) -> bool:
        """Return True where this end was closed, or the connection is lost."""
        return self._closing

    def pause_reading(self) -> None:
        """Do nothing, see above."""

    def resume_reading(self) -> None:
        """Do nothing, see above."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing, see above."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return the default: there is no socket."""
        return default

    def _receive(self, data: bytes) -> None:
        if not self._lost:
            self._protocol.data_received(data)

    def _receive_eof(self) -> None:
        if not self._lost and not self._protocol.eof_received():
            self.close()

    def _lose(self, error: Exception | None) -> None:
        if not self._lost:
            self._lost = self._closing = True
            self._protocol.connection_lost(error)


def connect_protocols(first: asyncio.Protocol, second: asyncio.Protocol) -> None:
    """Connect two protocols of the running loop; the first may write before the second knows of the connection."""
    ends = InnerTransport(first), InnerTransport(second)
    ends[0].join(ends[1])
    second.connection_made(ends[1])
    first.connection_made(ends[0])
