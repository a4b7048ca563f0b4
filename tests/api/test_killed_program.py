"""A program that is killed while it measures: its guardian ends the client and removes the sandboxes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

SCRIPT = """
import probe
probe.measure(target="embedded", faults="none", env={"STUB": "hang"}, rounds=1, timeout_s=600)
"""


def test_nothing_is_left_behind(sandboxes: Path) -> None:
    before = set(psutil.Process().children())
    with subprocess.Popen([sys.executable, "-c", SCRIPT]) as program:
        try:
            until(lambda: any("hanging" in names for _, _, names in os.walk(sandboxes)))
        finally:
            program.kill()
    until(lambda: not list(sandboxes.iterdir()))
    for orphan in set(psutil.Process().children()) - before:  # where this process adopts orphans, the guardian is one
        os.waitpid(orphan.pid, 0)


def until(holds: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait until something holds; fail where it does not in time."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
