"""Compare the vantages of one target, to tell whether what is bad is the relay's or the network's of one of them."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from probe.model.fault_party import FaultParty
from probe.model.health import Health
from probe.model.vantage_comparison import VantageAnswer, VantageComparison, VantageFigures, VantageFinding
from probe.model.verdict import Question
from probe.stats.durations import spread
from probe.stats.no_effect import RATIO
from probe.stats.pair_vantages import PairedCalls, VantageArm
from probe.stats.pool_health import pool_health
from probe.stats.rates import failure_rate
from probe.stats.vantage_evidence import ALIKE_SHARE, LEAST_E
from probe.stats.vantage_faults import attributed, network_kinds
from probe.stats.vantage_findings import find_failures, find_times, judge_pairs


def compare_vantages(
    target: str,
    arms: Sequence[VantageArm],
    healths: Mapping[str, Health],
    question: Question,
    *,
    forecast: bool = True,
) -> VantageComparison:
    """Compare the arms of one target, each of another vantage; `healths` are theirs, by vantage."""
    paired = [(first.vantage, second.vantage, PairedCalls.of(first, second)) for first, second in combinations(arms, 2)]
    delta = round(ALIKE_SHARE * question.delta, 6)
    with_pairs = [pair for pair in paired if len(pair[2])]
    pairs = judge_pairs(with_pairs, len(arms), delta, question.fixed_margin_ms)
    all_paired = len(with_pairs) == len(paired)
    failures = _alike_if(all_paired, find_failures(pairs, len(arms), delta, forecast=forecast))
    times = _alike_if(all_paired, find_times(pairs, len(arms), forecast=forecast))
    kinds = network_kinds(failures, healths)
    health = pool_health([attributed(health, kinds, vantage) for vantage, health in healths.items()], question.delta)
    return VantageComparison(
        target=target,
        answer=_answer(failures, times),
        failures=failures,
        times=times,
        figures=tuple(_figures(arm) for arm in arms),
        health=health,
        party=_party(failures, healths, health),
        kinds=kinds,
        pairs=sum(len(calls) for _, _, calls in paired),
        left_out=sum(calls.left_out for _, _, calls in paired),
        rounds=max(calls.rounds for _, _, calls in paired),
        least_e=LEAST_E * len(arms) * (len(arms) - 1),
        delta=delta,
        ratio=RATIO,
    )


def _alike_if(all_paired: bool, finding: VantageFinding) -> VantageFinding:
    """Return the finding; that all are alike is not known where some vantages have no pair of calls."""
    if all_paired or finding.answer is not VantageAnswer.ALIKE:
        return finding
    return finding.model_copy(update={"answer": VantageAnswer.CANNOT_TELL})


def _answer(failures: VantageFinding, times: VantageFinding) -> VantageAnswer:
    worse = {found.vantage for finding in (failures, times) for found in finding.worse}
    if worse:
        return VantageAnswer.ONE_WORSE if len(worse) == 1 else VantageAnswer.SEVERAL_WORSE
    times_alike = times.answer is VantageAnswer.ALIKE or not times.pairs
    is_alike = failures.answer is VantageAnswer.ALIKE and times_alike
    return VantageAnswer.ALIKE if is_alike else VantageAnswer.CANNOT_TELL


def _party(failures: VantageFinding, healths: Mapping[str, Health], health: Health) -> FaultParty | None:
    """Return who has to act on most of the failures, where they are alike and each vantage has some."""
    is_everywhere = all(health.failed for health in healths.values())
    if failures.answer is not VantageAnswer.ALIKE or not is_everywhere:
        return None
    return max(health.faults, key=lambda fault: fault.n).party


def _figures(arm: VantageArm) -> VantageFigures:
    failed = arm.calls.are("failed")
    good = arm.calls.where(~failed)
    split = good.where(good["phase_source"] >= 0)
    return VantageFigures(
        vantage=arm.vantage,
        section=arm.section,
        n=len(failed),
        failed=int(failed.sum()),
        failure_rate=failure_rate(int(failed.sum()), len(failed)),
        wall_ms=spread(good.known("wall_ms")).median_ms,
        connect_ms=spread(split.known("connect")).median_ms,
        wait_ms=spread(split.known("wait")).median_ms,
        clock_offset_ms=arm.clock_offset_ms,
        clock_error_ms=arm.clock_error_ms,
    )
