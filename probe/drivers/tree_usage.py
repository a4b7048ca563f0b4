"""Read what a process that goes on has used so far."""

import re
import sys
from pathlib import Path

import psutil

_PEAK_KIB = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def tree_cpu_s(pid: int) -> float | None:
    """Return the CPU time of a process and its descendants, ended or not; None where it cannot be read."""
    try:
        root = psutil.Process(pid)
        return sum(_cpu_s(process) for process in (root, *root.children(recursive=True)))
    except psutil.Error:
        return None


def peak_rss_bytes(pid: int) -> int | None:
    """Return the most memory that one process of a tree had so far, or has now where the system does not tell."""
    try:
        root = psutil.Process(pid)
        peaks = map(_peak_rss_bytes, (root, *root.children(recursive=True)))
        return max((peak for peak in peaks if peak is not None), default=None)
    except psutil.Error:
        return None


def _peak_rss_bytes(process: psutil.Process) -> int | None:
    try:
        if sys.platform == "linux":
            found = _PEAK_KIB.search(Path(f"/proc/{process.pid}/status").read_text())
            return int(found[1]) * 1024 if found else None
        return int(process.memory_info().rss)
    except (OSError, psutil.Error):
        return None


def _cpu_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # it has just ended, and its parent counts it
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)
