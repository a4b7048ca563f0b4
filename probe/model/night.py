"""A night: one scheduled run, as the nights after it need to know it."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient, Utc
from probe.model.health import HealthWord
from probe.model.run_manifest import NO_VANTAGE, arm_name
from probe.model.verdict import Answer


class NightState(StrEnum):
    """The result of a night: `baseline` while there are too few nights to compare it with."""

    BASELINE = "baseline"
    QUIET = "quiet"
    WATCH = "watch"
    ALARM = "alarm"


class NightStep(Lenient):
    """One step of a night. `median_ms` is of all calls, a failed one counting as at least its timeout.

    It is None where n is too small; a lower bound where `median_censored`.
    """

    label: str
    n: int
    failed: int
    median_ms: float | None = None
    median_censored: bool = False
    success_median_ms: float | None = Field(None, description="of the calls that succeeded; not kept in older nights")


class NightFinding(Lenient):
    """A quantity that was worse than the baseline: shares of 1 for `failure_rate`, ms for `median_wall`.

    `p` is the predictive probability of a night at least as bad. `repeated`: it was so the night before as well.
    """

    label: str
    quantity: str
    value: float
    expected: float
    p: float
    repeated: bool = False


class Night(Lenient):
    """The record of a night. `identity` is what was measured (`Manifest.identity()`)."""

    schema_version: int = SCHEMA_VERSION
    date: Utc
    run_id: str
    target: str
    identity: dict[str, str]
    steps: tuple[NightStep, ...]
    health: HealthWord | None = Field(None, description="None in nights of before it was kept")
    verdict: Answer | None = None
    state: NightState = NightState.BASELINE
    findings: tuple[NightFinding, ...] = ()
    baseline_nights: int = Field(0, description="how many nights it was compared with")
    begins: bool = Field(False, description="it was asked to begin a new baseline: nights before it do not count")

    @property
    def arm_name(self) -> str:
        """The target's name, and the vantage's where there is one."""
        vantage = self.identity.get("vantage")
        return arm_name(self.target, None if vantage == NO_VANTAGE else vantage)
