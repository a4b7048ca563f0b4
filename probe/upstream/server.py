"""uvicorn, made silent, quick to stop, and willing to show its transport."""

import asyncio
import socket
import threading
from typing import Any, cast

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from probe.upstream.app import TRANSPORT_EXTENSION, UpstreamApp

# A client that finds its idle connection closed would see a fault that nobody asked for.
_KEEP_ALIVE_S = 3600


class _Protocol(H11Protocol):
    """Puts the transport of a connection into the scope of its requests."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {TRANSPORT_EXTENSION: {"transport": transport}}
            await cast("Any", app)(scope, receive, send)

        self.app = cast("Any", with_transport)


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
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
        )
        self._app = app
        self._listener = listener
        self._server = uvicorn.Server(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._up = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="probe-upstream", daemon=True)

    def start(self) -> None:
        """Returns when requests are accepted. Raises what kept the server from starting."""
        self._thread.start()
        self._up.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Drops every connection and returns when the thread has ended."""
        if self._loop is not None and self._thread.is_alive():
            # One pass later, so that clients who have left already are seen to have left.
            self._loop.call_soon_threadsafe(self._loop.call_soon, self._drop)
        self._thread.join()
        self._listener.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - the starting thread raises it
            self._failure = error
        finally:
            self._up.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        # The socket listens already: once the loop serves, waiting connections are taken.
        self._loop.call_soon(self._up.set)
        await self._server.serve(sockets=[self._listener])

    def _drop(self) -> None:
        self._server.should_exit = True
        for listening in getattr(self._server, "servers", ()):
            listening.close()
        for connection in list(self._server.server_state.connections):
            if not connection.transport.is_closing():
                self._app.dropped.add(connection.transport)
                connection.transport.abort()
