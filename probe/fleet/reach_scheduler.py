"""Wait for a scheduler and say why it cannot be reached: a worker of Dask waits in silence, and for ever."""

import asyncio
import socket
from collections.abc import Callable

from distributed.comm.core import FatalCommClosedError, connect
from distributed.security import Security

from probe.errors import EnvironmentUnusableError
from probe.fleet.addresses import FleetAddress

_CONNECT = "5s"
_PAUSE_S = 2.0


def check_port(host: str | None, port: int) -> None:
    """Raise EnvironmentUnusableError where nothing can listen on this address of this machine."""
    try:
        family = socket.AF_INET6 if host and ":" in host else socket.AF_INET
        socket.create_server(((host or "").strip("[]"), port), family=family).close()
    except OSError as error:
        place, why = f"{host or '*'}:{port}", error.strerror or str(error)
        raise EnvironmentUnusableError(
            f"cannot listen on {place}: {why}", remedy="give another port, or 0 for any"
        ) from error


async def reach_scheduler(
    address: FleetAddress, security: Security, ended: "asyncio.Future[None]", told: Callable[[str], object]
) -> None:
    """Return when a scheduler answers, or when it has `ended`. `told` learns of `waiting` or `foreign`."""
    while not ended.done():
        how = security.get_connection_args("worker")
        connecting = asyncio.ensure_future(connect(str(address), timeout=_CONNECT, **how))
        await asyncio.wait({connecting, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            connecting.cancel()
            return
        try:
            connection = connecting.result()
        except (OSError, TimeoutError) as error:
            told("foreign" if isinstance(error, FatalCommClosedError) else "waiting")
            await asyncio.wait({ended}, timeout=_PAUSE_S)
        else:
            connection.abort()
            return


def without_repetition(told: Callable[[str], object]) -> Callable[[str], None]:
    """Return a function that tells each change, and not the same again."""
    last = ""

    def tell_change(what: str) -> None:
        nonlocal last
        if what != last:
            last = what
            told(what)

    return tell_change
