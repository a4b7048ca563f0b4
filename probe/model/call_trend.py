"""Calls over months, by day and by hour of the day, from a history of calls."""

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.health import HealthWord
from probe.model.run_manifest import arm_name
from probe.model.statistics import Estimate


class TrendPeriod(Frozen):
    """The calls of a day, or of one hour of all days (UTC). Quantiles are of successes."""

    name: str = Field(description="the day, `2026-11-21`, or the hour, `07`")
    calls: int
    failed: int
    recovered: int
    health: HealthWord = Field(description="from failures and silent recoveries alone")
    failure_rate: Estimate | None = None
    p50_ms: float | None = None
    p90_ms: float | None = Field(None, description="None where there are too few successes for an upper bound of it")
    prompt_tokens: int | None = Field(None, description="all that went in, from the cache or not")
    output_tokens: int | None = None
    cache_share: float | None = Field(None, description="share of the tokens that went in which the cache had, 0 to 1")
    client_versions: tuple[str, ...] = ()
    new_versions: tuple[str, ...] = Field((), description="versions of the client that the day before did not have")


class TargetTrend(Frozen):
    """A target over time: the last days, and the hours of these days."""

    target: str
    upstream_kind: str
    days: tuple[TrendPeriod, ...]
    hours: tuple[TrendPeriod, ...]
    vantage: str | None = Field(None, description="the place of the calls; None: of runs of one machine")

    @property
    def arm_name(self) -> str:
        """The target's name, and the vantage's where there is one."""
        return arm_name(self.target, self.vantage)


class CallTrend(Frozen):
    """All targets of a history, without control arms. `damaged` are files that could not be read, and why."""

    targets: tuple[TargetTrend, ...] = ()
    damaged: tuple[tuple[str, str], ...] = ()
