"""Gates: a typing error must not pass, and neither must silence."""

import pytest

from probe.model.comparison import Unit
from probe.model.health import HealthWord
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import Section
from probe.model.statistics import Bound, Estimate, Figure, PromptCacheUse, Spread
from probe.model.verdict import Answer
from probe.stats.gate_expressions import parse_gate
from probe.stats.gates import evaluate, hold_gates
from tests.builders import call, manifest
from tests.stats.frames import section as made
from tests.stats.sections import STEPS, durations, section, step, verdict

OVER_A_MINUTE = Figure(
    value_ms=60_000.0, bound=Bound.MORE_THAN, low_ms=30_000.0, high_ms=60_000.0, high_bound=Bound.MORE_THAN
)
AT_LEAST_2_S = Figure(value_ms=2000.0, bound=Bound.TOO_FEW)
UNKNOWN = Figure(value_ms=None, bound=Bound.TOO_FEW)


def cache_use(share: float) -> PromptCacheUse:
    return PromptCacheUse(
        read_share=Estimate(value=share, low=share - 0.1, high=share + 0.1, n=7), expected=0, expected_unread=0
    )


def ten() -> Section:
    """Ten rounds: three first calls time out after 60 s, one is retried; second calls take 2 s, seldom more."""
    first = step(
        "call1",
        failed=3,
        recovered=1,
        durations=durations(10, 20_000.0, 15_000.0, p90=OVER_A_MINUTE, p99=UNKNOWN),
        ttft=Spread(n=7, median_ms=800.0),
        ttft_median=Figure(value_ms=800.0, low_ms=700.0, high_ms=900.0, high_bound=Bound.EXACT),
        cache=cache_use(0.2),
    )
    second = step(
        "call2",
        durations=durations(10, 2000.0, 200.0, p90=AT_LEAST_2_S),
        ttft=Spread(n=3, median_ms=40.0),
        cache=cache_use(0.6),
    )
    return section(first, second, verdict=verdict(Answer.COLD))


@pytest.mark.parametrize(
    ("gate", "failed"),
    [
        ("call1.failure_rate > 0.1", True),
        ("call1.failure_rate > 30%", False),
        ("call1.failure_rate >= 30%", True),
        ("failure_rate > 0.15", False),
        ("failure_rate >= 0.15", True),
        ("call2.failure_rate>0", False),
        ("call1.timeout_rate == 0.3", True),
        ("call1.ok_rate < 0.9", True),
        ("call1.clean_rate <= 60%", True),
        ("call1.recovered_rate != 0", True),
        ("n < 20", False),
        ("call1.ok < 7", False),
        ("failed > 2", True),
        ("clean != 16", False),
        ("recovered >= 1", True),
        ("timed_out > 2", True),
        ("call2.timed_out > 0", False),
        ("overloaded > 0", False),
        ("retried > 0", True),
        ("call2.retried > 0", False),
        ("model_mismatch > 0", False),
        ("call2.median_wall > 1s", True),
        ("call2.p50_wall > 2000ms", False),
        ("call2.p95_wall >= 2", True),
        ("call2.mean_wall < 3s", True),
        ("call1.median_ttft > 0.5s", True),
        # n too small: only that it took at least so long can be shown
        ("call2.p90_wall > 3s", False),
        ("call2.p90_wall > 1s", True),
        ("call2.p90_wall < 3s", False),
        ("call1.p99_wall > 1s", False),
        ("call2.median_ttft > 1ms", False),
        # among the calls that never finished
        ("call1.p90_wall > 60s", True),
        ("call1.p90_wall >= 60s", True),
        ("call1.p90_wall != 60s", True),
        ("call1.p90_wall > 1m1s", False),
        ("call1.p90_wall < 90s", False),
        # all steps: one is enough
        ("p90_wall > 59s", True),
        ("median_wall < 3s", True),
        ("call2.cache_read_share < 0.5", False),
        ("call2.cache_read_share < 65%", True),
        ("cache_read_share < 0.5", True),
        ("cache_read_share > 0.5", True),
        ("verdict == COLD", True),
        ("verdict != COLD", False),
        ("verdict == NO_COLD_EFFECT", False),
        ("verdict != UNDECIDED", True),
    ],
)
def test_gates(gate: str, failed: bool) -> None:
    found = evaluate(parse_gate(gate, STEPS), ten())
    assert (found.expression, found.failed, found.certain) == (gate, failed, False)


