"""Read the body of a response: events of a stream, a message in JSON, an error, or none of these."""

import json
import re
from collections.abc import Mapping
from typing import Any

from probe.decode import Decoder, Undecodable, UnknownCoding, decoder
from probe.message_stream import MessageStream
from probe.model.exchange import succeeded
from probe.model.request_kind import RequestKind
from probe.sse import SseEvent, SseParser
from probe.web_page import summary_of
from probe.wire import chat_facts, message_facts
from probe.wire.exchange_record import MESSAGE_CHARS, Record, mapping
from probe.wire.limits import WireLimits
from probe.wire.memory_budget import MemoryBudget, MemoryShare

_HTML = re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_SSE_START = re.compile(rb"(?:\xef\xbb\xbf)?(?:event|data|id|retry)?:")
_UNLABELLED = {b"\x1f\x8b": "unlabelled gzip", b"\x28\xb5\x2f\xfd": "unlabelled zstd"}
"""First bytes of compressed bodies -> the name of one that no header calls compressed."""
_ANSWERED = frozenset({RequestKind.MAIN, RequestKind.BACKGROUND})
"""The requests that want a message."""


class ResponseBody:
    """The body of one response, which is read into its record. `kept` holds it decoded, up to `keep` bytes."""

    def __init__(self, record: Record, limits: WireLimits, keep: int = 0, memory: MemoryShare | None = None) -> None:
        self._record = record
        self._memory = memory or MemoryShare(MemoryBudget())
        self._limits = limits
        self._keep = keep
        self.kept = bytearray()
        self._decoder: Decoder = decoder(None)
        self._strange = False
        self._looked_at = 0
        self._fed = False
        self._blind = False
        self._sse: SseParser | None = None
        self._buffer = bytearray()
        self._begun = False
        self._chunks = False
        self._message = MessageStream()
        self._chat = chat_facts.asked_for(record)
        self._before: float | None = record.at.get("headers")
        self._part_at: float | None = None
        try:
            self._decoder = decoder(record.content_encoding)
        except UnknownCoding:
            # Clients read on as if nothing was said, and so it is seen whether that goes well.
            self._strange = True
        if (record.content_type or "").lower().startswith("text/event-stream"):
            self._sse = SseParser(limits.max_event_bytes)
            record.streamed = True

    def feed(self, payload: bytes, now: float) -> None:
        """Take some of the body, read from the socket at `now` (monotonic seconds)."""
        if self._blind or not payload:
            return
        self._fed = True
        most = min(self._looked_at + self._limits.max_decoded_read_bytes, self._limits.max_observed_body_bytes)
        try:
            for data in self._decoder.feed(payload):
                self._see(data[: most - self._looked_at], now)
                if len(data) > most - self._looked_at:
                    self._record.capped = self._blind = True
                if self._blind:
                    return
                self._looked_at += len(data)
        except Undecodable:
            self._cannot_read(self._decoder.name)
            self._blind = True

    def finish(self, now: float, *, complete: bool) -> None:
        """Take the end of the body; `complete`: it ended as its framing says."""
        record = self._record
        if complete and self._fed and not self._blind and not self._decoder.whole():
            self._cannot_read(self._decoder.name)
        if record.streamed is None and record.status is not None:
            record.streamed = False
        if record.method == "HEAD" or self._blind:
            return
        if self._sse is not None:
            self._finish_stream(complete=complete)
        else:
            self._finish_body(now, complete=complete)

    @property
    def _is_answer(self) -> bool:
        return succeeded(self._record.status) and self._record.kind in _ANSWERED

    def _cannot_read(self, why: str) -> None:
        strange = f"content-encoding {(self._record.content_encoding or '')[:40]}"
        self._record.cannot_read(strange if self._strange else why)

    def _see(self, data: bytes, now: float) -> None:
        if len(self.kept) < self._keep:
            room = self._memory.take(min(len(data), self._keep - len(self.kept)))
            self.kept += data[:room]
        if not self._begun and data:
            self._begun = True
            if self._is_unlabelled(data):
                return
            if self._sse is None and _SSE_START.match(data):
                # Clients do not ask for the content type either.
                self._sse = SseParser(self._limits.max_event_bytes)
                self._record.streamed = True
        if self._sse is not None:
            self._stream(self._sse, data, now)
        elif len(self._buffer) <= self._limits.max_json_bytes:
            room = self._memory.take(len(data))
            self._buffer += data[:room]
            # Of a part alone nothing can be said.
            self._blind = room < len(data)
            self._record.capped |= self._blind or len(self._buffer) > self._limits.max_json_bytes

    def _is_unlabelled(self, data: bytes) -> bool:
        """Note a body that is compressed (once more) though no header says so; clients take such a body as it comes."""
        why = next((words for magic, words in _UNLABELLED.items() if data.startswith(magic)), None)
        if why is None or self._record.kind not in _ANSWERED:
            return False
        self._cannot_read(why)
        self._blind = True
        return True

    def _stream(self, sse: SseParser, data: bytes, now: float) -> None:
        record, before, comments = self._record, self._record.content_events, sse.comments
        for event in sse.feed(data):
            if record.events >= self._limits.max_events:
                record.capped = self._blind = True
                break
            self._count(1, now)
            if self._chat:
                self._chunk(event, now)
            else:
                self._event(event, now)
        if self._chat and sse.comments > comments:
            record.pings += sse.comments - comments
            self._count(sse.comments - comments, now)
        record.content_reads += record.content_events > before
        record.capped |= sse.overflowed
        if sse.broken:
            self._cannot_read("sse")

    def _count(self, events: int, now: float) -> None:
        record = self._record
        record.events += events
        record.mark("first_event", now)
        if self._before is not None:
            record.longest_gap_s = max(record.longest_gap_s or 0.0, now - self._before)
        self._before = now

    def _chunk(self, event: SseEvent, now: float) -> None:
        """Take an event of a chat completion; such events have no names."""
        record = self._record
        if event.data == "[DONE]":
            record.message_complete = True
            record.mark("complete", now)
            return
        value = _parsed(event.data)
        self._pace(now)
        if value is None:
            self._cannot_read("json")
        elif isinstance(value, Mapping) and (value.get("error") or event.name == "error"):
            message_facts.note_error(record, value)
        elif chat_facts.note_chunk(record, mapping(value), now):
            self._chunks = True

    def _event(self, event: SseEvent, now: float) -> None:
        record = self._record
        value = _parsed(event.data)
        if value is None and event.data != "[DONE]":
            self._cannot_read("json")
        data = mapping(value)
        kind = self._message.event(event.name, data)
        if kind and kind != "ping" and not self._message.stopped:
            self._pace(now)
        message_facts.note_event(record, kind, data, now)
        if self._message.ended:
            record.mark("complete", now)
        self._note_rejection()

    def _pace(self, now: float) -> None:
        """Note the pause before this event, which is no ping."""
        record, before = self._record, self._part_at
        self._part_at = now
        if before is not None and "first_content" in record.at:
            record.longest_pause_s = max(record.longest_pause_s or 0.0, now - before)

    def _note_rejection(self) -> None:
        """Note why the client throws this stream away. Where an event was too long to be read, that is not known."""
        overflowed = self._sse is not None and self._sse.overflowed
        if self._message.rejected and not overflowed:
            self._cannot_read(self._message.rejected)

    def _finish_stream(self, *, complete: bool) -> None:
        record = self._record
        if self._message.ended:
            self._message.end()
            self._note_rejection()
        if not (complete and self._is_answer):
            return
        if not record.response_bytes:
            self._cannot_read("empty")
        elif record.events > record.pings and record.error_type is None and not (self._message.started or self._chunks):
            self._cannot_read("not a message")
        elif self._message.ended:
            record.message_complete = True

    def _finish_body(self, now: float, *, complete: bool) -> None:
        record, data = self._record, bytes(self._buffer)
        self._buffer.clear()
        if _HTML.match(data) or (data and (record.content_type or "").lower().startswith("text/html")):
            self._html(data)
        elif not data.strip():
            if complete and self._is_answer:
                self._cannot_read("empty")
        elif complete and len(data) <= self._limits.max_json_bytes:
            self._json(data, now)

    def _html(self, data: bytes) -> None:
        record = self._record
        if record.kind in _ANSWERED:
            self._cannot_read("html")
            record.error_message = record.clean.optional(summary_of(data, record.content_type), MESSAGE_CHARS)

    def _json(self, data: bytes, now: float) -> None:
        record = self._record
        value = _parsed(data)
        answer = mapping(value)
        note_answer = chat_facts.note_completion if self._chat else message_facts.note_answer
        if value is None and self._is_meant_as_json(data):
            self._cannot_read("json")
        elif message_facts.is_error(answer):
            message_facts.note_error(record, answer)
        elif note_answer(record, answer, now):
            record.message_complete = True
        elif self._is_answer:
            self._cannot_read("not a message")
            message_facts.note_refusal(record, answer)
        elif (record.status or 0) >= 400:
            record.error_message = record.clean.optional(data.decode("utf-8", "replace"), MESSAGE_CHARS)
            message_facts.note_refusal(record, answer)

    def _is_meant_as_json(self, data: bytes) -> bool:
        return "json" in (self._record.content_type or "").lower() or data.lstrip()[:1] in {b"{", b"["}


def _parsed(data: str | bytes) -> Any:
    """Return the value of some JSON; None where it does not parse (and for `null`, which is no answer either)."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
