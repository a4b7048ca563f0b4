"""Find and kill processes that outlive a call, by session, process tree and HOME (macOS, untested).

Orphans go to the system's init there, and there is no /proc. The interface is that of `orphans_linux` and
`orphan_reaper`.
"""

import contextlib
import os
import signal
import sys
import time
from typing import Self

import psutil

from probe.drivers.child_process import ChildCommand

if sys.platform == "linux":
    raise ImportError("not for Linux, which has orphans_linux")


def become_subreaper() -> bool:
    """Return False: orphaned descendants do not become our children on this system."""
    return False


def reap_orphans_of(_session: int) -> None:
    """Do nothing: init has the orphans, and reaps them."""


class MacosCallProcesses:
    """The processes of one call. A context manager from before the spawn to the end of the call."""

    starting = contextlib.nullcontext()

    def __init__(self, command: ChildCommand) -> None:
        home = command.env.get("HOME")
        self._home = None if home == os.environ.get("HOME") else home
        self._child = 0
        self._known: set[psutil.Process] = set()  # equal by pid and start time

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def adopt(self, child: int, *_pipes: int) -> None:
        """Take the call's child, which has just started."""
        self._child = child

    def remember_tree(self) -> None:
        """Remember all descendants of the child. To be called before a signal breaks up the tree."""
        with contextlib.suppress(psutil.Error):
            self._known.update(psutil.Process(self._child).children(recursive=True))

    def signal(self, *numbers: int) -> None:
        """Send signals to the child's process group. Its number is certain until the child is reaped."""
        for number in numbers:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child, number)

    def sweep(self, within_s: float, *, group_is_dying: bool) -> int:
        """Kill what is left of the call's processes, after the child has ended and before it is reaped.

        Return how many were alive, without the process group if that has been sent SIGKILL already.
        """
        end_s = time.monotonic() + within_s
        dying_group = self._child if group_is_dying else 0
        killed: set[psutil.Process] = set()
        while True:
            remaining = [process for process in psutil.process_iter() if self._owns(process)]
            killed.update(process for process in remaining if _group(process.pid) != dying_group)
            self.signal(signal.SIGKILL)
            for process in remaining:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            if not remaining or time.monotonic() > end_s:
                return len(killed)
            time.sleep(0.005)

    def _owns(self, process: psutil.Process) -> bool:
        """Return True for a living process of the child's tree or session, or with the call's HOME if not our own."""
        if process.pid in (self._child, os.getpid()):
            return False
        with contextlib.suppress(psutil.Error, OSError):
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if process in self._known or os.getsid(process.pid) == self._child:
                return True
            return self._home is not None and process.environ().get("HOME") == self._home
        return False


def _group(pid: int) -> int | None:
    """Return a process's group, or None when the process is gone."""
    try:
        return os.getpgid(pid)
    except OSError:
        return None
