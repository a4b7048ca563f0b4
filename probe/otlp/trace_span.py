"""A span, ready to be encoded: ids, times and attributes that any collector takes, whatever was stored."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from hashlib import sha256

from probe.redact import encoded
from probe.sanitise import printable

AttributeValue = str | bool | int | float | tuple[str, ...]
Attributes = Mapping[str, AttributeValue]

NO_PARENT = b""
_MOST_CHARS = 500
"""Characters of a text; what a stranger sent may be longer, and a collector may refuse that."""
_MOST_TEXTS = 50
_LARGEST = 2**63 - 1
_LAST_NS = _LARGEST
"""Nanoseconds of the year 2262; collectors keep times in 64 bits with a sign."""
_MOST_MS = 1e13
"""Three centuries."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SEPARATOR = b"\0"


class TraceSpanKind(IntEnum):
    """The numbers that OTLP has for kinds of spans."""

    INTERNAL = 1
    CLIENT = 3


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """A moment within a span."""

    name: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class TraceSpan:
    """A span. `error` is None unless what it tells of failed; else it says how, in a few words."""

    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    name: str
    kind: TraceSpanKind
    start_ns: int
    end_ns: int
    attributes: Attributes
    events: tuple[TraceEvent, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SpanBatch:
    """Spans that are sent at once; they share a resource, which is the run or recording."""

    resource: Attributes
    spans: Sequence[TraceSpan]


def trace_id(*parts: object) -> bytes:
    """Return the id of the trace of these parts: always the same, so that a second export makes no second trace."""
    return _digest(parts)[:16]


def span_id(trace: bytes, *parts: object) -> bytes:
    """Return the id of a span within its trace: always the same."""
    return _digest((trace.hex(), *parts))[:8]


def nanoseconds(moment: datetime, after_ms: float = 0.0) -> int:
    """Return Unix time in ns, `after_ms` later; within what collectors can hold."""
    begun = (moment - _EPOCH) // _MICROSECOND * 1000
    later_ms = 0.0 if math.isnan(after_ms) else min(max(after_ms, -_MOST_MS), _MOST_MS)
    return min(max(begun + round(later_ms * 1e6), 0), _LAST_NS)


def attributes(values: Mapping[str, object]) -> dict[str, AttributeValue]:
    """Return the values that are known, each as a collector takes it: short texts on one line, finite numbers."""
    cleaned = ((name, _clean(value)) for name, value in values.items())
    return {name: value for name, value in cleaned if value is not None}


def short(text: str) -> str:
    """Return a text of unknown origin on one line, without control characters, and not too long."""
    return printable(text, _MOST_CHARS)


def _clean(value: object) -> AttributeValue | None:
    match value:
        case str():
            return short(value) or None
        case int():
            return value if abs(value) <= _LARGEST else None
        case float():
            return round(value, 6) if math.isfinite(value) else None
        case tuple():
            return tuple(short(str(item)) for item in value[:_MOST_TEXTS]) or None
        case _:
            return None


def _digest(parts: Iterable[object]) -> bytes:
    """Return a digest of the parts."""
    return sha256(_SEPARATOR.join(encoded(str(part)) for part in parts)).digest()
