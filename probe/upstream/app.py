"""The ASGI application: endpoints, records of requests, and how each response ended."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import inf
from typing import Any
from uuid import uuid4

from starlette.types import Receive, Scope
from starlette.types import Send as AsgiSend

from probe.model.request_kind import RequestKind, request_kind
from probe.upstream.faults.fault import Fault, respond, respond_with_count
from probe.upstream.kept_connection import KeptConnection
from probe.upstream.play import Performance
from probe.upstream.prefix_cache import PromptCache
from probe.upstream.request import (
    CallIdentity,
    InvalidRequestError,
    MessagesRequest,
    identify,
    json_object,
    without_prefix,
)
from probe.upstream.schedule import ScheduledFault, Scheduler
from probe.upstream.script import ResponseHead, Script, error_script, json_script
from probe.upstream.served import Ended, ServedRequest

MAX_BODY_BYTES = 32 * 2**20
CONNECTION_EXTENSION = "probe.connection"


@dataclass
class _Incoming:
    """A request while it is served."""

    sequence: int
    method: str
    path: str
    headers: dict[str, str]
    body: Mapping[str, Any] | None = None
    body_bytes: int = 0
    connection_idle_s: float = 0.0
    t_received: float | None = None
    received_at: datetime | None = None
    request_id: str | None = None
    kind: RequestKind = RequestKind.OTHER
    call: CallIdentity = field(default_factory=CallIdentity)
    message: MessagesRequest | None = None
    faults: tuple[str, ...] = ()


class UpstreamApp:
    """Answers as the Messages API and chat completions do, except where a fault is scheduled, in one event loop.

    `on_request` gets each record when its response has ended. The first exception that is no fault is kept in
    `defect`. `dropped` are the connections that the server itself has ended.
    """

    def __init__(
        self,
        faults: Sequence[ScheduledFault],
        models: Sequence[str],
        on_request: Callable[[ServedRequest], None],
        gap_s: float,
    ) -> None:
        self.dropped: set[asyncio.Transport] = set()
        self.in_flight = 0
        self.defect: Exception | None = None
        self._scheduler = Scheduler(faults)
        self._cache = PromptCache()
        self._models = tuple(models)
        self._on_request = on_request
        self._gap_s = gap_s
        self._sequence = 0
        self._main_in_flight = 0
        self._main_ended: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: AsgiSend) -> None:
        """Serve one request."""
        self._sequence += 1
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        incoming = _Incoming(self._sequence, scope["method"], scope["path"], headers)
        connection: KeptConnection = scope["extensions"][CONNECTION_EXTENSION]["connection"]
        incoming.connection_idle_s = connection.begin()
        performance = Performance(send, connection)
        self.in_flight += 1
        try:
            await self._serve(incoming, performance, receive)
        except Exception as error:
            self.defect = self.defect or error
            raise
        finally:
            connection.end()
            self.in_flight -= 1

    async def _serve(self, incoming: _Incoming, performance: Performance, receive: Receive) -> None:
        ended = Ended.CLIENT_DISCONNECTED
        main = False
        try:
            if await _read_body(incoming, receive):
                script = self._script(incoming)
                main = incoming.kind is RequestKind.MAIN
                self._main_in_flight += main
                ended = await _play_until_gone(performance, script, receive)
        finally:
            t_end = time.monotonic()
            if main:
                self._main_in_flight -= 1
                self._main_ended = t_end
            if performance.connection.transport in self.dropped and ended is Ended.CLIENT_DISCONNECTED:
                ended = Ended.SHUTDOWN
            self._on_request(_record(incoming, performance, ended, t_end))

    def _script(self, incoming: _Incoming) -> Script:
        """Return the script of the answer; every answer carries a `request-id`, but for a fault."""
        incoming.kind = request_kind(incoming.method, incoming.path, incoming.body)
        script = self._route(incoming)
        incoming.request_id = f"req_{uuid4().hex[:24]}"
        identifier = ("request-id", incoming.request_id)
        return tuple(
            replace(action, headers=(*action.headers, identifier))
            if isinstance(action, ResponseHead) and action.identified
            else action
            for action in script
        )

    def _route(self, incoming: _Incoming) -> Script:
        method, path = incoming.method, incoming.path
        incoming.call = identify(path, incoming.headers, incoming.body)
        if incoming.body_bytes > MAX_BODY_BYTES:
            return error_script(413, "Request exceeds the maximum size")
        if method == "HEAD":
            return (ResponseHead(200, (("content-length", "0"),)),)
        if method == "GET" and (without_prefix(path) == "/" or path.endswith("/api/hello")):
            return json_script({"ok": True})
        endpoint = (method, path[path.rfind("/v1/") :] if "/v1/" in path else without_prefix(path))
        known = {
            ("POST", "/v1/messages"): self._messages,
            ("POST", "/v1/chat/completions"): self._messages,
            ("POST", "/chat/completions"): self._messages,
            ("POST", "/v1/messages/count_tokens"): self._count_tokens,
            ("GET", "/v1/models"): self._list_models,
        }
        if endpoint not in known:
            return error_script(404, f"Not found: {method} {path}")
        if not incoming.headers.keys() & {"authorization", "x-api-key"}:
            return error_script(401, "x-api-key header is required")
        try:
            return known[endpoint](incoming)
        except InvalidRequestError as error:
            return error_script(400, str(error))

    def _messages(self, incoming: _Incoming) -> Script:
        incoming.message = _parsed(incoming)
        faults = self._picked(incoming)
        script, incoming.faults = respond(
            incoming.message, faults, self._gap_s, self._cache.look_up(incoming.message.body)
        )
        return script

    def _count_tokens(self, incoming: _Incoming) -> Script:
        incoming.message = _parsed(incoming)
        faults = self._picked(incoming)
        script, incoming.faults = respond_with_count(incoming.message, faults)
        return script

    def _list_models(self, _: _Incoming) -> Script:
        models = [
            {"type": "model", "id": name, "display_name": name, "created_at": "2025-01-01T00:00:00Z"}
            for name in self._models
        ]
        first, last = (self._models[0], self._models[-1]) if self._models else (None, None)
        return json_script({"data": models, "has_more": False, "first_id": first, "last_id": last})

    def _picked(self, incoming: _Incoming) -> list[Fault]:
        """Return the faults that meet a request."""
        return self._scheduler.pick(incoming.call, incoming.kind, self._idle_s(), incoming.connection_idle_s)

    def _idle_s(self) -> float:
        if self._main_in_flight:
            return 0.0
        return inf if self._main_ended is None else time.monotonic() - self._main_ended


def _parsed(incoming: _Incoming) -> MessagesRequest:
    """Return the request for a message. Raise InvalidRequestError."""
    return MessagesRequest.of(incoming.path, incoming.headers, incoming.body, incoming.body_bytes)


async def _read_body(incoming: _Incoming, receive: Receive) -> bool:
    """Read the whole body, but keep none that is too large. Return False where the client left in the middle of it."""
    chunks: list[bytes] = []
    while (event := await receive())["type"] == "http.request":
        chunks.append(event["body"])
        incoming.body_bytes += len(event["body"])
        if incoming.body_bytes > MAX_BODY_BYTES:
            chunks.clear()
        if not event["more_body"]:
            incoming.t_received = time.monotonic()
            incoming.received_at = datetime.now(UTC)
            incoming.body = json_object(b"".join(chunks))
            return True
    return False


async def _play_until_gone(performance: Performance, script: Script, receive: Receive) -> Ended:
    """Play the script until it ends or the connection does."""
    playing = asyncio.create_task(performance.play(script))
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({playing, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            return Ended.CLIENT_DISCONNECTED
        playing.result()
        if not performance.aborted:
            return Ended.COMPLETED
        # The server calls a response without an end an error, except when the connection is gone.
        await gone
        return Ended.ABORTED_BY_FAULT
    finally:
        for task in (playing, gone):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _record(incoming: _Incoming, performance: Performance, ended: Ended, t_end: float) -> ServedRequest:
    message = incoming.message
    return ServedRequest(
        sequence=incoming.sequence,
        method=incoming.method,
        path=incoming.path,
        round=incoming.call.round,
        step=incoming.call.step,
        kind=incoming.kind,
        model=message.model if message else None,
        stream=message.stream if message else None,
        body_bytes=incoming.body_bytes,
        tools=len(message.tools) if message else 0,
        session_id=incoming.call.session_id,
        faults=incoming.faults,
        status=performance.status,
        request_id=incoming.request_id,
        received_at=incoming.received_at or datetime.now(UTC),
        t_received=t_end if incoming.t_received is None else incoming.t_received,
        t_first_byte=performance.t_first_byte,
        t_first_content=performance.t_first_content,
        t_end=t_end,
        ended=ended,
    )
