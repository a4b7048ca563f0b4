"""Answers on vantages: how often they are wrong, and after how many rounds they come, in campaigns drawn at random."""

from dataclasses import dataclass

import numpy as np

from probe.model.vantage_comparison import VantageAnswer, VantageFinding
from probe.stats.simulated_vantages import Network, VantageTruth, draw_campaign, judge_campaign

SEED = 14
CAMPAIGNS = 1000
ROUNDS = 200

_CLEAN = Network()
_FAR = Network(delay_ms=200.0, loss=0.02)
ALIKE = {
    "relay fails 5 %": VantageTruth((_CLEAN, _CLEAN)),
    "relay fails 20 %": VantageTruth((_CLEAN, _CLEAN), relay_fails=0.2),
    "relay fails 20 %, failed calls hang": VantageTruth((_CLEAN, _CLEAN), relay_fails=0.2, hangs=True),
    "outages in 10 % of rounds, common to all": VantageTruth((_CLEAN, _CLEAN), outages=0.1),
    "drift from 2 % to 30 %": VantageTruth((_CLEAN, _CLEAN), relay_fails=0.02, fails_at_end=0.3),
    "8 s calls, sigma .4": VantageTruth((_CLEAN, _CLEAN), median_s=8.0, spread=0.4),
    "three vantages": VantageTruth((_CLEAN, _CLEAN, _CLEAN)),
    "one call a round": VantageTruth((_CLEAN, _CLEAN), calls_a_round=1),
}
FAILS_MORE = {
    "one network + 30 %": VantageTruth((_CLEAN, Network(fails=0.3))),
    "one network + 10 %": VantageTruth((_CLEAN, Network(fails=0.1))),
    "one network + 30 %, failed calls hang": VantageTruth((_CLEAN, Network(fails=0.3)), hangs=True),
    "one network + 10 %, failed calls hang": VantageTruth((_CLEAN, Network(fails=0.1)), hangs=True),
    "one network + 30 %, of three": VantageTruth((_CLEAN, Network(fails=0.3), _CLEAN)),
    "one network + 10 %, of three": VantageTruth((_CLEAN, Network(fails=0.1), _CLEAN)),
    "one network + 30 %, one call a round": VantageTruth((_CLEAN, Network(fails=0.3)), calls_a_round=1),
    "one network + 10 %, one call a round": VantageTruth((_CLEAN, Network(fails=0.1)), calls_a_round=1),
    "one network + 30 %, outages common to all": VantageTruth((_CLEAN, Network(fails=0.3)), outages=0.1),
    "one network + 30 %, drift from 2 % to 30 %": VantageTruth(
        (_CLEAN, Network(fails=0.3)), relay_fails=0.02, fails_at_end=0.3
    ),
}
MATTERS = {
    "one network + 12 %, relay fails 20 %": VantageTruth((_CLEAN, Network(fails=0.125)), relay_fails=0.2),
    "one network + 11 %": VantageTruth((_CLEAN, Network(fails=0.106))),
}
"""One fails more by 10 points: by what just matters."""
SLOWER = {
    "one network + 200 ms, 2 % loss": VantageTruth((_CLEAN, _FAR)),
    "the same, 8 s calls, sigma .4": VantageTruth((_CLEAN, _FAR), median_s=8.0, spread=0.4),
    "the same, of three": VantageTruth((_CLEAN, _FAR, _CLEAN)),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares of campaigns: in which vantage 1 was named, any other was, and alike was said; and when 1 was named."""

    found: float
    wrong: float
    alike: float
    median_rounds: float


def measure() -> None:
    """Print the tables."""
    print(f"  {CAMPAIGNS} campaigns of {ROUNDS} rounds each, seed {SEED}; the relay fails 5 % of calls")
    print("  vantages alike: a vantage named for failures, for times; found alike in failures, in times")
    for name, truth in ALIKE.items():
        failures, times = tallies(truth)
        print(
            f"  {name:<44}{failures.found + failures.wrong:.3f} {times.found + times.wrong:.3f}"
            f"   {failures.alike:.3f} {times.alike:.3f}"
        )
    print("  fails more: found, median rounds; another named; alike said; a vantage named for times")
    for name, truth in FAILS_MORE.items():
        failures, times = tallies(truth)
        print(f"  {name:<44}{_shown(failures)}   {times.found + times.wrong:.3f}")
    print("  fails more by what just matters: alike said")
    for name, truth in MATTERS.items():
        print(f"  {name:<44}{tallies(truth)[0].alike:.3f}")
    print("  slower: found, median rounds; another named; alike said; a vantage named for failures")
    for name, truth in SLOWER.items():
        failures, times = tallies(truth)
        print(f"  {name:<44}{_shown(times)}   {failures.found + failures.wrong:.3f}")


def tallies(truth: VantageTruth, campaigns: int = CAMPAIGNS, rounds: int = ROUNDS) -> tuple[Tally, Tally]:
    """Draw campaigns, and count the answers on failures and on times."""
    rngs = (np.random.default_rng([SEED, campaign]) for campaign in range(campaigns))
    found = [judge_campaign(draw_campaign(truth, rng, rounds)) for rng in rngs]
    failures, times = zip(*found, strict=True)
    return _tally(failures), _tally(times)


def _tally(findings: tuple[VantageFinding, ...]) -> Tally:
    named = [{worse.vantage: worse.settled_after for worse in finding.worse} for finding in findings]
    return Tally(
        found=float(np.mean([set(names) == {"1"} for names in named])),
        wrong=float(np.mean([bool(set(names) - {"1"}) for names in named])),
        alike=float(np.mean([finding.answer is VantageAnswer.ALIKE for finding in findings])),
        median_rounds=float(np.median([names.get("1", np.inf) for names in named])),
    )


def _shown(tally: Tally) -> str:
    return f"{tally.found:.3f} {tally.median_rounds:5.0f}   {tally.wrong:.3f}   {tally.alike:.3f}"
