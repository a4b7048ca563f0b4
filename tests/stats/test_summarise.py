from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.choices import EndReason, Role
from probe.model.note import Note, NoteCode
from probe.model.outcome import BENIGN_FLAGS, Flag, Outcome
from probe.model.report_sections import RunSource
from probe.model.run_manifest import Options
from probe.model.statistics import Pairs, StepStatistics
from probe.model.wire import WireSummary
from probe.stats.summarise import summarise
from tests.builders import call, flags, manifest, scenario, step
from tests.stats.frames import frame, section, source

outcomes = st.sampled_from([each for each in Outcome if each is not Outcome.INTERRUPTED])


@st.composite
def any_calls(draw: st.DrawFn) -> list[Any]:
    pairs = draw(st.lists(st.tuples(outcomes, outcomes), max_size=12))
    expected = draw(st.sampled_from([Outcome.OK, Outcome.SESSION_IN_USE]))
    return [
        call(
            number,
            position,
            outcome,
            expected_outcome=expected,
            flags=draw(st.lists(st.sampled_from(list(Flag)), max_size=2, unique=True)),
        )
        for number, pair in enumerate(pairs, start=1)
        for position, outcome in enumerate(pair, start=1)
    ]


def assert_step_adds_up(step: StepStatistics) -> None:
    assert step.ok + step.failed == step.n
    assert step.clean + step.recovered == step.ok
    assert 0 <= step.timed_out <= step.failed
    assert sum(count.n for count in step.outcomes) == step.n
    assert sum(count.n for count in step.outcomes if count.expected) == step.ok
    if step.n:
        assert step.failure_rate is not None
        assert (step.failure_rate.value, step.failure_rate.n) == (step.failed / step.n, step.n)


def assert_pairs_add_up(pairs: Pairs, n: int, first: StepStatistics, second: StepStatistics) -> None:
    assert pairs.n == n
    assert pairs.only_first_failed + pairs.both_failed == first.failed
    assert pairs.only_second_failed + pairs.both_failed == second.failed
    assert pairs.only_first_failed + pairs.only_second_failed + pairs.both_failed + pairs.none_failed == pairs.n
    assert pairs.first_slower + pairs.second_slower + pairs.alike + pairs.slower_unknown == pairs.n


