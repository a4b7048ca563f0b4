"""Streams are told by their bytes and their times."""

from dataclasses import replace

import pytest

from probe.checks.api_result import ApiResult
from probe.checks.stream_facts import CHAT, MESSAGES, stream_facts
from probe.model.exchange import ExchangeEnd
from probe.model.outcome import Flag, Outcome
from tests.checks.results import BLOCK, DELTA, END, GOOD, START, STOP, WHY, said, stream, stream_of


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


def test_the_times_and_figures_are_those_of_the_wire() -> None:
    sent = stream(
        said(200, stream_of(*GOOD)),
        events=6,
        pings=1,
        content_events=2,
        message_complete=True,
        request_sent_at_ms=100.0,
        first_byte_at_ms=350.0,
        first_content_at_ms=400.0,
        longest_gap_ms=70.0,
    )
    facts = stream_facts(MESSAGES, sent)
    assert (facts.events, facts.pings, facts.content_events, facts.complete, facts.fake) == (6, 1, 2, True, False)
    assert (facts.first_byte_ms, facts.longest_gap_ms) == (250.0, 70.0)
    assert stream_facts(MESSAGES, replace(sent, flags=(Flag.FAKE_STREAM,))).fake


@pytest.mark.parametrize("fields", [{"streamed": False}, {"content_encoding": "gzip"}])
def test_the_order_of_events_is_not_judged_where_they_were_not_read(fields: dict[str, object]) -> None:
    broken = said(200, stream_of(START, *GOOD))
    assert stream_facts(MESSAGES, broken).problems
    assert stream_facts(MESSAGES, stream(broken, **fields)).problems == ()
    assert stream_facts(MESSAGES, said(201, stream_of(START, *GOOD))).problems == ()


def test_what_is_missing_at_the_end_is_none_of_a_stream_that_was_cut() -> None:
    cut = stream(said(200, stream_of(START, BLOCK)), end=ExchangeEnd.TRUNCATED)
    assert stream_facts(MESSAGES, cut).problems == ()
    failed = replace(said(200, stream_of(START, BLOCK)), outcome=Outcome.TRUNCATED_STREAM)
    assert stream_facts(MESSAGES, failed).problems == (), "that is an outcome of its own"


def test_of_many_problems_the_first_four_are_told_and_each_once() -> None:
    strays = [(f"odd_{number}", DELTA[1]) for number in range(9)]
    problems = stream_facts(MESSAGES, said(200, stream_of(START, START, START, *strays))).problems
    assert len(problems) == len(set(problems)) == 4
