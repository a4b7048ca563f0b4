"""What goes into a supervised child process and what comes out of it; no processes here."""

import contextlib
import os
import selectors
import signal
import sys
import time
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

MAX_ARRIVALS = 65_536


@dataclass(frozen=True, slots=True)
class Command:
    """A program to run. `argv[0]` is a path (the caller has resolved it) and `env` is the whole environment.

    `env["HOME"]` is best private to the call: descendants that escape are told by it. What a command has started that
    `may_leave` stays when it comes to its own end (but not on Windows); that should not use the pipes.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    may_leave: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The deadline `timeout_s` from the spawn; `grace_s` from SIGTERM to SIGKILL; what is kept of each stream.

    `drain_s` bounds the reading of the pipes after the end, should a stranger hold them open.
    """

    timeout_s: float
    grace_s: float = 2.0
    max_output_bytes: int = 16 * 1024 * 1024
    drain_s: float = 0.25


@dataclass(frozen=True, slots=True)
class Output:
    """The head of a stream: its first `max_output_bytes` are in `data`, all of it is counted in `total_bytes`.

    `arrivals` are pairs (offset in `data` where a chunk begins, seconds since the spawn), at most `MAX_ARRIVALS`.
    """

    data: bytes
    total_bytes: int
    arrivals: tuple[tuple[int, float], ...]

    @property
    def truncated(self) -> bool:
        """Whether there was more than was kept."""
        return self.total_bytes > len(self.data)

    def arrival_s(self, offset: int) -> float:
        """Seconds from the spawn until the byte `data[offset]` was read; IndexError when there is none."""
        if not 0 <= offset < len(self.data):
            raise IndexError(offset)
        return self.arrivals[bisect_right(self.arrivals, offset, key=lambda mark: mark[0]) - 1][1]


@dataclass(frozen=True, slots=True)
class SpawnFailure:
    """The program could not be started: no such file or directory, not executable, no more processes, …"""

    reason: str
    errno: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """A child that was started and has ended.

    `return_code` is what `subprocess` gives: the exit status, or minus the number of the signal that ended it; None
    when it could not be had (an unkillable child, or one that other code has reaped). `timed_out` and `cancelled` say
    why it was ended, never both; `killed` says which step of the ladder it took. `wall_s` is monotonic, from just
    before the spawn until the exit was seen, and `ended_at` is `started_at` plus that. CPU and memory are the child's
    and of those descendants that it waited for; None where the platform cannot tell. On Linux `max_rss_bytes` is never
    below our own peak, which the kernel carries over `exec`. `leftovers` counts the descendants that were still alive
    when the child had ended, and were killed.
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
        """The name of that signal, such as `SIGSEGV`; `signal 40` where it has none."""
        number = self.signal_number
        if number is None:
            return None
        try:
            return signal.Signals(number).name
        except ValueError:
            return f"signal {number}"


class Capture:
    """Gathers an `Output`: keeps the head, counts the rest, marks when what came."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._data = bytearray()
        self._total_bytes = 0
        self._arrivals: list[tuple[int, float]] = []
        self._spacing_s = 0.0

    def feed(self, chunk: bytes, at_s: float) -> None:
        """Take what was read at `at_s` after the spawn."""
        self._total_bytes += len(chunk)
        offset = len(self._data)
        if offset >= self._max_bytes:
            return
        self._data += chunk[: self._max_bytes - offset]
        if not self._arrivals or at_s - self._arrivals[-1][1] > self._spacing_s:
            self._arrivals.append((offset, at_s))
        if len(self._arrivals) >= MAX_ARRIVALS:
            self._thin()

    def _thin(self) -> None:
        """Halve the marks where they are dense; a byte then has a time that is early by the new spacing at most."""
        self._spacing_s = self._arrivals[-1][1] * 2 / MAX_ARRIVALS
        kept = self._arrivals[:1]
        for mark in self._arrivals[1:]:
            if mark[1] - kept[-1][1] > self._spacing_s:
                kept.append(mark)
        self._arrivals = kept

    def output(self) -> Output:
        """What has been gathered."""
        return Output(bytes(self._data), self._total_bytes, tuple(self._arrivals))


class Cancel:
    """A wish to stop, for any number of calls; may be uttered in any thread and in a signal handler, and is final.

    A pipe whose write end is closed by `cancel`: its read end, `fileno()`, then stays readable for every selector.
    """

    def __init__(self) -> None:
        self._read_fd, write_fd = os.pipe()
        self._write_fds = [write_fd]
        self._cancelled = False

    def cancel(self) -> None:
        """Ask all that watch to stop."""
        self._cancelled = True
        # list.pop is one step: a handler that interrupts us here cannot close the same descriptor again.
        with contextlib.suppress(IndexError):
            os.close(self._write_fds.pop())

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` has been called."""
        return self._cancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep until cancelled, `timeout_s` at most; whether it is cancelled."""
        if sys.platform == "win32":  # where only sockets can be selected on
            end_s = time.monotonic() + timeout_s
            while not self._cancelled and (left_s := end_s - time.monotonic()) > 0:
                time.sleep(min(left_s, 0.02))
            return self._cancelled
        with selectors.DefaultSelector() as selector:
            selector.register(self._read_fd, selectors.EVENT_READ)
            return bool(selector.select(max(timeout_s, 0.0)))

    def fileno(self) -> int:
        """The descriptor that becomes readable on `cancel` (not to be read)."""
        return self._read_fd

    def close(self) -> None:
        """Give the descriptors back; nothing may watch any more."""
        for fds in (self._write_fds, [self._read_fd]):
            with contextlib.suppress(IndexError, OSError):
                os.close(fds.pop())
        self._read_fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
