"""Statistics of samples of calls: estimates with what they rest on. Absent is None, never 0."""

from enum import StrEnum
from typing import Self

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.outcome import Flag, Outcome
from probe.model.wire import PhaseSource


class Bound(StrEnum):
    """The kind of bound that a figure is, where it is not exact."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    TOO_FEW = "too_few"


class Figure(Frozen):
    """A quantile of durations, in ms, with what may be said of it, and its 95 % interval from order statistics.

    `more_than`: it falls among calls that failed, and is more than `value_ms`. `too_few`: n is too small for an
    upper bound; `value_ms` is a lower bound (97.5 % one-sided), or None where n is too small even for that. The same
    words stand for the interval's upper end, `high_ms`.
    """

    value_ms: float | None
    bound: Bound = Bound.EXACT
    low_ms: float | None = None
    high_ms: float | None = None
    high_bound: Bound = Bound.TOO_FEW


class Estimate(Frozen):
    """A value with its 95 % interval; an end is None where the sample carries none. The unit is the field's."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int

    @property
    def negated(self) -> Self:
        """The estimate of the opposite difference."""
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return self.model_copy(update={"value": -self.value, "low": low, "high": high})


class Spread(Frozen):
    """Durations of some calls that finished, in ms. `n` is 0 where there are none, and the rest None."""

    n: int
    min_ms: float | None = None
    median_ms: float | None = None
    p90_ms: float | None = Field(None, description="None where n is too small for it")
    max_ms: float | None = None


class Durations(Frozen):
    """The durations of calls that succeeded, of those that failed, and of all, where failed ones are censored.

    Quantiles have the keys p50, p75, p90, p95, p99. In `quantiles` and `restricted_mean`, which are of all calls, a
    call that failed counts as having taken at least its timeout.
    """

    n: int
    censored: int = Field(description="calls of which only a lower bound is known")
    horizon_ms: float = Field(description="T of the restricted mean: the longest timeout, or duration")
    quantiles: dict[str, Figure]
    restricted_mean: Estimate = Field(
        description="mean of min(duration, T) in ms, with a t interval; where all calls are alike, with the bounds "
        "that their number gives"
    )
    successes: Spread
    clean: Spread
    recovered: Spread
    failures: Spread = Field(Spread(n=0), description="how long the calls that failed really took")
    success_quantiles: dict[str, Figure] = Field(
        default_factory=dict, description="of the calls that succeeded, with their intervals; empty where none did"
    )

    @property
    def median(self) -> Figure | None:
        """The median of the calls that succeeded; None where none did."""
        return self.success_quantiles.get("p50")


class Tokens(Frozen):
    """Sums over the calls that named them; None where no call did."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cost_usd: float | None = None
    unknown: int = Field(0, description="answered calls of whose tokens nobody said anything")


class PromptCacheUse(Frozen):
    """The use of the upstream's prompt cache by the calls of which the upstream says what they read from it."""

    read_share: Estimate = Field(
        description="mean share of a prompt's tokens that was read from the cache, 0 to 1, with a t interval"
    )
    expected: int = Field(
        description="calls that repeat the beginning of a prompt which was answered in the last five minutes"
    )
    expected_unread: int = Field(description="those of them that read nothing from the cache")


class OutcomeCount(Frozen):
    """The number of calls that came to an outcome from one cause."""

    outcome: Outcome
    cause: str | None
    expected: bool
    n: int


class StepStatistics(Frozen):
    """All counted calls of one step. ok + failed = n; clean + recovered = ok; timed_out is part of failed."""

    label: str
    n: int
    ok: int = Field(description="succeeded: the outcome is the one that the scenario expects")
    clean: int
    recovered: int
    failed: int
    timed_out: int
    failure_rate: Estimate | None = Field(
        description="95 % Wilson score interval; with no failure `high` is the one-sided 95 % bound 1 - 0.05**(1/n), "
        "and with nothing else `low` is 0.05**(1/n)"
    )
    failure_inflation: float = Field(
        1.0,
        description="(1 + r)/(1 - r), r that of neighbouring failures, where they come in bursts; else 1",
    )
    durations: Durations | None
    ttft: Spread = Field(description="time to first token of the calls that succeeded")
    ttft_median: Figure | None = Field(None, description="of the same calls, with its interval")
    phases: dict[str, Estimate] = Field(
        default_factory=dict,
        description="mean of each phase in ms over all calls that have them, with t intervals; the keys are boot, "
        "retries, connect, wait, stream, exit, unsplit, in this order; empty where there are none or sources are mixed",
    )
    success_phases: dict[str, Estimate] = Field(
        default_factory=dict, description="the same over the calls that succeeded, which is what reports show"
    )
    phases_source: PhaseSource | None = None
    outcomes: tuple[OutcomeCount, ...]
    flags: dict[Flag, int]
    models_served: dict[str, int]
    tokens: Tokens
    cache: PromptCacheUse | None = Field(None, description="None where the upstream does not say what it read")


class Ratio(Frozen):
    """The typical ratio of the first call's duration to the second's (Hodges-Lehmann on logs).

    With censored calls it is computed at both ends: `least` with censored first calls at their timeout and second ones
    at infinity, `most` the other way round. Both are alike where nothing is censored. Without unit.
    """

    least: Estimate
    most: Estimate


class PhaseDifferences(Frozen):
    """Mean differences of phases, first call minus second, in ms.

    Of the `n` rounds in which both calls succeeded and their time could be split.
    """

    n: int
    total: Estimate = Field(description="of the whole calls, with a paired t interval")
    phases: dict[str, Estimate] = Field(description="they add up to `total`; intervals hold for all of them together")
    main: str | None = Field(description="the phase with the largest part, where it and `total` are beyond chance")


class Pairs(Frozen):
    """The first call of each round against its second. Differences are first minus second.

    only_first_failed + only_second_failed + both_failed + none_failed = n
    = first_slower + second_slower + alike + slower_unknown.
    A call is slower where it took longer by more than `slower_by_ms`, `shift_ms` taken off; a failed call took its
    timeout at least, so that in some rounds with a failure nobody knows which was slower, nor that they were alike.
    """

    first: str
    second: str
    n: int
    only_first_failed: int
    only_second_failed: int
    both_failed: int
    none_failed: int
    failure_difference: Estimate = Field(description="of the failure rates, -1 to 1; Tango's score interval")
    mcnemar_mid_p: float = Field(description="two-sided")
    mcnemar_exact_p: float = Field(description="two-sided")
    slower_by_ms: float
    first_slower: int
    second_slower: int
    alike: int
    slower_unknown: int = 0
    shift_ms: float = Field(0.0, description="what a first call costs the client itself, by the control's median")
    horizon_ms: float | None = Field(
        None, description="in means calls are cut here, a failed call's timeout; None where only failed ones are cut"
    )
    mean_difference_ms: Estimate | None = Field(description="of the restricted means, paired; t interval; from n = 2")
    sign_flip_p: float | None = Field(description="two-sided, of the mean difference; from n = 2")
    ratio: Ratio | None
    phase_differences: PhaseDifferences | None = Field(None, description="from 2 rounds in which both succeeded")
