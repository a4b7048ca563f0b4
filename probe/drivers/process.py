"""Spawn, supervise and kill child processes: `run(command, limits, cancel)`, the one place that does.

Each child gets a session of its own, `/dev/null` as stdin, and a deadline that applies to the exit of the process, not
to the end of its pipes. At the deadline or on a cancel, its process group gets SIGTERM and, after `grace_s`, SIGKILL.
`started` is for children that are asked by their stdin, several times.
After every call, even a clean one, the group is killed, and so are descendants that have escaped (`orphans_linux` has
the rule). No process survives a call, except those that a command with `may_leave` has left. A child that cannot be
started, fails or is late is a result, not an exception.

Tested on Linux. On macOS (kqueue, psutil) untested. Windows is not supported.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from probe.drivers.cancel import Cancel
from probe.drivers.child_process import ChildCommand, Finished, Limits, Output, SpawnFailure
from probe.drivers.child_watch import ChildWatch, watch_child

if sys.platform == "linux":
    from probe.drivers.orphan_reaper import reap_orphans_of
    from probe.drivers.orphans_linux import LinuxCallProcesses as CallProcesses
    from probe.drivers.orphans_linux import become_subreaper
else:
    from probe.drivers.orphans_macos import MacosCallProcesses as CallProcesses
    from probe.drivers.orphans_macos import become_subreaper, reap_orphans_of

__all__ = [
    "Cancel",
    "ChildCommand",
    "Finished",
    "Limits",
    "Output",
    "SpawnFailure",
    "Supervision",
    "become_subreaper",
    "run",
    "started",
]

_DIE_S = 0.5  # a killed process ends within milliseconds, unless it sleeps uninterruptibly
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def run(command: ChildCommand, limits: Limits, cancel: Cancel | None = None) -> Finished | SpawnFailure:
    """Run a child until its exit, the deadline or the cancel, and leave no process of it behind.

    A command with `may_leave` that exits by itself is the exception. Returns within milliseconds of the exit; `drain_s`
    later when another process holds a pipe, and one more second later when something cannot be killed. Raises
    ValueError for a NUL in the command.
    """
    with started(command, limits, cancel) as child:
        if isinstance(child, SpawnFailure):
            return child
        child.watch.wait_for_exit_or_cancel(child.start_s + limits.timeout_s)
        return child.finish()


@contextlib.contextmanager
def started(
    command: ChildCommand, limits: Limits, cancel: Cancel | None = None
) -> Iterator["Supervision | SpawnFailure"]:
    """Start a child, and supervise it until `finish` has been called; a child of a block that raises is killed.

    Raises ValueError for a NUL in the command.
    """
    become_subreaper()
    with CallProcesses(command) as processes, contextlib.ExitStack() as stack:
        with processes.starting:
            started_at, start_s = datetime.now(UTC), time.monotonic()
            child = _spawn(command)
            if isinstance(child, subprocess.Popen):
                streams = [stack.enter_context(stream) for stream in (child.stdout, child.stderr) if stream]
                processes.adopt(child.pid, *(stream.fileno() for stream in streams))
        if isinstance(child, SpawnFailure):
            yield child
            return
        try:
            if command.may_leave:
                reap_orphans_of(child.pid)
            with watch_child(child.pid, streams, limits.max_output_bytes, start_s, cancel) as watch:
                yield Supervision(command, limits, child, processes, watch, started_at, start_s)
        except BaseException:  # such as KeyboardInterrupt
            _abandon(child, processes)
            raise
        finally:
            if child.stdin:
                child.stdin.close()


def _spawn(command: ChildCommand) -> subprocess.Popen[bytes] | SpawnFailure:
    try:
        return subprocess.Popen(
            command.argv,
            bufsize=0,
            stdin=subprocess.PIPE if command.is_asked else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=command.cwd,
            env=command.env,
            start_new_session=True,
        )
    except OSError as error:
        return SpawnFailure(str(error), error.errno)


@dataclass(frozen=True, slots=True)
class Supervision:
    """A child after its spawn, until it is finished."""

    command: ChildCommand
    limits: Limits
    child: subprocess.Popen[bytes]
    processes: CallProcesses
    watch: ChildWatch
    started_at: datetime
    start_s: float

    def finish(self, *, at_once: bool = False) -> Finished:
        """End the child if it has not ended, kill what is left of its tree, and reap it.

        Where it has to end `at_once`, it gets SIGKILL and no SIGTERM.
        """
        watch = self.watch
        killed = None if watch.exited else self._terminate(0.0 if at_once else self.limits.grace_s)
        wall_s = (watch.exited_s or time.monotonic()) - self.start_s
        leftovers = 0
        if killed or not self.command.may_leave:
            # Not before `wall_s`, since it takes time. Not after the reaping, since another process group may then have
            # this one's number.
            leftovers = self.processes.sweep(_DIE_S, group_is_dying=killed == "kill")
        watch.wait_for_end_of_output(time.monotonic() + self.limits.drain_s)
        status = _reap(self.child) if watch.exited else _UNKNOWN
        stdout, stderr = watch.outputs()
        return Finished(
            return_code=status.return_code,
            timed_out=killed is not None and not watch.cancelled,
            cancelled=killed is not None and watch.cancelled,
            killed=killed,
            started_at=self.started_at,
            ended_at=self.started_at + timedelta(seconds=wall_s),
            wall_s=wall_s,
            stdout=stdout,
            stderr=stderr,
            cpu_user_s=status.cpu_user_s,
            cpu_system_s=status.cpu_system_s,
            max_rss_bytes=status.max_rss_bytes,
            leftovers=leftovers,
        )

    def _terminate(self, grace_s: float) -> Literal["term", "kill"]:
        """Send SIGTERM to the process group, then SIGKILL. Return the last signal that was needed."""
        self.processes.remember_tree()
        if grace_s:
            self.processes.signal(signal.SIGTERM, signal.SIGCONT)  # a stopped one acts on SIGTERM only when continued
            self.watch.wait_for_exit(time.monotonic() + grace_s)
            if self.watch.exited:
                return "term"
            self.processes.remember_tree()
        self.processes.signal(signal.SIGKILL)
        self.watch.wait_for_exit(time.monotonic() + _DIE_S)
        return "kill"


@dataclass(frozen=True, slots=True)
class _ExitStatus:
    """Status and resource usage of a child that has been reaped."""

    return_code: int | None = None
    cpu_user_s: float | None = None
    cpu_system_s: float | None = None
    max_rss_bytes: int | None = None


_UNKNOWN = _ExitStatus()


def _reap(child: subprocess.Popen[bytes]) -> _ExitStatus:
    """Reap the child and return its status, which is unknown when other code has reaped it before."""
    try:
        _, status, usage = os.wait4(child.pid, 0)
    except ChildProcessError:
        child.returncode = 0  # as subprocess does, so that it does not wait for the child again
        return _UNKNOWN
    child.returncode = os.waitstatus_to_exitcode(status)
    return _ExitStatus(child.returncode, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * _RSS_UNIT_BYTES)


def _abandon(child: subprocess.Popen[bytes], processes: CallProcesses) -> None:
    """Kill the child and all of its descendants at once."""
    if child.returncode is None:
        processes.remember_tree()
        processes.signal(signal.SIGKILL)
        processes.sweep(_DIE_S, group_is_dying=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_DIE_S)
