"""The embedded upstream as the rest of the project sees it."""

import socket
from collections import deque
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from probe.errors import EnvironmentUnusableError
from probe.upstream.schedule import ScheduledFault
from probe.upstream.served import ServedRequest

if TYPE_CHECKING:
    from probe.upstream.app import UpstreamApp
    from probe.upstream.server import ServerThread

_MOST_SERVED = 1000
DEFAULT_MODELS = ("claude-sonnet-4-5", "claude-opus-4-5", "claude-haiku-4-5")


class EmbeddedUpstream:
    """A fault-injecting Messages API, with chat completions, on 127.0.0.1, in a daemon thread, while the context lasts.

    `port` 0 lets the system choose. `on_request` is called from the server's thread when a response has ended.
    `event_gap_s` lies between the content events of a sound answer, so that it can be told from a fake stream.
    Leaving the context drops open connections. It raises a defect of the upstream itself, such as one in
    `on_request`, if nothing else is being raised. Entering raises EnvironmentUnusableError if the port is taken.
    """

    def __init__(
        self,
        faults: Sequence[ScheduledFault] = (),
        *,
        port: int = 0,
        models: Sequence[str] = DEFAULT_MODELS,
        on_request: Callable[[ServedRequest], None] | None = None,
        event_gap_s: float = 0.005,
    ) -> None:
        self.faults = tuple(faults)
        self.port = port
        self._models = tuple(models)
        self._on_request = on_request
        self._event_gap_s = event_gap_s
        self._served: deque[ServedRequest] = deque(maxlen=_MOST_SERVED)
        self._app: UpstreamApp | None = None
        self._server: ServerThread | None = None

    def __enter__(self) -> Self:
        # uvicorn is slow to import, and reading a spec does not need it.
        from probe.upstream.app import UpstreamApp  # noqa: PLC0415
        from probe.upstream.server import ServerThread  # noqa: PLC0415

        try:
            listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        except OSError as error:
            raise EnvironmentUnusableError(
                f"cannot listen on 127.0.0.1:{self.port}: {error.strerror}", remedy="give another port, or 0 for any"
            ) from error
        self.port = listener.getsockname()[1]
        self._app = UpstreamApp(self.faults, self._models, self._record, self._event_gap_s)
        self._server = ServerThread(self._app, listener)
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None and self._app is not None:
            self._server.stop()
            if error is None and self._app.defect is not None:
                raise self._app.defect

    @property
    def base_url(self) -> str:
        """The base URL for a client; `/r/<round>/<step>` may follow it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def served(self) -> list[ServedRequest]:
        """The latest requests whose responses have ended, 1000 at most, in the order in which they came in."""
        # Copying a deque is atomic, so that no lock is needed.
        return sorted(self._served.copy(), key=lambda request: request.sequence)

    @property
    def in_flight(self) -> int:
        """The number of requests that are being served."""
        return self._app.in_flight if self._app is not None else 0

    def _record(self, served: ServedRequest) -> None:
        self._served.append(served)
        if self._on_request is not None:
            self._on_request(served)
