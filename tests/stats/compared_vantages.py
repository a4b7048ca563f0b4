"""Vantages of one target, compared by their calls."""

from collections.abc import Sequence

from probe.model.call import Call
from probe.model.fault_party import FaultParty
from probe.model.health import Health
from probe.model.vantage_comparison import VantageComparison
from probe.model.verdict import Question
from probe.stats.compare_vantages import compare_vantages
from probe.stats.judge_health import health_of
from probe.stats.pair_vantages import VantageArm
from probe.stats.vantage_faults import attributed
from tests.stats.frames import frame

N = 60


def arm(vantage: str, calls: Sequence[Call], offset_ms: float = 0.0) -> VantageArm:
    return VantageArm(vantage, f"glm@{vantage}", frame(calls), (0,), (offset_ms,), offset_ms, 2.0)


def health(arm: VantageArm) -> Health:
    return health_of(arm.calls, None, Question())


def compared(*arms: VantageArm, question: Question | None = None) -> VantageComparison:
    healths = {each.vantage: health(each) for each in arms}
    return compare_vantages("glm", arms, healths, question or Question())


def parties(arm: VantageArm, comparison: VantageComparison) -> dict[FaultParty, int]:
    """Return the failures of an arm by the party that they are counted for."""
    faults = attributed(health(arm), comparison.kinds, arm.vantage).faults
    return {fault.party: fault.n for fault in faults if fault.n}
