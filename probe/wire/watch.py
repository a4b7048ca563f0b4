"""Sees the bytes of one connection and tells its exchanges apart. Nothing here can disturb the bytes."""

from collections import deque
from dataclasses import dataclass, field

from probe.connection.trace import ConnectTrace
from probe.decode import Undecodable, UnknownCoding, start_of
from probe.model.exchange import HTTP2_ONLY, ConnectFailure, ExchangeEnd
from probe.network import is_http2
from probe.wire.answer import Answer
from probe.wire.http1 import Head, HeadTooLongError, Part, Piece, ResponseFramer
from probe.wire.limits import WireLimits
from probe.wire.record import Clean, Record, note_request_body, note_request_head, note_response_head

_MARGIN = 4096
"""How long a secret may be that stands where a kept body is cut."""


@dataclass
class Log:
    """The exchanges of one call, in order of arrival. `base_path` is the path of the target's base URL."""

    clean: Clean
    limits: WireLimits
    keep_bodies: bool = False
    base_path: str = ""
    records: list[Record] = field(default_factory=list)
    bodies: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    heads: list[tuple[int, bytes]] = field(default_factory=list)


@dataclass
class _Open:
    """An exchange that has not ended."""

    record: Record
    head: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    coding: str | None = None
    request_read: bool = False
    answer: Answer | None = None


