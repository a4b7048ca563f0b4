"""A cold start told from a fault of every second request: by arithmetic, and in runs drawn with a fixed seed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from probe.model.verdict import Answer, Verdict
from probe.stats.order_evidence import OrderEvidence, extra_is_due, path_beyond_order, path_order
from probe.stats.sequential import LOG_THRESHOLD, Counts, Scores, path_worse
from probe.stats.sequential_verdict import judge_pairs
from probe.stats.turns import Turns

SEED = 20261128


def scores(*values: int) -> Scores:
    return np.array(values, np.int8)


def turns(*sides: int, segments: tuple[int, ...] | None = None) -> Turns:
    return Turns(scores(*sides), np.array(segments or (0,) * len(sides), np.int64))


def test_rounds_of_one_turn_alone_say_nothing_beyond_the_order() -> None:
    always = scores(*[1] * 20)
    assert path_worse(Counts.of(always))[-1] > LOG_THRESHOLD
    assert path_beyond_order(always, turns(*[1] * 20)).max() <= 0
    assert path_order(always, turns(*[1] * 20)).max() <= 0


def test_rounds_of_both_turns_in_balance_say_as_much_as_without_an_order() -> None:
    always, sides = scores(*[1] * 8), turns(1, 1, 1, 1, -1, -1, -1, -1)
    beyond = path_beyond_order(always, sides)
    assert beyond[-1] == pytest.approx(path_worse(Counts.of(always))[-1])
    assert beyond[-1] >= LOG_THRESHOLD
    assert path_order(always, sides).max() <= 0


def test_what_turns_with_the_turn_is_the_order() -> None:
    turning, sides = scores(*[1] * 4, *[-1] * 4), turns(*[1] * 4, *[-1] * 4)
    # A mixture over Beta(1/2, 1/2) of t^8 is (15!!/16!!), against (1/2)^8.
    assert path_order(turning, sides)[-1] == pytest.approx(np.log(2027025 / 10321920 * 256))
    assert path_order(turning, sides)[-1] >= LOG_THRESHOLD
    assert path_beyond_order(turning, sides).max() < 1


def test_rounds_whose_calls_had_the_same_turn_cannot_be_the_order() -> None:
    always = scores(*[1] * 8)
    assert path_beyond_order(always, turns(*[0] * 8))[-1] == pytest.approx(path_worse(Counts.of(always))[-1])


def test_turns_of_different_segments_are_not_known_from_each_other() -> None:
    """Others may have used the upstream in between: the first turn of one part may be the second of the next."""
    turning = scores(*[1] * 4, *[1] * 4)
    apart = turns(*[1] * 4, *[-1] * 4, segments=(0,) * 4 + (1,) * 4)
    assert path_beyond_order(turning, apart).max() <= 0


@pytest.mark.parametrize(
    ("so_far", "sides", "following", "due"),
    [
        ((1, 1, 1), (1, 1, 1), 1, False),
        ((1, 1, 1, 1), (1, 1, 1, 1), 1, True),
        ((1, 1, 1, 1), (1, 1, 1, 1), -1, False),  # a retry has turned it already
        ((-1, -1, -1, -1, -1), (1, 1, 1, 1, 1), 1, False),  # not cold: nothing to tell apart
        ((1, 1, 1, 1, 0, -1, -1, -1), (1, 1, 1, 1, 1, 1, 1, 1), 1, False),
        ((), (), 1, False),
    ],
)
def test_when_an_extra_call_is_due(so_far: tuple[int, ...], sides: tuple[int, ...], following: int, due: bool) -> None:
    assert extra_is_due(scores(*so_far), turns(*sides), following) is due


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


def measured(call: Fails, rounds: int, rng: np.random.Generator) -> Outcome:
    """Simulate a run of two calls a round; extra calls are made where they are due."""
    number = 0
    extras: list[int] = []
    failures, slowness, sides = (np.zeros(rounds, np.int8) for _ in range(3))
    segments = np.zeros(rounds, np.int64)
    for done in range(1, rounds + 1):
        first, second = call(rng, True, number), call(rng, False, number + 1)
        sides[done - 1] = 1 - 2 * (number % 2)
        number += 2
        difference = min(first, 60_000.0) - min(second, 60_000.0)
        failures[done - 1] = int(np.isinf(first)) - int(np.isinf(second))
        slowness[done - 1] = int(difference > 1000) - int(difference < -1000)
        so_far = Turns(sides[:done], segments[:done])
        if any(extra_is_due(each[:done], so_far, 1 - 2 * (number % 2)) for each in (failures, slowness)):
            call(rng, False, number)
            number += 1
            extras.append(done)
    order = OrderEvidence.of(failures, slowness, Turns(sides, segments))
    verdict = judge_pairs(failures, slowness, order=order, checks_order=True, slower_by_ms=1000, forecast=False)
    return Outcome(verdict, sum(after < (verdict.settled_after or rounds) for after in extras))


def runs(call: Fails, rounds: int, number: int) -> list[Outcome]:
    rng = np.random.default_rng(SEED)
    return [measured(call, rounds, rng) for _ in range(number)]


@pytest.mark.parametrize(("call", "after"), [(cold(1, 0), 7), (cold(0, 0, late_ms=3000), 8)])
def test_a_plain_cold_start_costs_one_extra_call_and_no_round(call: Fails, after: int) -> None:
    (found,) = runs(call, 30, 1)
    assert (found.verdict.answer, found.verdict.settled_after, found.extras) == (Answer.COLD, after, 1)


@pytest.mark.parametrize("call", [by_turns(1, 0), by_turns(0, 0, late_ms=3000), by_turns(1, 0, servers=4)])
def test_a_server_that_is_down_or_slow_is_no_cold_start(call: Fails) -> None:
    (found,) = runs(call, 30, 1)
    assert found.verdict.answer is Answer.ORDER
    assert (found.verdict.settled_after or 99) <= 15
    assert found.extras == 1


def test_three_servers_by_turns_do_not_look_cold() -> None:
    """Two calls a round meet each of them alike."""
    (found,) = runs(by_turns(1, 0, servers=3), 60, 1)
    assert found.verdict.answer not in {Answer.COLD, Answer.ORDER}


@pytest.mark.parametrize(("p1", "p2", "rounds", "plain"), [(0.5, 0.1, 60, 21.7), (0.3, 0.05, 90, 35.5)])
def test_a_cold_start_is_seen_as_soon_as_without_the_check(p1: float, p2: float, rounds: int, plain: float) -> None:
    """`plain` is the mean number of rounds without it."""
    found = [each for each in runs(cold(p1, p2), rounds, 60) if each.verdict.answer is Answer.COLD]
    assert len(found) >= 57
    assert np.mean([each.verdict.settled_after for each in found]) < plain + 3
    assert np.mean([each.extras for each in found]) < 1.5


@pytest.mark.parametrize(("bad", "good", "found"), [(0.5, 0.1, 0.85), (0.8, 0.2, 0.95), (0.3, 0.3, 0.0)])
def test_the_order_alone_is_seldom_called_cold_whenever_one_looks(bad: float, good: float, found: float) -> None:
    answers = [each.verdict.answer for each in runs(by_turns(bad, good), 60, 80)]
    assert answers.count(Answer.COLD) <= 4
    assert answers.count(Answer.ORDER) >= found * 80
