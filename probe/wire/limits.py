"""Limits of what the recorder looks at, and of its wait for a connection."""

import sys
from dataclasses import dataclass

_KIB = 1024
_MIB = 1024 * 1024


@dataclass(frozen=True)
class WireLimits:
    """Sizes in bytes. Beyond those of bodies and events, bytes are still passed on, but not looked at any more.

    `max_decoded_read_bytes` is what one read from the socket may become: while that is looked at, all else waits.

    Beyond `max_connections` and `max_exchanges`, and for a longer head of a request, the client is reset.
    `max_json_bytes` bounds what an answer in JSON may make of our memory when it is parsed, and `max_memory_bytes` the
    bodies that are held at one time.
    """

    connect_timeout_s: float = 30.0
    max_head_bytes: int = 64 * _KIB
    max_observed_body_bytes: int = 32 * _MIB
    max_decoded_read_bytes: int = 4 * _MIB
    max_json_bytes: int = 4 * _MIB
    max_event_bytes: int = 1 * _MIB
    max_events: int = 1_000_000
    max_exchanges: int = 2000
    max_connections: int = 200
    max_kept_body: int = 8 * _MIB
    max_memory_bytes: int = sys.maxsize


RECORDING_LIMITS = WireLimits(
    max_head_bytes=1 * _MIB,
    max_observed_body_bytes=8 * _MIB,
    max_json_bytes=1 * _MIB,
    max_connections=sys.maxsize,
    max_kept_body=1 * _MIB,
    max_memory_bytes=32 * _MIB,
)
"""The limits for a person's own session: nothing in it is refused, however long it lasts, and less is looked at."""
