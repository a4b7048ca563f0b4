from typing import Any

import pytest

from probe.model.call import Call
from probe.model.chart import Mark, Waterfall
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.outcome import Outcome
from probe.model.request_kind import RequestKind
from probe.model.row import row_of
from probe.model.wire import Phases, PhaseSource, WireSummary
from probe.stats.waterfall import waterfall
from tests.builders import call, flags, main_exchange


def exchange(**changes: Any) -> Exchange:
    """Return a whole answer on a connection of its own."""
    fields: dict[str, Any] = {
        "request_begun_at_ms": 700.0,
        "connect_begun_at_ms": 710.0,
        "connected_at_ms": 760.0,
        "request_sent_at_ms": 770.0,
        "first_byte_at_ms": 1770.0,
        "last_byte_at_ms": 2000.0,
        "ended_at_ms": 2000.0,
        "status": 200,
    }
    return main_exchange(**(fields | changes))


def laid_out(*exchanges: Exchange, made: Call | None = None) -> Waterfall:
    return waterfall(row_of(made or call()), "run-1", exchanges)


def spans(each: Exchange) -> list[tuple[str, float, float]]:
    (row,) = laid_out(each).rows or ()
    return [(span.name, span.start_ms, span.length_ms) for span in row.spans]


def test_an_exchange_is_laid_out_from_connecting_to_its_end() -> None:
    assert spans(exchange()) == [
        ("connect", 710.0, 50.0),
        ("send", 760.0, 10.0),
        ("wait", 770.0, 1000.0),
        ("stream", 1770.0, 230.0),
    ]


def test_on_a_connection_that_was_there_nothing_is_spent_on_connecting() -> None:
    names = [name for name, *_ in spans(exchange(connect_begun_at_ms=None, connected_at_ms=None))]
    assert names == ["send", "wait", "stream"]
    assert spans(exchange(connect_begun_at_ms=None, connected_at_ms=None))[0] == ("send", 700.0, 70.0)


def test_a_call_killed_while_it_waited_waited_until_then() -> None:
    killed = exchange(
        first_byte_at_ms=None, last_byte_at_ms=None, ended_at_ms=180_000.0, status=None, end=ExchangeEnd.CLIENT_CLOSED
    )
    assert spans(killed)[-1] == ("wait", 770.0, 179_230.0)
    (row,) = laid_out(killed).rows or ()
    assert (row.status, row.ending) == (None, "client_closed")


def test_a_call_killed_in_the_stream_streamed_until_then() -> None:
    assert spans(exchange(last_byte_at_ms=None, ended_at_ms=9770.0))[-1] == ("stream", 1770.0, 8000.0)


def test_an_exchange_whose_end_nobody_saw_shows_what_was_seen() -> None:
    assert spans(exchange(last_byte_at_ms=None, ended_at_ms=None))[-1] == ("wait", 770.0, 1000.0)
    begun = dict.fromkeys(
        "connected_at_ms request_sent_at_ms first_byte_at_ms last_byte_at_ms ended_at_ms connect_begun_at_ms".split()
    )
    assert spans(exchange(**begun)) == []
    assert spans(exchange(**begun | {"request_begun_at_ms": None})) == []


def test_what_was_never_connected_shows_why() -> None:
    refused = exchange(
        connected_at_ms=None, request_sent_at_ms=None, first_byte_at_ms=None, last_byte_at_ms=None, ended_at_ms=5710.0,
        status=None, end=ExchangeEnd.NOT_CONNECTED, failure=ConnectFailure.TIMEOUT, failure_detail="no answer in 5 s",
    )  # fmt: skip
    assert spans(refused) == [("connect", 710.0, 5000.0)]
    (row,) = laid_out(refused).rows or ()
    assert (row.ending, row.detail, row.status) == ("connect_timeout", "no answer in 5 s", None)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"error_type": "overloaded_error", "error_message": "Overloaded"}, "overloaded_error: Overloaded"),
        ({"error_message": "Overloaded"}, "Overloaded"),
        ({"unreadable": "no JSON"}, "no JSON"),
        ({}, ""),
    ],
)
def test_the_upstream_s_words_stand_beside_the_request(changes: dict[str, str], detail: str) -> None:
    overloaded = exchange(
        status=529, correlation={"request-id": "req_1"}, model_served="glm-4.7", response_bytes=12, **changes
    )
    (row,) = laid_out(overloaded).rows or ()
    assert (row.request, row.kind, row.status, row.detail) == ("POST /v1/messages", "main", 529, detail)
    assert (row.request_ids, row.model_served, row.response_bytes) == ({"request-id": "req_1"}, "glm-4.7", 12)


def test_an_attempt_that_was_cut_short_in_good_order_is_not_called_complete() -> None:
    """HTTP may frame a body well that is only half an answer; a request beside the answer keeps its own end."""
    endings = ("truncated_stream", "stream_error (overloaded_error)", "529 overloaded_error", "good", "left open")
    retried = call(wire=WireSummary(attempts=5, endings=endings))
    exchanges = [exchange(sequence=1, kind=RequestKind.WARMUP), *(exchange(sequence=n) for n in range(2, 6))]
    closed = exchange(sequence=6, status=None, end=ExchangeEnd.CLIENT_CLOSED)
    rows = laid_out(*exchanges, closed, made=retried).rows or ()
    assert [row.ending for row in rows] == ["complete", *endings[:3], "complete", "client_closed"]


def test_where_attempts_and_their_endings_do_not_match_each_exchange_says_how_it_ended() -> None:
    retried = call(wire=WireSummary(attempts=2, endings=("good", "truncated_stream")))
    (row,) = laid_out(exchange(), made=retried).rows or ()
    assert row.ending == "complete"


def test_nothing_recorded_is_told_from_nothing_sent() -> None:
    assert waterfall(row_of(call()), "run-1", None).rows is None
    assert waterfall(row_of(call()), "run-1", ()).rows == ()


def test_exchanges_stay_in_order() -> None:
    rows = laid_out(exchange(), exchange(sequence=2, kind=RequestKind.BACKGROUND)).rows or ()
    assert [row.sequence for row in rows] == [1, 2]


@pytest.mark.parametrize(
    ("outcome", "names", "mark"),
    [
        (Outcome.OK, "", Mark.CLEAN),
        (Outcome.OK, "retried", Mark.RECOVERED),
        (Outcome.OVERLOADED, "retried", Mark.FAILED),
        (Outcome.TIMED_OUT, "", Mark.TIMED_OUT),
    ],
)
def test_a_call_is_what_its_row_says(outcome: Outcome, names: str, mark: Mark) -> None:
    phases = Phases(source=PhaseSource.WIRE, boot_ms=700.0, wait_ms=800.0)
    of_round_7 = call(7, 2, outcome, flags=flags(*names.split()), cause="why", evidence="the line", phases=phases)
    drawn = laid_out(made=of_round_7)
    assert (drawn.run_id, drawn.round, drawn.label, drawn.mark) == ("run-1", 7, "call2", mark)
    assert (drawn.outcome, drawn.cause, drawn.evidence, drawn.phases) == (outcome, "why", "the line", phases)
    assert (drawn.wall_ms, drawn.started_at) == (of_round_7.wall_ms, of_round_7.started_at)
