"""Reap dead orphans that nobody waits for (Linux), once a command has run that may leave processes.

We are their parent, but other processes may wait for them: a script that asks by `kill -0` whether the server that an
earlier one has left is gone. So they are reaped soon after they have died, in a thread, for the life of this process.

A zombie in the session of such a command is an orphan. One in our own session is a child that other code of this
program has forked. In any other session it may be either: it is reaped when neither a call nor a `subprocess.Popen` has
started it, and nobody has waited for it for `_UNKNOWN_FOR_S`.
"""

import contextlib
import functools
import os
import sys
import threading
import time
from collections.abc import Iterable

from probe.drivers.orphans_linux import awaited_children, reap_dead
from probe.drivers.popen_pids import started_by_popen
from probe.drivers.proc_filesystem import Process, children_of, descendants_of

if sys.platform != "linux":
    raise ImportError("Linux only")

_REAP_EVERY_S = 0.05
_UNKNOWN_FOR_S = 2.0
_sessions: set[int] = set()
"""Sessions of the commands that may have left processes."""
_dead_since_s: dict[tuple[int, int], float] = {}
"""The times at which zombies of unknown origin were first seen, by key."""


def reap_orphans_of(session: int) -> None:
    """Reap orphans from now on, and those of this session as soon as they have died.

    To be called while the leader of the session has not been reaped, so that its number is certain.
    """
    with awaited_children():
        _forget_empty_sessions()
        _sessions.add(session)
    _start_thread()


@functools.cache
def _start_thread() -> None:
    def reap() -> None:
        while True:
            time.sleep(_REAP_EVERY_S)
            with contextlib.suppress(ChildProcessError):  # there are no children
                if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    _reap_orphans()

    threading.Thread(target=reap, name="reaper", daemon=True).start()


def _reap_orphans() -> None:
    with awaited_children() as awaited:
        zombies = [process for process in children_of(os.getpid()) if not process.alive]
        _forget_times_of_all_but(zombies)
        orphans = {zombie.pid for zombie in zombies if zombie.pid not in awaited and _is_due(zombie)}
        popens = started_by_popen() if orphans else set()  # slow
        if None not in popens:
            for pid in orphans - popens:
                reap_dead(pid)
        _forget_empty_sessions()


def _is_due(zombie: Process) -> bool:
    """Return True for a zombie that a command has left, and for one outside our session that nobody has waited for."""
    if zombie.session in _sessions:
        return True
    if zombie.session == os.getsid(0):
        return False
    now_s = time.monotonic()
    return now_s - _dead_since_s.setdefault(zombie.key, now_s) >= _UNKNOWN_FOR_S


def _forget_times_of_all_but(zombies: Iterable[Process]) -> None:
    for key in _dead_since_s.keys() - {zombie.key for zombie in zombies}:
        del _dead_since_s[key]


def _forget_empty_sessions() -> None:
    """Forget sessions without processes, since another one may get the number. All theirs are our descendants."""
    _sessions.intersection_update(process.session for process in descendants_of(os.getpid()))
