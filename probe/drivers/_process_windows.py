"""Supervises a child on Windows: a Job Object that ends the whole tree, a reader thread a stream. Untested.

There is no SIGTERM: the ladder's first step is CTRL_BREAK to the child's process group, its second the end of the job.
A descendant started between the spawn and the child's entry into the job is found by the tree, if its parent lives.
"""

import contextlib
import ctypes
import signal
import subprocess
import sys
import threading
import time
from ctypes import wintypes
from datetime import UTC, datetime, timedelta
from typing import IO, Literal

from probe.drivers._process_types import Cancel, Capture, Command, Finished, Limits, SpawnFailure

if sys.platform != "win32":
    raise ImportError("Windows only")

from probe.drivers._process_tree import Family

_SLICE_S = 0.02  # how late a cancel may be seen
_DIE_S = 0.25
_CHUNK_BYTES = 65_536
_EXTENDED_LIMITS, _KILL_ON_JOB_CLOSE = 9, 0x2000


def run(command: Command, limits: Limits, cancel: Cancel | None = None) -> Finished | SpawnFailure:
    """Run a child to its end, the deadline or the cancel; nothing of it is left when this returns or raises."""
    started_at, start_s = datetime.now(UTC), time.monotonic()
    with Family(command) as family, contextlib.ExitStack() as stack:
        try:
            child = subprocess.Popen(
                command.argv,
                bufsize=0,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=command.cwd,
                env=command.env,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
            )
        except OSError as error:
            return SpawnFailure(str(error), error.errno)
        stack.callback(child.kill)
        job = _Job()
        stack.callback(job.close)
        job.add(int(child._handle))
        family.adopt(child.pid)
        readers = [_Reader(stream, limits, start_s) for stream in (child.stdout, child.stderr) if stream]
        end_s = start_s + limits.timeout_s
        while not _ended(child, min(_SLICE_S, end_s - time.monotonic())):
            if time.monotonic() >= end_s or (cancel is not None and cancel.cancelled):
                break
        ended_by_us = child.poll() is None
        cancelled = ended_by_us and cancel is not None and cancel.cancelled
        killed: Literal["term", "kill"] | None = None
        if ended_by_us:
            family.look()
            killed = "term"
            with contextlib.suppress(OSError):
                child.send_signal(signal.CTRL_BREAK_EVENT)
            if not _ended(child, limits.grace_s):
                killed = "kill"
                child.kill()
                _ended(child, _DIE_S)
        wall_s = time.monotonic() - start_s
        leftovers = family.sweep(_DIE_S, group_is_dying=killed == "kill")
        job.close()
        stdout, stderr = (reader.finish(limits.drain_s).output() for reader in readers)
        return Finished(
            return_code=child.returncode,
            timed_out=ended_by_us and not cancelled,
            cancelled=cancelled,
            killed=killed,
            started_at=started_at,
            ended_at=started_at + timedelta(seconds=wall_s),
            wall_s=wall_s,
            stdout=stdout,
            stderr=stderr,
            cpu_user_s=None,
            cpu_system_s=None,
            max_rss_bytes=None,
            leftovers=leftovers,
        )


def _ended(child: subprocess.Popen[bytes], within_s: float) -> bool:
    """Whether the child ends in that time."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(max(within_s, 0.0))
    return child.poll() is not None


class _Reader:
    """A thread that reads a stream to its end."""

    def __init__(self, stream: IO[bytes], limits: Limits, start_s: float) -> None:
        self._stream, self._start_s = stream, start_s
        self._capture = Capture(limits.max_output_bytes)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := self._stream.read(_CHUNK_BYTES):
                self._capture.feed(chunk, time.monotonic() - self._start_s)

    def finish(self, within_s: float) -> Capture:
        """What has been read when the stream ends, or when the time is up."""
        self._thread.join(within_s)
        if not self._thread.is_alive():  # else a stranger holds the pipe, and to close it would block
            self._stream.close()
        return self._capture


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("limit_flags", wintypes.DWORD),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority_class", wintypes.DWORD),
        ("scheduling_class", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("memory", ctypes.c_size_t * 4),
    )


class _Job:
    """A Job Object: all processes in it, and all that they start, end when it is closed."""

    def __init__(self) -> None:
        self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self._handle: int | None = self._kernel.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        limits.basic.limit_flags = _KILL_ON_JOB_CLOSE
        self._kernel.SetInformationJobObject(
            wintypes.HANDLE(self._handle), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        )

    def add(self, process_handle: int) -> None:
        """Put a process into the job."""
        self._kernel.AssignProcessToJobObject(wintypes.HANDLE(self._handle), wintypes.HANDLE(process_handle))

    def close(self) -> None:
        """End what is left in it."""
        if self._handle is not None:
            self._kernel.CloseHandle(wintypes.HANDLE(self._handle))
            self._handle = None
