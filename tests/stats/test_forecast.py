"""The forecast: what it says of plain cases, and how often it holds."""

import math

import numpy as np
import pytest

from probe.model.verdict import RoundsToGo
from probe.stats.forecast import LOOKED_AHEAD, rounds_to_go
from probe.stats.round_scores import RoundScores
from probe.stats.sequential import Scores
from probe.stats.verdict_paths import VerdictPaths
from tests.stats.scores import joined, ones, quiet, rounds


def series(b: int, c: int, n: int) -> Scores:
    """Return b rounds of +1, then c of -1, then ties."""
    scores = np.zeros(n, np.int8)
    scores[:b], scores[b : b + c] = 1, -1
    return scores


def to_go(scores: RoundScores, delta: float = 0.15, seed: int = 1) -> RoundsToGo:
    return rounds_to_go(scores, delta, seed=seed)


def test_where_only_the_first_fails_a_few_rounds_settle_it() -> None:
    found = to_go(rounds(ones(4)))
    assert found.low is not None
    assert found.high is not None
    assert 1 <= found.low <= 2
    assert found.low < found.high <= 25


def test_where_nothing_happens_no_effect_is_in_sight() -> None:
    found = to_go(rounds(quiet(18)))  # 25 quiet rounds show it
    assert found.low is not None
    assert found.high is not None
    assert 3 <= found.low <= 10
    assert found.high < 60


def test_an_effect_between_none_and_delta_is_not_settled_within_what_is_looked_ahead() -> None:
    found = to_go(rounds(series(3200, 3100, 40_000)), delta=0.005)
    assert (found.low, found.high, found.looked_ahead) == (None, None, LOOKED_AHEAD)


def test_the_far_end_alone_may_be_out_of_sight() -> None:
    found = to_go(rounds(series(8, 5, 60)), delta=0.04)
    assert found.low is not None
    assert found.high is None


def test_what_was_shown_is_not_waited_for_again() -> None:
    scores = joined(rounds(quiet(30)), rounds(series(2, 2, 4)))
    unseen = rounds_to_go(scores, 0.15, seed=1)
    seen = rounds_to_go(scores, 0.15, no_effect_shown=(True, True), seed=1)
    assert seen.low == seen.high == 1
    assert unseen.low is not None
    assert unseen.low > 1


def test_the_same_seed_tells_the_same() -> None:
    scores = rounds(series(3, 1, 20), series(0, 2, 20))
    told = [to_go(scores, seed=seed) for seed in (1, 1, 2, 3, 4, 5)]
    assert told[0] == told[1]
    assert len({(each.low, each.high) for each in told}) > 1


@pytest.mark.slow
def test_four_out_of_five_futures_fall_in_the_range() -> None:
    """Rates of failure from the prior itself, 20 rounds shown, the rest kept back."""
    rng = np.random.default_rng(7)
    told, inside = 0, 0
    while told < 100:
        failures = rng.choice(np.array([1, -1, 0], np.int8), 20 + LOOKED_AHEAD, p=rng.dirichlet((0.5, 0.5, 0.5)))
        settled = settled_at(rounds(failures))
        if settled <= 20:
            continue
        found = to_go(rounds(failures[:20]), seed=told)
        beyond = LOOKED_AHEAD + 1
        told += 1
        inside += (found.low or beyond) <= min(settled - 20, beyond) <= (found.high or beyond)
    # At least 0.8, and more where many futures end at the same look; 4 standard errors are 0.16.
    assert 0.64 <= inside / told <= 0.98


def settled_at(scores: RoundScores) -> float:
    """Return the number of rounds at which any answer was reached; infinite for none."""
    paths = VerdictPaths.of(scores, 0.15)
    cold, second, fails, slow = (
        math.inf if peak.reached is None else float(peak.reached)
        for peak in map(paths.peak, (paths.cold, paths.second, paths.fails_no_more, paths.no_slower))
    )
    return min(cold, second, max(fails, slow))
