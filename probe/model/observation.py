"""One call as it was seen from outside."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from probe.model.client import ClientOutput
from probe.model.exchange import Exchange


class WhyRestarted(StrEnum):
    """Tell why there is no living process for a call that was to go on in one."""

    NO_PROCESS = "no_process"
    ENDED_BETWEEN = "ended_between"
    ENDED_BEFORE = "ended_before"
    CLIENT_ENDED = "client_ended"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Restart:
    """Tell why a call that was to go on in a living process has one of its own.

    `signal` or `return_code` tell how that process ended, `said` is the end of what it printed as errors, and
    `waited_s` how long it was given to end a late answer.
    """

    why: WhyRestarted
    signal: str | None = None
    return_code: int | None = None
    said: str = ""
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """One call as it was seen from outside: the process, its words, its raw output (redacted already).

    `refused_tools` are given where the call was not made, since it would have sent the refusal of these tools; empty
    where they have no name. `restarted` tells why a call that was to go on in a living process has one of its own.
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
    refused_tools: tuple[str, ...] | None = None
    restarted: Restart | None = None
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
