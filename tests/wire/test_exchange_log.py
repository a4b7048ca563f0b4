"""Exchanges of a tap are kept until their call is over, or told to a recording."""

from probe.model.exchange import ExchangeEnd
from probe.model.request_kind import RequestKind
from probe.redact import Redactor
from probe.wire.exchange_log import Log
from probe.wire.exchange_record import Clean
from probe.wire.limits import WireLimits
from probe.wire.recording_feed import RecordingFeed
from probe.wire.sink_queue import SinkQueue


def log_of(*kinds: RequestKind) -> Log:
    """Return a log with exchanges of these kinds, all open."""
    log = Log(Clean(Redactor()), WireLimits())
    for kind in kinds:
        log.begin(1).kind = kind
    return log


def test_exchanges_are_numbered_as_they_begin() -> None:
    log = log_of(RequestKind.MAIN, RequestKind.BACKGROUND)
    assert [record.sequence for record in log.records] == [1, 2]
    assert log.begin(7).connection == 7


def test_an_answer_is_awaited_while_a_main_request_is_open() -> None:
    log = log_of(RequestKind.BACKGROUND, RequestKind.MAIN)
    assert log.awaits_answer
    log.records[1].end = ExchangeEnd.COMPLETE
    assert not log.awaits_answer
    assert not log_of().awaits_answer


def test_what_is_open_beside_the_answer_stays_for_the_next_call_and_is_its_first() -> None:
    log = log_of(RequestKind.MAIN, RequestKind.BACKGROUND, RequestKind.BACKGROUND)
    log.records[1].end = ExchangeEnd.COMPLETE
    taken = log.take(last=False)
    assert [(record.kind, record.sequence) for record in taken] == [
        (RequestKind.MAIN, 1),
        (RequestKind.BACKGROUND, 2),
    ]
    assert [(record.kind, record.sequence) for record in log.records] == [(RequestKind.BACKGROUND, 1)]
    assert log.begin(1).sequence == 2


def test_the_last_call_takes_all() -> None:
    log = log_of(RequestKind.MAIN, RequestKind.BACKGROUND)
    assert len(log.take(last=True)) == 2
    assert log.records == log.take(last=True) == []


def test_a_recording_counts_exchanges_and_keeps_none() -> None:
    log = log_of()
    log.feed = RecordingFeed(SinkQueue([]))
    assert [log.begin(1).sequence for _ in range(3)] == [1, 2, 3]
    assert (log.records, log.begun) == ([], 3)
