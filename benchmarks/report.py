"""The cost of a report: of a million calls against reading the same bytes with a fast JSON parser, and of 30 rounds."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.journal import write_multiplied
from benchmarks.ratios import alternate, say

ROUNDS = int(os.environ.get("PROBE_BENCH_ROUNDS", "500000"))
_PARSE = """
import sys, orjson
with open(sys.argv[1], "rb", buffering=1 << 20) as file:
    for line in file:
        orjson.loads(line)
"""


def measure() -> None:
    """Print times of reports on a real run of six rounds, whose journal is written again and again."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        run_command([sys.executable, "-m", "probe", "run", "--target", "embedded", "-n", "6", "-q", "--out", folder])
        real_run = next((place / "runs").iterdir())
        small, big = place / "small", place / "big"
        write_multiplied(real_run, small, 30)
        write_multiplied(real_run, big, ROUNDS)
        journal = big / "journal.jsonl"
        size = journal.stat().st_size / 1e9
        print(f"  {2 * ROUNDS:,} calls, {size:.2f} GB")
        parse = timed([sys.executable, "-c", _PARSE, str(journal)])
        for form in ("markdown", "html"):
            command = [sys.executable, "-m", "probe", "report", "--format", form, "-o", str(place / form)]
            pairs = alternate(timed([*command, str(big)]), parse, 3)
            say(f"report of {2 * ROUNDS:,} calls as {form}, against orjson", pairs, "2.0 at most")
            print(f"    peak memory {peak_mb([*command, str(big)]):.0f} MB; aim: below 1000")
            times = sorted(timed([*command, str(small)])() for _ in range(5))
            print(f"  report of 30 rounds as {form}, with start: {times[2]:.2f} s (median of 5); aim: 1.5 s at most")


def run_command(command: list[str]) -> None:
    """Run a command to its end; raise CalledProcessError where it fails."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def timed(command: list[str]) -> Callable[[], float]:
    """Return a function that runs the command and returns its wall time in seconds."""

    def once() -> float:
        begun = time.perf_counter()
        run_command(command)
        return time.perf_counter() - begun

    return once


def peak_mb(command: list[str]) -> float:
    """Return the peak resident memory of the command, MB; measured by a small process, since ours would count too."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", script, *command], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024
