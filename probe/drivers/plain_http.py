"""Send one plain HTTP request through a recorder: no client, no retries, no redirects, one deadline for all of it."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

import anyio
import httpx

from probe import __version__
from probe.decode import Undecodable, UnknownCoding, decoder
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
_POLL_S = 0.01
_TRANSPORT_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError)
"""ValueError stands for a header or address that cannot be sent unchanged."""


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
        _load()
        self._tap = tap
        self._redactor = redactor
        self._cancel = cancel

    def send(self, base_url: str, request: PlainRequest, timeout_s: float) -> PlainAnswer:
        """Send one request, and return at the end of the answer, at the deadline or on a cancel.

        Raises UsageError for an address, proxy or certificate file that cannot be used, and for an invalid path.
        """
        base, path = _split_base(base_url, request.path)
        with self._tap(base) as recorder:
            url = _url_of(recorder.base_url, path)
            origin_s = time.monotonic()
            received = _Received()
            asyncio.run(self._send(url, request, timeout_s, received))
            wall_ms = (time.monotonic() - origin_s) * 1000
        exchanges = recorder.exchanges(origin_s)
        redactor, error = self._redactor, received.error
        return PlainAnswer(
            exchange=exchanges[-1] if exchanges else None,
            status=received.status,
            headers={redactor.text(name): redactor.text(value) for name, value in received.headers.items()},
            body=redactor.start(bytes(received.body), MAX_BODY_BYTES),
            wall_ms=wall_ms,
            timed_out=received.timed_out,
            cancelled=received.cancelled,
            error=None if error is None else redactor.text(f"{type(error).__name__}: {error}"),
            bodies=tuple(recorder.bodies),
        )

    async def _send(self, url: httpx.URL, request: PlainRequest, timeout_s: float, received: "_Received") -> None:
        exchange = asyncio.create_task(_exchange(url, request, received))
        watch = asyncio.create_task(self._cancelled())
        done, _ = await asyncio.wait({exchange, watch}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        received.cancelled = exchange not in done and watch in done
        received.timed_out = not done
        for task in (exchange, watch):
            task.cancel()
        result, _ = await asyncio.gather(exchange, watch, return_exceptions=True)
        if isinstance(result, _TRANSPORT_ERRORS):
            received.error = result
        elif isinstance(result, Exception):
            raise result

    async def _cancelled(self) -> None:
        """Return when the run is to stop."""
        while self._cancel is None or not self._cancel.cancelled:
            await asyncio.sleep(_POLL_S if self._cancel else 3600)


@dataclass(slots=True)
class _Received:
    """The part of an answer that has been received so far."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    timed_out: bool = False
    cancelled: bool = False
    error: Exception | None = None


async def _exchange(url: httpx.URL, request: PlainRequest, received: _Received) -> None:
    headers = httpx.Headers({"user-agent": USER_AGENT, "accept-encoding": ACCEPT_ENCODING})
    # A captured header was read as Latin-1, so that any byte can go out again as it came.
    headers.update([(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()])
    async with _client() as client:
        asked = httpx.Request(request.method, url, headers=headers, content=request.body)
        answer = await client.send(asked, stream=True)
        try:
            received.status = answer.status_code
            received.headers = dict(answer.headers.items())
            body = _Body(answer.headers.get("content-encoding"), received.body)
            async for data in answer.aiter_raw():
                body.feed(data)
        finally:
            await answer.aclose()


def _client() -> httpx.AsyncClient:
    # The recorder listens on loopback without TLS: a context that trusts no one saves the time to read certificates.
    trusts_none = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(trust_env=False, verify=trusts_none, timeout=None)  # noqa: S113 - `send` has one for all


@cache
def _load() -> None:
    """Import now what httpx would import during the first call, which would be 30 ms slower."""

    async def open_and_close() -> None:
        async with _client():
            await anyio.sleep(0)

    asyncio.run(open_and_close())


class _Body:
    """Decodes the beginning of a body. With an unknown or wrong content coding, it is kept undecoded."""

    def __init__(self, coding: str | None, kept: bytearray) -> None:
        self._kept = kept
        try:
            self._decoder = decoder(coding)
        except UnknownCoding:
            self._decoder = decoder(None)

    def feed(self, data: bytes) -> None:
        if len(self._kept) >= _MAX_KEPT_BYTES:
            return
        try:
            for piece in self._decoder.feed(data):
                self._kept += piece[: _MAX_KEPT_BYTES - len(self._kept)]
                if len(self._kept) >= _MAX_KEPT_BYTES:
                    return
        except Undecodable:
            self._decoder = decoder(None)
            self._kept += data[: _MAX_KEPT_BYTES - len(self._kept)]


def _split_base(base_url: str, path: str) -> tuple[str, str]:
    """Return the base URL for the recorder, and the path to ask it for: always one, since a request needs one."""
    if path:
        return base_url, path
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}", parts.path or "/"


def _url_of(base_url: str, path: str) -> httpx.URL:
    """Return the URL of a path at the recorder. Raise UsageError for one such as `@host/`, which changes the host."""
    if not path.startswith("/"):
        raise UsageError(f"{printable(path, 60)!r} is no path: it does not begin with '/'")
    try:
        url = httpx.URL(base_url + path)
    except httpx.InvalidURL as error:
        raise UsageError(f"{printable(path, 60)!r} is no path: {printable(str(error), 100)}") from None
    if url.netloc != httpx.URL(base_url).netloc or url.userinfo:
        raise RuntimeError("a path led away from the recorder")
    return url
