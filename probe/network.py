"""Functions on hosts and connections that several packages share."""

import asyncio
import contextlib
import fcntl
import re
import socket
import struct
from ipaddress import ip_address

_HTTP2_FRAME = re.compile(rb"(?s)(...)([\x04\x07])\x00\x00\x00\x00\x00")
"""The head of a frame SETTINGS or GOAWAY, with its length, of no stream and without flags (RFC 9113, 4.1)."""
_SETTING, _LEAST_GOAWAY = 6, 8
_NOT_SENT = 0x894B
"""SIOCOUTQNSD of Linux: the bytes that the kernel has not put on the wire yet."""
_NO_LINGER = struct.pack("ii", 1, 0)


def is_loopback(host: str) -> bool:
    """Return True where a host, by name or address, is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_http2(data: bytes) -> bool:
    """Return True where bytes begin like those of a server that speaks HTTP/2: with its settings, or with a refusal."""
    match = _HTTP2_FRAME.match(data)
    if match is None:
        return False
    length = int.from_bytes(match[1], "big")
    return length % _SETTING == 0 if match[2] == b"\x04" else length >= _LEAST_GOAWAY


def send_at_once(transport: asyncio.WriteTransport) -> None:
    """Let no small write wait for the acknowledgement of the one before; asyncio does so for some sockets only."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the connection is gone already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def reset(transport: asyncio.WriteTransport) -> None:
    """End a connection with RST, not FIN: no lingering, and what is not sent is dropped."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        with contextlib.suppress(OSError):  # the connection is gone already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def unsent_bytes(transport: asyncio.Transport) -> int:
    """Return how many bytes the kernel holds back for a client that reads slowly; 0 where it cannot say."""
    connection = transport.get_extra_info("socket")
    try:
        return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), _NOT_SENT, b"\0\0\0\0"))[0])
    except (OSError, AttributeError):
        return 0
