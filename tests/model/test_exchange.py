"""An exchange: what makes an answer good, its times, and connections that had been closed."""

from typing import Any

import pytest

from probe.model.exchange import (
    STALE_AFTER_MS,
    Exchange,
    is_on_earlier_connection,
    met_stale_connection,
    succeeded,
)
from tests.builders import main_exchange


def exchange(**changes: Any) -> Exchange:
    fields: dict[str, Any] = {
        "status": 200,
        "message_complete": True,
    }
    return main_exchange(**(fields | changes))


@pytest.mark.parametrize(
    ("status", "ok"), [(None, False), (199, False), (200, True), (299, True), (300, False), (500, False)]
)
def test_a_success_is_a_2xx(status: int | None, ok: bool) -> None:
    assert succeeded(status) is ok


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"end": "client_closed"}, True),
        ({"end": "truncated"}, False),
        ({"end": "reset"}, False),
        ({"end": "recorder_limit"}, False),
        ({"status": 503}, False),
        ({"status": None}, False),
        ({"message_complete": False}, False),
        ({"unreadable": "gzip"}, False),
        ({"error_type": "overloaded_error"}, False),
    ],
)
def test_an_answer_is_good_where_it_came_whole_and_readable(changes: dict[str, Any], good: bool) -> None:
    assert exchange(**changes).good is good


def test_waits_are_counted_from_the_request_s_last_byte() -> None:
    timed = exchange(request_sent_at_ms=10.0, first_byte_at_ms=300.25, first_content_at_ms=350.1256)
    assert (timed.wait_ms, timed.ttft_ms) == (290.25, 340.126)
    for unknown in ("request_sent_at_ms", "first_byte_at_ms", "first_content_at_ms"):
        missing = timed.model_copy(update={unknown: None})
        assert (missing.wait_ms is None) == (unknown != "first_content_at_ms")
        assert (missing.ttft_ms is None) == (unknown != "first_byte_at_ms")


STALE = {"connection_idle_ms": STALE_AFTER_MS, "status": None, "end": "reset"}
ANSWERED = {"connection": 2}


@pytest.mark.parametrize(
    ("first", "then", "stale"),
    [
        ({}, {}, True),
        ({"end": "truncated"}, {}, True),
        ({}, {"status": 503}, True),
        ({"connection_idle_ms": STALE_AFTER_MS - 1}, {}, False),
        ({"connection_idle_ms": None}, {}, False),
        ({"status": 200}, {}, False),
        ({"end": "client_closed"}, {}, False),
        ({}, {"connection": 1}, False),
        ({}, {"status": None}, False),
    ],
)
def test_a_connection_that_was_closed_while_idle_is_told_by_the_next_attempt(
    first: dict[str, Any], then: dict[str, Any], stale: bool
) -> None:
    assert met_stale_connection(exchange(**{**STALE, **first}), exchange(**{**ANSWERED, **then})) is stale


def test_a_connection_is_of_an_earlier_call_where_no_exchange_of_the_call_saw_it_accepted() -> None:
    begun, later, other = exchange(accepted_at_ms=3.0), exchange(sequence=2), exchange(connection=2)
    assert [is_on_earlier_connection(each, [begun, later, other]) for each in (begun, later, other)] == [
        False,
        False,
        True,
    ]
