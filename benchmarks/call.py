"""The wall time of a call under `probe` against the bare client with the same flags, paired."""

import subprocess
import time
import uuid
from pathlib import Path

from benchmarks.place import STEP, place
from benchmarks.ratios import alternate, say
from probe.drivers import sandbox
from probe.drivers.context import MADE_UP_TOKEN
from probe.ports import CallOrder

PAIRS = 40


def measure() -> None:
    """Print the time of a call under `probe` against that of the bare client."""
    with place() as here:
        recorded: list[float] = []

        def bare() -> float:
            with sandbox.sandbox(here.root, 1, guarded=True, keep=False) as private:
                environment = here.driver.environment(private, here.base_url, MADE_UP_TOKEN)
                argv = here.driver.argv(STEP, str(uuid.uuid4()), None)
                with Path(private.path, "out").open("wb") as out:
                    start = time.perf_counter()
                    subprocess.run(
                        argv,
                        env=environment,
                        cwd=private.work,
                        stdin=subprocess.DEVNULL,
                        stdout=out,
                        stderr=out,
                        check=True,
                    )
                    return time.perf_counter() - start

        def under_probe() -> float:
            with here.driver.open_round(1) as open_round:
                start = time.perf_counter()
                observation = open_round.call(CallOrder(1, STEP, str(uuid.uuid4()), None))
                took = time.perf_counter() - start
            if observation.return_code != 0:
                raise RuntimeError(observation.stderr.decode())
            recorded.append(observation.wall_ms / 1000)
            return took

        pairs = alternate(under_probe, bare, PAIRS)
        say("a call under probe, supervision and parsing included, against the bare client", pairs, "at most 1.03")
        kept = [(wall, other) for wall, (_, other) in zip(recorded[1:], pairs, strict=True)]
        say("the wall time that is recorded, against the bare client", kept, "at most 1.03")
