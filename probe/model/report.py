"""The statistics of runs, before they are rendered. Renderers compute nothing."""

from enum import StrEnum

from pydantic import Field

from probe.model.base import SCHEMA_VERSION, Frozen, Utc
from probe.model.choices import EndReason
from probe.model.outcome import Flag, Outcome
from probe.model.run import Manifest
from probe.model.wire import Phases


class Bound(StrEnum):
    """What a figure is, where it is not simply the figure."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    TOO_FEW = "too_few"


class Figure(Frozen):
    """A duration in ms with what may be said of it.

    `more_than`: the quantile falls among calls that never finished. `too_few`: n is too small for an upper bound; the
    value is a lower bound (97.5 % one-sided), or None where n is too small even for that.
    """

    value_ms: float | None
    bound: Bound = Bound.EXACT


class Durations(Frozen):
    """How long calls took. A call that failed counts as having taken at least its timeout."""

    n: int
    median: Figure
    p90: Figure
    restricted_mean_ms: float = Field(description="mean of min(duration, timeout)")
    successes: int
    success_min_ms: float | None = None
    success_median_ms: float | None = None
    success_max_ms: float | None = None


class Tokens(Frozen):
    """Sums over the calls that named them; None where no call did."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cost_usd: float | None = None


class OutcomeCount(Frozen):
    """How many calls came to an outcome from one cause."""

    outcome: Outcome
    cause: str | None
    expected: bool
    n: int


class StepStatistics(Frozen):
    """All counted calls of one step. ok + failed = n; clean + recovered = ok; timed_out is part of failed."""

    label: str
    n: int
    ok: int = Field(description="came to what the scenario expects")
    clean: int
    recovered: int
    failed: int
    timed_out: int
    failure_rate: float | None
    failure_rate_low: float | None = Field(description="95 % Wilson score interval")
    failure_rate_high: float | None
    durations: Durations | None
    phases: Phases | None = Field(None, description="the mean of each phase over all calls that have them, in ms")
    phases_n: int = 0
    ttft_n: int
    ttft_median_ms: float | None
    outcomes: tuple[OutcomeCount, ...]
    flags: dict[Flag, int]
    models_served: dict[str, int]
    tokens: Tokens


class Incident(Frozen):
    """A call that failed, or succeeded only after something that the client hid."""

    run_id: str
    round: int
    label: str
    started_at: Utc
    wall_ms: float
    session_id: str | None
    outcome: Outcome
    cause: str | None
    flags: tuple[Flag, ...]
    evidence: str


class Gate(Frozen):
    """A condition under which a run counts as failed, and what came of it."""

    expression: str
    failed: bool
    observed: str


class Report(Frozen):
    """Everything that a rendered report shows."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    created_at: Utc | None
    manifest: Manifest | None
    rounds_planned: int
    rounds_finished: int
    pairs: int = Field(description="rounds whose first two calls both count")
    only_first_failed: int
    only_second_failed: int
    both_failed: int
    interrupted_calls: int
    corrupt: dict[str, int]
    end: EndReason | None
    steps: tuple[StepStatistics, ...]
    incidents: tuple[Incident, ...]
    gates: tuple[Gate, ...] = ()
    provenance_note: str | None = None
    machine_note: str | None = None
