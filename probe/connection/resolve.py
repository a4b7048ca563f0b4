"""Resolve a host without holding up an event loop."""

import asyncio
import socket
import threading
from typing import Any

Address = tuple[socket.AddressFamily, Any]
"""A family, and the address in the form that sockets of this family take."""


def parse_address(host: str, port: int) -> list[Address]:
    """Return the address that `host` is already; nothing where it is a name."""
    try:
        return _getaddrinfo(host, port, socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []


async def resolve(host: str, port: int) -> list[Address]:
    """Ask the system's resolver, in the order in which it wants addresses to be tried. Raises OSError and ValueError.

    `getaddrinfo` runs in a daemon thread: a call that hangs holds up neither the loop nor the end of the program.
    """
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
            found = _getaddrinfo(host, port)
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


def _getaddrinfo(host: str, port: int, flags: int = 0) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, address) for family, _, _, _, address in found]
