"""Plan a run before anything is measured: rounds, time and tokens that a question takes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probe.drivers.claude_print import TOKENS_A_CALL
from probe.errors import UsageError
from probe.model.choices import Workload
from probe.model.round_plan import PlannedRounds, PlanQuestion, RoundPlan
from probe.model.scenario import Scenario
from probe.stats.plan_rounds import MOST_ROUNDS, RUNS, SEED, PlannedAnswer, plan_cold, plan_no_effect

_HALF, _NEARLY_ALL = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class RoundCost:
    """Time and input tokens of a round, in the mean."""

    least_s: float
    most_s: float
    input_tokens: int

    @classmethod
    def of(cls, scenario: Scenario, question: PlanQuestion, workload: Workload) -> "RoundCost":
        """Take the steps and gaps of a scenario, and what calls are taken to last."""
        mean_s = question.call_s * math.sqrt(1 + question.spread**2)
        waits_s = scenario.gap_s + sum(step.gap_s for step in scenario.steps)
        least_s = waits_s + len(scenario.steps) * mean_s + question.slower_s * question.slower_share
        hanging_s = sum(
            share * max(step.timeout_s - mean_s, 0.0)
            for share, step in zip((question.first_fails, question.second_fails), scenario.steps, strict=False)
        )
        return cls(least_s, least_s + hanging_s, TOKENS_A_CALL[workload] * len(scenario.steps))


def plan_run(scenario: Scenario, question: PlanQuestion, power: float, workload: Workload) -> RoundPlan:
    """Return how many rounds a question takes in a scenario. Raises UsageError where there is nothing to find."""
    _check(scenario, question)
    cost = RoundCost.of(scenario, question, workload)
    shares = sorted({_HALF, power, max(_NEARLY_ALL, power)})
    cold, none = plan_cold(question, shares[-1]), plan_no_effect(question, shares[-1])
    return RoundPlan(
        question=question,
        scenario=scenario.name,
        gap_s=scenario.gap_s,
        power=power,
        cold=tuple(_planned(cold, shares, cost)),
        cold_mean=cold.runs.mean(cold.ends),
        no_effect=tuple(_planned(none, shares, cost)),
        false_cold=none.runs.share(none.runs.cold),
        looked_ahead=MOST_ROUNDS,
        runs=RUNS,
        seed=SEED,
    )


def _planned(answer: PlannedAnswer, shares: Sequence[float], cost: RoundCost) -> Iterator[PlannedRounds]:
    for share in shares:
        rounds = answer.runs.within(answer.ends, share)
        yield PlannedRounds(
            share=share,
            rounds=rounds,
            least_s=None if rounds is None else rounds * cost.least_s,
            most_s=None if rounds is None else rounds * cost.most_s,
            input_tokens=None if rounds is None else rounds * cost.input_tokens,
        )


def _check(scenario: Scenario, question: PlanQuestion) -> None:
    if not scenario.compares_calls:
        raise UsageError(
            "its first two calls are not compared, so there is no first call to find",
            key=f"scenario {scenario.name}",
            remedy="Take one such as cold-start: see `probe scenarios list`.",
        )
    if question.first_fails < question.second_fails:
        raise UsageError(
            "is less than --second-fails: that is no cold start", key="--first-fails", remedy="Give a larger share."
        )
    if question.first_fails == question.second_fails and question.slower_s == 0:
        raise UsageError(
            "neither says that first calls do worse, so there is nothing to plan for",
            key="--first-fails, --slower",
            remedy="Say --first-fails 30%, or --slower 5s.",
        )
