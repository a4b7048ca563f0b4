"""One plain HTTP request through a recorder: no client, no retries, no redirects, one deadline for all of it."""

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
from probe.ports import Stop, Tap
from probe.redact import Redactor
from probe.sanitise import printable

USER_AGENT = f"probe/{__version__}"
ACCEPT_ENCODING = "gzip, deflate, br, zstd"
"""What Claude Code 2.1.329 asks with: a proxy that compresses only for those who accept it must do so here too."""
MAX_BODY_BYTES = 1_000_000
_MARGIN = 4096
"""How long a secret may be that stands where a body is cut."""
_MOST_KEPT_BYTES = MAX_BODY_BYTES + _MARGIN
_LOOK_S = 0.01
_TRANSPORT_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError)
"""ValueError is a header or address that cannot be sent as it is."""


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """A request. `path` is joined to the end of the base URL; with "" the base URL itself is asked."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """What came of it. `headers` are in lower case; they, `body` and `error` hold no known secret.

    `exchange` is what the recorder saw, with the true reason where there was no connection. `body` is the decoded
    beginning, at most `MAX_BODY_BYTES`. `error` is the class and the words of a transport error. `bodies` are those
    that the recorder kept, if it does.
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
    """Sends requests, each through a tap of its own. `tap` listens for one call to a base URL, as `open_call` does."""

    def __init__(
        self, tap: Callable[[str], AbstractContextManager[Tap]], redactor: Redactor, cancel: Stop | None = None
    ) -> None:
        _load()
        self._tap = tap
        self._redactor = redactor
        self._cancel = cancel

    def send(self, base_url: str, request: PlainRequest, timeout_s: float) -> PlainAnswer:
        """Make one request; it ends with the answer, at the deadline or on a cancel.

        Raises UsageError for an address, proxy or certificate file that cannot be used, and for a path that is none.
        """
        base, path = _joined(base_url, request.path)
        with self._tap(base) as tapped:
            url = _below(tapped.base_url, path)
            origin_s = time.monotonic()
            seen = _Seen()
            asyncio.run(self._send(url, request, timeout_s, seen))
            wall_ms = (time.monotonic() - origin_s) * 1000
        exchanges = tapped.exchanges(origin_s)
        redactor = self._redactor
        return PlainAnswer(
            exchange=exchanges[-1] if exchanges else None,
            status=seen.status,
            headers={redactor.text(name): redactor.text(value) for name, value in seen.headers.items()},
            body=redactor.start(bytes(seen.body), MAX_BODY_BYTES),
            wall_ms=wall_ms,
            timed_out=seen.timed_out,
            cancelled=seen.cancelled,
            error=None if seen.error is None else redactor.text(f"{type(seen.error).__name__}: {seen.error}"),
            bodies=tuple(tapped.bodies),
        )

    async def _send(self, url: httpx.URL, request: PlainRequest, timeout_s: float, seen: "_Seen") -> None:
        exchange = asyncio.create_task(_exchange(url, request, seen))
        watch = asyncio.create_task(self._cancelled())
        done, _ = await asyncio.wait({exchange, watch}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        seen.cancelled = exchange not in done and watch in done
        seen.timed_out = not done
        for task in (exchange, watch):
            task.cancel()
        result, _ = await asyncio.gather(exchange, watch, return_exceptions=True)
        if isinstance(result, _TRANSPORT_ERRORS):
            seen.error = result
        elif isinstance(result, Exception):
            raise result

    async def _cancelled(self) -> None:
        """Ends when the run is to stop."""
        while self._cancel is None or not self._cancel.cancelled:
            await asyncio.sleep(_LOOK_S if self._cancel else 3600)


@dataclass(slots=True)
class _Seen:
    """What is known of an answer while it comes."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    timed_out: bool = False
    cancelled: bool = False
    error: Exception | None = None


async def _exchange(url: httpx.URL, request: PlainRequest, seen: _Seen) -> None:
    headers = httpx.Headers({"user-agent": USER_AGENT, "accept-encoding": ACCEPT_ENCODING})
    # A captured header was read as Latin-1, so that any byte can go out again as it came.
    headers.update([(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()])
    async with _client() as client:
        asked = httpx.Request(request.method, url, headers=headers, content=request.body)
        answer = await client.send(asked, stream=True)
        try:
            seen.status = answer.status_code
            seen.headers = dict(answer.headers.items())
            body = _Body(answer.headers.get("content-encoding"), seen.body)
            async for data in answer.aiter_raw():
                body.feed(data)
        finally:
            await answer.aclose()


def _client() -> httpx.AsyncClient:
    # Only loopback is spoken to, without TLS: a context that trusts nobody spares the time to read certificates.
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(trust_env=False, verify=nobody, timeout=None)  # noqa: S113 - `send` has one for all


@cache
def _load() -> None:
    """Have httpx import now what it would import during the first call, which would be slower by 30 ms."""

    async def open_and_close() -> None:
        async with _client():
            await anyio.sleep(0)

    asyncio.run(open_and_close())


class _Body:
    """Decodes the beginning of a body; what is coded in no known way, or not as it says, is kept as it is."""

    def __init__(self, coding: str | None, kept: bytearray) -> None:
        self._kept = kept
        try:
            self._decoder = decoder(coding)
        except UnknownCoding:
            self._decoder = decoder(None)

    def feed(self, data: bytes) -> None:
        if len(self._kept) >= _MOST_KEPT_BYTES:
            return
        try:
            for piece in self._decoder.feed(data):
                self._kept += piece[: _MOST_KEPT_BYTES - len(self._kept)]
                if len(self._kept) >= _MOST_KEPT_BYTES:
                    return
        except Undecodable:
            self._decoder = decoder(None)
            self._kept += data[: _MOST_KEPT_BYTES - len(self._kept)]


def _joined(base_url: str, path: str) -> tuple[str, str]:
    """What is tapped and what is asked of it: a tap cannot be asked for a base URL that ends in no slash."""
    if path:
        return base_url, path
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}", parts.path or "/"


def _below(tapped: str, path: str) -> httpx.URL:
    """The address of a path at the tap: behind a port, `@host/` or `1/` would make another one. Raises UsageError."""
    if not path.startswith("/"):
        raise UsageError(f"{printable(path, 60)!r} is no path: it does not begin with '/'")
    try:
        url = httpx.URL(tapped + path)
    except httpx.InvalidURL as error:
        raise UsageError(f"{printable(path, 60)!r} is no path: {printable(str(error), 100)}") from None
    if url.netloc != httpx.URL(tapped).netloc or url.userinfo:
        raise RuntimeError("a path led away from the recorder")
    return url
