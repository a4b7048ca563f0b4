"""Events as bytes, whole: also what a journal's line leaves out, such as the raw output of calls."""

from collections.abc import Iterable, Sequence

import msgspec

from probe.model.events import EVENT, CallFinished, Event
from probe.model.exchange import Exchange

Parts = tuple[int, bytes, bytes]


class _Packed(msgspec.Struct, array_like=True):
    """An event as the journal has it, and for a call all that the journal does not have."""

    line: bytes
    argv: tuple[str, ...] = ()
    stdout: bytes = b""
    stderr: bytes = b""
    exchanges: list[bytes] | None = None
    bodies: list[Parts] = []


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[_Packed])


def pack_events(events: Iterable[Event]) -> bytes:
    """Return the events as bytes."""
    return _ENCODER.encode([_pack(event) for event in events])


def unpack_events(data: bytes) -> Sequence[Event]:
    """Return the events that were packed. Raises ValueError for bytes that are none."""
    return [_unpack(packed) for packed in _DECODER.decode(data)]


def _pack(event: Event) -> _Packed:
    line = event.model_dump_json().encode()
    if not isinstance(event, CallFinished):
        return _Packed(line)
    exchanges = None
    if event.exchanges is not None:
        exchanges = [exchange.model_dump_json().encode() for exchange in event.exchanges]
    return _Packed(line, event.argv, event.stdout, event.stderr, exchanges, list(event.bodies))


def _unpack(packed: _Packed) -> Event:
    event = EVENT.validate_json(packed.line)
    if not isinstance(event, CallFinished):
        return event
    exchanges = None
    if packed.exchanges is not None:
        exchanges = tuple(Exchange.model_validate_json(line) for line in packed.exchanges)
    return event.model_copy(
        update={
            "argv": packed.argv,
            "stdout": packed.stdout,
            "stderr": packed.stderr,
            "exchanges": exchanges,
            "bodies": tuple(packed.bodies),
        }
    )
