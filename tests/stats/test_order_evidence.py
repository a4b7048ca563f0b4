"""A cold start told from a fault of every second request: by arithmetic, and in runs drawn with a fixed seed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from probe.model.verdict import Answer, Verdict
from probe.stats.order_evidence import OrderEvidence, extra_is_due, rows_beyond_order, rows_of_order
from probe.stats.pairs import StepCalls
from probe.stats.round_scores import RoundScores
from probe.stats.sequential import LOG_THRESHOLD, Counts, Scores, sparse_looks
from probe.stats.sequential_verdict import judge_rounds
from probe.stats.severity_mixture import log_e_rows
from probe.stats.turns import Turns
from tests.stats.scores import rounds

SEED = 20261128


def scores(*values: int) -> Scores:
    return np.array(values, np.int8)


def turns(*sides: int, segments: tuple[int, ...] | None = None) -> Turns:
    return Turns(scores(*sides), np.array(segments or (0,) * len(sides), np.int64))


def plain(failures: Scores) -> np.ndarray:
    """Return log E against "no worse" of each series, after every round."""
    return log_e_rows(Counts.of(rounds(failures).series))


def beyond(failures: Scores, of: Turns) -> np.ndarray:
    return rows_beyond_order(rounds(failures).series, of, sparse_looks(len(failures)))


def of_order(failures: Scores, of: Turns) -> np.ndarray:
    return rows_of_order(rounds(failures).series, of, sparse_looks(len(failures)))


def test_rounds_of_one_turn_alone_say_nothing_beyond_the_order() -> None:
    always = scores(*[1] * 20)
    assert plain(always)[:, -1].min() > LOG_THRESHOLD
    assert beyond(always, turns(*[1] * 20)).max() <= 0
    assert of_order(always, turns(*[1] * 20)).max() <= 0


def test_rounds_of_both_turns_in_balance_say_as_much_as_without_an_order() -> None:
    always, sides = scores(*[1] * 6), turns(1, 1, 1, -1, -1, -1)
    assert beyond(always, sides)[:, -1] == pytest.approx(plain(always)[:, -1])
    assert beyond(always, sides)[:, -1].min() >= LOG_THRESHOLD
    assert of_order(always, sides).max() <= 0


def test_what_turns_with_the_turn_is_the_order() -> None:
    turning, sides = scores(*[1] * 4, *[-1] * 4), turns(*[1] * 4, *[-1] * 4)
    # A mixture over Beta(1/2, 1/2) of t^8 is (15!!/16!!), against (1/2)^8.
    assert of_order(turning, sides)[:, -1] == pytest.approx(np.log(2027025 / 10321920 * 256))
    assert of_order(turning, sides)[:, -1].min() >= LOG_THRESHOLD
    assert beyond(turning, sides).max() < 1.5


def test_rounds_whose_calls_had_the_same_turn_cannot_be_the_order() -> None:
    always = scores(*[1] * 8)
    assert beyond(always, turns(*[0] * 8))[:, -1] == pytest.approx(plain(always)[:, -1])


def test_turns_of_different_segments_are_not_known_from_each_other() -> None:
    """Others may have used the upstream in between: the first turn of one part may be the second of the next."""
    turning = scores(*[1] * 4, *[1] * 4)
    apart = turns(*[1] * 4, *[-1] * 4, segments=(0,) * 4 + (1,) * 4)
    assert beyond(turning, apart).max() <= 0


@pytest.mark.parametrize(
    ("so_far", "sides", "following", "due"),
    [
        ((1, 1), (1, 1), 1, False),
        ((1, 1, 1), (1, 1, 1), 1, True),
        ((1, 1, 1), (1, 1, 1), -1, False),  # a retry has turned it already
        ((-1, -1, -1, -1), (1, 1, 1, 1), 1, False),  # not cold: nothing to tell apart
        ((1, 1, 1, 1, 0, -1, -1, -1), (1, 1, 1, 1, 1, 1, 1, 1), 1, False),
        ((), (), 1, False),
    ],
)
def test_when_an_extra_call_is_due(so_far: tuple[int, ...], sides: tuple[int, ...], following: int, due: bool) -> None:
    assert extra_is_due(rounds(scores(*so_far)), turns(*sides), following) is due


Fails = Callable[[np.random.Generator, bool, int], float]
"""(random, whether it is the first call, the number of the request) -> how long it takes in ms; infinite: it fails."""


def cold(p1: float, p2: float, late_ms: float = 0.0) -> Fails:
    def call(rng: np.random.Generator, first: bool, number: int) -> float:
        failed = rng.random() < (p1 if first else p2)
        return np.inf if failed else 2000 * np.exp(0.2 * rng.standard_normal()) + first * late_ms

    return call


def by_turns(bad: float, good: float, late_ms: float = 0.0, servers: int = 2) -> Fails:
    def call(rng: np.random.Generator, first: bool, number: int) -> float:
        mine = number % servers == 0
        failed = rng.random() < (bad if mine else good)
        return np.inf if failed else 2000 * np.exp(0.2 * rng.standard_normal()) + mine * late_ms

    return call


@dataclass(frozen=True)
class Outcome:
    """The verdict after all rounds, and the extra calls that were made until it was settled."""

    verdict: Verdict
    extras: int


def measured(call: Fails, n: int, rng: np.random.Generator) -> Outcome:
    """Simulate a run of two calls a round; extra calls are made where they are due."""
    number = 0
    extras: list[int] = []
    took, sides = np.zeros((2, n)), np.zeros(n, np.int8)
    for done in range(1, n + 1):
        took[:, done - 1] = call(rng, True, number), call(rng, False, number + 1)
        sides[done - 1] = 1 - 2 * (number % 2)
        number += 2
        so_far = Turns(sides[:done], np.zeros(done, np.int64))
        if done < 300 and extra_is_due(scored(took[:, :done]), so_far, 1 - 2 * (number % 2)):
            call(rng, False, number)
            number += 1
            extras.append(done)
    of_all = scored(took)
    order = OrderEvidence.of(of_all, Turns(sides, np.zeros(n, np.int64)))
    verdict = judge_rounds(of_all, order=order, checks_order=True, slower_by_ms=1000, forecast=False)
    return Outcome(verdict, sum(after < (verdict.settled_after or n) for after in extras))


def scored(took: np.ndarray) -> RoundScores:
    first, second = (StepCalls(np.minimum(row, 60_000.0), np.full(len(row), 60_000.0), np.isinf(row)) for row in took)
    return RoundScores.of(first, second, np.full(len(first), 1000.0), np.zeros(len(first)))


def runs(call: Fails, n: int, number: int) -> list[Outcome]:
    rng = np.random.default_rng(SEED)
    return [measured(call, n, rng) for _ in range(number)]


@pytest.mark.parametrize(("call", "after"), [(cold(1, 0), 6), (cold(0, 0, late_ms=2000), 6)])
def test_a_plain_cold_start_costs_one_extra_call_and_no_round(call: Fails, after: int) -> None:
    (found,) = runs(call, 30, 1)
    assert (found.verdict.answer, found.verdict.settled_after, found.extras) == (Answer.COLD, after, 1)


@pytest.mark.parametrize("call", [by_turns(1, 0), by_turns(0, 0, late_ms=3000), by_turns(1, 0, servers=4)])
def test_a_server_that_is_down_or_slow_is_no_cold_start(call: Fails) -> None:
    (found,) = runs(call, 30, 1)
    assert found.verdict.answer is Answer.ORDER
    assert (found.verdict.settled_after or 99) <= 16
    assert found.extras == 1


def test_three_servers_by_turns_do_not_look_cold() -> None:
    """Two calls a round meet each of them alike."""
    (found,) = runs(by_turns(1, 0, servers=3), 60, 1)
    assert found.verdict.answer not in {Answer.COLD, Answer.ORDER}


@pytest.mark.parametrize(("p1", "p2", "n", "plain"), [(0.5, 0.1, 60, 20.5), (0.3, 0.05, 90, 34.1)])
def test_a_cold_start_is_seen_as_soon_as_without_the_check(p1: float, p2: float, n: int, plain: float) -> None:
    """`plain` is the mean number of rounds without it."""
    found = [each for each in runs(cold(p1, p2), n, 60) if each.verdict.answer is Answer.COLD]
    assert len(found) >= 57
    assert np.mean([each.verdict.settled_after for each in found]) < plain + 3
    assert np.mean([each.extras for each in found]) < 1.5


@pytest.mark.parametrize(("bad", "good", "found"), [(0.5, 0.1, 0.85), (0.8, 0.2, 0.95), (0.3, 0.3, 0.0)])
def test_the_order_alone_is_seldom_called_cold_whenever_one_looks(bad: float, good: float, found: float) -> None:
    answers = [each.verdict.answer for each in runs(by_turns(bad, good), 60, 80)]
    assert answers.count(Answer.COLD) <= 4
    assert answers.count(Answer.ORDER) >= found * 80
