"""From calls to what is said of the order of requests, and of caches; and what nights and comparisons make of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from probe.model.call import Call
from probe.model.night import Night, NightState
from probe.model.note import NoteCode
from probe.model.outcome import Outcome
from probe.model.report_sections import Section
from probe.model.run_manifest import Manifest, Options
from probe.model.verdict import Answer, Question, Verdict
from probe.model.wire import WireSummary
from probe.stats.compare_calls import compare_calls
from probe.stats.compare_sections import compare_sections
from probe.stats.night_baseline import judge_night, night_of
from tests.builders import START, call, manifest
from tests.stats.frames import frame, section

CHECKED = manifest(checks_order=True)


Bad = Callable[[int, int], bool]
"""(step, from 0; number of the request) -> whether the call fails."""


def calls(rounds: int, bad: Bad, extra_after: int | None = None) -> list[Call]:
    """Return two calls a round, and an extra one after a round."""
    in_rounds: list[Call] = []
    number = 0
    for round_number in range(1, rounds + 1):
        for step in (0, 1, 2) if round_number == extra_after else (0, 1):
            failed = bad(step, number)
            in_rounds.append(
                call(
                    round_number,
                    step + 1,
                    Outcome.FORBIDDEN if failed else Outcome.OK,
                    label=("call1", "call2", "extra")[step],
                    requests_before=number,
                    wire=WireSummary(attempts=1),
                    idle_before_ms=600_000.0,
                )
            )
            number += 1
    return in_rounds


def first(step: int, number: int) -> bool:
    return step == 0


def even(step: int, number: int) -> bool:
    return number % 2 == 0


def odd(step: int, number: int) -> bool:
    return number % 2 == 1


def never(step: int, number: int) -> bool:
    return False


def verdict_of(in_rounds: list[Call], provenance: Manifest = CHECKED) -> Verdict:
    _, verdict = compare_calls(frame(in_rounds), provenance, Question(), forecast=False)
    assert verdict is not None
    return verdict


def codes(found: Section | Verdict) -> set[NoteCode]:
    return {note.code for note in (found.cannot_tell if isinstance(found, Verdict) else found.notes)}


def test_where_the_order_is_checked_it_must_be_excluded_before_cold_is_said() -> None:
    confounded = verdict_of(calls(12, first))
    assert confounded.answer is Answer.UNDECIDED
    assert confounded.order is not None
    assert confounded.order.could_explain
    assert NoteCode.ORDER_NOT_TOLD in codes(confounded)
    told_apart = verdict_of(calls(12, first, extra_after=4))
    assert (told_apart.answer, told_apart.settled_after) == (Answer.COLD, 6)
    assert NoteCode.ORDER_NOT_TOLD not in codes(told_apart)
    assert verdict_of(calls(12, even, extra_after=4)).answer is Answer.ORDER


@pytest.mark.parametrize("numbered", [True, False])
def test_a_stored_run_that_could_not_check_keeps_its_answer_and_says_what_it_leaves_open(numbered: bool) -> None:
    in_rounds = calls(12, first)
    if not numbered:
        in_rounds = [each.model_copy(update={"requests_before": None}) for each in in_rounds]
    verdict = verdict_of(in_rounds, manifest())
    assert verdict.answer is Answer.COLD
    assert NoteCode.ORDER_NOT_TOLD in codes(verdict)


def test_retries_that_turn_the_order_make_an_extra_call_needless() -> None:
    """Every third round's first call asks twice, as of old runs whose requests were not numbered."""
    in_rounds = [
        each.model_copy(
            update={
                "requests_before": None,
                "wire": WireSummary(attempts=2 if each.step == 0 and each.round % 3 == 0 else 1),
            }
        )
        for each in calls(14, first)
    ]
    verdict = verdict_of(in_rounds, manifest())
    assert verdict.answer is Answer.COLD
    assert NoteCode.ORDER_NOT_TOLD not in codes(verdict)
    assert verdict_of(in_rounds).answer is Answer.COLD


def test_calls_that_overlapped_have_no_order() -> None:
    verdict = verdict_of(calls(12, first), manifest(options=Options(concurrency=2)))
    assert (verdict.answer, verdict.order) == (Answer.COLD, None)
    assert NoteCode.ORDER_NOT_TOLD not in codes(verdict)


