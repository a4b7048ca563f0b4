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
    with subprocess.Popen([sys.executable, "-c", SCRIPT]) as program:
        try:
            until(lambda: bool(list(sandboxes.glob("**/hanging"))))
        finally:
            program.kill()
    until(lambda: not list(sandboxes.iterdir()))
    until(lambda: not running())  # where this process adopts orphans, the guardian comes to it
    reap()


def running() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


def reap() -> None:
    for child in psutil.Process().children():
        os.waitpid(child.pid, 0)


def until(holds: Callable[[], bool], timeout_s: float = 60.0) -> None:
    """Wait until something holds; fail where it does not in time."""
    end = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
