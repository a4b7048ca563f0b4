"""The verdict: whether the first call is worse than the second."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.note import Note
from probe.model.outcome import Outcome
from probe.model.statistics import Estimate


class Answer(StrEnum):
    """The verdict in one word."""

    COLD = "COLD"
    NO_COLD_EFFECT = "NO_COLD_EFFECT"
    SECOND_WORSE = "SECOND_WORSE"  # second calls are worse than first ones
    ORDER = "ORDER"  # every second request is worse, whichever call it is
    CACHED = "CACHED"  # a cache answered, so nothing is known of the upstream behind it
    UNDECIDED = "UNDECIDED"


class Evidence(Frozen):
    """E-values of one series of rounds (-1, 0, 1), valid however often one looks; as common logarithms.

    `log_e_worse` is against "the first is no worse", `log_e_second_worse` against "the second is no worse",
    `log_e_no_effect` against "the first is worse by so much that it matters"; each is the largest so far. `difference`
    has the 95 % confidence sequence as its interval, -1 to 1; `at_least` and `at_most` are one-sided 95 % limits. All
    limits are the tightest of any look.
    """

    log_e_worse: float
    log_e_no_effect: float
    log_e_second_worse: float = 0.0
    difference: Estimate
    at_least: float = -1.0
    at_most: float = 1.0


class RoundsToGo(Frozen):
    """The number of rounds that would settle it if they went on as before: the 10 to 90 % range of forecasts.

    None is "more than `looked_ahead`".
    """

    low: int | None
    high: int | None
    looked_ahead: int


class CauseCount(Frozen):
    """Failed first and second calls of one outcome and cause."""

    outcome: Outcome
    cause: str | None
    first: int
    second: int


class StoppingBias(Frozen):
    """By how much figures are too large because the run stopped as soon as it was sure; simulated.

    `difference` is that of the difference of failure rates, `mean_difference_ms` that of durations.
    """

    difference: float
    mean_difference_ms: float


class ControlEffect(Frozen):
    """The mean difference (first minus second, ms) without the client's own first-call cost.

    `own` is that cost, measured on the embedded upstream in the same minutes; `left` the difference of the differences
    with Welch's interval.
    """

    own: Estimate
    left: Estimate


class Turn(Frozen):
    """The main requests of one turn of two: those with an even, or those with an odd number."""

    n: int
    failed: int
    median_ms: float | None = Field(None, description="of the calls that did not fail")


class Order(Frozen):
    """The evidence that the order of requests matters, rather than the place of a call in its round.

    `log_e` is the common logarithm of the largest E-value against "the order explains nothing", `p` its always-valid
    p-value. `could_explain`: it might be the order that makes calls of one place look worse. `fails`: failures follow
    the order, not durations alone.
    """

    log_e: float
    p: float
    fails: bool
    could_explain: bool
    worse: Turn
    better: Turn
    extra_calls: int = 0


class Verdict(Frozen):
    """The answer, with how sure it is.

    `fails_more` and `slower`: which of the two the evidence carries by itself; `slower` is said only where answered
    calls show it. Neither is said but in a COLD verdict. A call is slower from `slower_by_ms` on (of the last round:
    the margin may be `in_proportion` to what second calls took before), and `slower_beyond_ms` is the most that is
    shown. `p` is the always-valid p-value of "the first call is no worse", `p_no_effect` that of "it is worse by what
    matters", `p_second_worse` that of "the second call is no worse". Where the run `checks_order`, COLD and its p also
    exclude that the order of requests explains it.

    `settled_after` is the round count at which the answer was reached. `still` is False where the opposite was shown
    as well, after `changed_after` rounds: then something changed.
    """

    answer: Answer
    pairs: int
    delta: float = Field(description="the least difference of failure rates that matters, 0 to 1")
    slower_by_ms: float
    in_proportion: bool = Field(False, description="the larger of 1 s and a quarter of what second calls took before")
    fails_more: bool
    slower: bool
    slower_beyond_ms: float | None = None
    failures: Evidence
    slowness: Evidence
    log_e_both: float = Field(description="common logarithm of the largest E-value, failures and slowness mixed")
    p: float
    p_no_effect: float
    p_second_worse: float = 1.0
    settled_after: int | None
    still: bool = True
    changed_after: int | None = None
    to_go: RoundsToGo | None = Field(description="None where it is settled")
    causes: tuple[CauseCount, ...]
    cannot_tell: tuple[Note, ...]
    control: ControlEffect | None = None
    stopping_bias: StoppingBias | None = Field(None, description="where the run stopped as soon as it was COLD")
    order: Order | None = Field(None, description="None where calls overlapped, or nothing is known of their order")
    cached_rounds: int = Field(0, description="rounds in which a cache answered one of the two calls")


LEAST_MARGIN_S = 1.0


class Question(Frozen):
    """The thresholds of worse."""

    delta: float = Field(0.15, gt=0, lt=1, description="the least difference of failure rates that matters")
    slower_by_s: float | None = Field(
        None,
        ge=0,
        description="how much longer a call must take to be slower; None: the larger of 1 s and a quarter of what "
        "second calls took in the rounds before",
    )
    slow_after_s: float | None = Field(None, gt=0, description="a call that takes longer makes a target SLOW")

    @property
    def fixed_margin_ms(self) -> float | None:
        """The margin in milliseconds; None where it is in proportion."""
        return None if self.slower_by_s is None else self.slower_by_s * 1000

    @property
    def slow_after_ms(self) -> float | None:
        return None if self.slow_after_s is None else self.slow_after_s * 1000
