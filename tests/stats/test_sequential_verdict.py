"""From scores to the answer that a user reads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.outcome import Outcome
from probe.model.statistics import Estimate
from probe.model.verdict import Answer, CauseCount, ControlEffect, Verdict
from probe.stats.sequential import Scores
from probe.stats.sequential_verdict import judge_pairs

SERIES = st.lists(st.tuples(st.sampled_from((-1, 0, 1)), st.sampled_from((-1, 0, 1))), min_size=1, max_size=120).map(
    lambda pairs: tuple(np.array(each, np.int8) for each in zip(*pairs, strict=True))
)
QUIET: Scores = np.zeros(60, np.int8)


def ones(count: int) -> Scores:
    return np.ones(count, np.int8)


def told(failures: Scores, slowness: Scores, *, delta: float = 0.15, forecast: bool = False) -> Verdict:
    return judge_pairs(failures, slowness, delta=delta, slower_by_ms=1000, forecast=forecast)


def test_first_calls_that_always_fail_are_cold_after_seven_rounds() -> None:
    verdict = told(ones(10), ones(10))
    assert verdict.answer is Answer.COLD
    assert (verdict.settled_after, verdict.pairs) == (7, 10)
    assert (verdict.fails_more, verdict.slower) == (True, True)
    assert (verdict.p, verdict.log_e_both) == pytest.approx((11 / 2047, np.log10(2047 / 11)))
    assert verdict.failures.difference.value == 1
    assert verdict.failures.difference.low is not None
    assert verdict.failures.difference.low > 0
    assert verdict.to_go is None


def test_first_calls_that_are_only_slow_are_cold_but_do_not_fail_more() -> None:
    verdict = told(QUIET[:12], ones(12))
    assert verdict.answer is Answer.COLD
    assert verdict.settled_after == 8
    assert verdict.slower
    assert not verdict.fails_more
    assert verdict.failures.log_e_worse == 0
    assert verdict.failures.difference.value == 0


def test_first_calls_that_fail_with_second_calls_that_are_slow_are_not_called_slower() -> None:
    verdict = told(ones(12), -ones(12))
    assert verdict.answer is Answer.COLD
    assert (verdict.fails_more, verdict.slower) == (True, False)


def test_quiet_rounds_show_that_there_is_no_effect() -> None:
    verdict = told(QUIET, QUIET)
    assert verdict.answer is Answer.NO_COLD_EFFECT
    assert verdict.settled_after is not None
    assert 25 <= verdict.settled_after <= 32
    assert verdict.p == 1
    assert verdict.p_no_effect < 0.01
    assert (verdict.fails_more, verdict.slower, verdict.to_go) == (False, False, None)


def test_no_failures_are_no_no_effect_while_first_calls_may_be_slower() -> None:
    slowness = QUIET.copy()
    slowness[::5] = 1
    slowness[2::15] = -1
    verdict = told(QUIET, slowness)
    assert verdict.answer is Answer.UNDECIDED
    assert verdict.failures.log_e_no_effect > np.log10(20) > verdict.slowness.log_e_no_effect
    assert verdict.p_no_effect == pytest.approx(10**-verdict.slowness.log_e_no_effect)


def test_no_effect_is_reached_when_the_later_of_both_series_shows_it() -> None:
    slowness = QUIET.copy()
    slowness[0] = 1
    alone, both = told(QUIET, QUIET), told(QUIET, slowness)
    assert both.answer is Answer.NO_COLD_EFFECT
    assert alone.settled_after is not None
    assert both.settled_after is not None
    assert both.settled_after > alone.settled_after
    assert told(slowness, QUIET).settled_after == both.settled_after


def test_cold_goes_before_no_effect() -> None:
    later_cold = np.concatenate((QUIET, ones(15)))
    assert told(later_cold[:60], later_cold[:60]).answer is Answer.NO_COLD_EFFECT
    verdict = told(later_cold, later_cold)
    assert verdict.answer is Answer.COLD
    assert verdict.settled_after == 67


def test_an_answer_stays_when_the_upstream_recovers() -> None:
    recovered = np.concatenate((ones(8), np.zeros(20, np.int8), -ones(3)))
    assert told(recovered, recovered).answer is Answer.COLD


def test_a_smaller_effect_takes_longer_to_rule_out() -> None:
    assert told(QUIET, QUIET, delta=0.05).answer is Answer.UNDECIDED
    assert told(QUIET, QUIET, delta=0.3).settled_after == 13


def test_only_an_open_question_has_a_forecast() -> None:
    assert told(ones(3), ones(3), forecast=True).to_go is not None
    assert told(ones(3), ones(3), forecast=False).to_go is None
    assert told(ones(9), ones(9), forecast=True).to_go is None
    assert told(QUIET, QUIET, forecast=True).to_go is None


def test_a_p_value_is_never_zero() -> None:
    many = ones(5000)
    verdict = told(many, many)
    assert 0 < verdict.p < 1e-300
    assert verdict.log_e_both > 1000


def test_a_hundred_thousand_pairs_are_judged() -> None:
    rng = np.random.default_rng(1)
    scores = rng.choice(np.array([-1, 0, 1], np.int8), 100_000, p=[0.1, 0.79, 0.11])
    verdict = told(scores, scores)
    assert verdict.answer is Answer.COLD
    assert verdict.failures.difference.low is not None
    assert 0 < verdict.failures.difference.low < 0.01 < (verdict.failures.difference.high or 0)


def test_what_it_is_given_stands_in_the_verdict() -> None:
    causes = (CauseCount(outcome=Outcome.TIMED_OUT, cause="no_first_byte", first=3, second=0),)
    control = ControlEffect(own=Estimate(value=300.0, n=30), left=Estimate(value=2700.0, n=30))
    verdict = judge_pairs(QUIET, QUIET, delta=0.2, slower_by_ms=750, causes=causes, control=control, forecast=False)
    assert (verdict.causes, verdict.control) == (causes, control)
    assert (verdict.delta, verdict.slower_by_ms) == (0.2, 750)


@pytest.mark.parametrize(
    ("failures", "slowness", "delta", "complaint"),
    [
        (QUIET[:0], QUIET[:0], 0.15, "one at least"),
        (QUIET[:3], QUIET[:4], 0.15, "as many"),
        (QUIET + np.int8(2), QUIET, 0.15, "-1, 0 and 1"),
        (QUIET, QUIET.reshape(2, 30), 0.15, "-1, 0 and 1"),
        (QUIET, QUIET, 0.0, "delta"),
        (QUIET, QUIET, 1.0, "delta"),
    ],
)
def test_scores_that_are_none_are_refused(failures: Scores, slowness: Scores, delta: float, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        judge_pairs(failures, slowness, delta=delta, slower_by_ms=1000)


@given(SERIES)
def test_first_and_second_swapped_mirror_the_differences(series: tuple[Scores, Scores]) -> None:
    here, there = told(*series), told(-series[0], -series[1])
    for ours, theirs in ((here.failures, there.failures), (here.slowness, there.slowness)):
        assert ours.difference.value == -theirs.difference.value
        assert ours.difference.low == pytest.approx(-(theirs.difference.high or 0.0), abs=1e-12)
        assert ours.difference.high == pytest.approx(-(theirs.difference.low or 0.0), abs=1e-12)


@given(SERIES)
def test_failures_and_slowness_weigh_the_same(series: tuple[Scores, Scores]) -> None:
    here, there = told(*series), told(*reversed(series))
    assert here.failures == there.slowness
    assert (here.answer, here.settled_after, here.p) == (there.answer, there.settled_after, there.p)
    assert (here.fails_more, here.slower) == (there.slower, there.fails_more)


@given(SERIES)
def test_the_answer_the_p_value_and_what_carries_it_agree(series: tuple[Scores, Scores]) -> None:
    verdict = told(*series)
    assert 0 < verdict.p <= 1
    assert (verdict.answer is Answer.COLD) == (verdict.p <= 0.05) == (verdict.fails_more or verdict.slower)
    assert (verdict.answer is Answer.UNDECIDED) == (verdict.p > 0.05 and verdict.p_no_effect > 0.05)
    assert (verdict.answer is Answer.UNDECIDED) == (verdict.settled_after is None)


@given(SERIES)
def test_an_answer_was_the_same_when_it_was_reached(series: tuple[Scores, Scores]) -> None:
    verdict = told(*series)
    if verdict.settled_after is not None:
        then = told(*(scores[: verdict.settled_after] for scores in series))
        before = told(*(scores[: verdict.settled_after - 1] for scores in series))
        assert (then.answer, then.settled_after) == (verdict.answer, verdict.settled_after)
        assert before.answer is not verdict.answer


def test_rounds_in_which_both_failed_are_no_evidence_that_none_is_slower() -> None:
    alike = np.zeros(80, dtype=np.int8)
    both_failed = np.ones(80, dtype=bool)
    assert judge_pairs(alike, alike, slower_by_ms=1000).answer is Answer.NO_COLD_EFFECT
    verdict = judge_pairs(alike, alike, unknown=both_failed, slower_by_ms=1000)
    assert verdict.answer is Answer.UNDECIDED
    assert verdict.slowness.difference.n == 0
    assert verdict.to_go is not None
    assert verdict.to_go.high is None, "no number of rounds in which both fail would settle it"
    assert verdict.to_go.low is None or verdict.to_go.low > 100


def test_the_look_at_which_it_was_settled_counts_all_rounds() -> None:
    alike = np.zeros(80, dtype=np.int8)
    every_other = np.arange(80) % 2 == 0
    whole, half = (
        judge_pairs(alike, alike, slower_by_ms=1000),
        judge_pairs(alike, alike, unknown=every_other, slower_by_ms=1000),
    )
    assert whole.settled_after is not None
    assert half.settled_after == 2 * whole.settled_after
