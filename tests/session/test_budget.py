"""The limits of a run."""

from typing import Any

import pytest

from probe.model.choices import EndReason, Session
from probe.model.events import (
    RoundFinished,
)
from probe.model.observation import Observation
from probe.ports import CallOrder
from tests.builders import ScriptedDriver, answered, plan, scenario, step
from tests.session.made_rounds import end, of, run


@pytest.mark.parametrize(
    ("limits", "spent", "rounds", "reason"),
    [
        ({"max_cost_usd": 0.5}, (0.0, 0), 3, EndReason.MAX_COST),
        ({"max_tokens": 60}, (0.0, 0), 3, EndReason.MAX_TOKENS),
        ({"max_cost_usd": 0.5}, (0.3, 0), 1, EndReason.MAX_COST),
        ({"max_cost_usd": 0.5}, (0.5, 0), 0, EndReason.MAX_COST),
        ({"max_tokens": 60}, (0.0, 60), 0, EndReason.MAX_TOKENS),
        ({"max_cost_usd": 100}, (0.0, 0), 9, EndReason.COMPLETED),
    ],
)
def test_limits_end_the_run_after_the_round(
    limits: dict[str, Any], spent: tuple[float, int], rounds: int, reason: EndReason
) -> None:
    driver = ScriptedDriver(
        lambda order: answered(order.session_id, total_cost_usd=0.1, usage={"input_tokens": 9, "output_tokens": 3})
    )
    events = run(plan(rounds=9, **limits), driver, spent=spent)
    assert len(of(RoundFinished, events)) == rounds
    assert len(driver.orders) == 2 * rounds
    assert end(events) is reason


def test_calls_that_name_no_cost_spend_nothing() -> None:
    assert end(run(plan(rounds=4, max_cost_usd=0.01, max_tokens=1))) is EndReason.COMPLETED


def test_a_limit_counts_each_call_once_where_the_client_goes_on_counting() -> None:
    def answer(order: CallOrder) -> Observation:
        calls = 1 if order.step.session is Session.NEW else 2
        used = {"inputTokens": 9 * calls, "outputTokens": 3 * calls}
        usage = {"input_tokens": 9, "output_tokens": 3}
        return answered(order.session_id, total_cost_usd=0.1 * calls, usage=usage, modelUsage={"m": used})

    script = scenario(step(), step("call2", session=Session.RESUME))
    events = run(plan(script, rounds=9, max_cost_usd=0.5), ScriptedDriver(answer))
    assert len(of(RoundFinished, events)) == 3
