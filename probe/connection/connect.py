"""Open one connection along a route: resolve, connect, open a tunnel through a proxy, shake hands by TLS."""

import asyncio
import errno
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from probe.connection.connect_error import ConnectStage, TunnelRefusedError, connect_error
from probe.connection.proxies import Proxy, host_and_port
from probe.connection.resolve import Address, parse_address, resolve
from probe.connection.route import UpstreamRoute
from probe.connection.stamped_socket import StampedSocket
from probe.connection.trace import ConnectStep, ConnectTrace

_MAX_PROXY_HEAD = 16 * 1024
_LEAST_S = 0.01
_SHUTDOWN_S = 1.0
_NEVER_S = 24 * 3600.0
"""asyncio has a limit of its own for handshakes, which ours is to come before."""


async def connect(
    route: UpstreamRoute, protocol: Callable[[], asyncio.Protocol], limit_s: Callable[[], float], trace: ConnectTrace
) -> asyncio.Transport:
    """Return the transport of a connection to the upstream, and note the steps to it in `trace`.

    `limit_s` is called before each step and returns the seconds that it may take. Raises ConnectError.
    """
    trace.begun = time.monotonic()
    transport = await _Connecting(route, limit_s, trace).run(protocol)
    trace.connected = trace.connected or time.monotonic()
    return transport


class _Connecting:
    """A connection that is being opened."""

    def __init__(self, route: UpstreamRoute, limit_s: Callable[[], float], trace: ConnectTrace) -> None:
        self._route = route
        self._limit_s = limit_s
        self._trace = trace

    async def run(self, protocol: Callable[[], asyncio.Protocol]) -> asyncio.Transport:
        route = self._route
        host, port = (route.proxy.host, route.proxy.port) if route.proxy else (route.host, route.port)
        async with self._step(ConnectStage.DNS, host) as step:
            addresses = await self._addresses(host, port)
            step.detail = ", ".join(dict.fromkeys(str(address[0]) for _, address in addresses))
        async with self._step(ConnectStage.TCP, host_and_port(host, port)) as step:
            connection = await _connect_first(addresses, step.timeout_s)
        self._trace.connection = connection
        if route.proxy and route.tunnelled:
            try:
                async with self._step(ConnectStage.PROXY, host_and_port(route.host, route.port)) as step:
                    step.detail = await _open_tunnel(connection, route, route.proxy)
            except BaseException:
                connection.close()
                raise
        if route.tls is None:
            transport, _ = await asyncio.get_running_loop().create_connection(protocol, sock=connection)
            return transport
        return await self._shake_hands(protocol, connection)

    @asynccontextmanager
    async def _step(self, stage: ConnectStage, where: str) -> AsyncIterator[ConnectStep]:
        """Time what is done inside, end it at its limit, and note it. Raises ConnectError."""
        step = ConnectStep(stage, where, max(self._limit_s(), _LEAST_S))
        begun = time.monotonic()
        try:
            async with asyncio.timeout(step.timeout_s):
                yield step
        except (OSError, ValueError, TunnelRefusedError) as error:
            through_proxy = self._route.proxy is not None
            step.error = connect_error(stage, error, host=where, through_proxy=through_proxy)
            raise step.error from error
        finally:
            step.ms = (time.monotonic() - begun) * 1000
            self._trace.steps.append(step)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        addresses = parse_address(host, port)
        if not addresses:
            self._trace.looked_up = True
            addresses = await resolve(host, port)
        return addresses

    async def _shake_hands(
        self, protocol: Callable[[], asyncio.Protocol], connection: socket.socket
    ) -> asyncio.Transport:
        """Return a transport that owns the socket; should the handshake fail, it has closed the socket."""
        route, trace = self._route, self._trace
        begun = time.monotonic()
        async with self._step(ConnectStage.TLS, host_and_port(route.host, route.port)) as step:
            transport, _ = await asyncio.get_running_loop().create_connection(
                protocol,
                sock=connection,
                ssl=route.tls,
                server_hostname=route.host,
                ssl_handshake_timeout=_NEVER_S,
                ssl_shutdown_timeout=_SHUTDOWN_S,
            )
            step.detail = transport.get_extra_info("ssl_object").version() or ""
        if trace.connected is not None:
            # A protocol that notes the end of the handshake does so before it writes anything.
            step.ms = (trace.connected - begun) * 1000
        return transport


async def _connect_first(addresses: list[Address], timeout_s: float) -> StampedSocket:
    """Return a socket of the first address that takes a connection; each has its share of the time.

    Raises the OSError of the last address.
    """
    loop = asyncio.get_running_loop()
    problem: OSError = OSError(errno.EADDRNOTAVAIL, "no address")
    for family, address in addresses:
        connection = StampedSocket(family, socket.SOCK_STREAM)
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
    raise problem


async def _open_tunnel(connection: socket.socket, route: UpstreamRoute, proxy: Proxy) -> str:
    """Ask a proxy for a tunnel, and return its status line. Raises OSError and TunnelRefusedError."""
    where = host_and_port(route.host, route.port).encode()
    head = b"CONNECT " + where + b" HTTP/1.1\r\nHost: " + where + b"\r\n"
    if proxy.authorization:
        head += b"Proxy-Authorization: " + proxy.authorization + b"\r\n"
    await asyncio.get_running_loop().sock_sendall(connection, head + b"\r\n")
    line = (await _read_head(connection)).partition(b"\r\n")[0].decode("latin-1")
    if not line.startswith(("HTTP/1.1 2", "HTTP/1.0 2")):
        raise TunnelRefusedError(line)
    return line


async def _read_head(connection: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    head = b""
    while b"\r\n\r\n" not in head:
        # Byte by byte would be exact, but an upstream of TLS says nothing before we do.
        data = await loop.sock_recv(connection, 4096)
        head += data
        if not data or len(head) > _MAX_PROXY_HEAD:
            raise TunnelRefusedError("")
    return head
