"""A child process as its caller sees it: what to run, within which limits, and how it ended."""

import signal
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """A program to run. `argv[0]` is a resolved path and `env` is the whole environment.

    `env["HOME"]` should be private to the call: it identifies descendants that escape. With `may_leave`, processes that
    the command has started may stay when it exits by itself; they should not use its pipes. One that `is_asked` gets a
    pipe as stdin.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    may_leave: bool = False
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The deadline `timeout_s` after the spawn, `grace_s` from SIGTERM to SIGKILL, and bytes to keep of each stream.

    `drain_s` bounds the reading of the pipes after the exit, since another process may hold them open.
    """

    timeout_s: float
    grace_s: float = 2.0
    max_output_bytes: int = 16 * 1024 * 1024
    drain_s: float = 0.25


@dataclass(frozen=True, slots=True)
class Output:
    """The head of a stream: `data` holds its first `max_output_bytes`, `total_bytes` counts all of it.

    `arrivals` are pairs (offset in `data` where a chunk begins, seconds since the spawn), in order.
    """

    data: bytes
    total_bytes: int
    arrivals: tuple[tuple[int, float], ...]

    @property
    def truncated(self) -> bool:
        """True when there was more than was kept."""
        return self.total_bytes > len(self.data)

    def arrival_s(self, offset: int) -> float:
        """Return the seconds from the spawn until the byte `data[offset]` was read. Raise IndexError without one."""
        if not 0 <= offset < len(self.data):
            raise IndexError(offset)
        return self.arrivals[bisect_right(self.arrivals, offset, key=lambda mark: mark[0]) - 1][1]


@dataclass(frozen=True, slots=True)
class SpawnFailure:
    """The program could not be started (no such file or directory, not executable, no more processes, …)."""

    reason: str
    errno: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """A child process that was started and has ended.

    `return_code` is that of `subprocess`: the exit status, or minus the number of the signal that ended the child; None
    when it is unknown (the child cannot be killed, or other code has reaped it). `timed_out` or `cancelled`, never
    both, is True when we ended it, and `killed` is then the last signal that this took. `wall_s` is monotonic, from
    just before the spawn until the exit was seen; `ended_at` is `started_at` plus that. CPU and memory are those of the
    child and of the descendants that it waited for; None when unknown. On Linux `max_rss_bytes` is never below our own
    peak, which the kernel carries over `exec`. `leftovers` counts the descendants that were still alive when the child
    had ended, and were killed.
    """

    return_code: int | None
    timed_out: bool
    cancelled: bool
    killed: Literal["term", "kill"] | None
    started_at: datetime
    ended_at: datetime
    wall_s: float
    stdout: Output
    stderr: Output
    cpu_user_s: float | None
    cpu_system_s: float | None
    max_rss_bytes: int | None
    leftovers: int

    @property
    def signal_number(self) -> int | None:
        """The signal that ended the child, if one did."""
        return -self.return_code if self.return_code is not None and self.return_code < 0 else None

    @property
    def signal_name(self) -> str | None:
        """The name of that signal, such as `SIGSEGV`, or `signal 40` where it has none."""
        number = self.signal_number
        if number is None:
            return None
        try:
            return signal.Signals(number).name
        except ValueError:
            return f"signal {number}"
