"""The measurement of how long a client waits for an upstream before it gives up or retries."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import SCHEMA_VERSION, Lenient
from probe.model.choices import Wait
from probe.model.outcome import Outcome
from probe.model.run_manifest import ClientInfo


class Reaction(StrEnum):
    """The client's reaction when it waited no longer."""

    ASKED_AGAIN = "asked again"
    FELL_BACK = "asked again without streaming"
    ERROR = "ended with an error"
    NEVER_ENDED = "did not end"


class Trial(Lenient):
    """One call with one wait in it. `broke_at_s` is None for a client that stood it: one request, and an answer."""

    wait_s: float
    broke_at_s: float | None = None
    reaction: Reaction | None = None
    requests: int = Field(description="main requests, the first one included")
    outcome: Outcome


class Tolerance(Lenient):
    """The bracket of one wait: the longest that was stood, and the shortest at which the client gave up.

    `gave_up_s` is None where all of `upto` was stood.
    """

    wait: Wait
    stood_s: float
    gave_up_s: float | None = None
    reaction: Reaction | None = None
    outcome: Outcome | None = Field(None, description="what the call came to that gave up")
    trials: tuple[Trial, ...] = ()


class Tolerances(Lenient):
    """All brackets of a client under one environment."""

    schema_version: int = SCHEMA_VERSION
    client: ClientInfo
    environment: dict[str, str] = Field(default_factory=dict, description="values only where they may be shown")
    upto_s: float
    precision_s: float
    waits: tuple[Tolerance, ...]
