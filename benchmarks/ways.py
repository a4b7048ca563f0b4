"""Two vantages in network namespaces: what a report says of a poor network, and of a relay that fails, as root.

The rounds are plain HTTP over a fleet on mutual TLS. The relay that fails resets 30 % of connections, which a network
might do too.
"""

import os
import re
import tempfile
import time
from pathlib import Path

from tests.fleet.fleet_of_machines import Fleet, fleet_of_machines
from tests.fleet.namespaces import machines, missing
from tests.fleet.poor_way import Poverty
from tests.fleet.relay_at_centre import relay_at_centre

POOR = Poverty(delay_s=0.1, loss=0.02, seed=14)
FAILS = "reset(probability=0.3, seed=14)"
ALIKE_ROUNDS = int(os.environ.get("WAYS_ROUNDS", "1000"))


def measure() -> None:
    """Print what the reports say of the relay from each vantage."""
    if reason := missing():
        print(f"  not measured: {reason}")
        return
    with tempfile.TemporaryDirectory() as folder, machines() as network:
        ways = {"fra": network.clean("fra"), "ams": network.clean("ams"), "sin": network.poor("sin", POOR)}
        with fleet_of_machines(network, Path(folder), ways) as fleet:
            _show(fleet, "a good relay, sin behind 200 ms and 2 % loss", "fra sin", 20)
            _show(fleet, "a relay that resets 30 %, both ways clean", "fra ams", ALIKE_ROUNDS, FAILS)
            _show(fleet, "a relay that resets 30 %, sin behind 200 ms and 2 % loss", "fra sin", 40, FAILS)
    print(f"  packets to and from sin: {POOR.sent}, lost {POOR.lost}, seed {POOR.seed}")


def _show(fleet: Fleet, title: str, vantages: str, rounds: int, *faults: str) -> None:
    begun = time.monotonic()
    with relay_at_centre(fleet.network, *faults):
        fleet.run(vantages, "--driver", "messages", "--rounds", str(rounds), "--quiet", code=None)
    took_s = time.monotonic() - begun
    report = fleet.centre("report", "latest", code=None).out
    found = re.search(r"## relay from each vantage\n\n(.*?)\n## ", report, re.DOTALL)
    said = found[1] if found else "no comparison"
    print(f"  {title}: {rounds} rounds in {took_s:.0f} s", *said.strip().splitlines(), sep="\n    ", flush=True)
