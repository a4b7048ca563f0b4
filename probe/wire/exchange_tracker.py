"""Tell apart the exchanges of one connection by a copy of its bytes. Nothing here can disturb the bytes themselves."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from probe.connection.trace import ConnectTrace
from probe.decode import Undecodable, UnknownCoding, start_of
from probe.http1 import Fragment, HeadTooLongError, MessageHead, Part, ResponseFramer
from probe.model.exchange import HTTP2_ONLY, ConnectFailure, ExchangeEnd
from probe.network import is_http2
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import KeptMessages, Record, note_request_body, note_request_head, note_response_head
from probe.wire.memory_budget import MemoryShare
from probe.wire.response_body import ResponseBody

_MARGIN = 4096
"""Bytes that are kept beyond the limit until secrets are redacted: one may stand where a body is cut."""


@dataclass
class _PendingExchange:
    """An exchange that has not ended."""

    record: Record
    memory: MemoryShare
    head: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    coding: str | None = None
    request_read: bool = False
    answer: ResponseBody | None = None


class ExchangeTracker:
    """The exchanges of one connection. Moments are monotonic seconds, read by the caller next to the socket."""

    def __init__(self, log: Log, connection: int, accepted: float) -> None:
        self._log = log
        self._connection = connection
        self._accepted = accepted
        self._pending: deque[_PendingExchange] = deque()
        self._requesting: _PendingExchange | None = None
        self._unsent: list[_PendingExchange] = []
        self._client_left: float | None = None
        self._responses = ResponseFramer(log.limits.max_head_bytes, self._method)
        self.trace = ConnectTrace()
        self._first = True
        self._ended: float | None = None

    @property
    def idle(self) -> bool:
        """True where nothing is being asked or answered."""
        return not self._pending

    def _method(self, place: int) -> str:
        return self._pending[place].record.method if place < len(self._pending) else ""

    def broke(self, error: Exception) -> None:
        """Note on the pending exchanges that the recorder itself failed, and read no more of their bodies."""
        for pending in self._pending:
            pending.record.unreadable = f"recorder: {type(error).__name__}"
            pending.record.capped = True
            pending.answer = None

    # The client

    def request(self, fragments: Sequence[Fragment], now: float) -> None:
        """Take fragments of what the client sends."""
        for fragment in fragments:
            self._request_fragment(fragment, now)

    def _request_fragment(self, fragment: Fragment, now: float) -> None:
        if fragment.part is Part.BEGIN:
            self._begin(now)
            return
        pending = self._requesting
        if pending is None:
            return
        match fragment:
            case Fragment(part=Part.HEAD, head=MessageHead() as head):
                self._learn(pending.record, head)
                note_request_head(pending.record, head, self._log.base_path)
                pending.coding = head.get("content-encoding")
                pending.head = fragment.raw if self._log.keep_bodies else b""
            case Fragment(part=Part.BODY):
                self._request_body(pending, fragment.payload)
            case Fragment(part=Part.LOST):
                pending.record.request_bytes += len(fragment.raw)
                pending.record.capped = True
            case Fragment(part=Part.END):
                self._unsent.append(pending)
                self._requesting = None

    def sent(self, now: float) -> None:
        """Note that everything which was handed over so far has been written to the upstream."""
        unsent, self._unsent = self._unsent, []
        for pending in unsent:
            pending.record.mark("request_sent", now)
        for pending in unsent:
            # Now that its bytes are out and the upstream is thinking, there is time to read it.
            self._read_request(pending)

    def still_connecting(self) -> None:
        """Tell a recording of the requests that wait for a connection. Else there is no hurry to read them."""
        for pending in self._unsent if self._log.feed is not None else ():
            self._read_request(pending)

    def client_half_closed(self, now: float) -> None:
        """Note that the client sends no more. It may be gone, which looks the same from here."""
        self._client_left = self._client_left or now

    def client_gone(self, now: float) -> None:
        """Note that the client is gone, or is ended."""
        self._end_all(ExchangeEnd.CLIENT_CLOSED, self._client_left or now)

    # The upstream

    def response(self, data: bytes, now: float) -> None:
        """Take bytes of the upstream."""
        for fragment in self._responses.feed(data):
            if self._pending:
                self._response_fragment(self._pending[0], fragment, now)

    def upstream_closed(self, now: float) -> None:
        """Note that the upstream closed the connection in order (FIN)."""
        if self._client_left is None and self._responses.ends_with_connection:
            self._end_first(ExchangeEnd.COMPLETE, now)
        self._end_all(ExchangeEnd.TRUNCATED, now)

    def upstream_reset(self, now: float, detail: str | None = None) -> None:
        """Note that the connection to the upstream broke."""
        self._end_all(ExchangeEnd.RESET, now, detail=detail)

    def not_connected(self, now: float, failure: ConnectFailure, detail: str) -> None:
        """Note that no connection to the upstream came about."""
        self._end_all(ExchangeEnd.NOT_CONNECTED, now, failure, detail)

    def limit(self, now: float) -> None:
        """Note that a limit of the recorder ends the connection."""
        for pending in self._pending:
            pending.record.capped = True
        self._end_all(ExchangeEnd.RECORDER_LIMIT, now)

    def _begin(self, now: float) -> None:
        record = self._log.begin(self._connection)
        if self._first:
            self._first = False
            record.mark("accepted", self._accepted)
            record.trace = self.trace
        elif self._ended is not None and not self._pending:
            record.connection_idle_s = now - self._ended
        record.mark("request_begun", now)
        self._requesting = _PendingExchange(record, MemoryShare(self._log.memory))
        self._pending.append(self._requesting)

    def _learn(self, record: Record, head: MessageHead) -> None:
        """Learn the credentials of a request of a recording, before an upstream can repeat them."""
        if self._log.feed is not None:
            self._log.clean = record.clean = self._log.feed.head_read(record, head, self._log.clean)

    def _request_body(self, pending: _PendingExchange, payload: bytes) -> None:
        pending.record.request_bytes += len(payload)
        limit = self._log.limits.max_observed_body_bytes - len(pending.body)
        room = pending.memory.take(min(len(payload), limit))
        pending.body += payload[:room]
        pending.record.capped |= len(payload) > room

    def _response_fragment(self, pending: _PendingExchange, fragment: Fragment, now: float) -> None:
        record = pending.record
        record.at["last_byte"] = now
        match fragment:
            case Fragment(part=Part.BEGIN):
                record.mark("first_byte", now)
            case Fragment(part=Part.INTERIM):
                # "Continue" is no answer: the wait goes on.
                record.at.pop("first_byte", None)
            case Fragment(part=Part.HEAD, head=MessageHead() as head):
                self._response_head(pending, head, now)
            case Fragment(part=Part.BODY, payload=payload):
                record.response_bytes += len(payload)
                self._response_body(pending, payload, now)
                self._tell_progress(record, now)
            case Fragment(part=Part.LOST):
                record.mark("first_byte", now)
                record.response_bytes += len(fragment.raw)
                _note_lost(record, fragment)
            case Fragment(part=Part.END):
                self._end_first(ExchangeEnd.COMPLETE, now)

    def _response_head(self, pending: _PendingExchange, head: MessageHead, now: float) -> None:
        pending.record.mark("headers", now)
        note_response_head(pending.record, head)
        keep = self._log.limits.max_kept_body + _MARGIN if self._log.keep_bodies else 0
        pending.answer = ResponseBody(pending.record, self._log.limits, keep, pending.memory)
        self._tell_progress(pending.record, now)

    def _tell_progress(self, record: Record, now: float) -> None:
        if self._log.feed is not None:
            self._log.feed.answering(record, now)

    def _response_body(self, pending: _PendingExchange, payload: bytes, now: float) -> None:
        if pending.answer is not None:
            try:
                pending.answer.feed(payload, now)
            except Exception as error:  # noqa: BLE001 - framing goes on where reading fails
                self.broke(error)

    def _read_request(self, pending: _PendingExchange) -> None:
        if not pending.request_read:
            pending.request_read = True
            value = note_request_body(pending.record, bytes(pending.body))
            if self._log.feed is not None:
                self._log.feed.begun(pending.record, value)
            if not self._log.keep_bodies:
                pending.body.clear()
                pending.memory.release()

    def _end_all(
        self, end: ExchangeEnd, now: float, failure: ConnectFailure | None = None, detail: str | None = None
    ) -> None:
        if self._client_left is not None:
            end, now, failure, detail = ExchangeEnd.CLIENT_CLOSED, min(now, self._client_left), None, None
        while self._pending:
            self._end_first(end, now, failure, detail)

    def _end_first(
        self, end: ExchangeEnd, now: float, failure: ConnectFailure | None = None, detail: str | None = None
    ) -> None:
        if not self._pending:
            return
        pending = self._pending.popleft()
        if pending is self._requesting and end is not ExchangeEnd.COMPLETE:
            self._requesting = None
        record = pending.record
        record.end = end
        self._ended = now
        record.mark("ended", now)
        record.failure = failure
        record.failure_detail = record.clean.optional(detail, 300)
        try:
            self._read_request(pending)
            if pending.answer is not None:
                pending.answer.finish(now, complete=end is ExchangeEnd.COMPLETE)
            self._keep(pending)
        except Exception as error:  # noqa: BLE001 - the exchange has ended, whatever can be read of it
            record.unreadable, record.capped = f"recorder: {type(error).__name__}", True
        pending.memory.release()
        if self._log.feed is not None:
            kept_bytes = len(pending.body) + len(pending.answer.kept if pending.answer else b"")
            self._log.feed.ended(record, (lambda: self._kept(pending)) if self._log.keep_bodies else None, kept_bytes)

    def _keep(self, pending: _PendingExchange) -> None:
        if self._log.keep_bodies and self._log.feed is None:
            pending.record.kept = self._kept(pending)

    def _kept(self, pending: _PendingExchange) -> KeptMessages:
        """Return the messages as they are kept: decoded and redacted."""
        request = b""
        try:
            request = start_of(bytes(pending.body), pending.coding, self._log.limits.max_kept_body + _MARGIN)
        except (Undecodable, UnknownCoding):
            pending.record.capped = True
        response = bytes(pending.answer.kept) if pending.answer is not None else b""
        head = self._log.clean.redactor.data(pending.head)
        return KeptMessages(head, self._redacted(request), self._redacted(response))

    def _redacted(self, body: bytes) -> bytes:
        return self._log.clean.redactor.start(body, self._log.limits.max_kept_body)


def _note_lost(record: Record, fragment: Fragment) -> None:
    """Note why the bytes of the upstream are no HTTP/1.1, where this fragment is the first of them."""
    if isinstance(fragment.error, HeadTooLongError):
        record.capped = True
        if record.status is None:
            record.cannot_read("head too long")
    elif fragment.error is not None:
        record.cannot_read(HTTP2_ONLY if is_http2(fragment.raw) else "not http")
