"""Send one plain HTTP request through a recorder: no client, no retries, no redirects, one deadline for all of it."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from probe import __version__
from probe.drivers.plain_exchange import CancelWatch, PlainExchange, request_bytes
from probe.errors import UsageError
from probe.model.exchange import Exchange
from probe.ports import CallRecorder, Stop
from probe.redact import Redactor
from probe.sanitise import printable

USER_AGENT = f"probe/{__version__}"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""The header of Claude Code 2.1.329, so that a proxy which compresses for the client does so here too."""
MAX_BODY_BYTES = 1_000_000
_MARGIN = 4096
"""The longest secret that is found where a body is cut off."""
_MAX_KEPT_BYTES = MAX_BODY_BYTES + _MARGIN
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request. `path` is appended to the base URL; "" asks the base URL itself."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """The answer to a request. Names of `headers` are in lower case; they, `body` and `error` hold no known secret.

    `exchange` is what the recorder saw, with the true reason when there was no connection. `body` is the decoded
    beginning, at most `MAX_BODY_BYTES`. `error` is the class and the message of a transport error. `bodies` are
    (sequence, request, response) of each exchange, if the recorder keeps them.
    """

    exchange: Exchange | None
    status: int | None
    headers: dict[str, str]
    body: bytes
    wall_ms: float
    timed_out: bool
    cancelled: bool
    error: str | None
    bodies: tuple[tuple[int, bytes, bytes], ...] = ()


class PlainHttp:
    """Sends requests, each through a recorder of its own. `tap` opens one for a base URL, as `open_call` does."""

    def __init__(
        self, tap: Callable[[str], AbstractContextManager[CallRecorder]], redactor: Redactor, cancel: Stop | None = None
    ) -> None:
        self._tap = tap
        self._redactor = redactor
        self._watch = CancelWatch(cancel)

    def send(self, base_url: str, request: PlainRequest, timeout_s: float) -> PlainAnswer:
        """Send one request, and return at the end of the answer, at the deadline or on a cancel.

        Raises UsageError for an address, proxy or certificate file that cannot be used, and for an invalid path.
        """
        base, path = _split_base(base_url, request.path)
        with self._tap(base) as recorder:
            origin_s = time.monotonic()
            try:
                data = _bytes_of(base, path, request)
            except ValueError as error:
                return self._unsent(error)
            exchange = PlainExchange(request.method, data, origin_s + timeout_s, _MAX_KEPT_BYTES, self._watch)
            recorder.connect(exchange)
            wall_ms = (exchange.wait() - origin_s) * 1000
        return self._answer(exchange, recorder, origin_s, wall_ms)

    def _answer(self, exchange: PlainExchange, recorder: CallRecorder, origin_s: float, wall_ms: float) -> PlainAnswer:
        recorded = recorder.exchanges(origin_s)
        redactor = self._redactor
        return PlainAnswer(
            exchange=recorded[-1] if recorded else None,
            status=exchange.status,
            headers={redactor.text(name): redactor.text(value) for name, value in exchange.headers.items()},
            body=redactor.start(bytes(exchange.body), MAX_BODY_BYTES),
            wall_ms=wall_ms,
            timed_out=exchange.timed_out,
            cancelled=exchange.cancelled,
            error=self._words(exchange.error),
            bodies=tuple(recorder.bodies),
        )

    def _unsent(self, error: ValueError) -> PlainAnswer:
        """Return what stands for the answer to a request that cannot be written."""
        return PlainAnswer(
            exchange=None,
            status=None,
            headers={},
            body=b"",
            wall_ms=0.0,
            timed_out=False,
            cancelled=False,
            error=self._words(error),
        )

    def _words(self, error: Exception | None) -> str | None:
        return None if error is None else self._redactor.text(f"{type(error).__name__}: {error}")


def _split_base(base_url: str, path: str) -> tuple[str, str]:
    """Return the base URL for the recorder, and the path to ask it for: always one, since a request needs one.

    Raises UsageError for a path such as `@host/`, which would change the host.
    """
    if path and not path.startswith("/"):
        raise UsageError(f"{printable(path, 60)!r} is no path: it does not begin with '/'")
    if _CONTROL.search(path):
        raise UsageError(f"{printable(path, 60)!r} is no path: it holds a control character")
    if path:
        return base_url, path
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}", parts.path or "/"


def _bytes_of(base_url: str, path: str, request: PlainRequest) -> bytes:
    """Return the bytes of a request. The recorder, which sends them on, puts the upstream's name into the host."""
    parts = urlsplit(base_url)
    target = (parts.path.rstrip("/") + path).partition("#")[0]
    own = {"user-agent": USER_AGENT, "accept-encoding": ACCEPT_ENCODING}
    given = {name.lower() for name in request.headers}
    headers = {name: value for name, value in own.items() if name not in given} | dict(request.headers)
    return request_bytes(request.method, target, parts.hostname or "", headers, request.body)
