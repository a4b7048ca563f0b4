"""Small things about addresses and connections that several packages need."""

import asyncio
import contextlib
import socket
import ssl
import struct
from ipaddress import ip_address

_NO_LINGER = struct.pack("ii", 1, 0)


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def refuses_http1(error: ssl.SSLError) -> bool:
    """Whether a handshake failed since the server takes no protocol that was offered, HTTP/1.1 among them."""
    return "no application protocol" in f"{error.reason} {error}".lower().replace("_", " ")


def reset(transport: asyncio.WriteTransport) -> None:
    """End a connection with RST, not FIN: no lingering, and what is not sent is dropped."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.fileno() >= 0:
        with contextlib.suppress(OSError):  # it is gone already
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
