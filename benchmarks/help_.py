"""Time `probe --help` beside importing Typer, its lower bound, and the help of a command beside that."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.ratios import alternate, say

PAIRS = 30


def measure() -> None:
    """Print the time of `probe --help` against that of importing Typer."""
    program = Path(sys.executable).with_name("probe")

    def general_help() -> float:
        return _run([str(program), "--help"])

    pairs = alternate(general_help, lambda: _run([sys.executable, "-c", "import typer"]), PAIRS)
    say("probe --help against `python -c 'import typer'`", pairs, "at most 1.5")
    pairs = alternate(lambda: _run([str(program), "run", "--help"]), general_help, PAIRS)
    say("probe run --help against probe --help", pairs, "at most 2")


def _run(argv: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
