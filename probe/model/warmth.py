"""The time that an upstream stays warm."""

from pydantic import Field

from probe.model.base_models import Frozen


class WarmthTrial(Frozen):
    """A first call after an idle time."""

    idle_ms: float
    first_content_ms: float | None = Field(description="from its first request, retries included; None where it failed")
    cold: bool
    failed: bool


class WarmthLevel(Frozen):
    """Trials of about the same idle time (their mean)."""

    idle_ms: float
    n: int
    cold: int
    fitted_share: float = Field(description="of cold calls, by isotonic regression over all trials")


class Warmth(Frozen):
    """The first calls that were cold, and the idle time from which on they were.

    The upstream was warm after `last_warm_ms` and cold after `first_cold_ms` (isotonic regression); with 95 %
    probability it goes cold between `low_ms` and `high_ms`. None is "not within the idle times that were tried".
    """

    shortest_ms: float
    longest_ms: float
    n: int
    left_out: int = Field(description="first calls that followed a failed call, which warms nothing for certain")
    reference_ms: float | None = Field(description="median time of a second call's first content; None without any")
    cold_from_ms: float | None = Field(description="a first call whose first content comes as late as this was cold")
    last_warm_ms: float | None = None
    first_cold_ms: float | None = None
    low_ms: float | None = None
    high_ms: float | None = None
    warm_n: int = Field(0, description="trials of up to `last_warm_ms`, and how many of them were cold")
    warm_cold: int = 0
    cold_n: int = Field(0, description="trials from `first_cold_ms` on, and how many of them were cold")
    cold_cold: int = 0
    levels: tuple[WarmthLevel, ...] = ()
    trials: tuple[WarmthTrial, ...] = Field((), description="the first ones")
