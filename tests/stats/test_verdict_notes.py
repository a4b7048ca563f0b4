"""Remarks on what rounds cannot show, beside a verdict on them."""

from typing import Any

import pytest

from probe.model.choices import UpstreamKind
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.verdict import Answer
from probe.stats.verdict_notes import FEW_PAIRS
from tests.builders import manifest, target_info
from tests.stats.compared_calls import compared, noted, one_failed, rounds
from tests.stats.frames import frame


def test_data_that_leave_nothing_open_are_not_remarked_on() -> None:
    assert noted(rounds(FEW_PAIRS, one_failed)) == {}


def test_few_pairs_are_remarked_on_unless_they_were_enough() -> None:
    assert noted(rounds(FEW_PAIRS - 1, one_failed)) == {NoteCode.FEW_PAIRS: {"n": FEW_PAIRS - 1}}

    def first_fails(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH} if position == 1 else {}

    assert compared(rounds(20, first_fails))[1].answer is Answer.COLD
    assert NoteCode.FEW_PAIRS not in noted(rounds(20, first_fails))


def test_no_failure_seen_comes_with_its_bound() -> None:
    values = noted(rounds(40))[NoteCode.NO_FAILURES_SEEN]
    assert values["n"] == 40
    assert float(values["high_share"]) == pytest.approx(1 - 0.05 ** (1 / 40))
    assert NoteCode.NO_FAILURES_SEEN not in noted(rounds(40, one_failed))

    def second_failed(number: int, position: int) -> dict[str, Any]:
        return one_failed(number, 3 - position)

    assert NoteCode.NO_FAILURES_SEEN in noted(rounds(40, second_failed))


def test_calls_cut_off_by_the_deadline_are_remarked_on() -> None:
    def cut(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.TIMED_OUT, "cause": "ping_only"} if number + position in {3, 4} else {}

    # rounds 1 and 2 by their second calls, rounds 2 and 3 by their first
    assert noted(rounds(40, cut)) == {NoteCode.TIMEOUT_HIDES: {"count": 4, "timeout_ms": 180_000.0}}


def test_a_success_that_took_too_long_is_not_cut_off() -> None:
    def late(number: int, position: int) -> dict[str, Any]:
        return {"timed_out": True} if number == 2 else one_failed(number, position)

    assert NoteCode.TIMEOUT_HIDES not in noted(rounds(40, late))


def test_unknown_causes_are_counted_among_failed_calls() -> None:
    def unknown(number: int, position: int) -> dict[str, Any]:
        if number <= 2:
            return {"outcome": Outcome.CLIENT_CRASHED, "cause": "unknown"}
        return {"cause": "unknown"} if number == 3 else {}

    assert noted(rounds(40, unknown)) == {NoteCode.CAUSE_UNKNOWN: {"count": 4}}


def test_calls_without_a_record_are_counted() -> None:
    def unrecorded(number: int, position: int) -> dict[str, Any]:
        return one_failed(number, position) | (
            {"wire": None} if number in {5, 6} or (number, position) == (9, 2) else {}
        )

    assert noted(rounds(40, unrecorded)) == {NoteCode.NOT_RECORDED: {"count": 5}}


@pytest.mark.parametrize(("idle_ms", "said"), [(59_999.0, True), (60_000.0, False), (None, False)])
def test_little_idle_time_is_remarked_on(idle_ms: float | None, said: bool) -> None:
    def idle(number: int, position: int) -> dict[str, Any]:
        return one_failed(number, position) | {"idle_before_ms": idle_ms if position == 1 else 5.0}

    assert noted(rounds(40, idle)) == ({NoteCode.LITTLE_IDLE: {"idle_ms": idle_ms}} if said else {})


def test_a_cold_upstream_was_idle_for_long_enough() -> None:
    def cold(number: int, position: int) -> dict[str, Any]:
        return {"outcome": Outcome.AUTH if position == 1 else Outcome.OK, "idle_before_ms": 1.0}

    assert NoteCode.LITTLE_IDLE not in noted(rounds(40, cold))


def test_slower_without_a_control_may_be_the_client() -> None:
    def slow(number: int, position: int) -> dict[str, Any]:
        return one_failed(number, position) | {"wall_ms": (5000.0 if position == 1 else 1500.0) + number}

    assert noted(rounds(40, slow)) == {NoteCode.NO_CONTROL: {}, NoteCode.ORDER_NOT_TOLD: {}}
    control = frame(rounds(40, lambda number, position: {"wall_ms": 1500.0 + 10 * number / position}))
    verdict = compared(rounds(40, slow), control=control)[1]
    assert verdict.slower
    assert [note.code for note in verdict.cannot_tell] == [NoteCode.ORDER_NOT_TOLD]


def test_the_embedded_upstream_is_remarked_on() -> None:
    made = manifest(target=target_info(kind=UpstreamKind.EMBEDDED))
    _, verdict = compared(rounds(40, one_failed), made)
    assert verdict.cannot_tell == (Note(code=NoteCode.EMBEDDED),)
