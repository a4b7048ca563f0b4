"""Comparison of each round's first call with its second one: failures, durations, and how sure a difference is."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from probe.model.statistics import Estimate, Pairs, Ratio
from probe.stats.durations import TAIL, Bools, Floats, at_least_ms, t_interval
from probe.stats.frame import Frame
from probe.stats.rates import Z95, mcnemar_exact_p, mcnemar_mid_p, tango_interval

Scores = NDArray[np.int8]

SEED = 10_947
"""Of all that is drawn here, so that a report comes out the same each time."""
DRAWS = 9_999
MOST_ENUMERATED = 16
MOST_DRAWN = 2_000
MOST_EXACT_RANKS = 300
MOST_PAIRS_OF_RATIO = 2_000
LEAST_MS = 1e-3
"""Stands in for a duration of 0, which has no logarithm."""


@dataclass(frozen=True)
class StepCalls:
    """One call of every round, in order of the rounds; times in ms, `timeout_ms` nan where there was none."""

    wall_ms: Floats
    timeout_ms: Floats
    failed: Bools

    def __len__(self) -> int:
        return len(self.wall_ms)

    @property
    def endless(self) -> Bools:
        """True for failed calls without a timeout: of how long they would have taken nothing is known."""
        endless: Bools = self.failed & np.isnan(self.timeout_ms)
        return endless

    def where(self, chosen: Bools) -> "StepCalls":
        """Return the calls of some rounds."""
        return StepCalls(self.wall_ms[chosen], self.timeout_ms[chosen], self.failed[chosen])

    @property
    def at_least_ms(self) -> Floats:
        return at_least_ms(self.wall_ms, self.timeout_ms, self.failed)


def calls_of(frame: Frame, *, from_request: bool = False) -> StepCalls:
    """Return the calls of a frame; `from_request` counts their times from the client's first request on."""
    wall_ms = frame["wall_ms"]
    if from_request:
        wall_ms = wall_ms - np.nan_to_num(frame["boot"])
    return StepCalls(wall_ms, frame["timeout_ms"], frame.are("failed"))


def slowness_scores(
    first: StepCalls, second: StepCalls, margins_ms: Floats | float, shifts_ms: Floats | float = 0.0
) -> Scores:
    """Return by round: 1 where the first call took longer by more than its margin, -1 where the second did, else 0.

    A failed call counts as having taken its timeout at least, and is never the faster of two, for nobody knows how long
    it would have taken: 0 where both failed. `shifts_ms` are taken off the differences first minus second: what a first
    call costs the client itself.
    """
    difference = first.at_least_ms - second.at_least_ms - shifts_ms
    first_slower = (difference > margins_ms) & ~second.failed
    second_slower = (difference < -margins_ms) & ~first.failed
    return first_slower.astype(np.int8) - second_slower.astype(np.int8)


def slowness_unknown(first: StepCalls, second: StepCalls, scores: Scores) -> Bools:
    """Return the rounds of which it is not known which call was slower, nor that they were alike.

    In these a call failed, and neither scored.

    Both failed; or the one that did was cut off before it had taken longer than the other. `scores` are those of
    `slowness_scores`.
    """
    unknown: Bools = (first.failed | second.failed) & (scores == 0)
    return unknown


def restricted_differences(first: StepCalls, second: StepCalls) -> Floats:
    """Return first minus second of min(duration, T) by round, ms; T is `_horizon_ms`; nan where one is not known."""
    horizon = _horizon_ms(first, second)
    differences = np.minimum(first.at_least_ms, horizon) - np.minimum(second.at_least_ms, horizon)
    return np.where(first.endless | second.endless, np.nan, differences)


def _horizon_ms(first: StepCalls, second: StepCalls) -> float:
    """Return the shortest known timeout of a call that failed, ms; infinite where none did.

    All durations are known up to there, so that calls of unlike timeouts are compared fairly.
    """
    timeouts = np.concatenate([calls.timeout_ms[calls.failed] for calls in (first, second)])
    return float(np.min(timeouts, initial=math.inf, where=~np.isnan(timeouts)))


