"""Whose is an orphan? Finds and ends what outlives the child of a call (Linux).

We are a subreaper: a descendant whose parent ends becomes a child of ours, whatever sessions and environments it has
made for itself. Several calls may be in flight, and other code of this program may have children too. So a child of
ours is ended with a call

1. when its session is one of the call's tree, or it was seen in that tree before the ladder began.

Otherwise it is spared when it is in our own session, was there before the first of the calls in flight, belongs to
another of these, or when any `subprocess.Popen` of this program has started it or leads its session. Of the rest, which
must be orphans, it is ended

2. when its HOME is the call's, and neither our own nor that of another call in flight;
3. with some other HOME or none (a wiped environment): when it holds a pipe of the call, or lives in its directories;
4. or else as the last call in flight ends, since then it can be nobody else's.

All its descendants go with it. A dead orphan says no more than its session; it is reaped by whichever call sees it.
What is not told apart: a daemon (HOME wiped, session new, starter forgotten) that other code starts during a call; and
the zombie of a child that other code has forked without `subprocess` into a session of its own.
"""

import contextlib
import ctypes
import functools
import gc
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from probe.drivers._process_table import Process, children_of, descendants_of, home_of, look_at_children
from probe.drivers._process_types import Command

if sys.platform != "linux":
    raise ImportError("Linux only")

_PR_SET_CHILD_SUBREAPER = 36
_REAP_EVERY_S = 0.05
_FEWEST_PASSES = 10  # to find, to kill and to reap take one each, which may be slow where other calls wait for the lock
_lock = threading.Lock()
_in_flight: list["Family"] = []
_known: set[int] = set()
"""The children, and their sessions, that we had when the first of the calls in flight began."""


