"""uvicorn without logs, with an immediate stop, and with access to a request's connection."""

import asyncio
import socket
import threading
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from probe.network import send_at_once
from probe.upstream.app import CONNECTION_EXTENSION, UpstreamApp
from probe.upstream.kept_connection import KeptConnection

# A client that finds its idle connection closed would see a fault that nobody asked for.
_KEEP_ALIVE_S = 3600
# Handlers whose connection is gone end within a few passes of the loop; this is for one that does not.
_LAST_WORDS_S = 0.5


class _Protocol(H11Protocol):
    """Puts a connection into the scope of its requests."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        send_at_once(transport)
        app, connection = self.app, KeptConnection(transport)

        async def with_connection(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {CONNECTION_EXTENSION: {"connection": connection}}
            await cast("Any", app)(scope, receive, send)

        self.app = cast("Any", with_connection)


class _Server(uvicorn.Server):
    """Stops at once: uvicorn would look every 0.1 s whether to stop, and then wait for clients."""

    def __init__(self, config: uvicorn.Config, dropped: set[asyncio.Transport]) -> None:
        super().__init__(config)
        self.up = threading.Event()
        self.leave = asyncio.Event()
        self._dropped = dropped

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        await self.leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        for connection in list(self.server_state.connections):
            if not connection.transport.is_closing():
                self._dropped.add(connection.transport)
                connection.transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_WORDS_S)


class ServerThread:
    """Serves an application on a listening socket, from `start` to `stop`."""

    def __init__(self, app: UpstreamApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            # Nothing in uvicorn is critical: this silences it.
            log_config=None,
            log_level="critical",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
        self._listener = listener
        self._server = _Server(config, app.dropped)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="probe-upstream", daemon=True)

    def start(self) -> None:
        """Return when requests are accepted. Raise what kept the server from starting."""
        self._thread.start()
        self._server.up.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Drop every connection, and return when the thread has ended."""
        if self._loop is not None and self._thread.is_alive():
            # One pass later, so that clients who have left already are seen to have left.
            self._loop.call_soon_threadsafe(self._loop.call_soon, self._server.leave.set)
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - the starting thread raises it
            self._failure = error
        finally:
            self._server.up.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve(sockets=[self._listener])