def test_an_extra_call_is_told_and_is_of_no_step() -> None:
    found = section(calls(12, even, extra_after=4), CHECKED, 12)
    assert [(step.label, step.n, step.failed) for step in found.steps] == [("call1", 12, 4), ("call2", 12, 8)]
    notes = {note.code: note.values for note in found.notes}
    assert notes[NoteCode.EXTRA_CALLS] == {"count": 1, "label": "extra"}
    assert notes[NoteCode.EVERY_NTH] == {"period": 2, "failed": 13, "n": 13, "others_failed": 0}
    assert found.verdict is not None
    assert found.verdict.order is not None
    assert (found.verdict.order.worse.n, found.verdict.order.better.failed) == (13, 0)
    assert "extra" in {incident.label for incident in found.incidents}
    assert {dot.label for dots in found.charts.rounds for dot in dots.dots} == {"call1", "call2"}


@pytest.mark.parametrize("period", [3, 4])
def test_failures_of_every_third_or_fourth_request_are_named(period: int) -> None:
    found = section(calls(24, lambda step, number: number % period == 1, extra_after=4), CHECKED, 24)
    notes = {note.code: note.values for note in found.notes}
    assert notes[NoteCode.EVERY_NTH]["period"] == period


def test_failures_of_first_calls_follow_no_order() -> None:
    assert NoteCode.EVERY_NTH not in codes(section(calls(24, first, extra_after=4), CHECKED, 24))
    assert NoteCode.EVERY_NTH not in codes(section(calls(24, first), CHECKED, 24))


def with_wire(in_rounds: list[Call], wire: Callable[[Call], dict[str, Any]]) -> list[Call]:
    return [each.model_copy(update={"wire": WireSummary(attempts=1, **wire(each))}) for each in in_rounds]


@pytest.mark.parametrize("bad", [first, never])
def test_second_calls_from_a_cache_leave_no_answer_about_coldness(bad: Bad) -> None:
    in_rounds = with_wire(
        calls(40, bad, extra_after=4),
        lambda each: {"cached": each.step == 1},
    )
    found = section(in_rounds, CHECKED, 40)
    assert found.verdict is not None
    assert (found.verdict.answer, found.verdict.cached_rounds) == (Answer.CACHED, 40)
    notes = {note.code: note.values for note in found.notes}
    assert notes[NoteCode.CACHED_ANSWERS] == {"count": 40, "n": 81}


def test_an_answer_that_came_twice_is_named_and_one_of_many_rounds_spoils_none() -> None:
    in_rounds = with_wire(calls(60, never), lambda each: {"message_id": f"msg_{each.started_at:%H%M%S%f}"})
    assert in_rounds[0].wire
    first_id = in_rounds[0].wire.message_id
    again = with_wire(in_rounds[-1:], lambda _: {"message_id": first_id})
    found = section([*in_rounds[:-1], *again], CHECKED, 60)
    assert found.verdict is not None
    assert (found.verdict.answer, found.verdict.cached_rounds) == (Answer.NO_COLD_EFFECT, 1)
    assert NoteCode.CACHED_ANSWERS in codes(found)


def test_a_comparison_sees_no_regression_in_which_call_met_the_bad_server() -> None:
    firsts, seconds = (
        section(calls(30, even), manifest(), 30),
        section(calls(30, lambda s, n: n % 2 == 1), manifest(), 30),
    )
    assert not compare_sections(firsts, seconds).regressions
    assert not compare_sections(seconds, firsts).regressions
    sound = section(calls(30, never), manifest(), 30)
    assert {each.label for each in compare_sections(sound, seconds).regressions} == {"call2"}


def test_a_night_of_one_bad_server_is_held_against_all_calls_of_other_nights() -> None:
    """Half of all calls failed before as well: in first ones then, in second ones more often tonight."""

    def night(extra_after: int, day: int, bad: Bad = even) -> Night:
        found = section(calls(30, bad, extra_after=extra_after), CHECKED, 30)
        return night_of(found, CHECKED.model_copy(update={"created_at": START + timedelta(days=day)}))

    before = [night(28, day) for day in range(10)]
    tonight = night(4, 10)
    assert tonight.verdict is Answer.ORDER
    assert judge_night(tonight, before).state is NightState.QUIET
    sound = [night(28, day, never) for day in range(10)]
    assert judge_night(tonight, sound).state is NightState.WATCH
