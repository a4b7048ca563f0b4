"""Measure data frames of a million calls against the Markdown report of the same run, and importing `probe`."""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks.journal import write_multiplied
from benchmarks.ratios import alternate, say
from benchmarks.report import peak_mb, run_command, timed

ROUNDS = int(os.environ.get("PROBE_BENCH_ROUNDS", "500000"))
_FRAME = "import sys, probe; probe.load(sys.argv[1]).{name}"


def measure() -> None:
    """Make a real run of six rounds, write its journal over and over under new numbers, and read that."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run_command([sys.executable, "-m", "probe", "run", "--target", "embedded", "-n", "6", "-q", "--out", folder])
        big = place / "big"
        write_multiplied(next((place / "runs").iterdir()), big, ROUNDS)
        report = timed([sys.executable, "-m", "probe", "report", "-o", str(place / "report.md"), str(big)])
        for name in ("calls", "rounds", "phases"):
            command = [sys.executable, "-c", _FRAME.format(name=name), str(big)]
            pairs = alternate(timed(command), report, 3)
            say(f"the frame of {name} of {2 * ROUNDS:,} calls, against the Markdown report", pairs, "2.0 at most")
            print(f"    peak memory {peak_mb(command):.0f} MB; aim: below 1500")
    bare = timed([sys.executable, "-c", "pass"])
    say(
        "`import probe` against starting Python",
        alternate(timed([sys.executable, "-c", "import probe"]), bare, 20),
        "1.1",
    )
