"""Listen on an address that a person named, or on any port of loopback."""

import socket

from probe.connection.proxies import host_and_port
from probe.errors import UsageError
from probe.network import is_loopback

_LOOPBACK = "127.0.0.1"
_BACKLOG = 512


def listen_on(named: str | None, *, exposed: bool) -> socket.socket:
    """Return a socket that listens on `HOST:PORT` or `PORT`; without a name on a free port of loopback.

    Raises UsageError, also for an address that other machines reach, unless it is to be exposed to them.
    """
    host, port = (_LOOPBACK, 0) if named is None else _parse(named)
    if not is_loopback(host) and not exposed:
        raise UsageError(
            f"{host} is not this machine alone: others could send requests through it",
            key="--listen",
            remedy="Use 127.0.0.1, or add --expose if they are meant to.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        place = host_and_port(host, port)
        raise UsageError(
            f"cannot listen on {place}: {error.strerror}",
            key="--listen",
            remedy="give another port, or 0 for any",
        ) from None


def url_of(listener: socket.socket, path: str) -> str:
    """Return the address that clients are to use, with the path of the upstream's."""
    host, port = listener.getsockname()[:2]
    return f"http://{host_and_port(host, port)}{path}"


def _parse(named: str) -> tuple[str, int]:
    host, colon, port = named.rpartition(":")
    if not port.isdecimal() or int(port) > 65535 or (colon and not host.strip("[]")):
        raise UsageError(f"{named!r} does not read as HOST:PORT", key="--listen", remedy="For example: 127.0.0.1:8080")
    return host.strip("[]") or _LOOPBACK, int(port)
