"""A plan: how many rounds a question takes, before anything is measured."""

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Frozen


class PlanQuestion(Frozen):
    """Assumptions on calls: rates of failure, durations, and by how much first calls are worse.

    Durations are log-normal: `call_s` is their median, `spread` about their standard deviation as a share of it.
    """

    first_fails: float = Field(ge=0, le=1)
    second_fails: float = Field(ge=0, le=1)
    call_s: float = Field(gt=0)
    spread: float = Field(ge=0)
    slower_s: float = Field(0.0, ge=0, description="first calls take so much longer")
    slower_share: float = Field(1.0, gt=0, le=1, description="in this share of rounds")
    delta: float = Field(0.15, gt=0, lt=1)
    slower_by_s: float | None = Field(None, ge=0, description="None: the larger of 1 s and a quarter of a call")


class PlannedRounds(Frozen):
    """The rounds after which this share of runs has its answer; None for more than `looked_ahead`.

    `least_s` is their time where failed calls fail at once, `most_s` where they last until their deadline.
    """

    share: float
    rounds: int | None
    least_s: float | None
    most_s: float | None
    input_tokens: int | None


class RoundPlan(Frozen):
    """The rounds that a question takes: until COLD, and until NO_COLD_EFFECT where first calls are like second ones.

    From so many simulated `runs` with this `seed`, judged by the verdict's own test.
    """

    schema_version: int = SCHEMA_VERSION
    question: PlanQuestion
    scenario: str
    gap_s: float
    power: float
    cold: tuple[PlannedRounds, ...]
    cold_mean: float
    no_effect: tuple[PlannedRounds, ...]
    false_cold: float = Field(description="share of runs of alike calls that were called COLD within as many rounds")
    looked_ahead: int
    runs: int
    seed: int