def pairs(
    labels: tuple[str, str],
    first: StepCalls,
    second: StepCalls,
    margins_ms: Floats | float,
    shifts_ms: Floats | float = 0.0,
) -> Pairs | None:
    """Return all figures of a fixed sample, or None for no rounds; both have equal length.

    `margins_ms` and `shifts_ms` are as for `slowness_scores`; those of the last round are told.

    Not for looking while it runs: p-values and intervals hold for one look.
    """
    n = len(first)
    if n == 0:
        return None
    only_first = int(np.count_nonzero(first.failed & ~second.failed))
    only_second = int(np.count_nonzero(second.failed & ~first.failed))
    both = int(np.count_nonzero(first.failed & second.failed))
    low, high = tango_interval(only_first, only_second, n)
    slowness = slowness_scores(first, second, margins_ms, shifts_ms)
    unknown = int(np.count_nonzero(slowness_unknown(first, second, slowness)))
    first_slower, second_slower = (int(np.count_nonzero(slowness == sign)) for sign in (1, -1))
    differences = restricted_differences(first, second)
    known = ~np.isnan(differences)
    differences = differences[known]
    horizon = _horizon_ms(first, second)
    ends_ms = [np.where(calls.failed, calls.timeout_ms, calls.wall_ms) for calls in (first, second)]
    cut_off = any((each > horizon).any() for each in ends_ms)
    return Pairs(
        first=labels[0],
        second=labels[1],
        n=n,
        only_first_failed=only_first,
        only_second_failed=only_second,
        both_failed=both,
        none_failed=n - only_first - only_second - both,
        failure_difference=Estimate(value=(only_first - only_second) / n, low=low, high=high, n=n),
        mcnemar_mid_p=mcnemar_mid_p(only_first, only_second),
        mcnemar_exact_p=mcnemar_exact_p(only_first, only_second),
        slower_by_ms=float(np.broadcast_to(margins_ms, n)[-1]),
        first_slower=first_slower,
        second_slower=second_slower,
        alike=n - first_slower - second_slower - unknown,
        slower_unknown=unknown,
        shift_ms=float(np.broadcast_to(shifts_ms, n)[-1]),
        horizon_ms=horizon if cut_off else None,
        mean_difference_ms=t_interval(differences) if len(differences) > 1 else None,
        sign_flip_p=sign_flip_p(differences) if len(differences) > 1 else None,
        ratio=typical_ratio(first.where(known), second.where(known)) if known.any() else None,
    )


def sign_flip_p(differences: Floats) -> float:
    """Return the two-sided p of "each difference might as well have come with the other sign", by the mean's size.

    Fisher (1935), The Design of Experiments, section 21. Differences of 0 say nothing and are left out. Up to 16 others
    all signs are tried; up to 2,000, 9,999 random ones (seed `SEED`), where p = (1 + as extreme) / (1 + drawn); beyond,
    the sum is as good as normal.
    """
    values = np.abs(differences[differences != 0])
    n = len(values)
    observed = abs(float(differences.sum())) - 1e-9 * float(values.sum())
    if n > MOST_DRAWN:
        return math.erfc(max(observed, 0.0) / math.sqrt(2 * float(values @ values)))
    if n > MOST_ENUMERATED:
        extreme = np.count_nonzero(np.abs(_sums_of_random_signs(values)) >= observed)
        return float(1 + extreme) / (1 + DRAWS)
    sums = values[:1]  # the first sign is held: the sums of the other half are those of this one, mirrored
    for value in values[1:]:
        sums = np.concatenate([sums + value, sums - value])
    return float(np.mean(np.abs(sums) >= observed)) if n else 1.0


