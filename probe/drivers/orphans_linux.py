"""Find and kill processes that outlive a call (Linux).

We are a subreaper: a descendant whose parent ends becomes our child, whatever session and environment it has given
itself. Several calls may be in flight, and other code of this program may have children too. So a child of ours belongs
to a call

1. when its session is one of the call's processes, or it was in the call's process tree before we sent a signal.

Otherwise it is spared when it is in our own session, was our child before the first of the calls in flight began,
belongs to another of these, or when a `subprocess.Popen` of this program has started it or leads its session. All
others must be orphans. Of these, one belongs to the call

2. when its HOME is the call's, and neither our own nor that of another call in flight;
3. with another HOME or none (a wiped environment), when it holds a pipe of the call, or lives in its directories;
4. or else when the call is the last one in flight, since then it can belong to nothing else.

All its descendants are killed with it. A zombie shows only its session; it is reaped by whichever call sees it.
Two cases are not told apart: a daemon (HOME wiped, new session, parent gone) that other code starts during a call; and
the zombie of a child that other code has forked without `subprocess` into a session of its own.
"""

import contextlib
import ctypes
import functools
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from probe.drivers.child_process import ChildCommand
from probe.drivers.popen_pids import started_by_popen
from probe.drivers.proc_filesystem import Process, children_of, descendants_of, home_of, list_children

if sys.platform != "linux":
    raise ImportError("Linux only")

_PR_SET_CHILD_SUBREAPER = 36
_MIN_PASSES = 10  # finding, killing and reaping take a pass each, and other calls may hold the lock meanwhile
_lock = threading.Lock()
_in_flight: list["LinuxCallProcesses"] = []
_older_ids: set[int] = set()
"""Pids and sessions of the children that we had when the first of the calls in flight began."""


