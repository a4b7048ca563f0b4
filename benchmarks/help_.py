"""`probe --help` against importing Typer, which no command line built on it can be faster than."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ratios import alternate, say

PAIRS = 30


def measure() -> None:
    """Print the time of `probe --help` against that of importing Typer."""
    program = Path(sys.executable).with_name("probe")
    pairs = alternate(
        lambda: _run([str(program), "--help"]), lambda: _run([sys.executable, "-c", "import typer"]), PAIRS
    )
    say("probe --help against `python -c 'import typer'`", pairs, "at most 1.5")


def _run(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
