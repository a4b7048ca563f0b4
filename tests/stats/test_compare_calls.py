from typing import Any

import numpy as np
import pytest

from probe.model.call import Call
from probe.model.note import NoteCode
from probe.model.outcome import Outcome
from probe.model.run_manifest import Manifest, Options
from probe.model.verdict import Answer, Question
from probe.model.wire import Phases, PhaseSource
from probe.stats.compare_calls import comparable, compare_calls, control_effect
from tests.builders import call, manifest, scenario, step
from tests.stats.compared_calls import compared, noted, one_failed, rounds
from tests.stats.frames import frame


def test_the_control_effect_has_welch_s_interval() -> None:
    from scipy.stats import ttest_ind

    random = np.random.default_rng(7)
    differences, own = random.normal(900, 400, 25), random.normal(300, 50, 40)
    effect = control_effect(differences, own)
    expected = ttest_ind(differences, own, equal_var=False).confidence_interval(0.95)
    assert (effect.left.low, effect.left.high) == pytest.approx((expected.low, expected.high), rel=1e-9)
    assert effect.left.value == pytest.approx(differences.mean() - own.mean())
    assert effect.own.value == pytest.approx(own.mean())
    assert (effect.left.n, effect.own.n) == (25, 40)


@pytest.mark.parametrize(
    ("differences", "own"), [([900.0], [300.0, 310.0]), ([900.0, 800.0], [300.0]), ([9.0, 9.0], [3.0, 3.0])]
)
def test_a_control_that_shows_no_spread_gives_no_interval(differences: list[float], own: list[float]) -> None:
    effect = control_effect(np.array(differences), np.array(own))
    assert effect.left.value == pytest.approx(np.mean(differences) - np.mean(own))
    assert (effect.left.low, effect.left.high) == (None, None)


def test_what_the_client_itself_needs_for_a_first_call_does_not_make_the_upstream_cold() -> None:
    """First calls are 3 s slower on the target, and just as much on the embedded upstream."""

    def first_slow(number: int, position: int) -> dict[str, Any]:
        return {"wall_ms": (4500.0 if position == 1 else 1500.0) + number}

    calls = rounds(60, first_slow)
    alone = compared(calls)[1]
    assert (alone.answer, alone.slower, alone.fails_more) == (Answer.COLD, True, False)
    assert alone.control is None
    pairs, verdict = compared(calls, control=frame(rounds(60, first_slow)))
    assert verdict.answer is Answer.NO_COLD_EFFECT
    assert verdict.control is not None
    assert (verdict.control.own.value, verdict.control.left.value) == pytest.approx((3000.0, 0.0))
    assert (pairs.first_slower, pairs.alike, pairs.shift_ms) == (0, 60, 3000.0)  # as the verdict counts
    assert pairs.mean_difference_ms is not None
    assert pairs.mean_difference_ms.value == 3000.0  # as it was measured; the control's part is told beside it


def test_rounds_in_which_nobody_knows_who_was_slower_are_no_evidence_that_nobody_was() -> None:
    """Second calls are cut off at 30 s, first ones answer after a minute: they might be slower, or not."""

    def cut(number: int, position: int) -> dict[str, Any]:
        if position == 1:
            return {"wall_ms": 60_000.0}
        return {"outcome": Outcome.TIMED_OUT, "timeout_ms": 30_000.0, "wall_ms": 30_000.0}

    pairs, verdict = compared(rounds(60, cut))
    assert verdict.answer is Answer.SECOND_WORSE, "all second calls failed, and no first one"
    assert (pairs.alike, pairs.slower_unknown) == (0, 60)


def test_failures_alone_make_no_slower_call() -> None:
    """Refuse a third of the first calls at once; the rest are faster than second calls."""

    def refused(number: int, position: int) -> dict[str, Any]:
        if position == 1 and number % 3 == 0:
            return {"outcome": Outcome.OVERLOADED, "wall_ms": 400.0}
        return {"wall_ms": 1300.0 if position == 1 else 1500.0}

    calls = rounds(45, refused)
    verdict = compared(calls)[1]
    assert (verdict.answer, verdict.fails_more, verdict.slower) == (Answer.COLD, True, False)
    assert NoteCode.NO_CONTROL not in noted(calls)


