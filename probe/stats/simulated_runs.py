"""Runs drawn from given rates and durations, judged by the verdict's own E-values after every round."""

import math
from dataclasses import dataclass

import numpy as np

from probe.stats.margins import margins_ms
from probe.stats.no_effect import RATIO, log_capital, log_wins
from probe.stats.pairs import StepCalls
from probe.stats.round_scores import MOST_RATIO, RoundScores
from probe.stats.sequential import LOG_THRESHOLD, Counts, Floats, Scores, log_e_always, log_e_worse
from probe.stats.severity_mixture import LEAST_SEVERITY, mixed

_RUNS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Truth:
    """Rates of failure, and durations in seconds: log-normal with this median and sigma, the same for both calls.

    In a share `late_share` of rounds the first call takes `late_s` longer, and `times` as long.
    """

    first_fails: float
    second_fails: float
    median_s: float = 2.0
    spread: float = 0.1
    late_s: float = 0.0
    late_share: float = 1.0
    times: float = 1.0

    def draw(self, rng: np.random.Generator, runs: int, rounds: int) -> tuple[StepCalls, StepCalls]:
        """Draw the calls of some runs: arrays (runs, rounds)."""
        shape = runs, rounds
        first, second = (
            1000 * self.median_s * np.exp(self.spread * rng.standard_normal(shape)) for _ in ("first", "second")
        )
        is_late = rng.random(shape) < self.late_share
        first = first * np.where(is_late, self.times, 1.0) + 1000 * self.late_s * is_late
        failed = rng.random(shape) < self.first_fails, rng.random(shape) < self.second_fails
        never = np.full(shape, np.nan)
        return StepCalls(first, never, failed[0]), StepCalls(second, never, failed[1])


@dataclass(frozen=True, slots=True)
class SimulatedRuns:
    """The number of rounds at which each run showed this; infinite where it did not within its `rounds`."""

    rounds: int
    cold: Floats
    fails_more: Floats
    no_effect: Floats

    def mean(self, ends: Floats) -> float:
        """Return the mean number of rounds, where a run that was not settled counts with all its rounds."""
        return float(np.minimum(ends, self.rounds).mean())

    def share(self, ends: Floats) -> float:
        """Return the share of runs that came to it."""
        return float(np.isfinite(ends).mean())

    def within(self, ends: Floats, share: float) -> int | None:
        """Return the number of rounds within which this share of the runs came to it; None for more than there are."""
        end = float(np.quantile(ends, share, method="inverted_cdf"))
        return int(end) if math.isfinite(end) else None


def simulate(
    truth: Truth, *, runs: int, rounds: int, delta: float = 0.15, fixed_margin_ms: float | None = None, seed: int
) -> SimulatedRuns:
    """Draw runs and judge them, with the order of requests left aside."""
    rng = np.random.default_rng(seed)
    tables = tables_of(rounds)
    parts = []
    for start in range(0, runs, _RUNS_AT_ONCE):
        first, second = truth.draw(rng, min(_RUNS_AT_ONCE, runs - start), rounds)
        parts.append(_judge(score(first, second, fixed_margin_ms), delta, tables))
    cold, fails_more, no_effect = (np.concatenate(ends) for ends in zip(*parts, strict=True))
    return SimulatedRuns(rounds, cold, fails_more, no_effect)


def score(first: StepCalls, second: StepCalls, fixed_margin_ms: float | None = None) -> RoundScores:
    """Score runs of calls (runs, rounds), by the margin of each."""
    margins = np.array(
        [
            margins_ms(StepCalls(*calls), fixed_margin_ms)
            for calls in zip(second.wall_ms, second.timeout_ms, second.failed, strict=True)
        ]
    )
    return RoundScores.of(first, second, margins, np.zeros_like(margins))


def cold_paths(series: Scores, tables: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return log E of the mixture, and of failures by themselves, of runs after every round.

    `series`, of shape (series, runs, rounds), is that of `RoundScores`.
    """
    worse, always = tables
    counts = Counts.of(series)
    b, c = counts.b.astype(np.int64), counts.c.astype(np.int64)
    rows = worse[b, c]
    rows[LEAST_SEVERITY] = always[b[LEAST_SEVERITY], c[LEAST_SEVERITY]]
    return mixed(rows), rows[0]


def first_reached(paths: Floats) -> Floats:
    """Return the round at which each path first reached 20; infinite where it never did."""
    reached = paths >= LOG_THRESHOLD
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.inf)


def tables_of(rounds: int) -> tuple[Floats, Floats]:
    """Return E-values by b and c, up to so many rounds."""
    b, c = np.meshgrid(np.arange(rounds + 1.0), np.arange(rounds + 1.0), indexing="ij")
    return log_e_worse(b, c), log_e_always(b, c)


def _judge(scores: RoundScores, delta: float, tables: tuple[Floats, Floats]) -> tuple[Floats, Floats, Floats]:
    cold, fails_more = cold_paths(scores.series, tables)
    none = [
        first_reached(log_capital(np.nan_to_num(log_wins(values, bound, margin)).cumsum(axis=1)))
        for values, bound, margin in (
            (scores.failures.astype(np.float64), 1.0, delta),
            (scores.log_ratio, MOST_RATIO, math.log(RATIO)),
        )
    ]
    return first_reached(cold), first_reached(fails_more), np.maximum(*none)
