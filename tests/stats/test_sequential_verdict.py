"""From scores to the answer that a user reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.outcome import Outcome
from probe.model.statistics import Estimate
from probe.model.verdict import Answer, CauseCount, ControlEffect, Verdict
from probe.stats.round_scores import RoundScores
from probe.stats.sequential_verdict import judge_rounds
from tests.stats.scores import both_failed, joined, ones, quiet, rounds

ROUND = st.tuples(st.sampled_from((-1, 0, 0, 1)), st.sampled_from((-1, 0, 1)))
SERIES = st.lists(ROUND, min_size=1, max_size=100).map(
    lambda pairs: tuple(np.array(each, np.int8) for each in zip(*pairs, strict=True))
)


def told(scores: RoundScores, *, delta: float = 0.15, forecast: bool = False) -> Verdict:
    return judge_rounds(scores, delta=delta, slower_by_ms=1000, forecast=forecast)


def test_first_calls_that_always_fail_are_cold_after_six_rounds() -> None:
    verdict = told(rounds(ones(10)))
    assert (verdict.answer, verdict.settled_after, verdict.pairs) == (Answer.COLD, 6, 10)
    assert (verdict.fails_more, verdict.slower) == (True, False)
    assert verdict.failures.difference.value == 1
    assert verdict.failures.at_least > 0.35
    assert verdict.to_go is None


@pytest.mark.parametrize(("late_ms", "beyond"), [(1500.0, 1000), (2500.0, 2000), (20_000.0, 16_000)])
def test_six_of_six_clear_cases_decide(late_ms: float, beyond: float) -> None:
    verdict = told(rounds(quiet(12), ones(12), late_ms))
    assert verdict.answer is Answer.COLD
    assert verdict.settled_after is not None
    assert verdict.settled_after <= 6
    assert (verdict.fails_more, verdict.slower, verdict.slower_beyond_ms) == (False, True, beyond)
    assert verdict.failures.log_e_worse == 0
    assert verdict.failures.difference.value == 0


def test_first_calls_that_fail_with_second_calls_that_are_slow_are_not_called_slower() -> None:
    verdict = told(joined(rounds(ones(12)), rounds(quiet(4), -ones(4))))
    assert verdict.answer is Answer.COLD
    assert (verdict.fails_more, verdict.slower) == (True, False)


def test_failures_and_slowness_together_may_show_what_neither_shows_alone() -> None:
    """Failures in some rounds and delays in others."""
    verdict = told(joined(rounds(ones(3)), rounds(quiet(3), ones(3))))
    assert verdict.answer is Answer.COLD
    assert (verdict.fails_more, verdict.slower, verdict.slower_beyond_ms) == (False, False, None)


def test_quiet_rounds_show_that_there_is_no_effect() -> None:
    verdict = told(rounds(quiet(60)))
    assert (verdict.answer, verdict.settled_after) == (Answer.NO_COLD_EFFECT, 25)
    assert verdict.p == 1
    assert verdict.p_no_effect < 0.01
    assert (verdict.fails_more, verdict.slower, verdict.to_go) == (False, False, None)
    assert verdict.failures.at_most < 0.15


def test_no_failures_are_no_no_effect_while_first_calls_may_be_slower() -> None:
    slowness = quiet(40)
    slowness[::3] = 1
    slowness[1::7] = -1
    verdict = told(rounds(quiet(40), slowness))
    assert verdict.answer is Answer.UNDECIDED
    assert verdict.failures.log_e_no_effect > np.log10(20) > verdict.slowness.log_e_no_effect
    assert verdict.p_no_effect == pytest.approx(10**-verdict.slowness.log_e_no_effect)


def test_cold_goes_before_no_effect() -> None:
    verdict = told(joined(rounds(quiet(60)), rounds(ones(15))))
    assert (verdict.answer, verdict.settled_after, verdict.still) == (Answer.COLD, 66, True)


def test_an_answer_stays_when_the_upstream_recovers_and_its_limit_stays_above_nothing() -> None:
    verdict = told(joined(rounds(ones(8)), rounds(quiet(20)), rounds(-ones(5))))
    assert (verdict.answer, verdict.still, verdict.changed_after) == (Answer.COLD, True, None)
    assert verdict.failures.difference.value == pytest.approx(3 / 33)
    assert 0 <= verdict.failures.at_least <= 3 / 33


def test_the_opposite_that_was_shown_later_is_a_change() -> None:
    turned = joined(rounds(ones(8)), rounds(-ones(40)))
    verdict = told(turned)
    assert (verdict.answer, verdict.settled_after, verdict.still) == (Answer.COLD, 6, False)
    assert verdict.changed_after is not None
    assert 25 < verdict.changed_after <= 48
    low, high = verdict.failures.difference.low, verdict.failures.difference.high
    assert low is not None
    assert high is not None
    assert low <= verdict.failures.difference.value <= high < 0
    back = told(joined(rounds(-ones(8)), rounds(ones(40))))
    assert (back.answer, back.still, back.changed_after) == (Answer.SECOND_WORSE, False, verdict.changed_after)


def test_second_calls_that_are_worse_are_told_and_their_limit_agrees() -> None:
    failures = np.where(np.arange(40) % 5 < 2, -1, 0).astype(np.int8)  # 16 of 40
    failures[[4, 14, 24]] = 1
    verdict = told(rounds(failures))
    assert verdict.answer is Answer.SECOND_WORSE
    assert verdict.failures.log_e_second_worse > np.log10(20)
    assert verdict.failures.difference.value < 0


def test_a_smaller_effect_takes_longer_to_rule_out() -> None:
    assert told(rounds(quiet(60)), delta=0.05).answer is Answer.UNDECIDED
    early = told(rounds(quiet(60)), delta=0.4).settled_after
    assert early == 23, "then the durations take longest"


def test_only_an_open_question_has_a_forecast() -> None:
    assert told(rounds(ones(3)), forecast=True).to_go is not None
    assert told(rounds(ones(3)), forecast=False).to_go is None
    assert told(rounds(ones(9)), forecast=True).to_go is None
    assert told(rounds(quiet(60)), forecast=True).to_go is None


def test_a_p_value_is_never_zero() -> None:
    verdict = told(rounds(ones(5000)))
    assert 0 < verdict.p < 1e-300
    assert verdict.log_e_both > 1000


def test_a_hundred_thousand_rounds_are_judged() -> None:
    rng = np.random.default_rng(1)
    scores = rng.choice(np.array([-1, 0, 1], np.int8), 100_000, p=[0.1, 0.79, 0.11])
    verdict = told(rounds(scores, scores))
    assert verdict.answer is Answer.COLD
    assert verdict.failures.difference.low is not None
    assert 0 < verdict.failures.difference.low < 0.01 < (verdict.failures.difference.high or 0)


def test_what_it_is_given_stands_in_the_verdict() -> None:
    causes = (CauseCount(outcome=Outcome.TIMED_OUT, cause="no_first_byte", first=3, second=0),)
    control = ControlEffect(own=Estimate(value=300.0, n=30), left=Estimate(value=2700.0, n=30))
    verdict = judge_rounds(rounds(quiet(9)), delta=0.2, slower_by_ms=750, causes=causes, control=control)
    assert (verdict.causes, verdict.control) == (causes, control)
    assert (verdict.delta, verdict.slower_by_ms) == (0.2, 750)


@pytest.mark.parametrize(("n", "delta"), [(0, 0.15), (3, 0.0), (3, 1.0)])
def test_what_cannot_be_judged_is_refused(n: int, delta: float) -> None:
    with pytest.raises(ValueError, match="one round at least"):
        told(rounds(quiet(n)), delta=delta)


def test_rounds_in_which_both_failed_are_no_evidence_that_neither_is_slower() -> None:
    verdict = told(both_failed(80), forecast=True)
    assert verdict.answer is Answer.UNDECIDED
    assert verdict.slowness.difference.n == 0
    assert verdict.to_go is not None
    assert verdict.to_go.high is None, "no number of rounds in which both fail would settle it"


@given(SERIES)
def test_first_and_second_swapped_mirror_the_differences(series: tuple[np.ndarray, np.ndarray]) -> None:
    here, there = told(rounds(*series)), told(rounds(-series[0], -series[1]))
    assert here.failures.difference.value == -there.failures.difference.value
    assert here.failures.difference.low == pytest.approx(-(there.failures.difference.high or 0.0), abs=1e-9)
    assert here.p == pytest.approx(there.p_second_worse)


@given(SERIES)
def test_the_answer_the_p_value_and_the_limits_agree(series: tuple[np.ndarray, np.ndarray]) -> None:
    verdict = told(rounds(*series))
    assert 0 < verdict.p <= 1
    assert verdict.answer is not Answer.COLD or verdict.p <= 0.05
    assert (verdict.answer is Answer.UNDECIDED) == (min(verdict.p, verdict.p_no_effect, verdict.p_second_worse) > 0.05)
    assert (verdict.answer is Answer.UNDECIDED) == (verdict.settled_after is None)
    failures = verdict.failures
    assert failures.at_least <= failures.difference.value <= failures.at_most


@given(SERIES)
def test_the_limit_agrees_with_the_answer(series: tuple[np.ndarray, np.ndarray]) -> None:
    verdict = told(rounds(*series))
    if verdict.fails_more and verdict.failures.difference.value >= 0:
        assert verdict.failures.at_least >= 0
    if verdict.answer is Answer.NO_COLD_EFFECT and verdict.failures.difference.value <= verdict.delta:
        assert verdict.failures.at_most <= verdict.delta


@given(SERIES)
def test_an_answer_was_the_same_when_it_was_reached(series: tuple[np.ndarray, np.ndarray]) -> None:
    verdict = told(rounds(*series))
    if verdict.settled_after is not None:
        then = told(rounds(series[0][: verdict.settled_after], series[1][: verdict.settled_after]))
        assert (then.answer, then.settled_after) == (verdict.answer, verdict.settled_after)
        if verdict.settled_after > 1:
            before = told(rounds(series[0][: verdict.settled_after - 1], series[1][: verdict.settled_after - 1]))
            assert before.answer is not verdict.answer