def test_a_run_that_stopped_as_soon_as_it_was_sure_has_its_bias_told() -> None:
    def fails(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH} if position == 1 and number % 2 == 0 else {}

    until_sure = manifest(options=Options(until_sure=True))
    settled = compared(rounds(60, fails), until_sure)[1].settled_after
    assert settled
    bias = compared(rounds(settled, fails), until_sure)[1].stopping_bias
    assert bias is not None
    assert 0 < bias.difference < 0.3
    assert compared(rounds(settled, fails))[1].stopping_bias is None, "it was to make so many rounds"
    assert compared(rounds(settled + 1, fails), until_sure)[1].stopping_bias is None, "it went on"


def test_an_answer_whose_opposite_is_shown_later_says_so() -> None:
    def breaks(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH} if position == 1 and number > 30 else {}

    settled = compared(rounds(30, breaks))[1]
    assert (settled.answer, settled.settled_after) == (Answer.NO_COLD_EFFECT, 25)
    assert compared(rounds(36, breaks))[1].answer is Answer.COLD

    def turns(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH} if (position == 1) == (number <= 8) else {}

    changed = compared(rounds(38, turns))[1]
    assert (changed.answer, changed.settled_after, changed.still, changed.changed_after) == (Answer.COLD, 6, False, 33)


def test_fails_more_has_a_limit_above_nothing_at_the_very_round_that_settles_it() -> None:
    def fails(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH} if position == 1 and number % 2 == 0 else {}

    settled = compared(rounds(60, fails))[1].settled_after
    assert settled
    verdict = compared(rounds(settled, fails))[1]
    assert verdict.fails_more
    assert verdict.failures.difference.low is not None
    assert verdict.failures.difference.low < 0 < verdict.failures.at_least


def test_each_timeout_hides_its_own_calls() -> None:
    def cut(number: int, position: int) -> dict[str, Any]:
        timeout = {"timeout_ms": 180_000.0 if position == 1 else 30_000.0}
        return timeout | ({"outcome": Outcome.TIMED_OUT} if number < 3 + position else {})

    notes = compared(rounds(40, cut))[1].cannot_tell
    hidden = [note.values for note in notes if note.code is NoteCode.TIMEOUT_HIDES]
    assert hidden == [{"count": 4, "timeout_ms": 30_000.0}, {"count": 3, "timeout_ms": 180_000.0}]


def test_a_control_without_pairs_is_none() -> None:
    assert compared(rounds(5), control=frame([call(1, 1)]))[1].control is None


def test_delta_and_slower_by_are_the_user_s() -> None:
    def first_slow(number: int, position: int) -> dict[str, Any]:
        return {"wall_ms": 3500.0 if position == 1 else 1500.0}

    calls = rounds(20, first_slow)
    assert compared(calls)[1].answer is Answer.COLD
    pairs, verdict = compared(calls, question=Question(slower_by_s=2.5, delta=0.4))
    assert (pairs.first_slower, pairs.alike, pairs.slower_by_ms) == (0, 20, 2500.0)
    assert (verdict.answer, verdict.delta, verdict.in_proportion) == (Answer.UNDECIDED, 0.4, False)


def test_first_calls_that_hang_after_a_gap_may_have_met_an_outage() -> None:
    def hangs(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.TIMED_OUT} if position == 1 and number % 2 else {}

    def refused(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.OVERLOADED} if position == 1 and number % 2 else {}

    apart = manifest(scenario(step(), step("call2"), gap="2m"))
    assert noted(rounds(40, hangs), apart)[NoteCode.PASSING_OUTAGE] == {"gap": "2 m 00 s"}
    assert NoteCode.PASSING_OUTAGE not in noted(rounds(40, hangs)), "without a gap both calls meet it"
    assert NoteCode.PASSING_OUTAGE not in noted(rounds(40, refused), apart), "a quick failure does not outlast it"


def test_a_clear_difference_below_the_margin_is_told() -> None:
    def slow(number: int, position: int) -> dict[str, Any]:
        return one_failed(number, position) | {"wall_ms": (1900.0 if position == 1 else 1000.0) + number % 7 * 10}

    values = noted(rounds(12, slow))[NoteCode.MARGIN_HIDES]
    assert values == {"count": 11, "n": 12, "low_ms": 900.0, "high_ms": 900.0, "margin": "500ms"}
    assert NoteCode.MARGIN_HIDES not in noted(rounds(12, one_failed))


def test_long_calls_have_a_margin_in_proportion() -> None:
    def first_slow(number: int, position: int) -> dict[str, Any]:
        return {"wall_ms": 22_000.0 if position == 1 else 20_000.0}

    pairs, verdict = compared(rounds(40, first_slow))
    assert (pairs.first_slower, pairs.slower_by_ms) == (1, 5000.0), "before the first round nothing is known"
    assert (verdict.answer, verdict.slower_by_ms, verdict.in_proportion) == (Answer.NO_COLD_EFFECT, 5000.0, True)
    assert compared(rounds(40, first_slow), question=Question(slower_by_s=1))[1].answer is Answer.COLD


