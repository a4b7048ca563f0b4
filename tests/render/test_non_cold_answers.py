"""Answers that are not about a cold start: the order of requests, worse second calls, a cache."""

from typing import Any

import pytest

from probe.model.outcome import Outcome
from probe.model.verdict import Answer, CauseCount, Order, Turn, Verdict
from probe.render.non_cold_answers import NOT_ABOUT_COLDNESS, non_cold_answer, non_cold_key, p_of, wholly_failed
from probe.texts import Texts
from tests.render.sections import evidence, verdict
from tests.render.spoken import BOTH, EN


def order(worse: tuple[int, int], better: tuple[int, int], **changes: Any) -> Order:
    fields = {
        "log_e": 2.2,
        "p": 0.006,
        "fails": True,
        "could_explain": False,
        "worse": Turn(n=worse[1], failed=worse[0], median_ms=4000.0),
        "better": Turn(n=better[1], failed=better[0], median_ms=500.0),
    }
    return Order.model_validate(fields | changes)


def of_order(*args: Any, **changes: Any) -> Verdict:
    return verdict(Answer.ORDER, order=order(*args, **changes))


def second_worse(failures: float, slowness: float) -> Verdict:
    first, second = (evidence(-0.3).model_copy(update={"log_e_second_worse": log_e}) for log_e in (failures, slowness))
    return verdict(Answer.SECOND_WORSE, failures=first, slowness=second)


@pytest.mark.parametrize(
    ("of", "key"),
    [
        (of_order((27, 30), (3, 30)), "ORDER.fails"),
        (of_order((26, 30), (3, 30)), "ORDER.fails_more"),
        (of_order((30, 30), (4, 30)), "ORDER.fails_more"),
        (of_order((30, 30), (0, 30), fails=False), "ORDER.slower"),
        (second_worse(2.0, 2.0), "SECOND_WORSE.fails"),
        (second_worse(1.3, 2.0), "SECOND_WORSE.slower"),
        (second_worse(1.31, 0.0), "SECOND_WORSE.fails"),
        (second_worse(0.0, 0.0), "SECOND_WORSE.together"),
        (verdict(Answer.CACHED), "CACHED"),
    ],
)
def test_the_answer_is_no_stronger_than_its_evidence(of: Verdict, key: str) -> None:
    assert non_cold_key(of) == key


@BOTH
@pytest.mark.parametrize("answer", sorted(NOT_ABOUT_COLDNESS))
def test_every_such_answer_is_a_sentence(answer: Answer, texts: Texts) -> None:
    for fails in (True, False):
        of = verdict(answer, order=order((30, 30), (0, 30), fails=fails))
        assert "{" not in non_cold_answer(of, texts)


def test_turns_are_told_by_their_failures_and_their_times() -> None:
    fails = non_cold_answer(of_order((29, 31), (0, 30)), EN)
    assert "29" in fails
    assert "31" in fails
    slower = non_cold_answer(of_order((0, 30), (0, 30), fails=False), EN)
    assert "4.00 s" in slower
    assert "500 ms" in slower


@pytest.mark.parametrize(
    ("of", "p"),
    [
        (verdict(Answer.COLD), 0.004),
        (verdict(Answer.NO_COLD_EFFECT), 0.02),
        (verdict(Answer.SECOND_WORSE, p_second_worse=0.03), 0.03),
        (of_order((30, 30), (0, 30)), 0.006),
        (verdict(Answer.ORDER, p=0.5), 0.5),
    ],
)
def test_the_p_value_is_that_of_the_answer(of: Verdict, p: float) -> None:
    assert p_of(of) == p


@pytest.mark.parametrize(
    ("first", "second", "which"),
    [(30, 30, "both"), (30, 0, "first"), (0, 30, "second"), (29, 0, None), (29, 30, "second"), (0, 0, None)],
)
def test_calls_of_a_place_failed_wholly_or_not(first: int, second: int, which: str | None) -> None:
    causes = [CauseCount(outcome=Outcome.OVERLOADED, cause=cause, first=0, second=0) for cause in ("529", "503")]
    split = [
        causes[0].model_copy(update={"first": first // 2, "second": second // 2}),
        causes[1].model_copy(update={"first": first - first // 2, "second": second - second // 2}),
    ]
    assert wholly_failed(verdict(Answer.UNDECIDED, causes=tuple(split))) == which
