"""The delay that `probe record` adds to the first token, on loopback: paired calls with and without it."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ratios import alternate
from benchmarks.recorder import request
from probe.upstream import EmbeddedUpstream, parse_fault

PAIRS = 150
THINKING = "stall(after=1, pause=100ms)"
"""The upstream takes its time for the first token, as real ones do; while it does, the recorder reads the request."""


def measure() -> None:
    """Print the TTFT through `probe record --listen` less that without, in pairs of one run."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedUpstream([parse_fault(THINKING)]) as upstream:
        words = [sys.executable, "-m", "probe", "record", "--quiet", "--listen", "127.0.0.1:0"]
        environment = {**os.environ, "ANTHROPIC_BASE_URL": upstream.base_url, "HOME": folder}
        recorder = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
        assert recorder.stdout is not None
        try:
            address = recorder.stdout.readline().strip()
            pairs = alternate(lambda: request(address), lambda: request(upstream.base_url), PAIRS)
        finally:
            recorder.terminate()
            recorder.communicate()
        (recording,) = Path(folder, "reports", "runs").iterdir()
        kept = sum(file.stat().st_size for file in recording.glob("*.jsonl"))
    added = [through.ttft - without.ttft for through, without in pairs]
    low, middle, high = statistics.quantiles(added, n=4)
    print(
        f"  TTFT through `probe record` less TTFT without: median {middle:.2f} ms "
        f"(quartiles {low:.2f} to {high:.2f}, n={len(added)}); aim: at most 1 ms"
    )
    print(f"  kept of an exchange: {kept / (PAIRS + 1) / 1000:.1f} kB")
