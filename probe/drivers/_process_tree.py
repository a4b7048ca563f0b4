"""The family of a call where orphans go to init and there is no /proc: by session, tree and HOME (macOS, Windows).

Untested. The same interface as `_process_orphans.Family`.
"""

import contextlib
import os
import signal
import sys
import time
from typing import Self

import psutil

from probe.drivers._process_types import Command

if sys.platform == "linux":
    raise ImportError("not for Linux, which has _process_orphans")


def become_subreaper() -> bool:
    """Have orphaned descendants become our children; whether the system does that: this one does not."""
    return False


def reap_from_now_on() -> None:
    """Nothing: the system's init has the orphans, and reaps them."""


class Family:
    """One call in flight, and the processes that are its own. A context manager from before the spawn to the end."""

    starting = contextlib.nullcontext()

    def __init__(self, command: Command) -> None:
        home = command.env.get("HOME")
        self._home = None if home == os.environ.get("HOME") else home
        self._child = 0
        self._seen: set[psutil.Process] = set()  # equal by pid and start time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def adopt(self, child: int, *_pipes: int) -> None:
        """The call's child has started."""
        self._child = child

    def look(self) -> None:
        """Remember the whole tree; to be called before a signal tears it apart."""
        with contextlib.suppress(psutil.Error):
            self._seen.update(psutil.Process(self._child).children(recursive=True))

    def signal(self, *numbers: int) -> None:
        """Send signals to the child's group, whose number is its own only until the child is reaped."""
        if sys.platform != "win32":
            for number in numbers:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._child, number)

    def sweep(self, within_s: float, *, group_is_dying: bool) -> int:
        """Kill the rest of the family, after the child has ended and before it is reaped; how many were alive."""
        end_s = time.monotonic() + within_s
        killed: set[psutil.Process] = set()
        while True:
            rest = [process for process in psutil.process_iter() if self._owns(process)]
            if sys.platform != "win32":
                killed.update(p for p in rest if not (group_is_dying and _group(p.pid) == self._child))
                self.signal(signal.SIGKILL)
            else:
                killed.update(rest)
            for process in rest:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            if not rest or time.monotonic() > end_s:
                return len(killed)
            time.sleep(0.005)

    def _owns(self, process: psutil.Process) -> bool:
        """A living process of the child's tree or session, or with the call's HOME if that is not our own."""
        if process.pid in (self._child, os.getpid()):
            return False
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if process in self._seen or (sys.platform != "win32" and os.getsid(process.pid) == self._child):
                return True
            return self._home is not None and process.environ().get("HOME") == self._home
        return False


if sys.platform != "win32":

    def _group(pid: int) -> int:
        """A process's group, or 0 when it has gone."""
        try:
            return os.getpgid(pid)
        except OSError:
            return 0