@pytest.mark.parametrize(
    ("gate", "failed"),
    [
        ("call1.failure_rate > 6% surely", True),  # Clopper and Pearson's interval of 3 of 10 is 6.7 % to 65.2 %
        ("call1.failure_rate > 7% surely", False),
        ("call2.cache_read_share < 65% surely", False),
        ("call2.cache_read_share < 71% surely", True),
        ("call1.failure_rate < 65% surely", False),
        ("call1.failure_rate < 66% surely", True),
        ("call2.failure_rate < 26% surely", True),  # none of 10: at most 25.9 %
        ("call2.failure_rate < 25% surely", False),
        ("call2.failure_rate == 0 surely", False),
        ("call1.failure_rate != 5% surely", True),
        ("call1.failure_rate != 30% surely", False),
        ("call2.mean_wall > 1.7s   surely", True),
        ("call2.mean_wall > 1.9s surely", False),
        ("call2.mean_wall < 2.3s surely", True),
        ("call1.p90_wall > 29s surely", True),
        ("call1.p90_wall > 31s surely", False),
        ("call1.p90_wall < 10m surely", False),
        ("call2.p90_wall > 1s surely", True),
        ("call1.median_ttft < 1s surely", True),
        ("call1.median_ttft < 850ms surely", False),
        ("call1.p75_wall > 1s surely", False),  # no interval: sure of nothing
    ],
)
def test_surely_asks_the_interval(gate: str, failed: bool) -> None:
    found = evaluate(parse_gate(gate, STEPS), ten())
    assert (found.failed, found.certain) == (failed, True)


def test_a_gate_shows_what_it_saw() -> None:
    def of(gate: str) -> tuple[Unit, float | None, int | None, Figure | None, str | None]:
        found = evaluate(parse_gate(gate, STEPS), ten())
        value = found.estimate.value if found.estimate else None
        return found.unit, value, found.count, found.figure, found.word

    assert of("failure_rate > 0") == (Unit.SHARE, 0.15, 3, None, None)
    assert of("call1.failed > 0") == (Unit.COUNT, 0.3, 3, None, None)
    assert of("call1.mean_wall > 0s") == (Unit.MS, 20_000.0, None, None, None)
    assert of("p90_wall > 1h") == (Unit.MS, None, None, OVER_A_MINUTE, None)
    assert of("verdict == COLD") == (Unit.WORD, None, None, None, "COLD")
    rate = evaluate(parse_gate("call1.failure_rate > 0", STEPS), ten()).estimate
    assert rate is not None
    assert [rate.low, rate.high] == pytest.approx([0.1078, 0.6032], abs=1e-4)


@pytest.mark.parametrize(
    ("gate", "failed"),
    [
        ("call1.median_wall > 30s", True),  # half of the calls failed, and count as their timeout
        ("call1.median_duration > 3s", False),
        ("call1.p50_duration > 2s", True),
        ("call1.p90_duration > 3s", False),  # too few calls to say
        ("median_duration > 2s surely", True),
        ("call2.median_duration > 1h", True),  # none succeeded: nothing was measured
    ],
)
def test_durations_are_of_calls_that_succeeded(gate: str, failed: bool) -> None:
    succeeded = {"p50": Figure(value_ms=2500.0, low_ms=2400.0, high_ms=2600.0, high_bound=Bound.EXACT), "p90": UNKNOWN}
    of_first = durations(10, 30_000.0, 15_000.0, p50=OVER_A_MINUTE).model_copy(update={"success_quantiles": succeeded})
    steps = step("call1", failed=5, durations=of_first), step("call2", failed=10, durations=durations(10, 1.0, 1.0))
    assert evaluate(parse_gate(gate, STEPS), section(*steps)).failed is failed


