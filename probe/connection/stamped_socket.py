"""A socket that knows when bytes arrived, by the kernel's clock where it tells."""

import socket
import struct
import sys
import time
from typing import Any

_SO_TIMESTAMPNS = 35
"""The option of Linux (asm-generic/socket.h); Python does not name it. Its message is a timespec."""
_TIMESPEC = struct.Struct("@ll")
_ANCILLARY_BYTES = socket.CMSG_SPACE(_TIMESPEC.size)
_MOST_AGE_S = 60.0
_Ancillary = list[tuple[int, int, bytes]]


class StampedSocket(socket.socket):
    """A TCP socket that knows when the bytes of the last read arrived, in monotonic seconds.

    A busy event loop reads bytes some time after they came. On Linux the kernel notes when a segment came; elsewhere it
    is the time of the read. Where several segments waited to be read, `arrived_s` is the time of the last.
    """

    def __init__(self, family: int, kind: int) -> None:
        super().__init__(family, kind)
        self.arrived_s = time.monotonic()
        self._is_stamped = sys.platform == "linux" and self._ask_for_stamps()

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Read bytes, and note when they arrived."""
        if not self._is_stamped:
            data = super().recv(size, flags)
            self.arrived_s = time.monotonic()
            return data
        data, ancillary, *_ = self.recvmsg(size, _ANCILLARY_BYTES, flags)
        self.arrived_s = _arrival_s(ancillary)
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        """Read bytes into a buffer, as is done for TLS, and note when they arrived."""
        if not self._is_stamped or size:
            count = super().recv_into(buffer, size, flags)
            self.arrived_s = time.monotonic()
            return count
        count, ancillary, *_ = self.recvmsg_into([buffer], _ANCILLARY_BYTES, flags)
        self.arrived_s = _arrival_s(ancillary)
        return count

    def _ask_for_stamps(self) -> bool:
        try:
            self.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        except OSError:
            return False
        return True


def _arrival_s(ancillary: _Ancillary) -> float:
    """Return the time in the kernel's message, or now. The message is by the wall clock, which may have been set."""
    now = time.monotonic()
    for level, kind, data in ancillary:
        if (level, kind, len(data)) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS, _TIMESPEC.size):
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            age_s = time.time() - (seconds + nanoseconds / 1e9)
            return now - age_s if 0 <= age_s <= _MOST_AGE_S else now
    return now
