"""Tests for what is said of an exchange while it goes on."""

from datetime import timedelta
from typing import Any

import pytest

from probe.model.recorded_events import ExchangeAnswering, ExchangeBegun
from probe.model.request_kind import RequestKind
from probe.model.watched_exchange import InFlight
from probe.render.watch_words import begun_words, name_of, state_words
from probe.texts import Texts
from tests.builders import START

TEXTS = Texts()


def in_flight(kind: RequestKind = RequestKind.MAIN, answered_s: float = 2.0, **answer: Any) -> InFlight:
    """Return an exchange whose answer has come as far as these fields say; no answer without any."""
    begun = ExchangeBegun(
        at=START, begun_at=START, sequence=4, connection=1, kind=kind, method="POST", path="/v1/messages"
    )
    at = START + timedelta(seconds=answered_s)
    going_on = ExchangeAnswering(at=at, sequence=4, **answer) if answer else None
    return InFlight(begun, attempt=2, content_at=at, answer=going_on)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "no answer yet"),
        ({"status": 529}, "status 529"),
        ({"status": 200}, "an answer has begun, without content"),
        ({"status": 200, "content_events": 3, "response_bytes": 12_000}, "answering, 12 kB so far"),
    ],
)
def test_the_state_of_an_answer(answer: dict[str, Any], said: str) -> None:
    exchange = in_flight(**answer)
    assert state_words(exchange, START + timedelta(seconds=3), TEXTS) == said
    late = state_words(exchange, START + timedelta(seconds=36), TEXTS)
    assert late == (f"{said}; nothing new for 34.0 s" if answer else said)


def test_an_answer_is_told_when_it_begins_and_not_as_it_goes_on() -> None:
    assert str(begun_words(in_flight(), TEXTS)).endswith("exchange 4, main, ?, attempt 2: begun")
    assert str(begun_words(in_flight(status=200), TEXTS)).endswith("status 200 after 2.00 s")
    assert begun_words(in_flight(status=200, events=1, response_bytes=90), TEXTS) is None


def test_what_is_no_message_has_no_model_and_no_attempt() -> None:
    exchange = in_flight(RequestKind.OTHER)
    assert name_of(exchange.begun, exchange.attempt, TEXTS) == "exchange 4, other"
