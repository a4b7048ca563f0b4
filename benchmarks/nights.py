"""Rates of alarms by the rule of nights, for quiet nights and for bad ones: the table of docs/nightly.md."""

import random
import statistics

from tests.stats.test_night_baseline import first_alarm

SERIES = 1000
SEEDS = {"quiet": 5, "bad": 6}


def measure() -> None:
    """Print alarms of a step that usually fails in 5 %, after 30 nights of baseline; rho is how much nights differ."""
    for n, rho in ((30, 0.0), (30, 0.05), (20, 0.0), (20, 0.05)):
        rng = random.Random(SEEDS["quiet"])
        quiet = sum(first_alarm(rng, 0.05, 90, rho, n) is not None for _ in range(SERIES)) / SERIES
        found = [f"an alarm in 90 quiet nights {quiet:.1%}"]
        for rate in (0.2, 0.3):
            rng = random.Random(SEEDS["bad"])
            alarms = [first_alarm(rng, rate, 10, rho, n) for _ in range(SERIES)]
            caught = [alarm for alarm in alarms if alarm is not None]
            delay = statistics.median(caught)
            found.append(f"5 % to {rate:.0%} caught in {len(caught) / SERIES:.1%} (median delay {delay:g})")
        print(f"  {n} rounds, rho {rho:g}: {'; '.join(found)}", flush=True)
