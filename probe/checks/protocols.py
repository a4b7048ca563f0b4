"""Find out whether a server speaks another protocol than the one it was asked in."""

import asyncio
import ssl
from dataclasses import replace

from probe.checks.time_budget import TimeBudget
from probe.checks.try_connection import run_in_thread
from probe.connection.connect import connect
from probe.connection.connect_error import ConnectError
from probe.connection.route import UpstreamRoute
from probe.connection.trace import ConnectTrace
from probe.network import is_http2

_HTTP2_BEGINS = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""A client's first bytes: the preface, and no settings of its own (RFC 9113, 3.4)."""
_LEAST_S = 0.1


def speaks_tls(route: UpstreamRoute, budget: TimeBudget) -> bool:
    """Return True where a server that was asked in plain HTTP answers a TLS handshake."""
    return run_in_thread(_answer(replace(route, tls=_trusting()), budget)) is not None


def speaks_http2(route: UpstreamRoute, budget: TimeBudget) -> bool:
    """Return True where a server that cuts HTTP/1.1 off answers the first bytes of HTTP/2."""
    tls = None if route.tls is None else _trusting("h2")
    answer = run_in_thread(_answer(replace(route, tls=tls), budget, _HTTP2_BEGINS))
    return answer is not None and is_http2(answer)


async def _answer(route: UpstreamRoute, budget: TimeBudget, request: bytes = b"") -> bytes | None:
    """Return the first bytes that a server answers to a request; None where there is no connection or no answer.

    Without a request the connection alone is tried.
    """
    reader = asyncio.StreamReader()
    transport = None
    try:
        transport = await connect(
            route, lambda: asyncio.StreamReaderProtocol(reader), lambda: budget.next_s or _LEAST_S, ConnectTrace()
        )
        if not request:
            return b""
        transport.write(request)
        return await asyncio.wait_for(reader.read(4096), budget.next_s or _LEAST_S)
    except (ConnectError, OSError):
        return None
    finally:
        if transport is not None:
            transport.abort()


def _trusting(*protocols: str) -> ssl.SSLContext:
    """Build a context that takes any certificate, and offers these protocols."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context
