"""Error rates of the sequential tests, exact by dynamic programming over (b, c), or sampled with a fixed seed.

Both calls fail independently in each round, the first with p1, the second with p2, unless it is said otherwise.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import bdtr

from probe.model.verdict import Answer, Verdict
from probe.stats.sequential import LOG_THRESHOLD, Floats, Integers, Scores, log_e_down, log_e_up, log_e_worse
from probe.stats.sequential_verdict import judge_pairs

Stops = Callable[[Integers, Integers, int], np.ndarray]
SEED = 20261121


def stopping(p1: float, p2: float, rounds: int, *rules: Stops) -> list[Floats]:
    """For each rule the probabilities that it, and none before it, stops at 0, 1, …, `rounds` pairs; exact.

    A rule is told arrays b and c and the number of pairs, and says where it stops; the first in order goes before.
    """
    only_first, only_second = p1 * (1 - p2), p2 * (1 - p1)
    mass = np.zeros((rounds + 1, rounds + 1))
    mass[0, 0] = 1
    stopped = [np.zeros(rounds + 1) for _ in rules]
    for n in range(1, rounds + 1):
        after = mass * (1 - only_first - only_second)
        after[1:] += mass[:-1] * only_first
        after[:, 1:] += mass[:, :-1] * only_second
        mass = after
        for rule, times in zip(rules, stopped, strict=True):
            b, c = np.nonzero(mass > 1e-14)
            stops = rule(b, c, n)
            times[n] = mass[b[stops], c[stops]].sum()
            mass[b[stops], c[stops]] = 0
    return stopped


def cold(b: Integers, c: Integers, n: int) -> np.ndarray:
    return log_e_worse(b, c) >= LOG_THRESHOLD


def no_effect(b: Integers, c: Integers, n: int) -> np.ndarray:
    return log_e_down(b, c, n, 0.15) >= LOG_THRESHOLD


def mean_rounds(times: Floats) -> float:
    """Of those that stop."""
    return float(times @ np.arange(len(times)) / times.sum())


def test_calls_alike_are_seldom_called_cold_whenever_one_looks() -> None:
    (times,) = stopping(0.2, 0.2, 300, cold)
    assert times[:61].sum() == pytest.approx(0.0170, abs=5e-4)
    assert times.sum() == pytest.approx(0.0288, abs=5e-4)


@pytest.mark.parametrize("p", [0.02, 0.05, 0.5, 0.9])
def test_the_error_rate_holds_at_other_failure_rates(p: float) -> None:
    (times,) = stopping(p, p, 200, cold)
    assert times.sum() <= 0.05


@pytest.mark.parametrize(
    ("p1", "p2", "mean", "four_in_five_by"), [(0.3, 0.05, 35.1, 48), (0.5, 0.1, 21.5, 29), (0.95, 0.05, 7.8, 8)]
)
def test_how_soon_cold_is_seen(p1: float, p2: float, mean: float, four_in_five_by: int) -> None:
    (times,) = stopping(p1, p2, 250, cold)
    assert times.sum() > 0.999
    assert mean_rounds(times) == pytest.approx(mean, abs=0.1)
    assert int((times.cumsum() >= 0.8).argmax()) == four_in_five_by


def test_how_soon_no_effect_is_seen() -> None:
    called_cold, called_none = stopping(0.05, 0.05, 120, cold, no_effect)
    assert called_none.sum() == pytest.approx(0.982, abs=1e-3)
    assert called_cold.sum() == pytest.approx(0.008, abs=1e-3)
    stopped = called_cold + called_none
    assert stopped @ np.arange(121) + 120 * (1 - stopped.sum()) == pytest.approx(44.7, abs=0.1)


@pytest.mark.parametrize(("p1", "p2"), [(0.2, 0.05), (0.25, 0.1), (0.15, 0.0), (0.4, 0.25)])
def test_an_effect_of_delta_is_seldom_called_none(p1: float, p2: float) -> None:
    """p1 - p2 is delta itself, the hardest case. What is called cold first is left aside: it can only lower this."""
    (times,) = stopping(p1, p2, 120, no_effect)
    assert 0.005 < times.sum() <= 0.05


@pytest.mark.parametrize(("p1", "p2"), [(0.2, 0.2), (0.3, 0.05), (0.05, 0.05), (0.5, 0.1), (0.1, 0.6)])
def test_the_confidence_sequence_holds_the_difference_at_all_looks_together(p1: float, p2: float) -> None:
    def missed(b: Integers, c: Integers, n: int) -> np.ndarray:
        wanted = np.log(40)
        return np.asarray(np.maximum(log_e_up(b, c, n, p1 - p2), log_e_down(b, c, n, p1 - p2)) >= wanted)

    (times,) = stopping(p1, p2, 120, missed)
    assert 0.005 < times.sum() <= 0.05


def test_a_p_value_meant_for_one_look_is_wrong_too_often_when_peeked_at() -> None:
    """Look at mid-p McNemar at .05 after each round, .2/.2: by 1000 rounds it is 0.408; at .05/.05, 0.311."""

    def significant(b: Integers, c: Integers, n: int) -> np.ndarray:
        few, discordant = np.minimum(b, c), b + c
        below = np.where(few > 0, bdtr(np.maximum(few - 1, 0).astype(float), discordant, 0.5), 0.0)
        return np.asarray(below + bdtr(few.astype(float), discordant, 0.5) <= 0.05)

    (times,) = stopping(0.2, 0.2, 60, significant)
    assert times.sum() == pytest.approx(0.169, abs=2e-3)


@dataclass(frozen=True)
class Upstream:
    """Both calls take 2 s, lognormal with sigma 0.3; the first `late_ms` more; a failed one its timeout of a minute."""

    p1: float
    p2: float
    late_ms: float = 0.0
    slower_by_ms: float = 500.0

    def series(self, rng: np.random.Generator, rounds: int) -> tuple[Scores, Scores]:
        failed = rng.random((rounds, 2)) < (self.p1, self.p2)
        took = 2000 * np.exp(0.3 * rng.standard_normal((rounds, 2))) + (self.late_ms, 0.0)
        took[failed] = 60_000.0
        difference = took[:, 0] - took[:, 1]
        return (
            failed[:, 0].astype(np.int8) - failed[:, 1].astype(np.int8),
            (difference > self.slower_by_ms).astype(np.int8) - (difference < -self.slower_by_ms).astype(np.int8),
        )

    def verdicts(self, rounds: int, runs: int) -> list[Verdict]:
        rng = np.random.default_rng(SEED)
        return [
            judge_pairs(*self.series(rng, rounds), slower_by_ms=self.slower_by_ms, forecast=False) for _ in range(runs)
        ]


@pytest.mark.slow
@pytest.mark.parametrize(("p", "rounds"), [(0.2, 60), (0.0, 60), (0.05, 120)])
def test_calls_alike_in_failures_and_durations_are_seldom_called_cold(p: float, rounds: int) -> None:
    """Count failed calls as slow, so that the series depend on each other. In 1000 runs: 20, 11 and 16."""
    answers = Counter(each.answer for each in Upstream(p, p).verdicts(rounds, 1000))
    assert 0 < answers[Answer.COLD] <= 50


@pytest.mark.slow
def test_how_soon_the_verdict_is_cold_where_first_calls_fail() -> None:
    """0.860 of 1000 runs by 60 rounds, after 35.4 rounds (60 where not). One standard error: 0.011, and 0.55."""
    verdicts = Upstream(0.3, 0.05).verdicts(60, 1000)
    found = [each for each in verdicts if each.answer is Answer.COLD]
    assert len(found) / 1000 == pytest.approx(0.86, abs=0.045)
    assert np.mean([each.settled_after or 60 for each in verdicts]) == pytest.approx(35.4, abs=2.2)
    assert sum(each.fails_more for each in found) > 0.95 * len(found)


@pytest.mark.slow
def test_first_calls_that_are_a_second_late_are_slower_and_do_not_fail_more() -> None:
    """998 of 1000 runs by 60 rounds, after 17.5 rounds; 3 say `fails_more`, wrongly."""
    verdicts = Upstream(0.05, 0.05, late_ms=1000).verdicts(60, 1000)
    assert sum(each.answer is Answer.COLD and each.slower for each in verdicts) >= 985
    assert np.mean([each.settled_after or 60 for each in verdicts]) == pytest.approx(17.5, abs=1.0)
    assert sum(each.fails_more for each in verdicts) <= 20


@pytest.mark.slow
def test_calls_that_are_alike_are_called_so() -> None:
    """With a margin of slowness above the noise: 976 of 1000 runs by 120 rounds; 10 say COLD, wrongly."""
    answers = Counter(each.answer for each in Upstream(0.05, 0.05, slower_by_ms=2500.0).verdicts(120, 1000))
    assert answers[Answer.NO_COLD_EFFECT] / 1000 == pytest.approx(0.976, abs=0.02)
    assert answers[Answer.COLD] <= 30
