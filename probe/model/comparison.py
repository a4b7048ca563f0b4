"""The comparison of two sets of calls."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.health import Health
from probe.model.note import Note
from probe.model.statistics import Estimate, Figure


class Judgement(StrEnum):
    """The judgement of a difference."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE_SEEN = "no_difference_seen"
    TOO_FEW = "too_few"


class Unit(StrEnum):
    """The unit of a quantity."""

    SHARE = "share"
    MS = "ms"
    COUNT = "count"
    WORD = "word"


HEADLINES = ("failure_rate", "mean_wall")
"""The quantities of a step from which a regression, or the better side, is told."""


class Difference(Frozen):
    """One quantity of one step in both. `difference` is candidate minus base, with a 95 % interval."""

    label: str
    quantity: str = Field(
        description="failure_rate, clean_rate, timeout_rate; mean_wall, p50_wall, p75_wall, p90_wall, p95_wall (of all "
        "calls, a failed one counting as at least its timeout); p50_duration, p75_duration, p90_duration, "
        "p95_duration, ttft, phase.NAME (of calls that succeeded); first_call_cost; outcome.NAME"
    )
    unit: Unit
    base: Estimate | Figure | None
    candidate: Estimate | Figure | None
    difference: Estimate | None
    judgement: Judgement
    regression: bool = Field(False, description="worse beyond what comes of comparing many quantities")


class Side(StrEnum):
    """A side of a comparison."""

    BASE = "base"
    CANDIDATE = "candidate"


class DecidingQuantity(Frozen):
    """A quantity of a step by which sides are told apart: failure_rate or mean_wall."""

    label: str
    quantity: str


class Comparison(Frozen):
    """`base` and `candidate` are names of sections."""

    base: str
    candidate: str
    interleaved: bool = Field(description="measured in the same minutes, round by round")
    rounds: tuple[int, int] = Field(description="finished, of base and candidate")
    differences: tuple[Difference, ...]
    warnings: tuple[Note, ...] = ()
    health: tuple[Health, Health] | None = Field(None, description="of base and candidate")
    better: Side | None = Field(
        None, description="the side that is better beyond chance; None also where it is `mixed`"
    )
    mixed: bool = Field(False, description="each side is better in something, beyond chance")
    decided_by: DecidingQuantity | None = Field(None, description="what shows best that a side is better")
    p: float = Field(
        1.0,
        description="two-sided, of no difference: by Bonferroni's rule over quantities and steps, and by Holm's over "
        "the `family` of comparisons",
    )
    family: int = Field(1, description="how many comparisons were made together")

    @property
    def regressions(self) -> tuple[Difference, ...]:
        return tuple(each for each in self.differences if each.regression)
