"""Tests for the rows of a plan."""

from typing import Any

from probe.model.round_plan import PlannedRounds, PlanQuestion, RoundPlan
from probe.render.plan_listing import plan_rows
from probe.texts import Texts

QUESTION = PlanQuestion(first_fails=0.3, second_fails=0.1, call_s=5.0, spread=0.2)


def planned(**changes: Any) -> PlannedRounds:
    fields = {"share": 0.8, "rounds": 20, "least_s": 60.0, "most_s": 60.0, "input_tokens": 1200}
    return PlannedRounds.model_validate(fields | changes)


def rows(*cold: PlannedRounds) -> list[tuple[str, str, str, str]]:
    plan = RoundPlan(
        question=QUESTION, scenario="cold-start", gap_s=0.0, power=0.8, cold=cold, cold_mean=20.0, no_effect=(),
        false_cold=0.01, looked_ahead=1000, runs=400, seed=1,
    )  # fmt: skip
    return plan_rows(plan, Texts())


def test_a_time_is_one_figure_where_failed_calls_last_as_long_as_others() -> None:
    same, apart = rows(planned(), planned(most_s=600.0))
    assert same[1:] == ("20", "60.0 s", "1,200")
    assert apart[2] == "60.0 s to 10 m 00 s"


def test_what_takes_more_rounds_than_were_looked_at_has_neither_time_nor_tokens() -> None:
    (row,) = rows(planned(rounds=None, least_s=None, most_s=None, input_tokens=None))
    assert row[1:] == ("more than 1,000", "–", "–")
