"""A child process that is asked several times: a line on its stdin, an answer of lines on its stdout."""

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from probe.drivers.child_watch import ChildWatch, OutputBuffer
from probe.drivers.process import Cancel, ChildCommand, Finished, Limits, Output, SpawnFailure, Supervision, started
from probe.drivers.tree_usage import peak_rss_bytes, tree_cpu_s

IsLine = Callable[[bytes], bool]
"""Returns True for a certain line. It gets whole lines without their end."""

_WRITE_AGAIN_S = 0.01


@dataclass(frozen=True, slots=True)
class AskedTurn:
    """A question and what came of it; the times of outputs count from `origin_s` of the monotonic clock.

    `complete` is True where the line came that ends an answer, `exited` where the child has ended. CPU is the time that
    the child and its descendants used in this turn, and memory the most that the child had up to its end; None where
    they are unknown.
    """

    origin_s: float
    started_at: datetime
    wall_s: float
    stdout: Output
    stderr: Output
    complete: bool
    exited: bool
    cancelled: bool
    cpu_s: float | None = None
    max_rss_bytes: int | None = None

    @property
    def timed_out(self) -> bool:
        """True where the deadline came first."""
        return not (self.complete or self.exited or self.cancelled)

    @property
    def ended_at(self) -> datetime:
        """The end of the turn."""
        return self.started_at + timedelta(seconds=self.wall_s)


class AnswerBuffer(OutputBuffer):
    """Takes the output up to the line that ends an answer, and drops what comes after it.

    With `is_first`, no line ends an answer before one has begun it: the end of an earlier one may come late.
    """

    def __init__(self, max_bytes: int, is_last: IsLine, is_first: IsLine | None = None) -> None:
        super().__init__(max_bytes)
        self.ended_s: float | None = None
        self._is_last = is_last
        self._is_first = is_first
        self._max_line_bytes = max_bytes
        self._line = bytearray()

    def feed(self, chunk: bytes, at_s: float) -> None:
        """Add a chunk, as far as it belongs to the answer."""
        if self.ended_s is not None:
            return
        end = self._end_in(chunk)
        if end is not None:
            self.ended_s = at_s
        super().feed(chunk[:end], at_s)

    def _end_in(self, chunk: bytes) -> int | None:
        """Return where the answer ends in this chunk; None where it goes on."""
        start = 0
        while (line_end := chunk.find(b"\n", start)) >= 0:
            line = bytes(self._line) + chunk[start:line_end]
            self._line.clear()
            start = line_end + 1
            if self._is_first is None:
                if self._is_last(line):
                    return start
            elif self._is_first(line):
                self._is_first = None
        room = self._max_line_bytes - len(self._line)
        self._line += chunk[start : start + room]
        return None