@functools.cache
def become_subreaper() -> bool:
    """Make orphaned descendants our children, for the life of this process. Return True when the system does that."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


class LinuxCallProcesses:
    """The processes of one call. A context manager from before the spawn to the end of the call.

    `starting` is to be held from the spawn to `adopt`, so that no other call takes the new child for an orphan.
    """

    starting = _lock

    def __init__(self, command: ChildCommand) -> None:
        self._home = os.fsencode(command.env["HOME"]) if "HOME" in command.env else None
        self._directories = _private_directories(command)
        self._child = 0
        self._pipes: set[tuple[int, int]] = set()
        self._sessions: set[int] = set()
        self._known: set[tuple[int, int]] = set()

    def __enter__(self) -> Self:
        with _lock:
            if not _in_flight:
                _older_ids.clear()
                for process in children_of(os.getpid()):
                    _older_ids.update((process.pid, process.session))
            _in_flight.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            self._leave_flight()

    def adopt(self, child: int, *pipes: int) -> None:
        """Take the call's child, which leads its own session and group, and our ends of its pipes."""
        self._child = child
        self._sessions.add(child)
        self._pipes = {_file_id(os.fstat(pipe)) for pipe in pipes}

    def remember_tree(self) -> None:
        """Remember all descendants of the child. To be called before a signal breaks up the tree."""
        self._remember(descendants_of(self._child))

    def signal(self, *numbers: int) -> None:
        """Send signals to the child's process group. Its number is certain until the child is reaped."""
        if self._child:  # group 0 would be our own
            for number in numbers:
                _kill_group(self._child, number)

    def sweep(self, within_s: float, *, group_is_dying: bool) -> int:
        """Kill and reap what is left of the call's processes, after the child has ended and before it is reaped.

        Return how many were alive, without the process group if that has been sent SIGKILL already. Takes no longer
        than `within_s` and `_MIN_PASSES`.
        """
        end_s = time.monotonic() + within_s
        killed: list[Process] = []
        for passes in itertools.count(1):
            with _lock:
                victims, complete = self._kill_once()
                is_late = passes >= _MIN_PASSES and time.monotonic() > end_s
                is_done = is_late or (complete and not victims)
                if is_done:
                    # While locked, so that of calls which end together the last one sees no other in flight.
                    self._leave_flight()
            killed += victims
            if is_done:
                break
            time.sleep(0.001)
        return self._count(killed, with_group=not group_is_dying)

    def _count(self, killed: list[Process], *, with_group: bool) -> int:
        """Count the processes once each, without the child, and without its process group unless asked to."""
        excluded_group = None if with_group else self._child
        return len({p.key for p in killed if p.pid != self._child and p.group != excluded_group})

    def _leave_flight(self) -> None:
        if self in _in_flight:
            _in_flight.remove(self)

    def _kill_once(self) -> tuple[list[Process], bool]:
        """Kill the living processes of the call and reap the dead. Return those alive, and True when none is missing.

        When an exception has ended the call, the child may be among them; its own orphans reach us only as it dies.
        """
        found, complete = self._find()
        living = [process for process in found if process.alive]
        victims = living + _living_descendants(living)
        self._remember(victims)
        self.signal(signal.SIGKILL)
        for group in {process.group for process in found if process.session in self._sessions}:
            # A chain of processes, each of which starts the next and ends, is faster than we are by pid. The number is
            # still that of the call's group, since an unreaped child of ours is in it.
            _kill_group(group, signal.SIGKILL)
        for process in victims:
            _kill(process)
        for process in found:
            if process.pid != self._child:  # `wait4` reaps that
                reap_dead(process.pid)
        return victims, complete

    def _find(self) -> tuple[list[Process], bool]:
        """Return our children that belong to the call, and True unless some are missing or undecided."""
        popen_pids = functools.cache(started_by_popen)
        children, complete = list_children(os.getpid())
        found = []
        # The latest first: in a chain of processes that start the next and end, it alone is alive, and not for long.
        for process in reversed(children):
            owned = self._owns(process, popen_pids)
            complete = complete and owned is not None
            if owned:
                found.append(process)
        return found, complete

    def _remember(self, processes: Iterable[Process]) -> None:
        for process in processes:
            self._known.add(process.key)
            self._sessions.add(process.session)

    def _owns(self, process: Process, popen_pids: Callable[[], set[int | None]]) -> bool | None:
        """Return whether a child of ours belongs to the call, by the rule above; None while that is undecided."""
        if process.session in self._sessions or process.key in self._known:
            return True
        other_calls = [call for call in _in_flight if call is not self]
        spared = _older_ids.union({os.getsid(0)}, *(call._sessions for call in other_calls))
        ids = {process.pid, process.session}
        if ids & spared:
            return False
        if process.alive:
            marked = self._bears_marks(process, other_calls)
            if not marked:
                return marked
        popens = popen_pids()  # last, since it is slow
        return None if None in popens else not ids & popens

    def _bears_marks(self, process: Process, other_calls: list["LinuxCallProcesses"]) -> bool | None:
        """Apply points 2 to 4 of the rule to a living process; None if it is ending or starting a program."""
        if not process.whole:  # nor have the children of one that ends come to us yet
            return None
        try:
            home = home_of(process.pid)
        except PermissionError:
            return False
        except OSError:
            return None
        spared_homes = {os.environb.get(b"HOME"), *(call._home for call in other_calls)} - {None}
        if home in spared_homes:
            return False
        if home is not None and home == self._home:
            return True
        return self._holds_pipe(process.pid) or self._houses(process.pid) or not other_calls

    def _holds_pipe(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            return any(_file_id(Path(f"/proc/{pid}/fd/{fd}").stat()) in self._pipes for fd in (1, 2))
        return False

    def _houses(self, pid: int) -> bool:
        """Return True when the process's working directory is in one of the call's."""
        with contextlib.suppress(OSError):
            cwd = Path(f"/proc/{pid}/cwd").readlink()
            return any(cwd.is_relative_to(directory) for directory in self._directories)
        return False


@contextlib.contextmanager
def awaited_children() -> Iterator[set[int]]:
    """Yield the pids of the children that calls wait for. Meanwhile no call starts one."""
    with _lock:
        yield {call._child for call in _in_flight}


def reap_dead(pid: int) -> None:
    """Reap a child of ours if it has ended."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _living_descendants(processes: list[Process]) -> list[Process]:
    return [below for process in processes for below in descendants_of(process.pid) if below.alive]


def _kill(process: Process) -> None:
    """Kill a process unless it has gone, and another one has its pid."""
    now = Process.read(process.pid)
    if now is not None and now.key == process.key:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, signal.SIGKILL)


def _kill_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _private_directories(command: ChildCommand) -> list[str]:
    """Return the directories in which only this call's processes live: its own, unless we live there too."""
    home = command.env.get("HOME")
    directories = {os.path.realpath(command.cwd)} | ({os.path.realpath(home)} if home else set())
    ours = []
    with contextlib.suppress(OSError):  # it may have been removed
        ours.append(Path.cwd())
    with contextlib.suppress(RuntimeError):
        ours.append(Path.home().resolve())
    return [directory for directory in directories if not any(path.is_relative_to(directory) for path in ours)]


def _file_id(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino
