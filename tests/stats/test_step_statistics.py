"""The figures of a step."""

from typing import Any

import pytest

from probe.model.client import ModelUsage
from probe.model.outcome import Flag, Outcome
from probe.model.statistics import Bound, StepStatistics, Tokens
from probe.model.wire import Phases, PhaseSource
from tests.builders import call, flags, manifest, result, words
from tests.stats.frames import section


def test_an_expected_outcome_other_than_ok_is_a_success() -> None:
    calls = [call(1, 1), call(1, 2, Outcome.SESSION_IN_USE, expected_outcome=Outcome.SESSION_IN_USE)]
    report = section(calls, manifest(), 1)
    assert [(each.ok, each.failed) for each in report.steps] == [(1, 0), (1, 0)]
    assert report.incidents == ()


def test_ok_where_a_refusal_was_expected_is_a_failure() -> None:
    report = section([call(1, 1, expected_outcome=Outcome.SESSION_IN_USE)])
    assert report.steps[0].failed == 1
    assert [each.expected for each in report.steps[0].outcomes] == [False]


def test_a_call_that_failed_fast_counts_with_its_timeout() -> None:
    durations = only([call(1, 1, Outcome.AUTH, wall_ms=400.0, timeout_ms=60_000.0)]).durations
    assert durations is not None
    assert (durations.quantiles["p50"].value_ms, durations.quantiles["p50"].bound) == (60_000, Bound.MORE_THAN)
    assert (durations.median, durations.failures.median_ms) == (None, 400)
    assert (durations.restricted_mean.value, durations.censored) == (60_000, 1)


def test_a_flag_of_housekeeping_does_not_make_a_success_unclean() -> None:
    calls = [call(1, 1, flags=flags("left_processes")), call(2, 1, flags=flags("retried"), evidence="retried once")]
    report = section(calls)
    assert (report.steps[0].clean, report.steps[0].recovered) == (1, 1)
    assert [(each.round, each.evidence, each.failed) for each in report.incidents] == [(2, "retried once", False)]


def test_ttft_is_of_good_calls_that_tell_it() -> None:
    calls = [
        call(1, 1, client=words()),
        call(2, 1),
        call(3, 1, Outcome.WRONG_ANSWER, client=words(wait_ms=9000.0)),
    ]
    statistics = only(calls)
    assert (statistics.ttft.n, statistics.ttft.median_ms) == (1, 40.0)


def test_tokens_are_summed_over_models_and_calls() -> None:
    both = {"m": ModelUsage(input_tokens=10, output_tokens=3), "haiku": ModelUsage(input_tokens=5)}
    calls = [
        call(1, 1, client=words(result=result(usage=None, model_usage=both, cost_usd=0.5))),
        call(2, 1, client=words(result=result(usage=ModelUsage(input_tokens=1, cache_read_tokens=7)))),
        call(3, 1, client=words(result=None)),
    ]
    tokens = only(calls).tokens
    assert (tokens.input, tokens.output, tokens.cache_read, tokens.cost_usd) == (16, 3, 7, 0.5)


def test_tokens_that_nobody_named_are_none_not_zero() -> None:
    said_nothing = words(result=result(usage=None))
    assert only([call(client=said_nothing)]).tokens == Tokens(unknown=1)
    assert only([call(1, 1, Outcome.OVERLOADED)]).tokens == Tokens()


def test_flags_and_models_are_counted_by_call() -> None:
    calls = [
        call(1, 1, flags=flags("retried", "model_mismatch"), client=words(model="a")),
        call(2, 1, flags=flags("retried"), client=words(models_served=("a", "b"))),
    ]
    statistics = only(calls)
    assert statistics.flags == {Flag.RETRIED: 2, Flag.MODEL_MISMATCH: 1}
    assert statistics.models_served == {"a": 2, "b": 1}


def test_outcomes_are_told_apart_by_cause_the_most_frequent_first() -> None:
    calls = [
        call(1, 1, Outcome.TIMED_OUT, cause="no_first_byte"),
        call(2, 1, Outcome.TIMED_OUT, cause="ping_only"),
        call(3, 1, Outcome.TIMED_OUT, cause="ping_only"),
    ]
    assert [(each.cause, each.n) for each in only(calls).outcomes] == [("ping_only", 2), ("no_first_byte", 1)]


def test_phases_are_means_that_add_up_and_are_not_mixed_of_sources() -> None:
    def phases(wait_ms: float, kind: PhaseSource) -> Phases:
        return Phases(source=kind, boot_ms=500.0, wait_ms=wait_ms, exit_ms=100.0)

    wire = [call(1, 1, phases=phases(200.0, PhaseSource.WIRE)), call(2, 1, phases=phases(400.0, PhaseSource.WIRE))]
    statistics = only([*wire, call(3, 1)])
    assert statistics.phases_source is PhaseSource.WIRE
    assert (statistics.phases["wait"].value, statistics.phases["wait"].n) == (300.0, 2)
    assert sum(each.value for each in statistics.phases.values()) == pytest.approx(900.0)
    mixed = only([*wire, call(3, 1, phases=phases(200.0, PhaseSource.CLIENT))])
    assert (mixed.phases, mixed.phases_source) == ({}, None)


def only(calls: list[Any]) -> StepStatistics:
    """Return the statistics of the one step that these calls have."""
    (statistics,) = section(calls).steps
    return statistics
