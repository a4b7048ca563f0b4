"""Expressions of gates: one that cannot be read is refused with what is known."""

from typing import Any

import pytest

from probe.errors import UsageError
from probe.model.verdict import Answer
from probe.stats.gate_expressions import cannot_be_met, check_gate_vantages, compares_vantages, gate_vantage, parse_gate
from tests.stats.sections import STEPS


@pytest.mark.parametrize(
    ("gate", "says"),
    [
        ("", "does not read as [STEP][@VANTAGE].METRIC OP VALUE"),
        ("failure_rate", "does not read as"),
        ("failure_rate => 0.1", "does not read as"),
        ("failure_rate > 0.1 or n < 3", "does not read as"),
        ("failure_rate > 0.1surely surely surely", "does not read as"),
        ("a.b.c > 1", "does not read as"),
        ("call9.failure_rate > 0.1", "the scenario has no step 'call9'"),
        ("call9.failure_rate > 0.1", "Steps: call1, call2"),
        ("sadness > 0.1", "unknown metric 'sadness'\nMetrics: failure_rate, timeout_rate"),
        ("timeoutrate > 0.1", "Metrics: timeout_rate, "),
        ("p95 > 1s", "Metrics: p95_wall, "),
        ("failure_rate > few", "'few' is no value for failure_rate"),
        ("failure_rate > %", "'%' is no value"),
        ("failure_rate > nan", "is no value"),
        ("failure_rate > inf", "is no value"),
        ("failed > 10%", "'10%' is no value for failed"),
        ("median_wall > 10%", "30s for durations"),
        ("median_wall > nan", "is no value"),
        ("verdict == WARM", "one of COLD, NO_COLD_EFFECT, SECOND_WORSE, ORDER, CACHED, UNDECIDED"),
        ("verdict > COLD", "verdict == COLD"),
        ("call1.verdict == COLD", "has no step"),
        ("call1.health == DOWN", "has no step"),
        ("health > DOWN", "only == and !="),
        ("health == BROKEN", "DOWN, FLAKY, COLD, SLOW, OK, UNKNOWN"),
        ("failed > 2 surely", "failed has no interval"),
        ("verdict == COLD surely", "verdict has no interval"),
    ],
)
def test_a_gate_that_cannot_be_read_is_refused_with_what_is_known(gate: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_gate(gate, STEPS)
    assert caught.value.key == "--fail-on"
    assert says in str(caught.value)


def test_an_error_names_the_key_that_the_gate_stands_under() -> None:
    with pytest.raises(UsageError, match="gates: 'n'"):
        parse_gate("n", STEPS, key="gates")


@pytest.mark.parametrize(
    ("gate", "never"),
    [
        ("p90_wall > 30s", True),
        ("call1.mean_wall >= 3.1s", True),
        ("call1.median_ttft > 4s", True),
        ("p90_wall > 3s", False),  # a quantile among time-outs is more than the timeout
        ("call2.p90_wall > 8s", False),
        ("p90_wall > 8s", False),  # one of the steps is enough
        ("p90_wall < 30s", False),
        ("failed > 30", False),
        ("verdict == COLD", False),
    ],
)
def test_a_gate_on_durations_that_no_call_may_have_is_known(gate: str, never: bool) -> None:
    timeouts_s = {"call1": 3.0, "call2": 3.0 if gate == "p90_wall > 30s" else 9.0}
    assert cannot_be_met(parse_gate(gate, STEPS), timeouts_s) is never


@pytest.mark.parametrize(
    ("text", "step", "vantage", "metric", "op", "value", "surely"),
    [
        ("call1.failure_rate > 10%", "call1", None, "failure_rate", ">", 0.1, False),
        ("call1@fra.failed>=2", "call1", "fra", "failed", ">=", 2.0, False),
        ("@fra.p95_wall<2m surely", None, "fra", "p95_wall", "<", 120_000.0, True),
        ("  median_ttft != 0.5  ", None, None, "median_ttft", "!=", 500.0, False),
        ("verdict == COLD", None, None, "verdict", "==", Answer.COLD, False),
        ("ok_rate < 1e-1", None, None, "ok_rate", "<", 0.1, False),
    ],
)
def test_an_expression_is_read(
    text: str, step: str, vantage: str | None, metric: str, op: str, value: Any, surely: bool
) -> None:
    gate = parse_gate(text, STEPS)
    assert (gate.step, gate.vantage, gate.metric, gate.op, gate.value) == (step, vantage, metric, op, value)
    assert (gate.surely, gate.text) == (surely, text.strip())


def test_a_gate_is_about_its_vantage_or_about_all() -> None:
    of_all, of_one = parse_gate("failed > 2", STEPS), parse_gate("@fra.failed > 2", STEPS)
    assert [of_all.is_about(vantage) for vantage in ("fra", None)] == [True, True]
    assert [of_one.is_about(vantage) for vantage in ("fra", "sgp", None)] == [True, False, False]


def test_the_comparison_of_vantages_names_none() -> None:
    assert compares_vantages("vantages == ONE_WORSE")
    assert not compares_vantages("failed > 2")
    assert not compares_vantages("nonsense")
    with pytest.raises(UsageError, match="is a word about all vantages, and names none"):
        parse_gate("@fra.vantages == ONE_WORSE", STEPS)


@pytest.mark.parametrize(
    ("gate", "vantages", "says"),
    [
        ("vantages == ALIKE", ["fra", "sgp"], None),
        ("vantages == ALIKE", ["fra"], "the run has no vantages to compare"),
        ("vantages == ALIKE", ["fra", "fra"], "the run has no vantages to compare"),
        ("@fra.failed > 2", ["fra", "sgp"], None),
        ("@fra.failed > 2", ["sgp", "hkg"], "the run has no vantage 'fra'\nVantages: sgp, hkg"),
        ("@fra.failed > 2", [], "the run has no vantage 'fra'\nThe run has no vantages; leave it out."),
        ("failed > 2", [], None),
        ("nonsense", [], None),
    ],
)
def test_a_gate_needs_the_vantages_that_it_is_about(gate: str, vantages: list[str], says: str | None) -> None:
    if says is None:
        check_gate_vantages([gate], vantages)
        return
    with pytest.raises(UsageError) as refused:
        check_gate_vantages(["failed > 2", gate], vantages, key="gates")
    assert says in str(refused.value)
    assert refused.value.key == "gates"


def test_what_cannot_be_read_names_no_vantage() -> None:
    assert [gate_vantage(text) for text in ("@fra.failed > 2", "failed > 2", "@fra", "")] == ["fra", None, None, None]
