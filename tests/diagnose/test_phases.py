"""Phases of a call: each stretch of its time is booked where it was spent, and together they are the wall time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.diagnose.phases import phases_of
from probe.model.client import ClientOutput, Retry
from probe.model.exchange import ConnectFailure, Exchange, ExchangeEnd
from probe.model.observation import Observation
from probe.model.wire import Phases
from tests.builders import START, result
from tests.diagnose.exchanges import cut, exchange, good, not_connected, observed, status

DEADLINE_MS, WALL_MS = 10_000.0, 10_100.0


def split(phases: Phases | None) -> dict[str, float]:
    """Return the phases that took time, in whole ms."""
    assert phases is not None
    lengths = {name.removesuffix("_ms"): round(value) for name, value in phases if name.endswith("_ms")}
    return {name: ms for name, ms in lengths.items() if ms}


def at_the_deadline(*exchanges: Exchange, **changes: Any) -> Observation:
    stopped = {"timed_out": True, "deadline_ms": DEADLINE_MS, "wall_ms": WALL_MS}
    return observed(*exchanges, **stopped | changes)


def ended(attempt: Exchange, at_ms: float) -> Exchange:
    return attempt.model_copy(update={"ended_at_ms": at_ms})


OPEN_MS = DEADLINE_MS + 20
"""The end of an exchange that was under way as the client was stopped."""
REFUSED = ended(not_connected(ConnectFailure.REFUSED), 301)
NO_TRUST = ended(not_connected(ConnectFailure.TLS), 340)


@pytest.mark.parametrize(
    ("call", "phases"),
    [
        pytest.param(at_the_deadline(), {"boot": 10100}, id="no request, or only others (count_tokens, warm-up)"),
        pytest.param(
            at_the_deadline(ended(cut(connected_at_ms=None, request_sent_at_ms=None), OPEN_MS)),
            {"boot": 300, "connect": 9800},
            id="no connection",
        ),
        pytest.param(
            at_the_deadline(ended(cut(), OPEN_MS)), {"boot": 300, "connect": 5, "wait": 9795}, id="hang before headers"
        ),
        pytest.param(
            at_the_deadline(ended(cut(status=200, streamed=True), OPEN_MS)),
            {"boot": 300, "connect": 5, "wait": 45, "stream": 9750},
            id="hang in mid-stream",
        ),
        pytest.param(
            at_the_deadline(ended(good(end=ExchangeEnd.CLIENT_CLOSED), OPEN_MS)),
            {"boot": 300, "connect": 5, "wait": 45, "stream": 9750},
            id="a body that never ends",
        ),
        pytest.param(
            at_the_deadline(ended(good(), 391)),
            {"boot": 300, "connect": 5, "wait": 45, "stream": 40, "exit": 9710},
            id="a client that does not end",
        ),
        pytest.param(
            at_the_deadline(*(ended(status(529, at), at + 90) for at in (300, 900, 4000))),
            {"boot": 300, "retries": 9800},
            id="between retries",
        ),
        pytest.param(at_the_deadline(ended(status(429), 390)), {"boot": 300, "retries": 9800}, id="before a retry"),
        pytest.param(
            at_the_deadline(ended(status(401), 390), ended(cut(900), OPEN_MS)),
            {"boot": 300, "retries": 600, "connect": 5, "wait": 9195},
            id="a retry that hangs",
        ),
        pytest.param(
            at_the_deadline(ended(cut(status=200, streamed=True), 5000)),
            {"boot": 300, "retries": 9800},
            id="after the client gave a stream up",
        ),
        pytest.param(
            at_the_deadline(ended(cut(), 5000), ended(cut(5001), OPEN_MS)),
            {"boot": 300, "retries": 4701, "connect": 5, "wait": 5094},
            id="a second request after one that was given up",
        ),
        pytest.param(at_the_deadline(REFUSED), {"boot": 300, "retries": 9800}, id="refused, and to be retried"),
        pytest.param(at_the_deadline(NO_TRUST), {"boot": 300, "retries": 9800}, id="no TLS, and to be retried"),
        pytest.param(
            at_the_deadline(ended(status(529, end=ExchangeEnd.CLIENT_CLOSED), OPEN_MS)),
            {"boot": 300, "connect": 5, "wait": 45, "stream": 9750},
            id="an error that never ends",
        ),
        pytest.param(
            observed(ended(cut(), WALL_MS), cancelled=True, wall_ms=WALL_MS),
            {"boot": 300, "connect": 5, "wait": 9795},
            id="interrupted by the user",
        ),
    ],
)
def test_a_call_that_was_stopped_spent_its_time_where_it_was_stopped(call: Observation, phases: dict[str, int]) -> None:
    found = phases_of(call)
    assert split(found) == phases
    assert found is not None
    assert found.total_ms == pytest.approx(WALL_MS)


@pytest.mark.parametrize(
    ("last", "phases"),
    [
        (REFUSED, {"boot": 300, "connect": 1, "exit": 699}),
        (NO_TRUST, {"boot": 300, "connect": 40, "exit": 660}),
        (ended(cut(), 800), {"boot": 300, "connect": 5, "wait": 495, "exit": 200}),
        (ended(status(401), 390), {"boot": 300, "connect": 5, "wait": 45, "stream": 40, "exit": 610}),
        (
            ended(exchange(status=200, streamed=True, end=ExchangeEnd.TRUNCATED), 500),
            {"boot": 300, "connect": 5, "wait": 45, "stream": 150, "exit": 500},
        ),
    ],
)
def test_a_client_that_gives_up_by_itself_finishes_after_its_last_attempt(
    last: Exchange, phases: dict[str, int]
) -> None:
    assert split(phases_of(observed(last, wall_ms=1000))) == phases


@pytest.mark.parametrize(
    ("said", "phases"),
    [
        pytest.param(
            {"retries": (Retry(at_ms=900, retry_delay_ms=60_000),)}, {"boot": 300, "retries": 9800}, id="waits"
        ),
        pytest.param(
            {"retries": (Retry(at_ms=900, retry_delay_ms=100),)},
            {"boot": 300, "retries": 700, "wait": 9100},
            id="asked again",
        ),
        pytest.param(
            {
                "first_event_at_ms": 500.0,
                "wait_ms": 100.0,
                "attempts_started": 1,
                "retries": (Retry(at_ms=2000, retry_delay_ms=60_000),),
            },
            {"boot": 300, "retries": 9800},
            id="a stream that broke, and then waits",
        ),
        pytest.param(
            {"first_event_at_ms": 500.0, "wait_ms": 100.0, "attempts_started": 1, "last_event_at_ms": 600.0},
            {"boot": 300, "wait": 200, "stream": 9600},
            id="a stream that stalls",
        ),
    ],
)
def test_the_clients_words_tell_the_same_of_a_call_that_was_stopped(
    said: dict[str, Any], phases: dict[str, int]
) -> None:
    words = ClientOutput(initialised=True, requesting_at_ms=300.0, **said)
    call = Observation(("claude",), START, START, WALL_MS, None, timed_out=True, words=words)
    assert split(phases_of(call)) == phases


def test_a_client_with_a_result_that_does_not_end_waits_for_no_retry() -> None:
    words = ClientOutput(initialised=True, result=result(subtype="success", is_error=True, text="API Error: 529"))
    call = at_the_deadline(ended(status(529), 390), words=words)
    assert split(phases_of(call)) == {"boot": 300, "connect": 5, "wait": 45, "stream": 40, "exit": 9710}


def test_phases_of_a_call_with_retries() -> None:
    found = phases_of(observed(status(529, 300), good(1500), wall_ms=1700))
    assert found is not None
    assert (found.boot_ms, found.retries_ms, found.connect_ms, found.wait_ms, found.stream_ms, found.exit_ms) == (
        300,
        1200,
        5,
        45,
        40,
        110,
    )


@pytest.mark.parametrize(
    ("call", "phase"),
    [
        (observed(wall_ms=4000), "boot_ms"),
        (observed(cut(connected_at_ms=None, request_sent_at_ms=None), wall_ms=4000), "connect_ms"),
        (observed(cut(), wall_ms=4000), "wait_ms"),
        (observed(cut(status=200, streamed=True), wall_ms=4000), "stream_ms"),
        (observed(good(), wall_ms=4000), "exit_ms"),
        (observed(status(529), status(529, 3900), wall_ms=4000), "retries_ms"),
    ],
)
def test_a_killed_call_was_in_one_phase_to_the_end(call: Observation, phase: str) -> None:
    found = phases_of(call)
    assert found is not None
    assert getattr(found, phase) > 3000
    assert found.total_ms == pytest.approx(4000, abs=0.01)


TIMES = st.none() | st.floats(-5, 9000)


@given(
    st.lists(st.tuples(TIMES, TIMES, TIMES, TIMES, st.sampled_from([None, 200, 529])), max_size=4), st.floats(1, 9000)
)
def test_phases_add_up_whatever_was_seen(rows: list[tuple[Any, ...]], wall_ms: float) -> None:
    exchanges = [
        exchange(
            request_begun_at_ms=begun,
            request_sent_at_ms=sent,
            first_byte_at_ms=first,
            last_byte_at_ms=last,
            status=code,
        )
        for begun, sent, first, last, code in rows
    ]
    found = phases_of(observed(*exchanges, wall_ms=wall_ms))
    assert found is not None
    assert found.total_ms == pytest.approx(wall_ms, abs=0.01)
    assert min(value for value in found.model_dump(exclude={"source"}).values()) >= 0


@given(TIMES, TIMES, TIMES, TIMES, st.booleans(), st.floats(1, 9000))
def test_phases_by_the_clients_words_add_up_too(
    requesting: float | None, event: float | None, wait: float | None, last: float | None, whole: bool, wall_ms: float
) -> None:
    words = ClientOutput(
        requesting_at_ms=requesting,
        first_event_at_ms=event,
        wait_ms=wait,
        last_event_at_ms=last,
        stream_complete=whole,
    )
    found = phases_of(Observation(("claude",), START, START, wall_ms, 0, words=words))
    assert found is not None
    assert found.total_ms == pytest.approx(wall_ms, abs=0.01)


@pytest.mark.parametrize("changes", [{"spawn_error": "no such file"}, {"refused_tools": ()}])
def test_a_call_that_never_ran_has_no_phases(changes: dict[str, Any]) -> None:
    assert phases_of(observed(**changes)) is None


@pytest.mark.parametrize(
    ("said", "phases"),
    [
        ({}, {"unsplit": 4000}),
        ({"first_event_at_ms": 2000}, {"unsplit": 2000, "stream": 2000}),
        (
            {"first_event_at_ms": 2000, "last_event_at_ms": 3500, "stream_complete": True},
            {"unsplit": 2000, "stream": 1500, "exit": 500},
        ),
    ],
)
def test_of_a_client_that_announces_no_request_the_time_before_its_answer_is_not_split(
    said: dict[str, Any], phases: dict[str, int]
) -> None:
    assert split(phases_of(Observation(("claude",), START, START, 4000.0, 0, words=ClientOutput(**said)))) == phases
