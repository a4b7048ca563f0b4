"""Events as bytes, whole."""

import pytest

from probe.fleet.packed_events import pack_events, unpack_events
from probe.model.events import CallFinished, Event, RoundFinished, RoundStarted
from probe.model.exchange import Exchange, ExchangeEnd
from probe.model.request_kind import RequestKind
from tests.builders import START, call, flags, words

EXCHANGE = Exchange(
    sequence=1, connection=1, kind=RequestKind.MAIN, method="POST", path="/v1/messages", end=ExchangeEnd.COMPLETE
)


@pytest.mark.parametrize("exchanges", [None, (), (EXCHANGE, EXCHANGE)])
def test_events_come_out_as_they_went_in_with_what_a_journal_leaves_out(
    exchanges: tuple[Exchange, ...] | None,
) -> None:
    finished = CallFinished(
        at=START,
        call=call(client=words(), flags=flags("retried"), evidence="您 \ud7ff"),
        argv=("claude", "--print", ""),
        stdout=b"\xff\x00 out",
        stderr=b"err",
        exchanges=exchanges,
        bodies=((1, b"sent\xff", b""),),
    )
    events: list[Event] = [
        RoundStarted(at=START, round=1, attempt=2),
        finished,
        RoundFinished(at=START, round=1, attempt=2),
    ]
    unpacked = unpack_events(pack_events(events))
    assert list(unpacked) == events
    (told,) = (event for event in unpacked if isinstance(event, CallFinished))
    assert (told.argv, told.stdout, told.stderr) == (finished.argv, b"\xff\x00 out", b"err")
    assert (told.exchanges, told.bodies) == (exchanges, ((1, b"sent\xff", b""),))


def test_nothing_is_something() -> None:
    assert list(unpack_events(pack_events([]))) == []


@pytest.mark.parametrize("data", [b"", b"\xc1", b"no events", pack_events([])[:0] + b"\x91\x91\xa1x"])
def test_bytes_that_are_no_events_are_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of the decoder, in its words
        unpack_events(data)
