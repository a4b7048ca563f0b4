"""The change from warm to cold, against brute force, and in simulated searches with a known truth."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression  # noqa: F401 - takes long, and not in a test with a deadline
from scipy.special import beta

from probe.stats.change_point import (
    COLD_ABOVE,
    COLD_BELOW,
    Trials,
    bracket_ms,
    credible_ms,
    fitted_shares,
    gaps_ms,
    locate_change,
    next_gap_ms,
)

SHORTEST, LONGEST = 5_000.0, 900_000.0
SEED = 20261121


def trials(*seen: tuple[float, bool]) -> Trials:
    return Trials(np.array([idle for idle, _ in seen], dtype=float), np.array([cold for _, cold in seen], dtype=bool))


some = st.lists(st.tuples(st.sampled_from([1.0, 2.0, 4.0, 8.0, 16.0]), st.booleans()), max_size=14)


@given(some)
def test_the_posterior_is_bayes_rule(seen: list[tuple[float, bool]]) -> None:
    change = locate_change(trials(*seen), 1.0, 16.0)
    assert change.probability.sum() == pytest.approx(1)
    weights = []
    for place in change.at_ms.tolist():
        weight = {0.0: 1 / 8, math.inf: 1 / 4}.get(place, 5 / 8 / (len(change.at_ms) - 2))
        for (a, b), side in ((COLD_BELOW, False), (COLD_ABOVE, True)):
            here = [cold for idle, cold in seen if (idle >= place) is side]
            weight *= float(beta(a + sum(here), b + len(here) - sum(here)) / beta(a, b))
        weights.append(weight)
    assert change.probability == pytest.approx(np.array(weights) / sum(weights))


@given(some)
def test_fitted_shares_rise_and_keep_the_count(tried: list[tuple[float, bool]]) -> None:
    found = trials(*tried)
    idle, share = fitted_shares(found)
    assert all(low <= high + 1e-12 for low, high in pairwise(share))
    counts = [sum(1 for idle_ms, _ in tried if idle_ms == level) for level in idle]
    assert float(share @ np.array(counts)) == pytest.approx(sum(cold for _, cold in tried)) if tried else not len(idle)


def test_the_bracket() -> None:
    assert bracket_ms(trials()) == (None, None)
    assert bracket_ms(trials((1, False), (2, False), (4, True), (8, True))) == (2, 4)
    assert bracket_ms(trials((1, False), (9, False))) == (9, None)
    assert bracket_ms(trials((1, True), (9, True))) == (None, 1)
    # one cold call among many warm ones of about the same idle time is no change
    assert bracket_ms(trials((1, False), (2, True), (3, False), (4, False), (8, True), (9, True))) == (4, 8)


def test_nothing_is_known_without_trials() -> None:
    change = locate_change(trials(), SHORTEST, LONGEST)
    assert credible_ms(change) == (None, None)
    assert change.probability[0] == pytest.approx(1 / 8)
    assert change.probability[-1] == pytest.approx(1 / 4)


def test_far_out_is_said_to_be_out() -> None:
    tried = gaps_ms(SHORTEST, LONGEST)
    warm = locate_change(trials(*[(idle, False) for idle in tried]), SHORTEST, LONGEST)
    low, high = credible_ms(warm)
    assert high is None
    assert low is not None
    assert low > LONGEST / 2
    cold = locate_change(trials(*[(idle, True) for idle in tried]), SHORTEST, LONGEST)
    low, high = credible_ms(cold)
    assert low is None
    assert high is not None
    assert high < 2 * SHORTEST


def test_gaps_are_geometric() -> None:
    gaps = gaps_ms(SHORTEST, LONGEST)
    assert (gaps[0], gaps[-1]) == (SHORTEST, LONGEST)
    steps = gaps[1:] / gaps[:-1]
    assert steps == pytest.approx(steps[0])
    assert 1.1 < steps[0] < 1.3
    assert list(gaps_ms(1000, 1010)) == [1000, 1010]


def search(truth_ms: float, rounds: int, shares: tuple[float, float], rng: np.random.Generator) -> tuple[Trials, float]:
    """Return trials that are chosen one by one, and the time that they took (ms)."""
    tried: list[tuple[float, bool]] = []
    gaps, took = gaps_ms(SHORTEST, LONGEST), 0.0
    for _ in range(rounds):
        change = locate_change(trials(*tried), SHORTEST, LONGEST)
        gap = next_gap_ms(change, gaps, 5000.0, rng.random())
        tried.append((gap, bool(rng.random() < shares[gap >= truth_ms])))
        took += gap + 5000
    return trials(*tried), took


@pytest.mark.parametrize(("shares", "narrow"), [((0.0, 1.0), 0.9), ((0.05, 0.95), 0.65)])
def test_a_search_finds_the_truth(shares: tuple[float, float], narrow: float) -> None:
    """24 rounds, truth anywhere within the range: the interval holds it, and is within an octave mostly."""
    rng = np.random.default_rng(SEED)
    held = within = 0
    runs = 60
    for _ in range(runs):
        truth = float(np.exp(rng.uniform(math.log(SHORTEST * 1.1), math.log(LONGEST / 1.1))))
        made, _ = search(truth, 24, shares, rng)
        low, high = credible_ms(locate_change(made, SHORTEST, LONGEST))
        held += (low or 0) <= truth <= (high or math.inf)
        within += low is not None and high is not None and high <= 2 * low
    assert held / runs >= 0.95
    assert within / runs >= narrow


def test_a_search_is_cheaper_than_trying_all() -> None:
    """Try long waits seldom for an upstream that goes cold after a minute."""
    rng = np.random.default_rng(SEED)
    took = [search(60_000.0, 24, (0.0, 1.0), rng)[1] for _ in range(20)]
    every_gap_in_turn = gaps_ms(SHORTEST, LONGEST).mean() * 24
    assert np.median(took) < every_gap_in_turn / 3


def test_a_noisy_upstream_is_no_certainty() -> None:
    """Half of the calls cold whatever the idle time: no narrow answer."""
    rng = np.random.default_rng(SEED)
    narrow = 0
    for _ in range(20):
        made, _ = search(60_000.0, 24, (0.5, 0.5), rng)
        low, high = credible_ms(locate_change(made, SHORTEST, LONGEST))
        narrow += low is not None and high is not None and high <= 2 * low
    assert narrow <= 2
