"""Read processes from /proc (Linux): a few files instead of all, so that a call stays cheap."""

import contextlib
from pathlib import Path
from typing import NamedTuple, Self

import psutil

_CHILDREN_FILE = Path("/proc/thread-self/children")
_MAX_READS = 10
_ENV_START, _ENV_END = 47, 48
"""Places in `_stat_fields` of the addresses between which the environment lies; both are 0 while there is none."""


class Process(NamedTuple):
    """A process as /proc/<pid>/stat shows it.

    `alive` is False for a zombie. `whole` is False during an exec or an exit, when it has no environment (no
    `env_end`). `group` and `session` are ids. `start_ticks` tells the process from a later one with the same pid.
    """

    pid: int
    alive: bool
    whole: bool
    group: int
    session: int
    start_ticks: int

    @classmethod
    def read(cls, pid: int) -> Self | None:
        """Return the process as it is now, or None if it is gone."""
        try:
            fields = _stat_fields(pid)
        except OSError:
            return None
        alive = fields[0] not in (b"Z", b"X")
        return cls(pid, alive, fields[_ENV_END] != b"0", int(fields[2]), int(fields[3]), int(fields[19]))

    @property
    def key(self) -> tuple[int, int]:
        """The pid and the start time, which no other process shares."""
        return self.pid, self.start_ticks


def home_of(pid: int) -> bytes | None:
    """Return the HOME that a process was started with, or None.

    Raises OSError when that cannot be read: of a process that is starting a program or has ended, among others.
    """
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    if not environment and not _was_started_with_none(pid):
        raise OSError(f"process {pid} has no environment at present")
    for entry in environment.split(b"\0"):
        if entry.startswith(b"HOME="):
            return entry[5:]
    return None


def _was_started_with_none(pid: int) -> bool:
    """Return True for a program that was started with an empty environment."""
    fields = _stat_fields(pid)
    return fields[_ENV_START] == fields[_ENV_END] != b"0"


def _stat_fields(pid: int) -> list[bytes]:
    """Return the fields of /proc/<pid>/stat from the state on, which is the third."""
    stat = Path(f"/proc/{pid}/stat").read_bytes()
    return stat[stat.rindex(b")") + 2 :].split()  # the name before it may contain anything


def children_of(pid: int) -> list[Process]:
    """Return the children of a process, zombies included, the latest last. May miss some: see `list_children`."""
    return list_children(pid)[0]


def list_children(pid: int) -> tuple[list[Process], bool]:
    """Return the same children, and True when the list is complete.

    Children may come and go faster than they can be read; after a few attempts the list is given up as incomplete.
    """
    children: list[Process] = []
    pids = _child_pids(pid)
    for _ in range(_MAX_READS):
        zombies = {child.pid: child for child in children if not child.alive}  # do not change, and may be many
        current = (zombies.get(child_pid) or Process.read(child_pid) for child_pid in pids)
        children = [child for child in current if child is not None]
        # A child that has ended since the list was read has left its own children to us, and a list may skip one.
        previous_pids, pids = pids, _child_pids(pid)
        if pids == previous_pids:
            return children, True
    return children, False


def descendants_of(pid: int) -> list[Process]:
    """Return the living and dead descendants of a process, parents first."""
    found: list[Process] = []
    pids = [pid]
    while pids:
        children = children_of(pids.pop())
        found += children
        pids += [child.pid for child in children]
    return found


def _child_pids(pid: int) -> list[int]:
    """Return the pids of a process's children, the latest last."""
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
