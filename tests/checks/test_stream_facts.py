"""Streams are told by their bytes and their times."""

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.stream_facts import CHAT, MESSAGES, stream_facts
from probe.model.outcome import Outcome
from tests.checks.results import BLOCK, DELTA, END, GOOD, START, STOP, WHY, said, stream_of


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        (GOOD, ()),
        ((START, ("ping", '{"type":"ping"}'), *GOOD[1:]), ()),
        (GOOD[1:2] + GOOD[:1] + GOOD[2:], ("content_block_start before message_start",)),
        ((START, *GOOD), ("message_start twice",)),
        ((START, DELTA, WHY, END), ("content_block_delta without content_block_start",)),
        ((START, BLOCK, DELTA, WHY, END), ("no content_block_stop",)),
        ((START, BLOCK, DELTA, STOP, END), ("no message_delta, so no stop_reason",)),
        ((*GOOD, DELTA), ("content_block_delta after message_stop",)),
        ((*GOOD[:2], ("wrong", DELTA[1]), *GOOD[3:]), ("an event is called wrong and holds content_block_delta",)),
        ((*GOOD[:4], ("message_delta", '{"type":"message_delta","delta":{}}'), END), ("no stop_reason",)),
    ],
)
def test_the_order_of_messages_events(sent: tuple[tuple[str, str], ...], problems: tuple[str, ...]) -> None:
    assert stream_facts(MESSAGES, said(200, stream_of(*sent))).problems == problems


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (b'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n', ()),
        (b'data: {"choices":[{"finish_reason":"stop"}]}\n\n', ("no [DONE] at the end",)),
        (b'data: {"choices":[]}\r\n\r\ndata: [DONE]\r\n\r\n', ("no finish_reason",)),
        (
            b'data: {"error":{"message":"x"}}\n\ndata: [DONE]\n\n',
            ("an error inside the stream", "no finish_reason"),
        ),
        (
            b'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\ndata: 7\n\ndata: {"choices":[]}\n\n',
            ("a chunk after [DONE]",),
        ),
    ],
)
def test_the_chunks_of_chat(body: bytes, problems: tuple[str, ...]) -> None:
    assert stream_facts(CHAT, said(200, body)).problems == problems


def test_a_request_that_reached_nobody_is_no_stream() -> None:
    facts = stream_facts(MESSAGES, ApiResult(None, None, b"", 5.0, Outcome.CONNECTION_FAILED))
    assert (facts.endpoint, facts.streamed, facts.problems) == (MESSAGES, False, ())