def _sums_of_random_signs(values: Floats) -> Floats:
    random = np.random.default_rng(SEED)
    sums = np.empty(DRAWS)
    for start in range(0, DRAWS, 1_000):  # in parts, to bound memory
        part = sums[start : start + 1_000]
        bits = np.unpackbits(random.integers(0, 256, (len(part), -(-len(values) // 8)), dtype=np.uint8), axis=1)
        part[:] = 2 * (bits[:, : len(values)].astype(np.float64) @ values) - values.sum()
    return sums


def typical_ratio(first: StepCalls, second: StepCalls) -> Ratio | None:
    """Return the Hodges-Lehmann estimate of the ratio first to second, at both ends of what failed calls may take.

    A failed call took its timeout or any time beyond, without end: for `least`, failed first calls stand at their
    timeout and failed second ones at infinity, for `most` the other way round. An end that this makes 0 or infinite is
    None; so is the whole where a point estimate is (from 29 % of one-sided failures on). Of more than 2,000 rounds a
    random sample of 2,000 is taken (seed `SEED`), which `n` tells.
    """
    n = len(first)
    chosen = np.arange(n)
    if n > MOST_PAIRS_OF_RATIO:
        chosen = np.sort(np.random.default_rng(SEED).choice(n, MOST_PAIRS_OF_RATIO, replace=False))
    log_first, log_second = (np.log(np.maximum(calls.at_least_ms[chosen], LEAST_MS)) for calls in (first, second))
    first_failed, second_failed = first.failed[chosen], second.failed[chosen]
    least = hodges_lehmann(np.where(second_failed, -math.inf, log_first - log_second))
    most = least
    if first_failed.any() or second_failed.any():
        most = hodges_lehmann(np.where(first_failed, math.inf, log_first - log_second))
    if not (math.isfinite(least[0]) and math.isfinite(most[0])):
        return None
    return Ratio(least=_ratio_of_logs(least, len(chosen)), most=_ratio_of_logs(most, len(chosen)))


def _ratio_of_logs(logs: tuple[float, float, float], n: int) -> Estimate:
    low, high = (math.exp(end) if math.isfinite(end) else None for end in logs[1:])
    return Estimate(value=math.exp(logs[0]), low=low, high=high, n=n)


def hodges_lehmann(values: Floats) -> tuple[float, float, float]:
    """Return the median of the Walsh averages, and the 95 % interval of the signed-rank test (infinite without an end).

    Some values may be infinite, all of one sign. Hodges & Lehmann (1963), Estimates of location based on rank tests,
    Ann. Math. Statist. 34, 598-611. At least one value; time and memory grow with its square.
    """
    n = len(values)
    row, column = np.triu_indices(n)
    walsh = (values[row] + values[column]) / 2
    count = len(walsh)
    cut = signed_rank_cut(n)
    ranks = [(count - 1) // 2, count // 2, max(cut - 1, 0), count - max(cut, 1)]
    walsh.partition(sorted(set(ranks)))
    below, above, low, high = (float(walsh[rank]) for rank in ranks)
    return (below + above) / 2, low if cut else -math.inf, high if cut else math.inf


@lru_cache(maxsize=64)
def signed_rank_cut(n: int) -> int:
    """Return the rank (from 1, from either end) of the Walsh average that ends the 95 % interval; 0 where none does.

    Exact, by the distribution of Wilcoxon's statistic, up to 300 values; by its normal approximation beyond.
    """
    if n > MOST_EXACT_RANKS:
        mean, variance = n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24
        return math.floor(mean - Z95 * math.sqrt(variance) + 0.5)
    chances = np.zeros(n * (n + 1) // 2 + 1)
    chances[0] = 1.0
    for rank in range(1, n + 1):
        with_rank = np.zeros_like(chances)
        with_rank[rank:] = chances[:-rank]
        chances = (chances + with_rank) / 2
    return int(np.searchsorted(np.cumsum(chances), TAIL, side="right"))
