"""Looks whether a server speaks something else than it was asked in."""

import socket
import ssl
from contextlib import ExitStack

from probe.checks.time_budget import TimeBudget
from probe.checks.way import Route
from probe.network import is_http2

_HTTP2_BEGINS = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""A client's first bytes: the preface, and no settings of its own (RFC 9113, 3.4)."""


def speaks_tls(route: Route, budget: TimeBudget) -> bool:
    """Whether a server that was asked in plain HTTP answers a TLS handshake."""
    return _opened(route, budget, tls=True) is not None


def speaks_http2(route: Route, budget: TimeBudget) -> bool:
    """Whether a server that cuts HTTP/1.1 off answers the first bytes of HTTP/2."""
    answer = _opened(route, budget, tls=route.tls is not None, says=_HTTP2_BEGINS)
    return answer is not None and is_http2(answer)


def _opened(route: Route, budget: TimeBudget, *, tls: bool, says: bytes = b"") -> bytes | None:
    """What a server answers to some bytes, if there are any to be said; None where there is no such connection."""
    try:
        with ExitStack() as opened:
            place = route.host, route.port
            connection = opened.enter_context(socket.create_connection(place, timeout=budget.next_s or 0.1))
            if tls:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                if says:
                    context.set_alpn_protocols(["h2"])
                connection = opened.enter_context(context.wrap_socket(connection, server_hostname=route.host))
            if not says:
                return b""
            connection.sendall(says)
            return connection.recv(4096)
    except (OSError, ValueError):
        return None
