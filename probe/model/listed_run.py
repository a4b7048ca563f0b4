"""A stored run as `probe ls` lists it, and the headline that is kept beside a run so that listing is fast."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient, Utc
from probe.model.choices import EndReason
from probe.model.health import HealthWord
from probe.model.verdict import Answer


class NoEnd(StrEnum):
    """The states of a run that has not ended by itself."""

    RUNNING = "running"  # a probe is writing it
    CUT_OFF = "cut_off"  # killed, or the machine stopped


class RunKind(StrEnum):
    """The two kinds of runs, which are never pooled."""

    SCRIPTED = "scripted"
    RECORDED = "recorded"  # a person's own work, as `probe record` saw it


class TargetHeadline(Lenient):
    """A target in a few words and counts."""

    name: str
    health: HealthWord
    verdict: Answer | None = Field(None, description="None where rounds have one call only, or warmth was searched")
    calls: int
    failed: int
    recovered: int = Field(description="succeeded only because Claude Code silently retried or fell back")
    rounds_finished: int
    end: EndReason | None = None
    vantage: str | None = Field(None, description="the place where the calls were made; None: of a run of one machine")


class Headline(Lenient):
    """The targets of a run, as this version computes them from journals of this size."""

    schema_version: int = SCHEMA_VERSION
    probe_version: str
    journal_bytes: int
    targets: tuple[TargetHeadline, ...]


class ListedRun(Lenient):
    """A run or group in the list."""

    id: str = Field(description="six hex digits by which every command takes the run")
    run: str
    path: str
    kind: RunKind = RunKind.SCRIPTED
    created_at: Utc | None = Field(description="None where the manifest cannot be read")
    scenario: str | None
    driver: str | None = None
    rounds: int | None = Field(description="planned, of each target")
    end: EndReason | NoEnd
    targets: tuple[TargetHeadline, ...] = Field((), description="empty where no call can be read")