@functools.cache
def become_subreaper() -> bool:
    """Have orphaned descendants become our children, for the life of this process; whether the system does that."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


class Family:
    """One call in flight, and the processes that are its own. A context manager from before the spawn to the end.

    `starting` is to be held from the spawn to `adopt`, so that no other call takes the new child for an orphan.
    """

    starting = _lock

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
                for process in children_of(os.getpid()):
                    _known.update((process.pid, process.session))
            _in_flight.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        with _lock:
            self._land()

    def adopt(self, child: int, *pipes: int) -> None:
        """The call's child has started: its pid, and our ends of its pipes. It leads its session and group."""
        self._child = child
        self._sessions.add(child)
        self._pipes = {_file_id(os.fstat(pipe)) for pipe in pipes}

    def look(self) -> None:
        """Remember the whole tree; to be called before a signal tears it apart."""
        self._remember(descendants_of(self._child))

    def signal(self, *numbers: int) -> None:
        """Send signals to the child's group, whose number is its own only until the child is reaped."""
        for number in numbers if self._child else ():  # group 0 would be our own
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, number)

    def sweep(self, within_s: float, *, group_is_dying: bool) -> int:
        """Kill and reap the rest of the family, after the child has ended and before it is reaped.

        Returns how many were alive, without the group where that has been sent SIGKILL already. Never longer than
        `within_s` and `_FEWEST_PASSES`.
        """
        end_s = time.monotonic() + within_s
        dying_group = self._child if group_is_dying else 0
        counted: set[tuple[int, int]] = set()
        for passes in itertools.count(1):
            with _lock:
                killed, sure = self._kill_rest()
                done = (sure and not killed) or (passes >= _FEWEST_PASSES and time.monotonic() > end_s)
                if done:
                    # At once, so that of calls which end together the last to look sees no other in flight.
                    self._land()
            counted |= {p.key for p in killed if p.pid != self._child and p.group != dying_group}
            if done:
                break
            time.sleep(0.001)
        return len(counted)

    def _land(self) -> None:
        if self in _in_flight:
            _in_flight.remove(self)

    def _kill_rest(self) -> tuple[list[Process], bool]:
        """One pass over our children: reap the dead of the family, kill the living; these, and whether that was all.

        The child is among these if something was raised; then its own orphans come to us only as it dies.
        """
        popen_pids = functools.cache(_popen_pids)
        children, all_of_them = look_at_children(os.getpid())
        # The latest first: of a chain of processes that start the next and end, it alone is alive, and not for long.
        verdicts = [(process, self._owns(process, popen_pids)) for process in reversed(children)]
        sure = all_of_them and all(owned is not None for _, owned in verdicts)
        found = [process for process, owned in verdicts if owned]
        victims = [p for p in found if p.alive]
        victims += [below for p in victims for below in descendants_of(p.pid) if below.alive]
        self._remember(victims)
        self.signal(signal.SIGKILL)
        for group in {process.group for process in found if process.session in self._sessions}:
            # No member of a chain would wait for its turn. The number is still that of the family's group, since a
            # child of ours is in it that has not been reaped.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
        for process in victims:
            now = Process.read(process.pid)
            if now is not None and now.key == process.key:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process.pid, signal.SIGKILL)
        for process in found:
            if process.pid != self._child:  # which is for wait4
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process.pid, os.WNOHANG)
        return victims, sure

    def _remember(self, processes: list[Process]) -> None:
        self._seen.update(p.key for p in processes)
        self._sessions.update(p.session for p in processes)

    def _owns(self, process: Process, popen_pids: Callable[[], set[int | None]]) -> bool | None:
        """The rule of this module's docstring, for a child of ours; None when it cannot be told yet."""
        if process.session in self._sessions or process.key in self._seen:
            return True
        others = [family for family in _in_flight if family is not self]
        not_ours = _known.union({os.getsid(0)}, *(family._sessions for family in others))
        suspects = {process.pid, process.session}
        if suspects & not_ours:
            return False
        if process.alive and not process.whole:  # nor, as it exits, have its own children come to us yet
            return None
        if process.alive and not (marked := self._bears_marks(process.pid, others)):
            return marked
        popens = popen_pids()  # last, being slow
        return None if None in popens else not suspects & popens

    def _bears_marks(self, pid: int, others: list["Family"]) -> bool | None:
        """Points 2 to 4 of the rule; None for one that has gone before it could be asked."""
        try:
            home = home_of(pid)
        except PermissionError:
            return False
        except OSError:
            return None
        if home is not None and home in {os.environb.get(b"HOME"), *(family._home for family in others)}:
            return False
        if home is not None and home == self._home:
            return True
        return self._holds_pipe(pid) or self._houses(pid) or not others

    def _holds_pipe(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            return any(_file_id(Path(f"/proc/{pid}/fd/{fd}").stat()) in self._pipes for fd in (1, 2))
        return False

    def _houses(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            cwd = Path(f"/proc/{pid}/cwd").readlink()
            return any(cwd.is_relative_to(place) for place in self._places)
        return False


def reap_orphans() -> None:
    """Reap the dead that were left to us and that nobody waits for: no call, and no `subprocess.Popen`."""
    with _lock:
        calls = {family._child for family in _in_flight}
        dead = {process.pid for process in children_of(os.getpid()) if not process.alive} - calls
        popens = _popen_pids() if dead else set()
        for pid in () if None in popens else dead - popens:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


@functools.cache
def reap_from_now_on() -> None:
    """Reap orphans soon after they have died, for the life of this process.

    They may be waited for by somebody to whom they are no children: a script that asks by `kill -0` whether the server
    has gone that an earlier one has left.
    """

    def reap() -> None:
        while True:
            time.sleep(_REAP_EVERY_S)
            with contextlib.suppress(ChildProcessError):  # there are no children
                if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    reap_orphans()

    threading.Thread(target=reap, name="reaper", daemon=True).start()


def _private_places(command: Command) -> list[str]:
    """The directories in which only this call's processes live: its own, unless we live there too."""
    home = command.env.get("HOME")
    places = {os.path.realpath(command.cwd)} | ({os.path.realpath(home)} if home else set())
    ours = []
    with contextlib.suppress(OSError):  # it may have been removed
        ours.append(Path.cwd())
    with contextlib.suppress(RuntimeError):
        ours.append(Path.home().resolve())
    return [place for place in places if not any(path.is_relative_to(place) for path in ours)]


def _popen_pids() -> set[int | None]:
    """What this program has started by `subprocess`, as far as it is remembered; None for one that is being started.

    Slow: has the garbage collector walk all objects, 60 ms for a million.
    """
    popens = (each for each in gc.get_referrers(*_with_subclasses(subprocess.Popen)) if _is_popen(each))
    return {getattr(popen, "pid", None) for popen in popens}


def _with_subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for subclass in type.__subclasses__(kind):
        yield from _with_subclasses(subclass)


def _is_popen(thing: object) -> bool:
    return issubclass(type(thing), subprocess.Popen)  # isinstance would ask the thing


def _file_id(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_dev, stat.st_ino
