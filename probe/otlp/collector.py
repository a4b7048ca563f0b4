"""Send spans to a collector by OTLP over HTTP, within a bounded time, and say clearly what went wrong."""

import asyncio
import gzip
import os
import ssl
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import httpx

from probe import __version__
from probe.connection.route import tls_context
from probe.errors import EnvironmentUnusableError, UsageError
from probe.network import is_loopback
from probe.otlp.collector_settings import CollectorSettings
from probe.otlp.otlp_protobuf import refusal_message, rejected_spans, request_bytes
from probe.otlp.trace_span import SpanBatch, TraceSpan
from probe.redact import Redactor
from probe.sanitise import printable
from probe.strict_json import loads

ATTEMPT_TIMEOUT_S = 10.0
BATCH_TIMEOUT_S = 30.0
"""The longest that a batch may take with all its retries."""
_FIRST_WAIT_S = 1.0
_TRANSIENT = frozenset({429, 502, 503, 504})
"""Statuses that OTLP names as worth another attempt."""
_TOO_LARGE = 413
_MOST_BYTES = 1 << 16
"""Bytes of an answer that are read; a collector's are some tens."""
_MOST_CHARS = 200
_PROTOBUF = "application/x-protobuf"
_REMEDIES = {
    401: "Add --header Authorization=…, or set OTEL_EXPORTER_OTLP_HEADERS.",
    403: "Add --header Authorization=…, or set OTEL_EXPORTER_OTLP_HEADERS.",
    404: "Name the collector's address for OTLP over HTTP, as a rule http://HOST:4318.",
    405: "Name the collector's address for OTLP over HTTP, as a rule http://HOST:4318.",
    _TOO_LARGE: "Let the collector take larger requests.",
    415: "Set OTEL_EXPORTER_OTLP_COMPRESSION=none where it takes no gzip.",
}


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    content_type: str
    body: bytes
    retry_after: str = ""


class Collector(AbstractContextManager["Collector"]):
    """A collector that spans are sent to. Count `accepted` and `rejected` spans; `rejection` says why some were."""

    def __init__(self, settings: CollectorSettings, environment: Mapping[str, str]) -> None:
        self.accepted = 0
        self.rejected = 0
        self.rejection = ""
        self._settings = settings
        last_words = (value.split()[-1] for value in settings.headers.values())
        self._redactor = Redactor([*settings.headers.values(), *last_words])
        self._headers = dict(settings.headers) | {
            "Content-Type": _PROTOBUF,
            "Accept-Encoding": "identity",
            "User-Agent": f"claude-probe/{__version__}",
        }
        if settings.compresses:
            self._headers["Content-Encoding"] = "gzip"
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            verify=_trust(settings, environment),
            timeout=ATTEMPT_TIMEOUT_S,
            follow_redirects=False,
            trust_env=not is_loopback(settings.host),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def send(self, batch: SpanBatch) -> None:
        """Send a batch; in two halves where the collector takes no request so large.

        Raises EnvironmentUnusableError.
        """
        body = request_bytes(batch)
        reply = self._runner.run(self._deliver(gzip.compress(body) if self._settings.compresses else body))
        if reply.status == _TOO_LARGE and len(batch.spans) > 1:
            for spans in _halves(batch.spans):
                self.send(replace(batch, spans=spans))
            return
        if not 200 <= reply.status < 300:
            raise self._refusal(reply)
        told, why = self._rejected(reply)
        rejected = min(max(told, 0), len(batch.spans))
        self.accepted += len(batch.spans) - rejected
        self.rejected += rejected
        self.rejection = self.rejection or self._shown(why)

    async def _deliver(self, body: bytes) -> _Reply:
        """Post a body until it is answered for good, or the time is over. Raises EnvironmentUnusableError."""
        try:
            async with asyncio.timeout(BATCH_TIMEOUT_S) as limit:
                wait_s = _FIRST_WAIT_S
                while True:
                    reply = await self._post(body)
                    pause_s = max(wait_s, _seconds(reply.retry_after))
                    left_s = (limit.when() or 0.0) - asyncio.get_running_loop().time()
                    if reply.status not in _TRANSIENT or pause_s >= left_s:
                        return reply
                    await asyncio.sleep(pause_s)
                    wait_s *= 2
        except TimeoutError:
            raise self._error("did not answer in time", "Is it a collector, and is it well?") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(error) from None

    async def _post(self, body: bytes) -> _Reply:
        async with (
            asyncio.timeout(ATTEMPT_TIMEOUT_S),
            self._client.stream("POST", self._settings.url, content=body, headers=self._headers) as response,
        ):
            answer = bytearray()
            async for data in response.aiter_raw():
                answer += data
                if len(answer) >= _MOST_BYTES:
                    break
            headers = response.headers
            return _Reply(
                response.status_code,
                headers.get("content-type", "").partition(";")[0].strip().lower(),
                bytes(answer[:_MOST_BYTES]),
                headers.get("retry-after", ""),
            )

    def _rejected(self, reply: _Reply) -> tuple[int, str]:
        """Return how many spans were not taken and why. Raises EnvironmentUnusableError for no collector's answer."""
        try:
            if reply.content_type == "application/json":
                return _rejected_in_json(reply.body)
            return rejected_spans(reply.body)
        except ValueError:
            raise self._error("answers with something else than a collector does", _REMEDIES[404]) from None

    def _refusal(self, reply: _Reply) -> EnvironmentUnusableError:
        words = self._shown(_words_of(reply))
        told = f"refuses the spans: HTTP {reply.status}{f': {words}' if words else ''}"
        return self._error(told, _REMEDIES.get(reply.status))

    def _unreachable(self, error: Exception) -> EnvironmentUnusableError:
        words = self._shown(_reason(error) or type(error).__name__)
        return self._error(f"cannot be reached: {words}", "Is a collector listening there for OTLP over HTTP?")

    def _error(self, message: str, remedy: str | None) -> EnvironmentUnusableError:
        return EnvironmentUnusableError(message, key=self._settings.place, remedy=remedy)

    def _shown(self, text: str) -> str:
        """Return a stranger's text without what was sent in headers, on one line and not too long."""
        return printable(self._redactor.text(text), _MOST_CHARS)


