"""The cost of each call by itself, whatever the client goes on counting."""

from collections.abc import Sequence
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.choices import Session
from probe.model.client import ModelUsage
from probe.model.outcome import Outcome
from probe.model.row import row_of
from probe.model.spending import spending, spent_on, tokens_of, usage_of
from probe.model.wire import WireSummary
from tests.builders import call, result, words

RESUME_2_1_329 = ((12234, 3, 12234, 3, 0.061245), (12266, 3, 24500, 6, 0.12265))
RESUME_2_1_197 = ((21313, 3, 21853, 10, 0.109515), (21351, 3, 21351, 3, 0.10683))
RESUME_2_1_39 = ((18089, 3, 18089, 3, 0.054312), (18129, 3, 18129, 3, 0.054432))


def charged(
    number: int, position: int, said: tuple[int, int, int, int, float], mode: Session, outcome: Outcome = Outcome.OK
) -> Call:
    tokens_in, tokens_out, models_in, models_out, cost = said
    done = result(
        usage=ModelUsage(input_tokens=tokens_in, output_tokens=tokens_out),
        model_usage={"m": ModelUsage(input_tokens=models_in, output_tokens=models_out)},
        cost_usd=cost,
    )
    return call(number, position, outcome, client=words(result=done), session_mode=mode)


def costs(calls: Sequence[Call]) -> list[float | None]:
    return [None if cost is None else round(cost, 6) for _, cost in spending(calls)]


@pytest.mark.parametrize("mode", [Session.RESUME, Session.FORK, Session.CONTINUE])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (RESUME_2_1_329, [0.061245, 0.061405]),
        (RESUME_2_1_197, [0.109515, 0.10683]),
        (RESUME_2_1_39, [0.054312, 0.054432]),
    ],
)
def test_a_call_that_goes_on_with_a_session_costs_its_own_share(
    said: tuple[Any, Any], expected: list[float], mode: Session
) -> None:
    calls = [charged(1, 1, said[0], Session.NEW), charged(1, 2, said[1], mode)]
    assert costs(calls) == costs([row_of(each) for each in calls]) == expected  # type: ignore[misc]
    assert [usage.input_tokens for usage, _ in spending(calls) if usage] == [said[0][0], said[1][0]]


def test_a_chain_of_resumed_calls_is_told_apart_over_one_that_said_nothing() -> None:
    killed = call(1, 2, Outcome.TIMED_OUT, client=words(result=None), session_mode=Session.RESUME)
    third = charged(1, 3, (12300, 3, 36800, 9, 0.1842), Session.RESUME)
    first, second = charged(1, 1, RESUME_2_1_329[0], Session.NEW), charged(1, 2, RESUME_2_1_329[1], Session.RESUME)
    assert costs([first, second, third]) == [0.061245, 0.061405, 0.06155]
    assert costs([first, killed, charged(1, 3, RESUME_2_1_329[1], Session.RESUME)]) == [0.061245, None, 0.061405]


def test_another_round_begins_from_nothing() -> None:
    calls = [charged(number, 1, RESUME_2_1_329[0], Session.NEW) for number in (1, 2)]
    assert costs(calls) == [0.061245, 0.061245]
    cost_usd, tokens = spent_on(calls)
    assert (round(cost_usd, 6), tokens) == (0.12249, 2 * 12237)


def test_what_was_recorded_goes_before_what_the_client_says() -> None:
    said = words(result=result(usage=ModelUsage(input_tokens=1, output_tokens=1), cost_usd=0.5))
    recorded = WireSummary(attempts=1, usage=ModelUsage(input_tokens=30, output_tokens=2))
    usage = usage_of(call(client=said, wire=recorded))
    assert usage is not None
    assert tokens_of(usage) == 32


NOTHING_SAID = result(
    usage=ModelUsage(input_tokens=0, output_tokens=0),
    model_usage={"m": ModelUsage(input_tokens=0, output_tokens=0, cost_usd=0.0)},
    cost_usd=0.0,
)


@pytest.mark.parametrize("wire", [None, WireSummary(attempts=1), WireSummary(attempts=1, usage=ModelUsage())])
def test_an_answer_without_usage_is_of_unknown_size_and_price(wire: WireSummary | None) -> None:
    assert list(spending([call(client=words(result=NOTHING_SAID), wire=wire)])) == [(None, None)]
    refused = call(1, 1, Outcome.OVERLOADED, client=words(result=NOTHING_SAID), wire=wire)
    assert list(spending([refused])) == [(None, 0.0)]


@pytest.mark.parametrize(
    ("usage", "tokens_in", "tokens_out", "all_of_them"),
    [
        (ModelUsage(input_tokens=0, output_tokens=3), None, 3, None),
        (ModelUsage(output_tokens=3), None, 3, None),
        (ModelUsage(input_tokens=0, cache_read_tokens=9, output_tokens=3), 0, 3, 12),
        (ModelUsage(input_tokens=7, output_tokens=0), 7, None, 7),
        (ModelUsage(input_tokens=1, output_tokens=2, cache_read_tokens=4, cache_creation_tokens=8), 1, 2, 15),
    ],
)
def test_no_tokens_in_or_out_are_none_that_were_said(
    usage: ModelUsage, tokens_in: int | None, tokens_out: int | None, all_of_them: int | None
) -> None:
    found = usage_of(call(client=words(result=result(usage=usage))))
    assert found is not None
    assert (found.input_tokens, found.output_tokens, tokens_of(found)) == (tokens_in, tokens_out, all_of_them)
