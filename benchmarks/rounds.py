"""`--concurrency 2` against `xargs -P2` over the same calls: calls a second.

Both sides start the same client as often, with the same options, environment and kind of sandbox, against one upstream.
`probe` is run without priming, which is a start of the client more in each round that a script does not make. All else
that `probe` does in a round counts against it: it makes and removes the sandbox (those of xargs are made before, and
left), records the exchanges in the way of each call, examines it, stores it durably, and judges the rounds so far.

Rates on a machine where others work tell little, as the quartiles then show. The share of the lanes' time in which the
client ran tells more: what is missing there is what `probe` itself takes between calls.
"""

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from benchmarks.place import STEP, place
from benchmarks.ratios import alternate, say
from probe.drivers import sandbox
from probe.drivers.context import MADE_UP_TOKEN

ROUNDS = 10
LANES = 2
PAIRS = 5


def measure() -> None:
    """Print the rate of rounds under `probe` against that of scripts under xargs."""
    whole: list[tuple[float, float]] = []
    shares: list[float] = []
    with tempfile.TemporaryDirectory() as folder, place() as here:

        def under_probe() -> float:
            out = Path(folder) / str(uuid.uuid4())
            words = ["run", "-n", str(ROUNDS), "--concurrency", str(LANES), "--no-prime", "--quiet", "--out", str(out)]
            start = time.perf_counter()
            target = ["--base-url", here.base_url, "--model", "probe-embedded-1", "--token-env", "T"]
            subprocess.run(
                [sys.executable, "-m", "probe", *words, *target],
                env={**os.environ, "T": MADE_UP_TOKEN},
                check=True,
                capture_output=True,
            )
            whole.append((time.perf_counter() - start, 0.0))
            rounds = _Rounds.of(next((out / "runs").glob("*")))
            shares.append(rounds.client_s / rounds.lanes_s)
            return rounds.from_first_to_last_s

        def under_xargs() -> float:
            scripts = [_script(Path(folder), here.root, number) for number in range(ROUNDS)]
            start = time.perf_counter()
            subprocess.run(
                ["xargs", f"-P{LANES}", "-n1", "sh"],
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
        low, middle, high = statistics.quantiles(shares, n=4)
        print(f"  share of the lanes' time in which the client ran: {middle:.3f} (quartiles {low:.3f} to {high:.3f})")
        say("the same with probe's start, client check and report", ends, "none")


@dataclass(frozen=True)
class _Rounds:
    """Times of a run in seconds, from its journal.

    `lanes_s` is the time of all lanes, each from its first round to the end of its last; `client_s` is that of the
    client's processes.
    """

    from_first_to_last_s: float
    lanes_s: float
    client_s: float

    @classmethod
    def of(cls, run: Path) -> Self:
        """Read them from the journal of a run."""
        events = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
        begun, ended = (_times_s(events, name) for name in ("round_started", "round_finished"))
        return cls(
            from_first_to_last_s=ended[-1] - begun[0],
            lanes_s=sum(ended[-LANES:]) - sum(begun[:LANES]),
            client_s=sum(event["call"]["wall_ms"] for event in events if event["event"] == "call_finished") / 1000,
        )


def _times_s(events: list[dict[str, Any]], name: str) -> list[float]:
    """Return when events of a name happened, rising."""
    return sorted(datetime.fromisoformat(event["at"]).timestamp() for event in events if event["event"] == name)
