"""Extra calls, asked for where the order of requests could pass for a cold start."""

from typing import Any

from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.session.order_check import OrderCheck
from tests.builders import call, manifest

CHECKED = manifest(checks_order=True)


def rounds(n: int, first: int = 1, **changes: Any) -> list[Call]:
    """Return rounds whose first calls failed, two requests each."""
    return [
        call(
            number,
            position,
            Outcome.FORBIDDEN if position == 1 else Outcome.OK,
            requests_before=2 * (number - 1) + position - 1,
            **changes,
        )
        for number in range(first, first + n)
        for position in (1, 2)
    ]


def check(*calls: Call, **manifests: Any) -> OrderCheck:
    return OrderCheck(manifests or {"relay": CHECKED}, {"relay": [row_of(each) for each in calls]})


def test_an_extra_call_is_due_where_first_calls_fail_in_one_turn_alone() -> None:
    asked = check()
    assert not asked.is_due("relay")
    for finished in rounds(4):
        asked.after_call("relay", finished)
    assert asked.is_due("relay")
    assert check(*rounds(4)).is_due("relay"), "calls of an earlier start count too"


def test_once_the_next_rounds_have_the_other_turn_none_is_due() -> None:
    asked = check(*rounds(4))
    asked.after_call("relay", call(4, 3, requests_before=8).model_copy(update={"label": "extra"}))
    assert not asked.is_due("relay")


def test_where_nothing_fails_or_nothing_is_checked_none_is_due() -> None:
    good = [each.model_copy(update={"diagnosis": call().diagnosis}) for each in rounds(20)]
    assert not check(*good).is_due("relay")
    assert not check(*rounds(4), relay=manifest()).is_due("relay")
    assert not check(*rounds(4)).is_due("another")


def test_a_call_that_was_interrupted_counts_for_nothing() -> None:
    asked = check()
    for finished in rounds(4):
        interrupted = finished.diagnosis.model_copy(update={"outcome": Outcome.INTERRUPTED})
        asked.after_call("relay", finished.model_copy(update={"diagnosis": interrupted}))
    assert not asked.is_due("relay")
