"""The calls of one target as several drivers made them, side by side."""

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.statistics import Estimate


class DriverFigures(Frozen):
    """The calls of a step that one driver made and that succeeded: medians, None where nothing is known.

    Phases are boot, connect, wait and stream, in ms.
    """

    driver: str
    section: str
    label: str
    n: int
    wall_ms: float | None
    phases: dict[str, float]
    cpu_ms: float | None
    memory_bytes: float | None


class DriverSaving(Frozen):
    """By how much less time a call took with `candidate` than with `base`: means over rounds, in ms.

    Of the `n` rounds in which this step succeeded with both. Each interval is a separate 95 % paired t interval.
    """

    base: str
    candidate: str
    label: str
    n: int
    wall_ms: Estimate
    process_ms: Estimate | None = Field(
        None, description="of it the client's start and exit; where only `base` starts a client for each call"
    )
    connection_ms: Estimate | None = Field(
        None, description="of it connecting and sending the request; where `candidate` keeps its client running"
    )


class DriverComparison(Frozen):
    """The times of several drivers of one target, step by step, and what one saved against another."""

    target: str
    figures: tuple[DriverFigures, ...]
    savings: tuple[DriverSaving, ...] = Field(description="empty where no two drivers were measured in one group")
