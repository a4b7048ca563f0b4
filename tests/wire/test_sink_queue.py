"""Sinks take events in a thread of their own, and delay nothing."""

import pytest

from probe.model.recorded_events import EventsLost, ExchangeEnded, RecordedEvent
from probe.wire import sink_queue
from tests.wire.sinks import MESSAGES, Broken, Collected, Stuck, recording
from tests.wire.support import answering, connect, ok, post, read_until, talk


def test_a_sink_that_fails_or_waits_neither_delays_nor_breaks_traffic() -> None:
    told, stuck = Collected(), Stuck()
    with answering(ok(b"{}")) as server, recording(server.base_url, stuck, Broken(), told) as tap:
        for _ in range(10):
            received, error = talk(tap, post({"model": "m", "messages": MESSAGES}))
            assert received.endswith(b"{}")
            assert error is None
        assert not told.events
        stuck.go_on.set()
    assert len(told.of(ExchangeEnded)) == 10


def test_what_does_not_fit_is_counted_and_told() -> None:
    told, stuck = Collected(), Stuck()
    with answering(ok(b"{}"), keep_alive=True) as server, recording(server.base_url, stuck, told) as tap:
        assert tap._log.feed is not None
        tap._log.feed.queue.most_events = 5
        with connect(tap.base_url) as client:
            for _ in range(10):
                client.sendall(post({"model": "m", "messages": MESSAGES}))
                read_until(client, b"{}")
        stuck.go_on.set()
    lost = told.of(EventsLost)[-1]
    kept = len(told.of(ExchangeEnded))
    assert lost.exchanges == 10 - kept > 0
    assert lost.exchanges + lost.other_events + len(told.events) - len(told.of(EventsLost)) == 30


def test_an_event_that_cannot_be_made_is_counted_and_the_next_is_told() -> None:
    def broken() -> RecordedEvent:
        raise LookupError("a body that nobody foresaw")

    told = Collected()
    queue = sink_queue.SinkQueue([told])
    queue.start()
    queue.put_end(broken, broken, body_bytes=7)
    queue.put_end(lambda: queue.lost, broken)
    queue.close()
    assert [event.exchanges for event in told.of(EventsLost)] == [1, 1]
    assert queue.lost.exchanges == 1


def test_what_waits_for_a_sink_at_the_end_is_lost_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_queue, "_CLOSE_S", 0.05)
    stuck = Stuck()
    with answering(ok(b"{}")) as server, recording(server.base_url, stuck) as tap:
        for _ in range(3):
            talk(tap, post({"model": "m", "messages": MESSAGES}))
        tap.close()
        assert tap.lost_exchanges == 3
        stuck.go_on.set()
