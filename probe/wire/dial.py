"""Opens one connection to an upstream, with each step timed apart."""

import asyncio
import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

from probe.model.exchange import HTTP2_ONLY, ConnectFailure
from probe.network import refuses_http1
from probe.proxies import Proxy
from probe.wire.record import Dialling
from probe.wire.route import Route

_MAX_PROXY_HEAD = 16 * 1024
_SHUTDOWN_S = 1.0
Address = tuple[socket.AddressFamily, Any]


class DialError(Exception):
    """There is no connection: why, and in words of the system (not yet redacted)."""

    def __init__(self, failure: ConnectFailure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure
        self.detail = detail


async def dial(
    route: Route, protocol: Callable[[], asyncio.Protocol], timeout_s: float, times: Dialling
) -> asyncio.Transport:
    """The transport of a connection over which `route.rewrite` heads can go. Fills `times`. Raises DialError."""
    times.begun = time.monotonic()
    stage = ["dns"]
    try:
        async with asyncio.timeout(timeout_s):
            return await _steps(route, protocol, timeout_s, times, stage)
    except (OSError, ValueError, DialError) as error:
        problem = error if isinstance(error, DialError) else _failure(error, stage[0])
        if route.proxy and stage[0] != "tls":
            problem = DialError(ConnectFailure.PROXY, f"proxy: {problem.detail}")
        raise problem from error


async def _steps(
    route: Route, protocol: Callable[[], asyncio.Protocol], timeout_s: float, times: Dialling, stage: list[str]
) -> asyncio.Transport:
    host, port = (route.proxy.host, route.proxy.port) if route.proxy else (route.host, route.port)
    before = time.monotonic()
    addresses, looked_up = await _addresses(host, port)
    after = time.monotonic()
    times.dns_ms = (after - before) * 1000 if looked_up else None
    stage[0] = "tcp"
    connection = await _connect(addresses, timeout_s)
    times.tcp_ms = (time.monotonic() - after) * 1000
    if route.proxy and route.tunnelled:
        stage[0] = "proxy"
        try:
            await _tunnel(connection, route, route.proxy)
        except BaseException:
            connection.close()
            raise
    transport = await _transport(route, protocol, connection, stage, times)
    times.connected = times.connected or time.monotonic()
    return transport


async def _transport(
    route: Route, protocol: Callable[[], asyncio.Protocol], connection: socket.socket, stage: list[str], times: Dialling
) -> asyncio.Transport:
    """The transport takes the socket over, and closes it should the handshake fail."""
    loop = asyncio.get_running_loop()
    if route.tls is None:
        transport, _ = await loop.create_connection(protocol, sock=connection)
    else:
        stage[0] = "tls"
        before = time.monotonic()
        transport, _ = await loop.create_connection(
            protocol,
            sock=connection,
            ssl=route.tls,
            server_hostname=route.host,
            ssl_shutdown_timeout=_SHUTDOWN_S,
        )
        # The protocol notes the end of the handshake before it writes anything.
        times.tls_ms = ((times.connected or time.monotonic()) - before) * 1000
    return transport


async def _addresses(host: str, port: int) -> tuple[list[Address], bool]:
    """The addresses of a host, and whether they had to be looked up. Raises DialError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        return [(family, address) for family, _, _, _, address in found], False
    except (OSError, UnicodeError):
        pass
    try:
        return await _look_up(host, port), True
    except (OSError, UnicodeError) as error:
        raise DialError(ConnectFailure.DNS, f"{host}: {getattr(error, 'strerror', None) or error}") from error


async def _look_up(host: str, port: int) -> list[Address]:
    """getaddrinfo in a daemon thread: one that hangs holds up neither the loop nor the end of the program."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Address]] = loop.create_future()

    def tell(found: list[Address], error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)

    def run() -> None:
        found: list[Address] = []
        problem: Exception | None = None
        try:
            found = [(info[0], info[4]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError) as error:
            problem = error
        if not loop.is_closed():
            # The loop may close at this very moment, with nobody left to hear.
            try:
                loop.call_soon_threadsafe(tell, found, problem)
            except RuntimeError:
                return

    threading.Thread(target=run, name="probe-dns", daemon=True).start()
    return await answer


async def _connect(addresses: list[Address], timeout_s: float) -> socket.socket:
    """The first address that takes a connection, each with its share of the time. Raises DialError for the last."""
    loop = asyncio.get_running_loop()
    problem: OSError = OSError(errno.EADDRNOTAVAIL, "no address")
    for family, address in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async with asyncio.timeout(timeout_s / len(addresses)):
                await loop.sock_connect(connection, address)
        except OSError as error:
            connection.close()
            problem = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise _failure(problem, "tcp") from problem


async def _tunnel(connection: socket.socket, route: Route, proxy: Proxy) -> None:
    """Asks a proxy for a way through. Raises DialError."""
    loop = asyncio.get_running_loop()
    host = f"[{route.host}]" if ":" in route.host else route.host
    where = f"{host}:{route.port}".encode()
    head = b"CONNECT " + where + b" HTTP/1.1\r\nHost: " + where + b"\r\n"
    if proxy.authorization:
        head += b"Proxy-Authorization: " + proxy.authorization + b"\r\n"
    try:
        await loop.sock_sendall(connection, head + b"\r\n")
        answer = b""
        while b"\r\n\r\n" not in answer:
            # Byte by byte would be exact, but an upstream of TLS says nothing before we do.
            data = await loop.sock_recv(connection, 4096)
            answer += data
            if not data or len(answer) > _MAX_PROXY_HEAD:
                raise DialError(ConnectFailure.PROXY, "no answer to CONNECT")
    except OSError as error:
        raise DialError(ConnectFailure.PROXY, error.strerror or str(error)) from error
    line = answer.partition(b"\r\n")[0].decode("latin-1")
    if not line.startswith(("HTTP/1.1 2", "HTTP/1.0 2")):
        raise DialError(ConnectFailure.PROXY, f"CONNECT refused: {line}")


def _failure(error: Exception, stage: str) -> DialError:
    """What an error of the system means, at the stage where it came."""
    words = f"{stage}: {getattr(error, 'strerror', None) or str(error) or type(error).__name__}"
    match error:
        case ssl.SSLCertVerificationError():
            return DialError(ConnectFailure.TLS, f"tls: {error.verify_message}")
        case ssl.SSLError() if refuses_http1(error):
            return DialError(ConnectFailure.TLS, f"tls: {HTTP2_ONLY} (no application protocol)")
        case ssl.SSLError():
            return DialError(ConnectFailure.TLS, f"tls: {error.reason or error}")
        case ConnectionRefusedError():
            return DialError(ConnectFailure.REFUSED, words)
        case TimeoutError():
            failure = ConnectFailure.DNS if stage == "dns" else ConnectFailure.TIMEOUT
            return DialError(failure, f"{stage}: no answer in time")
        case ConnectionResetError() if error.errno is None:
            # asyncio says so where the other side closes in the middle of the handshake.
            return DialError(ConnectFailure.TLS, f"{stage}: closed during the handshake")
        case ConnectionError():
            return DialError(ConnectFailure.RESET, words)
        case ValueError():
            return DialError(ConnectFailure.TLS if stage == "tls" else ConnectFailure.OTHER, words)
        case _:
            return DialError(ConnectFailure.OTHER, words)