def test_a_target_that_fails_a_limit_on_durations_is_slow() -> None:
    quick = {"p50": Figure(value_ms=2500.0, low_ms=2400.0, high_ms=2600.0, high_bound=Bound.EXACT)}
    slow = step("call1", durations=durations(10, 2500.0, 15.0).model_copy(update={"success_quantiles": quick}))
    assert hold_gates(["call1.median_duration > 2s"], section(slow)).health.word is HealthWord.SLOW
    assert hold_gates(["call1.median_duration > 3s"], section(slow)).health.word is not HealthWord.SLOW


def test_of_several_steps_the_one_that_fails_is_shown() -> None:
    found = evaluate(parse_gate("mean_wall < 3s", STEPS), ten())
    assert (found.failed, found.estimate) == (True, Estimate(value=2000.0, low=1800.0, high=2200.0, n=10))


@pytest.mark.parametrize(
    "gate",
    [
        "call2.n < 5",
        "call2.failure_rate > 0.5",
        "call2.failure_rate > 0.5 surely",
        "call2.median_wall > 1h",
        "call2.median_ttft > 1h",
        "call2.ok == 99",
        "verdict == COLD",
        "verdict != COLD",
    ],
)
def test_where_nothing_was_measured_a_gate_fails(gate: str) -> None:
    for empty in (section(), section(step("call1")), section(step("call1"), step("call2", n=0))):
        found = evaluate(parse_gate(gate, STEPS), empty)
        assert (found.failed, found.estimate, found.figure, found.word) == (True, None, None, None)


def test_where_one_step_has_no_duration_a_gate_on_all_fails_and_names_it() -> None:
    silent = section(
        step("call1", failed=10, n=10), step("call2", ttft=Spread(n=10), ttft_median=Figure(value_ms=40.0))
    )
    found = evaluate(parse_gate("median_ttft > 5s", STEPS), silent)
    assert (found.failed, found.figure, found.unmeasured) == (True, None, "call1")
    assert not evaluate(parse_gate("call2.median_ttft > 5s", STEPS), silent).failed
    slow = evaluate(parse_gate("median_ttft > 30ms", STEPS), silent)
    assert (slow.failed, slow.figure, slow.unmeasured) == (True, Figure(value_ms=40.0), None)
    never = section(step("call1"), step("call2", n=0))
    assert evaluate(parse_gate("p90_wall > 30s surely", STEPS), never).unmeasured == "call2"


def test_an_outage_is_surely_slow() -> None:
    calls = [call(number, position, Outcome.TIMED_OUT) for number in range(1, 31) for position in (1, 2)]
    outage = made(calls, manifest(), 30)
    assert evaluate(parse_gate("call1.mean_wall > 10s surely", STEPS), outage).failed
    assert not evaluate(parse_gate("call1.mean_wall > 179s surely", STEPS), outage).failed


def test_one_failed_call_makes_nothing_sure() -> None:
    once = section(step("call1", n=1, failed=1))
    assert not evaluate(parse_gate("call1.failure_rate > 20% surely", STEPS), once).failed
    assert evaluate(parse_gate("call1.failure_rate > 4% surely", STEPS), once).failed


@pytest.mark.parametrize("failed", [0, 3, 10])
@pytest.mark.parametrize("surely", ["", " surely"])
def test_a_gate_shows_the_rate_that_tables_show(failed: int, surely: str) -> None:
    of = section(step("call1", failed=failed))
    seen = evaluate(parse_gate(f"call1.failure_rate > 50%{surely}", STEPS), of).estimate
    assert (seen == of.steps[0].failure_rate) == (not surely or failed != 3)


def test_every_outcome_and_flag_is_a_count() -> None:
    names = [str(name) for name in (*Outcome, *Flag)]
    assert [name for name in names if evaluate(parse_gate(f"{name} > 99", STEPS), ten()).unit is not Unit.COUNT] == []
