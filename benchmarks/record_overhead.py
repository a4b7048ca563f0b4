"""The delay that `probe record` adds to the first token, on loopback: paired calls with and without it."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ratios import alternate
from benchmarks.recorder import Taken, connect, exchange, request
from probe.upstream import EmbeddedUpstream, parse_fault

PAIRS = 100
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
            new = alternate(lambda: request(address), lambda: request(upstream.base_url), PAIRS)
            with connect(address) as led, connect(upstream.base_url) as direct:
                kept_open = alternate(lambda: exchange(led), lambda: exchange(direct), PAIRS)
        finally:
            recorder.terminate()
            recorder.communicate()
        (recording,) = Path(folder, "reports", "runs").iterdir()
        kept = sum(file.stat().st_size for file in recording.glob("*.jsonl"))
    _say("a connection that is open, as in a session", kept_open)
    _say("a new connection each", new)
    print(f"  kept of an exchange: {kept / (2 * PAIRS + 2) / 1000:.1f} kB")


def _say(which: str, pairs: list[tuple[Taken, Taken]]) -> None:
    added = [through.ttft - without.ttft for through, without in pairs]
    low, middle, high = statistics.quantiles(added, n=4)
    print(
        f"  TTFT through `probe record` less TTFT without, {which}: median {middle:.2f} ms "
        f"(quartiles {low:.2f} to {high:.2f}, n={len(added)}); aim: at most 1 ms"
    )
