"""Messages, whole and in events, and errors of either API."""

import json

import pytest

from probe.model.client import ModelUsage
from tests.wire.answers import CLOSE, DELTA, MESSAGE, REASON, START, STOP, STREAM, head, read_at
from tests.wire.support import event, exchange_of, ok


def test_a_message_in_json() -> None:
    exchange = exchange_of(ok(json.dumps(MESSAGE).encode()))
    assert (exchange.model_served, exchange.stop_reason, exchange.streamed) == ("real-one", "end_turn", False)
    assert (exchange.message_id, exchange.cache) == ("msg_8", None)
    assert exchange.usage == ModelUsage(input_tokens=3, cache_read_tokens=4)
    assert exchange.tools_requested == ("Bash\ufffd[0m",)
    assert exchange.first_content_at_ms is not None
    assert exchange.good


@pytest.mark.parametrize(
    ("response", "kind", "message"),
    [
        (b'{"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}', "overloaded_error", "busy"),
        (b'{"error": {"message": "no", "type": null, "code": "bad_key"}}', "bad_key", "no"),
        (b'{"error": "boom"}', "error", "boom"),
        (b'{"error": {"type": "busy", "message": "cut \\ud83d"}}', "busy", "cut ?"),
    ],
)
def test_errors_in_json(response: bytes, kind: str, message: str) -> None:
    exchange = exchange_of(head("529 x", f"content-length: {len(response)}") + response)
    assert (exchange.status, exchange.error_type, exchange.error_message) == (529, kind, message)
    assert (exchange.unreadable, exchange.good, exchange.capped) == (None, False, False)


def test_an_error_event_and_a_text() -> None:
    exchange = exchange_of(ok(START + event("error", error={"type": "api_error", "message": "x" * 999}), STREAM))
    assert exchange.error_type == "api_error"
    assert len(exchange.error_message or "") == 300
    exchange = exchange_of(head("502 x", "content-length: 9") + b"gone away")
    assert (exchange.error_message, exchange.unreadable) == ("gone away", None)


def test_deltas_of_thinking_are_told_from_the_answer() -> None:
    begun = event("content_block_start", index=0, content_block={"type": "thinking", "thinking": ""})
    thought = event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "hm"})
    signed = event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "x"})
    record = read_at((0, START + begun + thought + signed + CLOSE + DELTA + REASON + STOP))
    assert (record.content_events, record.thinking_events) == (3, 2)