class AskedProcess:
    """Asks a child, and supervises it. A context manager: the child ends with it, and so does its process tree.

    Times of the first turn count from the spawn, those of later turns, and of a child that was waited for, from their
    question. `failure` says why the child could not be started; it then cannot be asked. `is_first` and `is_last` know
    the lines that begin and end an answer.
    """

    def __init__(
        self, command: ChildCommand, limits: Limits, cancel: Cancel, is_last: IsLine, is_first: IsLine | None = None
    ) -> None:
        self.finished: Finished | None = None
        self._command = command
        self._limits = limits
        self._cancel = cancel
        self._is_last = is_last
        self._is_first = is_first
        self._stack = contextlib.ExitStack()
        self._child: Supervision | SpawnFailure | None = None
        self._asked = False

    def __enter__(self) -> Self:
        self._child = self._stack.enter_context(started(self._command, self._limits, self._cancel))
        if isinstance(self._child, Supervision) and self._child.child.stdin:
            os.set_blocking(self._child.child.stdin.fileno(), False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None and self.finished is None and isinstance(self._child, Supervision):
                self.kill()
        finally:
            self._stack.__exit__(kind, error, trace)

    @property
    def failure(self) -> SpawnFailure | None:
        """The reason why there is no child."""
        return self._child if isinstance(self._child, SpawnFailure) else None

    @property
    def exited(self) -> bool:
        """True where the child has ended; what it has printed by now is read."""
        if self.finished is not None:
            return True
        watch = self._running.watch
        watch.wait(time.monotonic(), lambda: False)
        return watch.exited

    def wait_for(self, is_last: IsLine, timeout_s: float) -> bool:
        """Wait for a line of stdout without asking. Return False where it did not come in time."""
        child = self._running
        answer = self._listen(child.start_s, is_last)
        self._wait(child.watch, answer, time.monotonic() + timeout_s)
        self._asked = answer.ended_s is not None
        return self._asked

    def ask(self, line: bytes, timeout_s: float) -> AskedTurn:
        """Write a line, and read until the end of the answer, the end of the child, the deadline or a cancel."""
        child, watch = self._running, self._running.watch
        cpu_before_s = tree_cpu_s(child.child.pid) if self._asked else 0.0
        watch.wait(time.monotonic(), lambda: False)  # what came between two turns belongs to neither
        origin_s, started_at = child.start_s, child.started_at
        if self._asked:
            origin_s, started_at = time.monotonic(), datetime.now(UTC)
        self._asked = True
        answer = self._listen(origin_s, self._is_last, self._is_first)
        self._write(line, origin_s + timeout_s)
        self._wait(watch, answer, origin_s + timeout_s)
        if watch.exited and answer.ended_s is None:
            watch.wait_for_end_of_output(time.monotonic() + self._limits.drain_s)
        stdout, stderr = watch.outputs()
        return AskedTurn(
            origin_s=origin_s,
            started_at=started_at,
            wall_s=time.monotonic() - origin_s if answer.ended_s is None else answer.ended_s,
            stdout=stdout,
            stderr=stderr,
            complete=answer.ended_s is not None,
            exited=watch.exited,
            cancelled=watch.cancelled and answer.ended_s is None,
            cpu_s=_difference(tree_cpu_s(child.child.pid), cpu_before_s),
            max_rss_bytes=peak_rss_bytes(child.child.pid),
        )

    def interrupt(self, line: bytes, grace_s: float) -> bool:
        """Ask the child by this line to end its answer. Return True where it did so in time."""
        watch = self._running.watch
        answer = self._listen(time.monotonic(), self._is_last)
        end_s = time.monotonic() + grace_s
        self._write(line, end_s)
        self._wait(watch, answer, end_s)
        return answer.ended_s is not None

    def end(self, patience_s: float) -> Finished:
        """Close the child's stdin, and end it where it does not end by itself. Returns within a second more."""
        child = self._running
        if child.child.stdin:
            child.child.stdin.close()
        child.watch.wait_for_exit_or_cancel(time.monotonic() + patience_s)
        self.finished = child.finish()
        return self.finished

    def kill(self) -> Finished:
        """Kill the child and all of its tree at once."""
        self.finished = self._running.finish(at_once=True)
        return self.finished

    @property
    def _running(self) -> Supervision:
        if not isinstance(self._child, Supervision):
            raise RuntimeError("there is no child")
        return self._child

    def _listen(self, origin_s: float, is_last: IsLine, is_first: IsLine | None = None) -> AnswerBuffer:
        most = self._limits.max_output_bytes
        answer = AnswerBuffer(most, is_last, is_first)
        self._running.watch.read_into([answer, OutputBuffer(most)], origin_s)
        return answer

    def _wait(self, watch: ChildWatch, answer: AnswerBuffer, end_s: float) -> None:
        watch.wait(end_s, lambda: answer.ended_s is not None or watch.exited or watch.cancelled)

    def _write(self, line: bytes, end_s: float) -> None:
        """Write to the child's stdin. A child that does not read, or is gone, is found by what it does not answer."""
        child = self._running
        stdin = child.child.stdin
        left = memoryview(line)
        while left and stdin and not stdin.closed and not child.watch.exited and not child.watch.cancelled:
            try:
                left = left[os.write(stdin.fileno(), left) :]
            except BlockingIOError:
                if time.monotonic() > end_s:
                    return
                child.watch.wait(time.monotonic() + _WRITE_AGAIN_S, lambda: False)
            except OSError:
                return


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else max(after - before, 0.0)
