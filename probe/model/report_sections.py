"""Everything that a rendered report shows. Renderers compute nothing."""

from collections.abc import Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Frozen, Utc
from probe.model.chart import Charts, Waterfall
from probe.model.choices import EndReason, Role, UpstreamKind
from probe.model.comparison import Comparison, Unit
from probe.model.driver_comparison import DriverComparison
from probe.model.health import Health, HealthWord
from probe.model.note import Note
from probe.model.outcome import Flag, Outcome
from probe.model.run_manifest import Manifest
from probe.model.statistics import Estimate, Figure, Pairs, StepStatistics
from probe.model.vantage_comparison import VantageComparison, VantageWord
from probe.model.verdict import Answer, Verdict
from probe.model.warmth import Warmth


class SentRequest(NamedTuple):
    """A main request of a call, as far as it is known."""

    at: datetime | None
    ending: str | None
    ids: Mapping[str, str]


class Incident(Frozen):
    """A call that failed, or succeeded only after something that the client hid."""

    run_id: str
    round: int
    label: str
    started_at: Utc
    wall_ms: float
    deadline_ms: float | None = Field(None, description="the deadline at which it was stopped, if it was")
    session_id: str | None
    outcome: Outcome
    cause: str | None
    failed: bool
    flags: tuple[Flag, ...]
    evidence: str
    evidence_phrase: Any = Field(None, description="see `Diagnosis`")
    endings: tuple[str, ...] = Field((), description="what each main request came to, in order")
    request_ids: tuple[dict[str, str], ...] = Field((), description="of each main request, in order, by header name")
    requested_at: tuple[Utc | None, ...] = Field((), description="when each main request began, in order")

    @property
    def requests(self) -> tuple[SentRequest, ...]:
        """The main requests, in order."""
        known = zip_longest(self.requested_at, self.endings, self.request_ids)
        return tuple(SentRequest(at, ending, ids or {}) for at, ending, ids in known)


class Gate(Frozen):
    """A condition under which a run counts as failed, and what came of it.

    What was observed stands in the one of `estimate`, `figure`, `word` that suits the unit; all are None where nothing
    was measured. `certain`: it was to fail only when the interval clears the threshold.
    """

    expression: str
    failed: bool
    certain: bool = False
    unit: Unit
    estimate: Estimate | None = None
    count: int | None = Field(None, description="of `estimate.n` calls")
    figure: Figure | None = None
    word: str | None = None
    unmeasured: str | None = Field(None, description="the step of which nothing was measured, where another's was")


class RunSource(Frozen):
    """A run that a section was made from."""

    run_id: str
    created_at: Utc | None
    rounds_finished: int
    end: EndReason | None
    end_why: str | None = Field(None, description="of a lost vantage or fleet: what happened to it, in English")


class Section(Frozen):
    """The statistics of runs that are alike, pooled; most often of one run."""

    name: str = Field(description="unique in the report: the target's name, with more where that is not enough")
    role: Role = Role.TARGET
    runs: tuple[RunSource, ...]
    manifest: Manifest | None = Field(description="the first run's; the others are alike")
    rounds_planned: int
    rounds_finished: int
    interrupted_calls: int
    corrupt: dict[str, int]
    health: Health
    verdict: Verdict | None = Field(description="None where rounds have one call only, or none has two that count")
    pairs: Pairs | None
    steps: tuple[StepStatistics, ...]
    success_median_ms: float | None = Field(None, description="median duration of all calls that succeeded, any step")
    warmth: Warmth | None = Field(
        None, description="where rounds have idle times of their own; then there is no verdict"
    )
    notes: tuple[Note, ...] = ()
    incidents: tuple[Incident, ...] = Field(description="the first ones; `incidents_total` counts all")
    incidents_total: int
    charts: Charts = Charts()
    waterfalls: tuple[Waterfall, ...] = ()
    gates: tuple[Gate, ...] = ()
    vantages: tuple[VantageWord, ...] = Field((), description="of the comparison of its target's vantages, for gates")

    @property
    def n(self) -> int:
        """All calls that count."""
        return sum(step.n for step in self.steps)

    @property
    def failed_gates(self) -> tuple[Gate, ...]:
        """The gates that failed."""
        return tuple(gate for gate in self.gates if gate.failed)

    @property
    def embedded(self) -> bool:
        return self.manifest is not None and self.manifest.target.kind is UpstreamKind.EMBEDDED


class RankedTarget(Frozen):
    """A target among the others of a report: rank 1 is the worst, by health, failures, and the median of successes."""

    name: str = Field(description="of its section")
    rank: int
    health: HealthWord
    n: int
    failed: int
    recovered: int
    failure_rate: Estimate | None = Field(
        description="with an interval that holds for all targets together at 95 %: Clopper and Pearson's, by "
        "Bonferroni's rule"
    )
    success_median_ms: float | None
    verdict: Answer | None


class Report(Frozen):
    """One section for each set of calls that may be pooled; `refused` says why there is more than one."""

    schema_version: int = SCHEMA_VERSION
    probe_version: str
    sections: tuple[Section, ...]
    ranking: tuple[RankedTarget, ...] = Field((), description="all targets, the worst first; control arms are none")
    comparisons: tuple[Comparison, ...] = ()
    drivers: tuple[DriverComparison, ...] = Field((), description="of each target that several drivers called")
    refused: tuple[Note, ...] = ()
    vantages: tuple[VantageComparison, ...] = Field(
        (), description="of each target that several vantages called in the same rounds"
    )

    @property
    def title(self) -> str:
        """The one run's id, or the names of all sections."""
        runs = [run.run_id for section in self.sections for run in section.runs]
        return runs[0] if len(runs) == 1 else " + ".join(dict.fromkeys(section.name for section in self.sections))

    @property
    def targets(self) -> tuple[Section, ...]:
        """The sections of targets, without those of controls."""
        return tuple(section for section in self.sections if section.role is Role.TARGET)

    @property
    def worst_first(self) -> tuple[Section, ...]:
        """The sections in the order of the ranking, and control arms behind all targets."""
        ranks = {target.name: target.rank for target in self.ranking}
        order = {section.name: (section.role is Role.CONTROL, ranks.get(section.name, 0)) for section in self.sections}
        return tuple(sorted(self.sections, key=lambda section: order[section.name]))

    @property
    def failed_gates(self) -> tuple[Gate, ...]:
        """The gates of all sections that failed."""
        return tuple(gate for section in self.sections for gate in section.failed_gates)
