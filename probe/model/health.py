"""Health: whether a target works, and who has to act where it does not."""

from enum import StrEnum

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.fault_party import FaultParty, party_of
from probe.model.outcome import Outcome
from probe.model.statistics import Estimate


class HealthWord(StrEnum):
    """The health of a target in one word, worst first. The first that holds is the word."""

    DOWN = "DOWN"  # every call failed
    FLAKY = "FLAKY"  # some calls failed, or succeeded only because Claude Code silently retried or fell back
    COLD = "COLD"  # first calls are worse than second ones
    SLOW = "SLOW"  # none failed, and calls took longer than the user accepts
    OK = "OK"
    UNKNOWN = "UNKNOWN"  # too few calls to say OK


class FaultCount(Frozen):
    """The number of failures that a party answers for."""

    party: FaultParty
    n: int


class FailureKind(Frozen):
    """Failed calls of one outcome and cause. `passes`: a later call succeeded, so it does not last."""

    outcome: Outcome
    cause: str | None
    n: int
    party: FaultParty
    passes: bool

    @property
    def shown_by_vantages(self) -> bool:
        """True where the party follows from a comparison of vantages, and not from the failure by itself."""
        return self.party is not party_of(self.outcome, self.cause, passes=self.passes)


class RecoveryKind(Frozen):
    """Successes after a silent retry or fallback, by what the first attempt came to, as `529 overloaded_error`."""

    ending: str
    n: int


class Health(Frozen):
    """The health of a target, from all calls that count.

    `share` is of the calls that the word is about: those that failed or recovered; where it is SLOW, those that were
    slow. Its interval is as for failure rates.
    """

    word: HealthWord
    n: int
    failed: int
    recovered: int = Field(description="succeeded only because Claude Code silently retried or fell back")
    slow: int = Field(0, description="succeeded, and took longer than `slow_after_ms`")
    slow_after_ms: float | None = None
    failure_rate: Estimate | None = Field(None, description="of the calls that failed")
    share: Estimate | None = Field(None, description="0 to 1; None without calls")
    calls_to_ok: int | None = Field(None, description="further calls without a failure that would make it OK")
    faults: tuple[FaultCount, ...] = Field((), description="every party once, in a fixed order, zeros included")
    failures: tuple[FailureKind, ...] = Field((), description="distinct failures, the most frequent first")
    recoveries: tuple[RecoveryKind, ...] = Field((), description="the most frequent first")

    def too_slow(self) -> "Health":
        """Return the health of a target that has passed a limit on durations; a worse word stays."""
        if self.word not in {HealthWord.OK, HealthWord.UNKNOWN}:
            return self
        return self.model_copy(update={"word": HealthWord.SLOW, "calls_to_ok": None})