def _trust(settings: CollectorSettings, environment: Mapping[str, str]) -> ssl.SSLContext | bool:
    """Return what to trust beside the system's certificates: what the client does, and what is said for collectors.

    A collector's certificate is verified, whatever the client does with that of its upstream. Raises UsageError.
    """
    if not settings.url.lower().startswith("https:"):
        return True
    context = tls_context(
        {name: value for name, value in environment.items() if name != "NODE_TLS_REJECT_UNAUTHORIZED"}
    )
    if settings.certificate:
        try:
            context.load_verify_locations(cafile=settings.certificate)
        except OSError as error:
            raise UsageError(
                f"cannot read certificates: {error.strerror or error}",
                path=settings.certificate,
                key="OTEL_EXPORTER_OTLP_CERTIFICATE",
            ) from error
    return context


def _halves(spans: Sequence[TraceSpan]) -> tuple[Sequence[TraceSpan], Sequence[TraceSpan]]:
    middle = len(spans) // 2
    return spans[:middle], spans[middle:]


def _reason(error: BaseException) -> str:
    """Return what the system says of a connection, where an error of the library only says that there is none."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionError) and cause.errno:
            return os.strerror(cause.errno)
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error)


def _seconds(retry_after: str) -> float:
    """Return the seconds of a Retry-After header; 0 for one that has none."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0


def _words_of(reply: _Reply) -> str:
    """Return what a refusal says in words, where it says it in a form that can be read."""
    if reply.content_type == _PROTOBUF:
        return refusal_message(reply.body)
    if reply.content_type in {"text/plain", "application/json"}:
        return reply.body.decode("utf-8", "replace")
    return ""


def _rejected_in_json(body: bytes) -> tuple[int, str]:
    """Return the same as `rejected_spans` of an answer in JSON. Raises ValueError."""
    answer = loads(body or b"{}")
    partial = answer.get("partialSuccess") if isinstance(answer, dict) else None
    if not isinstance(partial, dict):
        return 0, ""
    return int(partial.get("rejectedSpans") or 0), str(partial.get("errorMessage") or "")
