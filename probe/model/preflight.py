"""The record of asking a target before the first round of a run."""

from pydantic import Field

from probe.model.base_models import Lenient, Utc


class Preflight(Lenient):
    """A target that was asked before the first round, as far as its connection or its first call went."""

    asked_at: Utc | None = Field(None, description="the end of the last request; None where it was not reached")
    took_ms: float
    calls: int = Field(0, description="that a model had to answer")
    tokens: int = Field(0, description="as far as the answers say")
    codes: tuple[str, ...] = Field((), description="of what was wrong, causes first; see docs/check.md")