def test_causes_are_counted_for_both_calls_the_most_frequent_first() -> None:
    def failing(number: int, position: int) -> dict[str, Any]:
        if number <= 3:
            return {"outcome": Outcome.TIMED_OUT, "cause": "no_first_byte"}
        return {"outcome": Outcome.OVERLOADED, "cause": "529"} if (number, position) == (4, 1) else {}

    causes = compared(rounds(5, failing))[1].causes
    assert [(each.outcome, each.cause, each.first, each.second) for each in causes] == [
        (Outcome.TIMED_OUT, "no_first_byte", 3, 3),
        (Outcome.OVERLOADED, "529", 1, 0),
    ]


def test_only_the_first_two_steps_are_compared() -> None:
    script = scenario(step(), step("call2"), step("call3"))
    calls = [call(1, 1), call(1, 2), call(1, 3, Outcome.AUTH)]
    assert comparable(frame(calls), manifest(script)) == ("call1", "call2")
    assert compared(calls, manifest(script))[0].none_failed == 1


def test_calls_that_are_expected_to_come_to_different_ends_have_no_verdict() -> None:
    script = scenario(step(), step("call2", session="same-id", expect={"outcome": "session_in_use"}))
    calls = frame([call(1, 1), call(1, 2, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE)])
    assert comparable(calls, manifest(script)) is None
    assert compare_calls(calls, manifest(script), Question()) == (None, None)


@pytest.mark.parametrize(
    ("calls", "made"),
    [
        ([], manifest()),
        ([call(1, 1)], manifest()),
        ([call(1, 1), call(2, 2)], manifest()),
        ([call(1, 1), call(1, 2)], manifest(scenario(step()))),
        ([call(1, 1)], None),
        ([], None),
    ],
)
def test_where_there_is_nothing_to_compare_nothing_is_said(calls: list[Call], made: Manifest | None) -> None:
    assert compare_calls(frame(calls), made, Question()) == (None, None)


def test_without_a_manifest_the_first_two_labels_are_compared() -> None:
    assert comparable(frame(rounds(2)), None) == ("call1", "call2")


def test_a_watch_that_asks_for_no_forecast_gets_none() -> None:
    calls = frame(rounds(5))
    assert compared(rounds(5))[1].to_go is None
    verdict = compare_calls(calls, manifest(), Question())[1]
    assert verdict is not None
    assert verdict.to_go is not None


def test_in_one_client_process_the_start_of_the_client_makes_no_first_call_slow() -> None:
    """First calls take 3 s more to start the client, and the upstream as long as ever."""

    def starts_the_client(number: int, position: int) -> dict[str, Any]:
        boot_ms = (3000.0 if position == 1 else 20.0) + number
        phases = Phases(source=PhaseSource.WIRE, boot_ms=boot_ms, wait_ms=800.0 + 7 * position)
        return {"phases": phases, "wall_ms": phases.total_ms}

    calls = rounds(60, starts_the_client)
    pairs, verdict = compared(calls, manifest(scenario(step(), step("call2", session="live"))))
    assert verdict.answer is Answer.NO_COLD_EFFECT
    assert (pairs.first_slower, pairs.second_slower) == (0, 0)
    assert pairs.mean_difference_ms is not None
    assert pairs.mean_difference_ms.value == pytest.approx(-7)
    assert pairs.phase_differences is not None
    assert "boot" not in pairs.phase_differences.phases
    assert NoteCode.FROM_THE_REQUEST in {note.code for note in verdict.cannot_tell}
    apart, cold = compared(calls)
    assert (apart.first_slower, cold.answer) == (60, Answer.COLD)
    assert NoteCode.FROM_THE_REQUEST not in {note.code for note in cold.cannot_tell}


def test_a_cold_upstream_is_seen_in_one_client_process_too() -> None:
    def waits(number: int, position: int) -> dict[str, Any]:
        wait_ms = (4000.0 if position == 1 else 500.0) + number
        phases = Phases(source=PhaseSource.WIRE, boot_ms=600.0 if position == 1 else 20.0, wait_ms=wait_ms)
        return {"phases": phases, "wall_ms": phases.total_ms}

    made = manifest(scenario(step(), step("call2", session="live")))
    assert compared(rounds(60, waits), made)[1].answer is Answer.COLD
