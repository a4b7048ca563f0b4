"""A round that a worker makes against the same round on this machine; and random kills of a fleet's members.

Both sides ask one upstream by plain HTTP, one round after the other. What is compared is the time from the beginning of
a round to that of the next: it holds all that a fleet adds, from the order to the stored events.
"""

import json
import statistics
import tempfile
from datetime import datetime
from pathlib import Path

from benchmarks.ratios import alternate, say
from tests.fleet.kills import KillTest
from tests.fleet.members import FleetOnLoopback

ROUNDS = 60
PAIRS = 5
SEED, KILLS = 14, 200
_WARM_UP = 5
"""Rounds at the beginning that are not counted."""


def measure() -> None:
    """Print the time of a round at a vantage elsewhere against one at this machine's."""
    with tempfile.TemporaryDirectory() as folder, FleetOnLoopback(Path(folder), delay_s=0.01) as fleet:
        fleet.start_all("fra")
        pairs = alternate(lambda: _round_s(fleet, "fra"), lambda: _round_s(fleet, "local"), PAIRS)
        say("a round at a worker / here", pairs, "at most 20 ms more")
        more = statistics.median(there - here for there, here in pairs)
        print(f"  a round at a worker takes {more * 1000:.1f} ms longer (median of {len(pairs)} pairs)")


def measure_kills() -> None:
    """Kill members of a fleet at random, and print what the upstream saw of it; half an hour."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"  {KillTest(Path(folder), SEED, KILLS).run()}")


def _round_s(fleet: FleetOnLoopback, vantage: str) -> float:
    """Return the median time from the beginning of a round to that of the next, in seconds."""
    with tempfile.TemporaryDirectory() as out:
        words = ["--target", "glm", "--driver", "messages", "--no-preflight", "--quiet", "--out", out]
        run = fleet.start_run(*words, "-n", str(ROUNDS), "--vantage", vantage)
        if run.process.wait() != 0:
            raise RuntimeError(run.said)
        (journal,) = Path(out).glob("runs/*/arms/*/journal.jsonl")
        events = map(json.loads, journal.read_text().splitlines())
        begun = [datetime.fromisoformat(event["at"]) for event in events if event["event"] == "round_started"]
    steps = zip(begun[_WARM_UP:], begun[_WARM_UP + 1 :], strict=False)
    return statistics.median((after - before).total_seconds() for before, after in steps)
