from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.model.choices import EndReason
from probe.model.client import ModelUsage
from probe.model.outcome import BENIGN_FLAGS, Flag, Outcome
from probe.model.report import Bound, Figure
from probe.stats.summarise import summarise
from probe.stats.table import COLUMNS, rows
from tests.builders import call, flags, manifest, result, words

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


@given(any_calls())
def test_counts_add_up(calls: list[Any]) -> None:
    report = summarise(calls, manifest(), run_id="r", rounds_finished=len(calls) // 2)
    first, second = report.steps
    for step in report.steps:
        assert step.ok + step.failed == step.n
        assert step.clean + step.recovered == step.ok
        assert 0 <= step.timed_out <= step.failed
        assert sum(each.n for each in step.outcomes) == step.n
        assert sum(each.n for each in step.outcomes if each.expected) == step.ok
        assert (step.durations.n if step.durations else 0) == step.n
        if step.n:
            assert step.failure_rate == step.failed / step.n
    assert first.n + second.n == len(calls)
    assert report.pairs == len(calls) // 2
    assert report.only_first_failed + report.both_failed == first.failed
    assert report.only_second_failed + report.both_failed == second.failed
    told = [call for call in calls if not call.clean or set(call.diagnosis.flags) - BENIGN_FLAGS]
    assert len(report.incidents) == len(told) >= len(calls) - first.clean - second.clean


def test_an_expected_outcome_other_than_ok_is_a_success() -> None:
    calls = [call(1, 1), call(1, 2, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE)]
    report = summarise(calls, manifest(), run_id="r", rounds_finished=1)
    assert [(step.ok, step.failed) for step in report.steps] == [(1, 0), (1, 0)]
    assert report.incidents == ()


def test_ok_where_a_refusal_was_expected_is_a_failure() -> None:
    report = summarise([call(1, 1, expected_outcome=Outcome.SESSION_IN_USE)], None, run_id="r", rounds_finished=1)
    assert report.steps[0].failed == 1


def test_a_call_that_failed_fast_counts_with_its_timeout() -> None:
    calls = [call(1, 1, Outcome.AUTH, wall_ms=400.0, timeout_ms=60_000.0)]
    durations = summarise(calls, None, run_id="r", rounds_finished=1).steps[0].durations
    assert durations is not None
    assert durations.median == Figure(value_ms=60_000, bound=Bound.MORE_THAN)
    assert durations.restricted_mean_ms == 60_000


def test_a_flag_of_housekeeping_does_not_make_a_success_unclean() -> None:
    calls = [call(1, 1, flags=flags("left_processes")), call(2, 1, flags=flags("retried"), evidence="retried once")]
    report = summarise(calls, None, run_id="r", rounds_finished=2)
    assert (report.steps[0].clean, report.steps[0].recovered) == (1, 1)
    assert [(each.round, each.evidence) for each in report.incidents] == [(2, "retried once")]


def test_a_step_that_never_ran_says_nothing() -> None:
    report = summarise([call(1, 1)], manifest(), run_id="r", rounds_finished=0)
    second = report.steps[1]
    assert (second.label, second.n, second.failure_rate, second.durations) == ("call2", 0, None, None)
    assert report.pairs == 0


def test_ttft_is_of_good_calls_that_tell_it() -> None:
    calls = [
        call(1, 1, client=words()),
        call(2, 1),
        call(3, 1, Outcome.WRONG_ANSWER, client=words(wait_ms=9000.0)),
    ]
    step = summarise(calls, None, run_id="r", rounds_finished=3).steps[0]
    assert (step.ttft_n, step.ttft_median_ms) == (1, 40.0)


def test_tokens_are_summed_over_models_and_calls() -> None:
    both = {"m": ModelUsage(input_tokens=10, output_tokens=3), "haiku": ModelUsage(input_tokens=5)}
    calls = [
        call(1, 1, client=words(result=result(model_usage=both, cost_usd=0.5))),
        call(2, 1, client=words(result=result(usage=ModelUsage(input_tokens=1, cache_read_tokens=7)))),
        call(3, 1, client=words(result=None)),
    ]
    tokens = summarise(calls, None, run_id="r", rounds_finished=3).steps[0].tokens
    assert (tokens.input, tokens.output, tokens.cache_read, tokens.cost_usd) == (16, 3, 7, 0.5)


def test_tokens_that_nobody_named_are_none_not_zero() -> None:
    tokens = summarise([call()], None, run_id="r", rounds_finished=1).steps[0].tokens
    assert set(tokens.model_dump().values()) == {None}


def test_a_report_tells_what_is_missing() -> None:
    report = summarise(
        [], manifest(), run_id="r", rounds_finished=0, interrupted_calls=2, corrupt={"x": 1}, end=EndReason.INTERRUPTED
    )
    assert (report.rounds_planned, report.rounds_finished, report.interrupted_calls) == (2, 0, 2)
    assert (report.corrupt, report.end) == ({"x": 1}, EndReason.INTERRUPTED)


def test_every_row_of_the_table_says_where_it_came_from() -> None:
    calls = [call(1, 1, client=words()), call(1, 2, Outcome.TIMED_OUT, cause="overloaded", flags=flags("retried"))]
    table = list(rows(calls, manifest(), "run-1"))
    assert [list(row) for row in table] == [list(COLUMNS)] * 2
    for row in table:
        assert (row["run_id"], row["target"], row["scenario"], row["machine"]) == (
            "run-1",
            "relay",
            "two-calls",
            "0a1b2c3d",
        )
        for name, value in row.items():
            assert value is None or type(value) is COLUMNS[name], name
    assert (table[0]["step"], table[0]["ttft_ms"], table[0]["input_tokens"]) == (1, 40.0, 10)
    assert (table[1]["outcome"], table[1]["cause"], table[1]["flags"]) == ("timed_out", "overloaded", "retried")
    assert table[1]["input_tokens"] is None


@pytest.mark.parametrize("with_manifest", [True, False])
def test_the_client_s_own_version_goes_before_the_recorded(with_manifest: bool) -> None:
    made = manifest() if with_manifest else None
    said, silent = rows([call(client=words(client_version="1.2.3")), call()], made, "r")
    assert said["client_version"] == "1.2.3"
    assert silent["client_version"] == ("2.1.329" if with_manifest else None)
