"""Whose is an orphan? Finds and ends what outlives the child of a call (Linux).

We are a subreaper: a descendant whose parent ends becomes a child of ours, whatever sessions and environments it has
made for itself. Several calls may be in flight, and other code of this program may have children too; so a child of
ours is ended with a call only

1. when its session is one of the call's tree, or it was seen in that tree before the ladder began;
2. when its HOME is the call's, and neither our own nor that of another call in flight;
3. with some other HOME or none (a wiped environment): when it holds a pipe of the call, or lives in its directories;
4. or, as the last call in flight ends: when it must have been adopted and its session's leader has gone. (A child that
   we started ourselves is in our session or leads one; one that does neither is an orphan.)

and with it all its descendants. It is spared, whatever else holds, when it is in our own session, was there before the
first of the calls in flight, or belongs to another call. So a child of other code is at risk only if it leaves our
session and our HOME *and* meets 2 or 3; an orphan of such a child also by 4. In exchange an escapee survives that wipes
its environment, leads a session, and has left the sandbox and its pipes, all before the deadline's look at the tree.
"""

import contextlib
import ctypes
import functools
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from probe.drivers._process_types import Command

if sys.platform != "linux":
    raise ImportError("Linux only")

_PR_SET_CHILD_SUBREAPER = 36
_lock = threading.Lock()
_in_flight: list["Family"] = []
_known: set[int] = set()
"""The children, and their sessions, that we had when the first of the calls in flight began."""


@functools.cache
def become_subreaper() -> bool:
    """Have orphaned descendants become our children, for the life of this process; whether the system does that."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


class Process(NamedTuple):
    """A line of /proc/<pid>/stat; `start_ticks` tells a process from a later one of the same pid."""

    pid: int
    alive: bool
    group: int
    session: int
    start_ticks: int

    @classmethod
    def read(cls, pid: int) -> Self | None:
        """The process as it is now, or None if it has gone."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return None
        fields = stat[stat.rindex(b")") + 2 :].split()  # the name before it may contain anything
        return cls(pid, fields[0] not in (b"Z", b"X"), int(fields[2]), int(fields[3]), int(fields[19]))

    @property
    def key(self) -> tuple[int, int]:
        """What no other process has."""
        return self.pid, self.start_ticks


class Family:
    """One call in flight, and the processes that are its own. A context manager from before the spawn to the end."""

    def __init__(self, command: Command) -> None:
        self._home = os.fsencode(command.env["HOME"]) if "HOME" in command.env else None
        self._places = _private_places(command)
        self._child = 0
        self._pipes: set[tuple[int, int]] = set()
        self._sessions: set[int] = set()
        self._seen: set[tuple[int, int]] = set()

    def __enter__(self) -> Self:
        with _lock:
            if not _in_flight:
                _known.clear()
                for process in _children(os.getpid()):
                    _known.update((process.pid, process.session))
            _in_flight.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            _in_flight.remove(self)

    def adopt(self, child: int, *pipes: int) -> None:
        """The call's child has started: its pid, and our ends of its pipes. It leads its session and group."""
        self._child = child
        self._sessions.add(child)
        self._pipes = {_file_id(os.fstat(pipe)) for pipe in pipes}

    def look(self) -> None:
        """Remember the whole tree; to be called before a signal tears it apart."""
        self._remember(_descendants(self._child))

    def signal(self, *numbers: int) -> None:
        """Send signals to the child's group, whose number is its own only until the child is reaped."""
        for number in numbers:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, number)

    def sweep(self, within_s: float, *, group_is_dying: bool) -> int:
        """Kill and reap the rest of the family, after the child has ended and before it is reaped.

        Returns how many were alive, without the group where that has been sent SIGKILL already. Never longer than
        `within_s` and one pass.
        """
        end_s = time.monotonic() + within_s
        counted: set[tuple[int, int]] = set()
        while True:
            with _lock:
                rest = self._kill_rest()
            counted |= {p.key for p in rest if not (group_is_dying and p.group == self._child)}
            if not rest or time.monotonic() > end_s:
                return len(counted)
            time.sleep(0.001)

    def _kill_rest(self) -> list[Process]:
        """One pass over our children: reap the dead of the family, kill the living and return them."""
        found = [p for p in _children(os.getpid()) if p.pid != self._child and self._owns(p)]
        self._remember(found)
        victims = [p for p in found if p.alive]
        victims += [below for p in victims for below in _descendants(p.pid) if below.alive]
        self._remember(victims)
        self.signal(signal.SIGKILL)
        for process in victims:
            now = Process.read(process.pid)
            if now is not None and now.key == process.key:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process.pid, signal.SIGKILL)
        for process in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
        return victims

    def _remember(self, processes: list[Process]) -> None:
        self._seen.update(p.key for p in processes)
        self._sessions.update(p.session for p in processes)

    def _owns(self, process: Process) -> bool:
        """The rule of this module's docstring, for a child of ours."""
        others = [family for family in _in_flight if family is not self]
        if process.session in self._sessions or process.key in self._seen:
            return True
        if process.session == os.getsid(0) or process.pid in _known:
            return False
        adopted = process.pid != process.session
        if not process.alive:
            return adopted  # no other code can be waiting for it, and nobody else will reap it
        if process.session in _known or any(process.session in family._sessions for family in others):
            return False
        try:
            home = _home(process.pid)
        except OSError:
            return False
        if home is not None and home in {os.environb.get(b"HOME"), *(family._home for family in others)}:
            return False
        if home is not None and home == self._home:
            return True
        if self._holds_pipe(process.pid) or self._houses(process.pid):
            return True
        return not others and adopted and not Path(f"/proc/{process.session}").exists()

    def _holds_pipe(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            return any(_file_id(Path(f"/proc/{pid}/fd/{fd}").stat()) in self._pipes for fd in (1, 2))
        return False

    def _houses(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            cwd = Path(f"/proc/{pid}/cwd").readlink()
            return any(cwd.is_relative_to(place) for place in self._places)
        return False


def _private_places(command: Command) -> list[str]:
    """The directories in which only this call's processes live: its own, unless we live there too."""
    home = command.env.get("HOME")
    places = {os.path.realpath(command.cwd)} | ({os.path.realpath(home)} if home else set())
    ours = (Path.cwd(), Path(os.path.realpath(Path("~").expanduser())))
    return [place for place in places if not any(path.is_relative_to(place) for path in ours)]


def _file_id(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino


def _home(pid: int) -> bytes | None:
    """The HOME that a process was given, or None; OSError when that cannot be read."""
    for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
        if entry.startswith(b"HOME="):
            return entry[5:]
    return None


def _children(pid: int) -> list[Process]:
    """The children of a process, dead ones included."""
    before: set[int] | None = None
    while (pids := _child_pids(pid)) != before:  # a list may skip one while another is being reaped
        before = pids
    return [process for process in map(Process.read, pids) if process is not None]


def _child_pids(pid: int) -> set[int]:
    if not Path("/proc/thread-self/children").exists():  # a kernel without CONFIG_PROC_CHILDREN
        with contextlib.suppress(psutil.Error):
            return {child.pid for child in psutil.Process(pid).children()}
        return set()
    pids: set[int] = set()
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                pids.update(map(int, (thread / "children").read_bytes().split()))
    return pids


def _descendants(pid: int) -> list[Process]:
    """The living and dead below a process, parents first."""
    found: list[Process] = []
    pids = [pid]
    while pids:
        children = _children(pids.pop())
        found += children
        pids += [child.pid for child in children]
    return found
