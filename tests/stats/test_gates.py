"""Gates: a typing error must not pass, and neither must silence."""

import pytest

from probe.errors import UsageError
from probe.model.call import Call
from probe.model.outcome import Outcome
from probe.model.report import Report
from probe.stats.gates import evaluate, parse_gate
from probe.stats.summarise import summarise
from tests.builders import call, flags, manifest

STEPS = ("call1", "call2")


def report_of(*calls: Call) -> Report:
    return summarise(calls, manifest(), run_id="r", rounds_finished=2)


def ten() -> Report:
    """Ten rounds: three first calls time out (60 s), one is retried; all second calls take 2 s, one of them 4 s."""
    firsts = [
        call(n, 1, Outcome.TIMED_OUT, cause="overloaded", wall_ms=60_000.0, timeout_ms=60_000.0) for n in (1, 2, 3)
    ]
    firsts += [call(n, 1, flags=flags("retried") if n == 4 else ()) for n in range(4, 11)]
    return report_of(*firsts, *(call(n, 2, wall_ms=4000.0 if n == 5 else 2000.0) for n in range(1, 11)))


@pytest.mark.parametrize(
    ("gate", "failed", "observed"),
    [
        ("call1.failure_rate > 0.1", True, "0.300 (3 of 10)"),
        ("call1.failure_rate > 30%", False, "0.300 (3 of 10)"),
        ("call1.failure_rate >= 30%", True, "0.300 (3 of 10)"),
        ("failure_rate > 0.1", True, "0.150 (3 of 20)"),
        ("call2.failure_rate>0", False, "0.000 (0 of 10)"),
        ("call1.timeout_rate == 0.3", True, "0.300 (3 of 10)"),
        ("call1.ok_rate < 0.9", True, "0.700 (7 of 10)"),
        ("call1.clean_rate <= 60%", True, "0.600 (6 of 10)"),
        ("call1.recovered_rate != 0", True, "0.100 (1 of 10)"),
        ("n < 20", False, "20 of 20"),
        ("call1.ok < 7", False, "7 of 10"),
        ("failed > 2", True, "3 of 20"),
        ("clean != 16", False, "16 of 20"),
        ("recovered >= 1", True, "1 of 20"),
        ("timed_out > 0", True, "3 of 20"),
        ("call2.timed_out > 0", False, "0 of 10"),
        ("overloaded > 0", False, "0 of 20"),
        ("retried > 0", True, "1 of 20"),
        ("call2.retried > 0", False, "0 of 10"),
        ("call2.median_wall > 1s", True, "2.00 s"),
        ("call2.median_wall > 2000ms", False, "2.00 s"),
        ("call2.median_wall >= 2", True, "2.00 s"),
        ("call2.mean_wall < 3s", True, "2.20 s"),
        ("call2.p90_wall > 3s", False, "≥ 2.00 s (n too small)"),
        ("call2.p90_wall > 1s", True, "≥ 2.00 s (n too small)"),
        ("median_wall > 1.9s", True, "2.00 s"),
        # censored: the true p90 lies above 60 s
        ("call1.p90_wall > 60s", True, "> 60.0 s"),
        ("call1.p90_wall >= 60s", True, "> 60.0 s"),
        ("call1.p90_wall > 59s", True, "> 60.0 s"),
        ("call1.p90_wall > 1m1s", False, "> 60.0 s"),
        ("call1.p90_wall < 90s", False, "> 60.0 s"),
    ],
)
def test_gates(gate: str, failed: bool, observed: str) -> None:
    found = evaluate(parse_gate(gate, STEPS), ten())
    assert (found.failed, found.observed) == (failed, observed)
    assert found.expression == gate


@pytest.mark.parametrize(
    "gate", ["call2.n < 5", "call2.failure_rate > 0.5", "call2.median_wall > 1h", "call2.ok == 99"]
)
def test_where_nothing_was_measured_a_gate_fails(gate: str) -> None:
    for report in (report_of(), report_of(call(1, 1))):
        found = evaluate(parse_gate(gate, STEPS), report)
        assert (found.failed, found.observed) == (True, "nothing was measured")


@pytest.mark.parametrize(
    ("gate", "says"),
    [
        ("", "does not read as [STEP.]METRIC OP VALUE"),
        ("failure_rate", "does not read as"),
        ("failure_rate => 0.1", "does not read as"),
        ("failure_rate > 0.1 or n < 3", "does not read as"),
        ("a.b.c > 1", "does not read as"),
        ("call9.failure_rate > 0.1", "the scenario has no step 'call9'"),
        ("call9.failure_rate > 0.1", "Steps: call1, call2"),
        ("failurerate > 0.1", "unknown metric 'failurerate'"),
        ("failurerate > 0.1", "Metrics: failure_rate, timeout_rate"),
        ("p95_wall > 1s", "median_wall, p90_wall, mean_wall"),
        ("failure_rate > few", "'few' is no value for failure_rate"),
        ("failure_rate > %", "'%' is no value"),
        ("failure_rate > nan", "is no value"),
        ("failure_rate > inf", "is no value"),
        ("median_wall > 10%", "30s for durations"),
        ("median_wall > nan", "is no value"),
    ],
)
def test_a_gate_that_cannot_be_read_is_refused_with_what_is_known(gate: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_gate(gate, STEPS)
    assert caught.value.key == "--fail-on"
    assert says in str(caught.value)


def test_every_outcome_and_flag_is_a_metric() -> None:
    for name in (*Outcome, *flags("retried", "model_mismatch")):
        assert parse_gate(f"{name} > 0", STEPS).metric == name
