"""One call as it was seen from outside."""

from dataclasses import dataclass, field
from datetime import datetime

from probe.model.client import ClientOutput
from probe.model.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Observation:
    """One call as it was seen from outside: the process, its words, its raw output (redacted already).

    `not_made` says why there was no process at all, `restarted` why a call that was to go on in a living process has
    one of its own.
    """

    argv: tuple[str, ...]
    started_at: datetime
    ended_at: datetime
    wall_ms: float
    return_code: int | None
    signal: str | None = None
    timed_out: bool = False
    deadline_ms: float | None = None
    cancelled: bool = False
    spawn_error: str | None = None
    not_made: str | None = None
    restarted: str | None = None
    words: ClientOutput = field(default_factory=ClientOutput)
    stdout: bytes = b""
    stderr: bytes = b""
    output_truncated: bool = False
    leftovers: int = 0
    cpu_ms: float | None = None
    max_rss_bytes: int | None = None
    exchanges: tuple[Exchange, ...] | None = None
    bodies: tuple[tuple[int, bytes, bytes], ...] = ()
    heads: tuple[tuple[int, bytes], ...] = ()
    load: float | None = None