@given(any_calls())
def test_counts_add_up(calls: list[Any]) -> None:
    report = section(calls, manifest(), len(calls) // 2)
    first, second = report.steps
    for statistics in report.steps:
        assert_step_adds_up(statistics)
        assert (statistics.durations.n if statistics.durations else 0) == statistics.n
    assert first.n + second.n == len(calls) == report.n
    told = [call for call in calls if not call.clean or set(call.diagnosis.flags) - BENIGN_FLAGS]
    assert len(report.incidents) == report.incidents_total == len(told) >= len(calls) - first.clean - second.clean
    assert (report.pairs is None) == (not calls) == (report.verdict is None)
    if report.pairs:
        assert_pairs_add_up(report.pairs, len(calls) // 2, first, second)


def test_a_step_that_never_ran_says_nothing() -> None:
    report = section([call(1, 1)], manifest())
    second = report.steps[1]
    assert (second.label, second.n, second.failure_rate, second.durations) == ("call2", 0, None, None)
    assert (report.pairs, report.verdict) == (None, None)


def test_a_report_tells_what_is_missing() -> None:
    report = section(
        [], manifest(), 2, run={"rounds_finished": 0, "end": "interrupted"}, interrupted_calls=2, corrupt={"x": 1}
    )
    assert (report.rounds_planned, report.rounds_finished, report.interrupted_calls) == (2, 0, 2)
    assert (report.corrupt, report.runs[0].end) == ({"x": 1}, EndReason.INTERRUPTED)
    incomplete, unreadable = report.notes
    assert incomplete.values == {"finished": 0, "planned": 2, "reason": "interrupted"}
    assert unreadable == Note(code=NoteCode.UNREADABLE, values={"what": "x", "count": 1})


@pytest.mark.parametrize(
    ("end", "said"), [("completed", None), ("settled", None), ("max_cost", "max_cost"), (None, "cut_off")]
)
def test_only_a_run_that_ended_before_its_time_is_not_complete(end: str | None, said: str | None) -> None:
    report = section([call(1, 1), call(1, 2)], manifest(), 2, run={"rounds_finished": 1, "end": end})
    reasons = [note.values["reason"] for note in report.notes if note.code is NoteCode.INCOMPLETE]
    assert reasons == ([said] if said else [])


def test_rounds_of_pooled_runs_are_summed() -> None:
    runs = [
        RunSource(run_id=f"run-{number}", created_at=None, rounds_finished=1, end=EndReason.COMPLETED)
        for number in (1, 2)
    ]
    calls = frame([call(1, 1), call(1, 2)], [call(1, 1, Outcome.AUTH), call(1, 2)])
    report = summarise(calls, source(manifest(), runs=runs, rounds_planned=2))
    assert (report.rounds_finished, report.pairs.n if report.pairs else 0, report.steps[0].n) == (2, 2, 2)
    assert [(each.run_id, each.round) for each in report.incidents] == [("run-2", 1)]


def test_a_control_has_pairs_and_no_verdict() -> None:
    report = section([call(1, 1), call(1, 2)], manifest(), 1, role=Role.CONTROL)
    assert report.pairs is not None
    assert report.verdict is None


def test_where_the_calls_come_from_is_noted() -> None:
    calls = [call(1, 1), call(1, 2)]
    assert codes(section(calls)) == [NoteCode.NO_MANIFEST]
    assert codes(section(calls, original_script=True)) == [NoteCode.ORIGINAL_SCRIPT]
    assert codes(section(calls, manifest())) == []


@pytest.mark.parametrize(
    ("loads", "concurrency", "said"),
    [
        ([0.5] * 10, 1, []),
        ([3.1] * 2 + [0.5] * 8, 1, []),  # a fifth of the calls is not yet the machine's doing
        ([3.1] * 3 + [0.5] * 7, 1, [NoteCode.MACHINE_BUSY]),
        ([None] * 10, 1, []),
        ([3.1] * 10, 3, [NoteCode.MACHINE_SHARED]),
        ([0.5] * 10, 2, []),
    ],
)
def test_a_busy_machine_is_noted(loads: list[float | None], concurrency: int, said: list[NoteCode]) -> None:
    calls = [call(number, position, load=loads[number - 1]) for number in range(1, 11) for position in (1, 2)]
    made = manifest(options=Options(concurrency=concurrency))
    assert codes(section(calls, made, 10)) == said


def test_a_second_call_that_is_to_be_refused_is_noted_and_not_compared() -> None:
    script = scenario(step(), step("call2", session="same-id", expect={"outcome": "session_in_use"}))
    refused = call(1, 2, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE)
    report = section([call(1, 1), refused], manifest(script), 1)
    assert (report.pairs, report.verdict) == (None, None)
    assert report.notes == (Note(code=NoteCode.OTHER_EXPECTED, values={"label": "call2", "outcome": "session_in_use"}),)


def test_an_outlier_is_named_by_its_round() -> None:
    calls = [call(number, 1, wall_ms=60_000.0 if number == 13 else 1500.0 + number) for number in range(4, 20)]
    notes = [note for note in section(calls).notes if note.code is NoteCode.OUTLIERS]
    assert [(note.values["label"], note.values["rounds"]) for note in notes] == [("call1", "13")]


def test_an_incident_has_what_an_operator_looks_for() -> None:
    ids = ({"request-id": "a"}, {"request-id": "b"})
    wire = WireSummary(attempts=2, endings=("529", "529"), correlation=ids, requested_at_ms=(600.0, 170_250.5))
    failed = call(
        3, 2, Outcome.OVERLOADED, cause="529", wire=wire, served_session_id="served",
        flags=flags("retried", "left_processes"), evidence="Overloaded",
    )  # fmt: skip
    (incident,) = section([failed]).incidents
    assert (incident.run_id, incident.round, incident.label, incident.session_id) == ("run-1", 3, "call2", "served")
    assert (incident.outcome, incident.cause, incident.failed) == (Outcome.OVERLOADED, "529", True)
    assert (incident.flags, incident.evidence) == ((Flag.RETRIED,), "Overloaded")
    assert (incident.endings, [each["request-id"] for each in incident.request_ids]) == (("529", "529"), ["a", "b"])
    assert incident.started_at == failed.started_at
    assert incident.requests[1] == (
        failed.started_at + timedelta(minutes=2, seconds=50.2505),
        "529",
        {"request-id": "b"},
    )


def test_of_a_damaged_record_no_time_is_told() -> None:
    wire = WireSummary(attempts=2, endings=("529", "529"), requested_at_ms=(600.0, 9e15))
    (incident,) = section([call(3, 2, Outcome.OVERLOADED, cause="529", wire=wire)]).incidents
    assert [request.at is None for request in incident.requests] == [False, True]


def codes(report: Any) -> list[NoteCode]:
    return [note.code for note in report.notes]