class Watch:
    """One connection. Moments are monotonic seconds, read by the caller next to the socket."""

    def __init__(self, log: Log, connection: int, accepted: float) -> None:
        self._log = log
        self._connection = connection
        self._accepted = accepted
        self._open: deque[_Open] = deque()
        self._requesting: _Open | None = None
        self._unsent: list[_Open] = []
        self._client_left: float | None = None
        self._responses = ResponseFramer(log.limits.max_head_bytes, self._method)
        self.trace = ConnectTrace()
        self._first = True

    @property
    def idle(self) -> bool:
        """Whether nothing is being asked or answered."""
        return not self._open

    def _method(self, place: int) -> str:
        return self._open[place].record.method if place < len(self._open) else ""

    def broke(self, error: Exception) -> None:
        """The watch itself is at fault: says so on the exchanges under way, and looks no more at their bodies."""
        for one in self._open:
            one.record.unreadable = f"recorder: {type(error).__name__}"
            one.record.capped = True
            one.answer = None

    # What the client does

    def request(self, piece: Piece, now: float) -> None:
        """A piece of what the client sends."""
        if piece.part is Part.BEGIN:
            self._begin(now)
        elif self._requesting is None:
            return
        elif piece.part is Part.HEAD and piece.head is not None:
            note_request_head(self._requesting.record, piece.head, self._log.base_path)
            self._requesting.coding = piece.head.get("content-encoding")
            self._requesting.head = piece.raw if self._log.keep_bodies else b""
        elif piece.part is Part.BODY:
            self._request_body(self._requesting, piece.payload)
        elif piece.part is Part.LOST:
            self._requesting.record.request_bytes += len(piece.raw)
            self._requesting.record.capped = True
        elif piece.part is Part.END:
            self._unsent.append(self._requesting)
            self._requesting = None

    def sent(self, now: float) -> None:
        """All that was handed over so far has been written to the upstream."""
        unsent, self._unsent = self._unsent, []
        for one in unsent:
            one.record.mark("request_sent", now)
        for one in unsent:
            # Now that its bytes are out and the upstream is thinking, there is time to read it.
            self._read_request(one)

    def client_half_closed(self, now: float) -> None:
        """The client will send no more; it may have gone, which cannot be told apart."""
        self._client_left = self._client_left or now

    def client_gone(self, now: float) -> None:
        """The client is gone, or is ended."""
        self._end_all(ExchangeEnd.CLIENT_CLOSED, self._client_left or now)

    # What the upstream does

    def response(self, data: bytes, now: float) -> None:
        """Bytes of the upstream."""
        for piece in self._responses.feed(data):
            if self._open:
                self._piece(self._open[0], piece, now)

    def upstream_closed(self, now: float) -> None:
        """The upstream closed in order (FIN)."""
        if self._client_left is None and self._responses.ends_with_connection:
            self._end_first(ExchangeEnd.COMPLETE, now)
        self._end_all(ExchangeEnd.TRUNCATED, now)

    def upstream_reset(self, now: float, detail: str | None = None) -> None:
        """The upstream's connection broke."""
        self._end_all(ExchangeEnd.RESET, now, detail=detail)

    def not_connected(self, now: float, failure: ConnectFailure, detail: str) -> None:
        """There is no connection to the upstream."""
        self._end_all(ExchangeEnd.NOT_CONNECTED, now, failure, detail)

    def limit(self, now: float) -> None:
        """One of the recorder's limits ends the connection."""
        for one in self._open:
            one.record.capped = True
        self._end_all(ExchangeEnd.RECORDER_LIMIT, now)

    def _begin(self, now: float) -> None:
        record = Record(len(self._log.records) + 1, self._connection, self._log.clean)
        if self._first:
            self._first = False
            record.mark("accepted", self._accepted)
            record.trace = self.trace
        record.mark("request_begun", now)
        self._log.records.append(record)
        self._requesting = _Open(record)
        self._open.append(self._requesting)

    def _request_body(self, one: _Open, payload: bytes) -> None:
        one.record.request_bytes += len(payload)
        room = self._log.limits.max_observed_body_bytes - len(one.body)
        one.body += payload[:room]
        one.record.capped |= len(payload) > room

    def _piece(self, one: _Open, piece: Piece, now: float) -> None:
        record = one.record
        if piece.part is Part.BEGIN:
            record.mark("first_byte", now)
        elif piece.part is Part.INTERIM:
            # "Continue" is no answer: the wait goes on.
            record.at.pop("first_byte", None)
        elif piece.part is Part.HEAD and piece.head is not None:
            self._response_head(one, piece.head, now)
        elif piece.part is Part.BODY:
            record.response_bytes += len(piece.payload)
            self._response_body(one, piece.payload, now)
        elif piece.part is Part.LOST:
            record.mark("first_byte", now)
            record.response_bytes += len(piece.raw)
            if isinstance(piece.error, HeadTooLongError):
                record.capped = True
                if record.status is None:
                    record.cannot_read("head too long")
            elif piece.error is not None:
                record.cannot_read(HTTP2_ONLY if is_http2(piece.raw) else "not http")
        record.at["last_byte"] = now
        if piece.part is Part.END:
            self._end_first(ExchangeEnd.COMPLETE, now)

    def _response_head(self, one: _Open, head: Head, now: float) -> None:
        one.record.mark("headers", now)
        note_response_head(one.record, head)
        keep = self._log.limits.max_kept_body + _MARGIN if self._log.keep_bodies else 0
        one.answer = Answer(one.record, self._log.limits, keep)

    def _response_body(self, one: _Open, payload: bytes, now: float) -> None:
        if one.answer is not None:
            try:
                one.answer.feed(payload, now)
            except Exception as error:  # noqa: BLE001 - framing goes on where reading fails
                self.broke(error)

    def _read_request(self, one: _Open) -> None:
        if not one.request_read:
            one.request_read = True
            note_request_body(one.record, bytes(one.body))

    def _end_all(
        self, end: ExchangeEnd, now: float, failure: ConnectFailure | None = None, detail: str | None = None
    ) -> None:
        if self._client_left is not None:
            end, now, failure, detail = ExchangeEnd.CLIENT_CLOSED, min(now, self._client_left), None, None
        while self._open:
            self._end_first(end, now, failure, detail)

    def _end_first(
        self, end: ExchangeEnd, now: float, failure: ConnectFailure | None = None, detail: str | None = None
    ) -> None:
        if not self._open:
            return
        one = self._open.popleft()
        if one is self._requesting and end is not ExchangeEnd.COMPLETE:
            self._requesting = None
        record = one.record
        record.end = end
        record.mark("ended", now)
        record.failure = failure
        record.failure_detail = record.clean.optional(detail, 300)
        try:
            self._read_request(one)
            if one.answer is not None:
                one.answer.finish(now, complete=end is ExchangeEnd.COMPLETE)
            if self._log.keep_bodies:
                self._keep(one)
        except Exception as error:  # noqa: BLE001 - the exchange has ended, whatever can be read of it
            record.unreadable, record.capped = f"recorder: {type(error).__name__}", True

    def _keep(self, one: _Open) -> None:
        self._log.heads.append((one.record.sequence, self._log.clean.redactor.data(one.head)))
        request = b""
        try:
            request = start_of(bytes(one.body), one.coding, self._log.limits.max_kept_body + _MARGIN)
        except (Undecodable, UnknownCoding):
            one.record.capped = True
        response = bytes(one.answer.kept) if one.answer is not None else b""
        self._log.bodies.append((one.record.sequence, self._redacted(request), self._redacted(response)))

    def _redacted(self, body: bytes) -> bytes:
        return self._log.clean.redactor.start(body, self._log.limits.max_kept_body)
