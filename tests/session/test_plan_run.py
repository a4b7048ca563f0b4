"""The plan of a run: rounds, time and tokens before anything is measured."""

import pytest

from probe.errors import UsageError
from probe.model.choices import Workload
from probe.model.round_plan import PlanQuestion, RoundPlan
from probe.session.plan_run import plan_run
from tests.builders import scenario, step


def question(**changes: float) -> PlanQuestion:
    fields: dict[str, float] = {"first_fails": 0.5, "second_fails": 0.1, "call_s": 5.0, "spread": 0.2}
    return PlanQuestion.model_validate(fields | changes)


def planned(of: PlanQuestion, power: float = 0.8, gap: str = "0s") -> RoundPlan:
    steps = step(timeout="65s"), step("call2", timeout="65s")
    return plan_run(scenario(*steps, gap=gap), of, power, Workload.FULL)


def test_the_rounds_are_those_of_the_verdict() -> None:
    """50 % against 10 %: 20.5 rounds on average, 30 in 80 % of runs, by `python -m benchmarks verdicts`."""
    plan = planned(question())
    assert plan.cold_mean == pytest.approx(20.5, abs=1.5)
    assert [each.share for each in plan.cold] == [0.5, 0.8, 0.95]
    rounds = [each.rounds for each in plan.cold]
    assert rounds[1] == pytest.approx(30, abs=3)
    assert rounds == sorted(rounds, key=lambda number: number or 0)
    assert 0 < plan.false_cold < 0.05


def test_time_and_tokens_follow_from_rounds() -> None:
    plan = planned(question(spread=0.0, slower_s=10.0, slower_share=0.5), gap="2m")
    first = plan.cold[0]
    assert first.rounds is not None
    assert first.input_tokens == first.rounds * 40_000
    assert first.least_s == pytest.approx(first.rounds * (120 + 10 + 5))
    assert first.most_s == pytest.approx(first.rounds * (120 + 10 + 5 + 0.6 * 60)), "six in ten hang"


def test_more_power_takes_more_rounds_and_a_larger_effect_fewer() -> None:
    some, more = planned(question(), power=0.8), planned(question(), power=0.9)
    assert (more.cold[1].rounds or 0) > (some.cold[1].rounds or 0)
    assert (planned(question(first_fails=0.9)).cold[1].rounds or 99) < (some.cold[1].rounds or 0)


def test_what_takes_too_long_is_said_to() -> None:
    plan = planned(question(first_fails=0.02, second_fails=0.01))
    assert plan.cold[-1].rounds is None
    assert plan.cold[-1].input_tokens is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"first_fails": 0.1}, "neither says that first calls do worse"),
        ({"first_fails": 0.05}, "less than --second-fails"),
    ],
)
def test_a_question_without_an_effect_is_refused(changes: dict[str, float], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        planned(question(**changes))


def test_a_scenario_that_compares_no_calls_is_refused() -> None:
    with pytest.raises(UsageError, match="not compared"):
        plan_run(scenario(step()), question(), 0.8, Workload.FULL)
