"""Answers of upstreams: the events of a message, a whole message, a head."""

from probe.model.exchange import ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.redact import Redactor
from probe.wire import WireLimits
from probe.wire.exchange_record import Clean, Record
from probe.wire.response_body import ResponseBody
from tests.wire.support import event

STREAM = "text/event-stream; charset=utf-8"
START = event(
    "message_start", message={"id": "msg_7", "model": "real-one", "usage": {"input_tokens": 7, "output_tokens": 1}}
)
OPEN = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
PIECE = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "hi"})
CLOSE = event("content_block_stop", index=0)
DELTA = OPEN + PIECE + CLOSE
STOP = event("message_stop")
MESSAGE = {
    "type": "message",
    "id": "msg_8",
    "model": "real-one",
    "content": [{"type": "text", "text": "hi"}, {"type": "tool_use", "name": "Bash\x1b[0m"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": True, "cache_read_input_tokens": 4},
}


def head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


REASON = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9})


def read_at(*pieces: tuple[float, bytes]) -> Record:
    """Return the record of a stream whose pieces come at these moments."""
    record = Record(1, 1, Clean(Redactor()), kind=RequestKind.MAIN, status=200, content_type=STREAM)
    record.response_bytes = sum(len(data) for _, data in pieces)
    answer = ResponseBody(record, WireLimits())
    for now, data in pieces:
        answer.feed(data, now)
    answer.finish(pieces[-1][0], complete=True)
    record.end = ExchangeEnd.COMPLETE
    return record
