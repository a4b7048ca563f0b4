"""Time `probe --help` beside importing Typer, its lower bound, and the help of a command beside that."""

import sys
from pathlib import Path

from benchmarks.ratios import alternate, say
from benchmarks.report import timed

PAIRS = 30


def measure() -> None:
    """Print the time of `probe --help` against that of importing Typer."""
    program = Path(sys.executable).with_name("probe")
    general_help = timed([str(program), "--help"])
    pairs = alternate(general_help, timed([sys.executable, "-c", "import typer"]), PAIRS)
    say("probe --help against `python -c 'import typer'`", pairs, "at most 1.5")
    pairs = alternate(timed([str(program), "run", "--help"]), general_help, PAIRS)
    say("probe run --help against probe --help", pairs, "at most 2")
