"""`--concurrency 2` against `xargs -P2` over the same calls: calls a second."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime
from pathlib import Path

from benchmarks.place import STEP, place
from benchmarks.ratios import alternate, say
from probe.drivers import sandbox
from probe.drivers.context import MADE_UP_TOKEN

ROUNDS = 10
PAIRS = 5


def measure() -> None:
    """Print the rate of rounds under `probe` against that of scripts under xargs."""
    whole: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, place() as here:

        def under_probe() -> float:
            out = Path(folder) / str(uuid.uuid4())
            words = ["run", "-n", str(ROUNDS), "--concurrency", "2", "--no-prime", "--quiet", "--out", str(out)]
            start = time.perf_counter()
            target = ["--base-url", here.base_url, "--model", "probe-embedded-1", "--token-env", "T"]
            subprocess.run(
                [sys.executable, "-m", "probe", *words, *target],
                env={**os.environ, "T": MADE_UP_TOKEN},
                check=True,
                capture_output=True,
            )
            whole.append((time.perf_counter() - start, 0.0))
            return _rounds_s(next((out / "runs").glob("*")))

        def under_xargs() -> float:
            scripts = [_script(Path(folder), here.root, number) for number in range(ROUNDS)]
            start = time.perf_counter()
            subprocess.run(
                ["xargs", "-P2", "-n1", "sh"],
                input="\n".join(scripts).encode(),
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return time.perf_counter() - start

        def _script(place_of: Path, root: Path, number: int) -> str:
            """Write a round as one would by hand: a fresh config directory, two calls."""
            private = sandbox.Sandbox(root / f"x-{uuid.uuid4()}")
            private.make(guarded=True)
            environment = here.driver.environment(private, here.base_url, MADE_UP_TOKEN)
            calls = [shlex.join(here.driver.argv(STEP, str(uuid.uuid4()), None)) for _ in range(2)]
            names = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
            path = place_of / f"{number}-{uuid.uuid4()}.sh"
            lines = [f"cd {shlex.quote(str(private.work))}", *(f"env -i {names} {call} </dev/null" for call in calls)]
            path.write_text("\n".join(lines))
            return str(path)

        pairs = alternate(under_probe, under_xargs, PAIRS)
        rates = [(other, one) for one, other in pairs]
        say(f"{2 * ROUNDS} calls, two at a time: rate of probe's rounds against xargs -P2", rates, "at least 0.95")
        ends = [(other, one) for (one, _), (_, other) in zip(whole[1:], pairs, strict=True)]
        say("the same with probe's start, client check and report", ends, "none")


def _rounds_s(run: Path) -> float:
    """From the first round's start to the last one's end."""
    events = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    at = {
        name: [datetime.fromisoformat(e["at"]) for e in events if e["event"] == name]
        for name in ("round_started", "round_finished")
    }
    return (max(at["round_finished"]) - min(at["round_started"])).total_seconds()
