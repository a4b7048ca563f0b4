"""The cost and tokens that a run has used so far, beside its limits."""

from typing import Any

import pytest

from probe.model.client import ModelUsage
from probe.model.events import CallFinished, RoundFinished
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.session.usage_watch import UsageWatch, limits_without_effect
from probe.texts import Texts
from tests.builders import MODEL, START, call, result, words
from tests.session.prepared import no_rows, prepared_arm

USED = words()
UNTOLD = words(result=result(usage=None, model_usage=None))
ENGLISH = Texts()


def finished(client: Any = USED, number: int = 1, position: int = 1, **changes: Any) -> CallFinished:
    return CallFinished(at=START, call=call(number, position, client=client, **changes))


def watch(**limits: Any) -> UsageWatch:
    arm = prepared_arm(**limits)
    return UsageWatch([arm], no_rows(arm))


def test_calls_are_added_up_and_those_of_an_earlier_start_count_too() -> None:
    arm = prepared_arm(max_tokens=100, max_cost_usd=1.0)
    usage = UsageWatch([arm], {"relay": [row_of(call(1, 1, client=USED))]})
    usage.on_event("relay", finished(number=2))
    assert usage.tokens == 26
    assert usage.cost_usd == pytest.approx(0.0002)
    assert ENGLISH.words(usage.used) == "26 of 100 tokens, 0.0002 of 1 USD"


def test_a_client_that_goes_on_counting_in_a_session_is_counted_once() -> None:
    twice = {MODEL: ModelUsage(input_tokens=20, output_tokens=6)}
    later = words(result=result(model_usage=twice, cost_usd=0.0002))
    usage = watch(max_tokens=100)
    usage.on_event("relay", finished())
    usage.on_event("relay", finished(later, position=2, session_mode="resume"))
    assert usage.tokens == 26
    usage.on_event("relay", RoundFinished(at=START, round=1, attempt=1))
    usage.on_event("relay", finished())
    assert usage.tokens == 39


def test_without_a_limit_nothing_is_told_and_nothing_warned_of() -> None:
    usage = watch()
    assert usage.on_event("relay", finished(UNTOLD)) is None
    assert ENGLISH.words(usage.used) == ""
    assert usage.unknown == 1


@pytest.mark.parametrize(
    ("limits", "client", "outcome", "warns"),
    [
        ({"max_tokens": 9}, UNTOLD, Outcome.OK, True),
        ({"max_cost_usd": 9}, UNTOLD, Outcome.OK, True),
        ({"max_tokens": 9}, USED, Outcome.OK, False),
        ({"max_tokens": 9}, UNTOLD, Outcome.OVERLOADED, False),
        ({"max_cost_usd": 9, "runs_client": False}, UNTOLD, Outcome.OK, False),
    ],
)
def test_the_first_answer_that_a_limit_cannot_count_is_warned_of_once(
    limits: dict[str, Any], client: Any, outcome: Outcome, warns: bool
) -> None:
    usage = watch(**limits)
    first = usage.on_event("relay", finished(client, outcome=outcome))
    assert (first is not None) is warns
    if first is not None:
        assert "call1" in ENGLISH.words(first)
        assert usage.on_event("relay", finished(client, number=2)) is None


def test_answers_without_usage_are_told_beside_the_limit() -> None:
    usage = watch(max_tokens=100)
    told = []
    for number in (1, 2):
        usage.on_event("relay", finished(UNTOLD, number=number))
        told.append(ENGLISH.words(usage.used))
    assert told == [
        "0 of 100 tokens, and what 1 call used, which is unknown",
        "0 of 100 tokens, and what 2 calls used, which is unknown",
    ]


def test_a_limit_on_cost_does_nothing_where_no_client_tells_prices() -> None:
    assert list(limits_without_effect(prepared_arm(max_cost_usd=1.0))) == []
    assert list(limits_without_effect(prepared_arm(max_tokens=1, runs_client=False))) == []
    (warning,) = limits_without_effect(prepared_arm(max_cost_usd=1.0, runs_client=False))
    assert "--max-tokens" in ENGLISH.words(warning)
