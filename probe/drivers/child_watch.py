"""Wait for the output and the exit of a child process, and for a cancel, in one selector."""

import contextlib
import os
import select
import selectors
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import IO

from probe.drivers.cancel import Cancel
from probe.drivers.child_process import Output

MAX_ARRIVALS = 65_536
_CHUNK_BYTES = 65_536  # the capacity of a pipe
_JOIN_S = 0.5


class OutputBuffer:
    """Builds an `Output`: keeps the head of a stream, counts the rest, and records when chunks arrived.

    At most `MAX_ARRIVALS` times are kept, and as many bytes as `max_bytes`.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._data = bytearray()
        self._total_bytes = 0
        self._arrivals: list[tuple[int, float]] = []
        self._spacing_s = 0.0

    def feed(self, chunk: bytes, at_s: float) -> None:
        """Add a chunk that was read `at_s` after the spawn."""
        self._total_bytes += len(chunk)
        offset = len(self._data)
        if offset >= self._max_bytes:
            return
        self._data += chunk[: self._max_bytes - offset]
        if not self._arrivals or at_s - self._arrivals[-1][1] > self._spacing_s:
            self._arrivals.append((offset, at_s))
        if len(self._arrivals) >= MAX_ARRIVALS:
            self._thin_out()

    def output(self) -> Output:
        """Return what has been read so far."""
        return Output(bytes(self._data), self._total_bytes, tuple(self._arrivals))

    def _thin_out(self) -> None:
        """Halve the number of times where they are dense. A byte's time is then early by the new spacing at most."""
        self._spacing_s = self._arrivals[-1][1] * 2 / MAX_ARRIVALS
        kept = self._arrivals[:1]
        for mark in self._arrivals[1:]:
            if mark[1] - kept[-1][1] > self._spacing_s:
                kept.append(mark)
        self._arrivals = kept


@contextlib.contextmanager
def watch_child(
    pid: int, streams: Sequence[IO[bytes]], max_output_bytes: int, start_s: float, cancel: Cancel | None
) -> Iterator["ChildWatch"]:
    """Watch a child that was started at `start_s`, and our ends of its pipes, while in the `with` block."""
    with selectors.DefaultSelector() as selector, _exit_fd(pid) as exit_fd:
        yield ChildWatch(selector, exit_fd, streams, max_output_bytes, start_s, cancel)


class ChildWatch:
    """Waits for a child's output, its exit and a cancel at once. All times are monotonic."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        exit_fd: int,
        streams: Sequence[IO[bytes]],
        max_output_bytes: int,
        start_s: float,
        cancel: Cancel | None,
    ) -> None:
        self.exited_s: float | None = None
        self.cancelled = False
        self._selector = selector
        self._start_s = start_s
        self._buffers: Sequence[OutputBuffer] = [OutputBuffer(max_output_bytes) for _ in streams]
        self._open_streams = len(streams)
        self._register(exit_fd, self._on_exit)
        if cancel is not None:
            self._register(cancel.fileno(), self._on_cancel)
        for place, stream in enumerate(streams):
            os.set_blocking(stream.fileno(), False)
            self._register(stream.fileno(), self._reader(stream.fileno(), place))

    @property
    def exited(self) -> bool:
        """True once the child has ended. It has not been reaped."""
        return self.exited_s is not None

    def outputs(self) -> tuple[Output, ...]:
        """Return what has been read of each stream."""
        return tuple(buffer.output() for buffer in self._buffers)

    def read_into(self, buffers: Sequence[OutputBuffer], origin_s: float) -> None:
        """Read what comes from now on into these buffers, one for each stream; times count from `origin_s`."""
        self._buffers, self._start_s = buffers, origin_s

    def wait_for_exit(self, end_s: float) -> None:
        """Wait until the child ends, or until `end_s`."""
        self.wait(end_s, lambda: self.exited)

    def wait_for_exit_or_cancel(self, end_s: float) -> None:
        """Wait until the child ends or a cancel comes, or until `end_s`."""
        self.wait(end_s, lambda: self.exited or self.cancelled)

    def wait_for_end_of_output(self, end_s: float) -> None:
        """Wait until all streams have been read to their end, or until `end_s`."""
        self.wait(end_s, lambda: not self._open_streams)

    def wait(self, end_s: float, done: Callable[[], bool]) -> None:
        """Handle events until `done()`, or until `end_s` and all events that had happened by then."""
        late = False
        while not done() and not late:
            left_s = end_s - time.monotonic()
            late = left_s <= 0
            ready = self._selector.select(max(left_s, 0.0))
            now_s = time.monotonic()
            for key, _ in ready:
                if not key.data(now_s):
                    self._selector.unregister(key.fd)

    def _register(self, fd: int, handler: Callable[[float], bool]) -> None:
        """Call `handler(now_s)` whenever `fd` is readable, for as long as it returns True."""
        self._selector.register(fd, selectors.EVENT_READ, handler)

    def _on_exit(self, now_s: float) -> bool:
        self.exited_s = now_s
        return False

    def _on_cancel(self, _now_s: float) -> bool:
        self.cancelled = True
        return False

    def _reader(self, fd: int, place: int) -> Callable[[float], bool]:
        def read(now_s: float) -> bool:
            try:
                chunk = os.read(fd, _CHUNK_BYTES)
            except BlockingIOError:
                return True
            if chunk:
                self._buffers[place].feed(chunk, now_s - self._start_s)
            else:
                self._open_streams -= 1
            return bool(chunk)

        return read


if sys.platform == "linux":

    @contextlib.contextmanager
    def _exit_fd(pid: int) -> Iterator[int]:
        """Yield a descriptor that becomes readable when the child ends, and does not reap it: a pidfd."""
        try:
            fd = os.pidfd_open(pid)
        except OSError:  # before Linux 5.3, or forbidden by a container's seccomp rules
            with _exit_pipe(pid) as fd:
                yield fd
            return
        try:
            yield fd
        finally:
            os.close(fd)

    @contextlib.contextmanager
    def _exit_pipe(pid: int) -> Iterator[int]:
        """Yield such a descriptor without a pidfd: a thread blocks until the exit and closes its end of a pipe."""
        read_fd, write_fd = os.pipe()

        def wait() -> None:
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            os.close(write_fd)

        thread = threading.Thread(target=wait, name=f"exit of {pid}", daemon=True)
        thread.start()
        try:
            yield read_fd
        finally:
            thread.join(_JOIN_S)
            os.close(read_fd)

else:

    @contextlib.contextmanager
    def _exit_fd(pid: int) -> Iterator[int]:
        """Yield a descriptor that becomes readable when the child ends, and does not reap it: a kqueue (untested)."""
        with contextlib.closing(select.kqueue()) as queue:
            try:
                queue.control([select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)], 0)
            except ProcessLookupError:  # it is a zombie already: fire at once
                queue.control([select.kevent(0, select.KQ_FILTER_TIMER, select.KQ_EV_ADD)], 0)
            yield queue.fileno()
