"""Reads the table of processes in /proc (Linux): a few files instead of all, so that a call stays cheap."""

import contextlib
from pathlib import Path
from typing import NamedTuple, Self

import psutil

_CHILDREN_FILE = Path("/proc/thread-self/children")
_MOST_LOOKS = 10


class Process(NamedTuple):
    """A line of /proc/<pid>/stat; `start_ticks` tells a process from a later one of the same pid.

    It is not `whole` within an exec or an exit, when it has no environment (no `env_end`).
    """

    pid: int
    alive: bool
    whole: bool
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
        alive = fields[0] not in (b"Z", b"X")
        return cls(pid, alive, fields[48] != b"0", int(fields[2]), int(fields[3]), int(fields[19]))

    @property
    def key(self) -> tuple[int, int]:
        """What no other process has."""
        return self.pid, self.start_ticks


def home_of(pid: int) -> bytes | None:
    """The HOME that a process was given, or None; OSError when that cannot be read."""
    for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
        if entry.startswith(b"HOME="):
            return entry[5:]
    return None


def children_of(pid: int) -> list[Process]:
    """The children of a process, dead ones included, the latest last; perhaps not all, see `look_at_children`."""
    return look_at_children(pid)[0]


def look_at_children(pid: int) -> tuple[list[Process], bool]:
    """The children of a process as above, and whether these are all: they may come and go faster than one can look."""
    found: list[Process] = []
    pids = _child_pids(pid)
    for _ in range(_MOST_LOOKS):
        dead = {process.pid: process for process in found if not process.alive}  # and stay so; they may be many
        looked_at = (dead.get(each) or Process.read(each) for each in pids)
        found = [process for process in looked_at if process is not None]
        # One that has ended since the list was made has left its own children to us; and a list may skip one.
        before, pids = pids, _child_pids(pid)
        if pids == before:
            return found, True
    return found, False


def _child_pids(pid: int) -> list[int]:
    """The children's pids, the latest last."""
    if not _CHILDREN_FILE.exists():  # a kernel without CONFIG_PROC_CHILDREN
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []
    pids: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                pids.extend(map(int, (thread / "children").read_bytes().split()))
    return pids


def descendants_of(pid: int) -> list[Process]:
    """The living and dead below a process, parents first."""
    found: list[Process] = []
    pids = [pid]
    while pids:
        children = children_of(pids.pop())
        found += children
        pids += [child.pid for child in children]
    return found
