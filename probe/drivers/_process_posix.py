"""Supervises a child on POSIX: one selector for its pipes, its exit and the cancel, in the calling thread."""

import contextlib
import os
import resource
import select
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, Literal

from probe.drivers._process_types import Cancel, Capture, Command, Finished, Limits, SpawnFailure

if sys.platform == "win32":
    raise ImportError("POSIX only")
if sys.platform == "linux":
    from probe.drivers._process_orphans import Family, become_subreaper, reap_from_now_on
else:
    from probe.drivers._process_tree import Family, become_subreaper, reap_from_now_on

_CHUNK_BYTES = 65_536  # what a pipe holds
_DIE_S = 0.5  # what is killed ends within milliseconds, but not if it sleeps uninterruptibly
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def run(command: Command, limits: Limits, cancel: Cancel | None = None) -> Finished | SpawnFailure:
    """Run a child to its end, the deadline or the cancel; nothing of it is left when this returns or raises, unless the
    command may leave something and has ended.

    Returns within milliseconds of the exit; `drain_s` later when a stranger holds a pipe, and a second later still when
    something cannot be killed. ValueError for a NUL in the command.
    """
    become_subreaper()
    if command.may_leave:
        reap_from_now_on()
    with Family(command) as family, contextlib.ExitStack() as stack:
        with family.starting:
            started_at, start_s = datetime.now(UTC), time.monotonic()
            try:
                child = _spawn(command)
            except OSError as error:
                return SpawnFailure(str(error), error.errno)
            streams = [stack.enter_context(stream) for stream in (child.stdout, child.stderr) if stream]
            family.adopt(child.pid, *(stream.fileno() for stream in streams))
        try:
            watch = _Watch(streams, limits, start_s)
            with watch.open(child.pid, cancel):
                return _supervise(child, family, watch, limits, started_at, may_leave=command.may_leave)
        except BaseException:  # such as KeyboardInterrupt
            _abandon(child, family)
            raise


def _spawn(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command.argv,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=command.cwd,
        env=command.env,
        start_new_session=True,
    )


def _supervise(
    child: subprocess.Popen[bytes],
    family: Family,
    watch: "_Watch",
    limits: Limits,
    started_at: datetime,
    *,
    may_leave: bool,
) -> Finished:
    """The life of a call after its spawn: wait, ladder if need be, sweep, the rest of the output, reaping."""
    watch.until(watch.start_s + limits.timeout_s, lambda: watch.exited or watch.cancelled)
    ended_by_us, killed = not watch.exited, None
    if ended_by_us:
        killed = _climb_ladder(family, watch, limits.grace_s)
    wall_s = (watch.exited_s or time.monotonic()) - watch.start_s
    leftovers = 0
    if ended_by_us or not may_leave:
        # Only now, for it takes time; and before the reaping, for then the number of the group may be another's.
        leftovers = family.sweep(_DIE_S, group_is_dying=killed == "kill")
    watch.until(time.monotonic() + limits.drain_s, lambda: watch.drained)
    return_code, usage = _reap(child) if watch.exited else (None, None)
    stdout, stderr = (capture.output() for capture in watch.captures)
    return Finished(
        return_code=return_code,
        timed_out=ended_by_us and not watch.cancelled,
        cancelled=ended_by_us and watch.cancelled,
        killed=killed,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=wall_s),
        wall_s=wall_s,
        stdout=stdout,
        stderr=stderr,
        cpu_user_s=usage.ru_utime if usage else None,
        cpu_system_s=usage.ru_stime if usage else None,
        max_rss_bytes=usage.ru_maxrss * _RSS_UNIT_BYTES if usage else None,
        leftovers=leftovers,
    )


def _climb_ladder(family: Family, watch: "_Watch", grace_s: float) -> Literal["term", "kill"]:
    """Ask the group to end, then make it; returns the last step taken."""
    family.look()
    family.signal(signal.SIGTERM, signal.SIGCONT)  # a stopped process acts on SIGTERM only when continued
    watch.until(time.monotonic() + grace_s, lambda: watch.exited)
    if watch.exited:
        return "term"
    family.look()
    family.signal(signal.SIGKILL)
    watch.until(time.monotonic() + _DIE_S, lambda: watch.exited)
    return "kill"


def _reap(child: subprocess.Popen[bytes]) -> tuple[int | None, resource.struct_rusage | None]:
    """The child's status and usage; None and None if other code has been faster."""
    try:
        _, status, usage = os.wait4(child.pid, 0)
    except ChildProcessError:
        child.returncode = 0  # as subprocess has it, so that it does not look for the child again
        return None, None
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage


def _abandon(child: subprocess.Popen[bytes], family: Family) -> None:
    """Leave nothing behind, at once."""
    if child.returncode is None:
        family.look()
        family.signal(signal.SIGKILL)
        family.sweep(_DIE_S, group_is_dying=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_DIE_S)


class _Watch:
    """Waits for a child's output, its exit and the cancel at once; times are monotonic."""

    def __init__(self, streams: list[IO[bytes]], limits: Limits, start_s: float) -> None:
        self.start_s = start_s
        self.exited_s: float | None = None
        self.cancelled = False
        self.captures = [Capture(limits.max_output_bytes) for _ in streams]
        self._streams = streams
        self._open_streams = len(streams)
        self._selector = selectors.DefaultSelector()

    @property
    def exited(self) -> bool:
        """Whether the child has ended. It has not been reaped."""
        return self.exited_s is not None

    @property
    def drained(self) -> bool:
        """Whether both pipes have been read to their end."""
        return not self._open_streams

    @contextlib.contextmanager
    def open(self, pid: int, cancel: Cancel | None) -> Iterator[None]:
        """Watch while in the `with` block."""
        with self._selector, _exit_fd(pid) as exit_fd:
            self._register(exit_fd, self._on_exit)
            if cancel is not None:
                self._register(cancel.fileno(), self._on_cancel)
            for stream, capture in zip(self._streams, self.captures, strict=True):
                os.set_blocking(stream.fileno(), False)
                self._register(stream.fileno(), self._reader(stream.fileno(), capture))
            yield

    def until(self, end_s: float, done: Callable[[], bool]) -> None:
        """Handle what happens until `done()`, or until `end_s` and all that had happened by then."""
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

    def _reader(self, fd: int, capture: Capture) -> Callable[[float], bool]:
        def read(now_s: float) -> bool:
            try:
                chunk = os.read(fd, _CHUNK_BYTES)
            except BlockingIOError:
                return True
            if chunk:
                capture.feed(chunk, now_s - self.start_s)
            else:
                self._open_streams -= 1
            return bool(chunk)

        return read


if sys.platform == "linux":

    @contextlib.contextmanager
    def _exit_fd(pid: int) -> Iterator[int]:
        """A descriptor that becomes readable when the child ends, without reaping it."""
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
        """The same by a thread that blocks until the exit and then closes its end of a pipe."""
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
            thread.join(_DIE_S)
            os.close(read_fd)

else:

    @contextlib.contextmanager
    def _exit_fd(pid: int) -> Iterator[int]:
        """A descriptor that becomes readable when the child ends, without reaping it: a kqueue (untested)."""
        with contextlib.closing(select.kqueue()) as queue:
            try:
                queue.control([select.kevent(pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)], 0)
            except ProcessLookupError:  # it is a zombie already: fire at once
                queue.control([select.kevent(0, select.KQ_FILTER_TIMER, select.KQ_EV_ADD)], 0)
            yield queue.fileno()
