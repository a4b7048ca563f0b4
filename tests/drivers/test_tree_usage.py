"""The use of a process that goes on, and of its descendants."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from probe.drivers.tree_usage import peak_rss_bytes, tree_cpu_s

BURN = "import time\nwhile time.process_time() < 0.2: pass\n"
GROW = "x = bytearray(60_000_000)\ndel x\n"


@contextmanager
def child(code: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python code, and leave the process where it is after it."""
    argv = [sys.executable, "-Ic", f"{code}\nprint('ready', flush=True)\ninput()"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.communicate("\n")


def below(code: str) -> str:
    return f"import subprocess, sys; subprocess.run([sys.executable, '-Ic', {code!r}])"


@pytest.mark.parametrize("code", [BURN, below(BURN)], ids=["itself", "an ended child"])
def test_cpu_time_is_that_of_the_tree(code: str) -> None:
    with child(code) as process:
        assert (tree_cpu_s(process.pid) or 0.0) >= 0.15


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the memory of now")
def test_memory_is_the_most_that_there_was() -> None:
    with child(GROW) as large, child("") as small:
        assert (peak_rss_bytes(large.pid) or 0) > 60_000_000 > (peak_rss_bytes(small.pid) or 0) > 1_000_000


def test_of_a_process_that_is_gone_nothing_is_known() -> None:
    with child("") as process:
        pass
    assert (tree_cpu_s(process.pid), peak_rss_bytes(process.pid)) == (None, None)
