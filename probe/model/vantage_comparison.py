"""The calls of one target as several vantages made them in the same rounds: alike, or one vantage worse."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from probe.model.base_models import Frozen
from probe.model.fault_party import FaultParty
from probe.model.health import Health
from probe.model.outcome import Outcome
from probe.model.statistics import Estimate
from probe.model.verdict import RoundsToGo

NetworkPhase = Literal["connect", "wait", "stream"]


class VantageAnswer(StrEnum):
    """The comparison of vantages in one word."""

    ALIKE = "ALIKE"  # no vantage is worse than another by what matters, which was shown
    ONE_WORSE = "ONE_WORSE"
    SEVERAL_WORSE = "SEVERAL_WORSE"
    CANNOT_TELL = "CANNOT_TELL"


class VantageWord(StrEnum):
    """A word about the vantages of a target that a gate may ask for: the answer, or RELAY."""

    ALIKE = "ALIKE"
    ONE_WORSE = "ONE_WORSE"
    SEVERAL_WORSE = "SEVERAL_WORSE"
    CANNOT_TELL = "CANNOT_TELL"
    RELAY = "RELAY"  # failures are alike everywhere, and the relay's


class WorseVantage(Frozen):
    """A vantage that is worse than another one, which is the one that shows it best.

    `difference` is of failure rates, with a confidence sequence that holds at any stopping time; or of times, in ms,
    the mean over pairs in which both calls succeeded, with a t interval. `phase` is what takes longer for certain; None
    where no phase shows it by itself, and for failures. `still` is False where the opposite was shown later.
    """

    vantage: str
    than: str
    log_e: float = Field(description="common logarithm of the largest E-value against: it is no worse")
    settled_after: int = Field(description="the number of rounds at which this was shown")
    difference: Estimate
    phase: NetworkPhase | None = None
    phase_difference: Estimate | None = Field(None, description="of the phase, in ms")
    still: bool = True


class VantageFinding(Frozen):
    """The answer on failures, or on times."""

    answer: VantageAnswer
    worse: tuple[WorseVantage, ...] = ()
    pairs: int = Field(description="pairs of calls that tell something of it, of all pairs of vantages")
    to_go: RoundsToGo | None = Field(None, description="where it cannot be told yet and there are pairs")


class NetworkKind(Frozen):
    """Failures of one kind that are attributed by the comparison of vantages.

    A kind that might be the network's is the network's where a vantage fails more than another that never failed
    so; and the relay's where failures are alike and each vantage has some of it.
    """

    outcome: Outcome
    cause: str | None
    party: FaultParty
    vantage: str | None = Field(None, description="the vantage whose network it is; None: of all vantages")
    n: int


class VantageFigures(Frozen):
    """The calls of one vantage; times are medians of the calls that succeeded, in ms."""

    vantage: str
    section: str
    n: int
    failed: int
    failure_rate: Estimate | None
    wall_ms: float | None
    connect_ms: float | None
    wait_ms: float | None
    clock_offset_ms: float | None = None
    clock_error_ms: float | None = None


class VantageComparison(Frozen):
    """The vantages of one target.

    Calls of the same round and step are compared that began within 2 s of each other, by clocks whose offset is
    known; `left_out` are pairs that did not. A vantage is worse where its E-value reaches `least_e`.
    """

    target: str
    answer: VantageAnswer = Field(description="ALIKE: in failures, and in times where calls succeeded")
    failures: VantageFinding
    times: VantageFinding
    figures: tuple[VantageFigures, ...]
    health: Health = Field(description="of the target, from the calls of all vantages")
    party: FaultParty | None = Field(
        None, description="who has to act on the failures that are alike everywhere; None where that is not shown"
    )
    kinds: tuple[NetworkKind, ...] = ()
    pairs: int
    left_out: int
    rounds: int = Field(description="rounds that two vantages at least have in common")
    least_e: float
    delta: float = Field(description="failure rates that differ by less are alike")
    ratio: float = Field(description="times that differ by a lesser ratio are alike")

    @property
    def words(self) -> tuple[VantageWord, ...]:
        """The words that hold: the answer, and RELAY beside it where failures are the relay's."""
        answer = VantageWord(self.answer.value)
        return (answer, VantageWord.RELAY) if self.party is FaultParty.RELAY else (answer,)

    @property
    def named(self) -> frozenset[str]:
        """The vantages that are worse, in failures or in times."""
        return frozenset(worse.vantage for finding in (self.failures, self.times) for worse in finding.worse)
