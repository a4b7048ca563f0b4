"""Gates: conditions under which a run counts as failed. `[STEP.]METRIC OP VALUE`, as in `call1.failure_rate > 0.1`."""

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from probe.errors import UsageError
from probe.model.outcome import Flag, Outcome
from probe.model.report import Bound, Durations, Figure, Gate, Report, StepStatistics
from probe.units import format_duration, parse_duration_s

_FORM = re.compile(
    r"\s*(?:(?P<step>[a-z][a-z0-9_-]*)\.)?(?P<metric>[a-z][a-z0-9_]*)\s*(?P<op>>=|<=|>|<|==|!=)\s*(?P<value>\S+)\s*"
)
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_RATES: Mapping[str, Callable[[StepStatistics], int]] = {
    "failure_rate": lambda step: step.failed,
    "timeout_rate": lambda step: step.timed_out,
    "ok_rate": lambda step: step.ok,
    "clean_rate": lambda step: step.clean,
    "recovered_rate": lambda step: step.recovered,
}
_COUNTS: Mapping[str, Callable[[StepStatistics], int]] = {
    "n": lambda step: step.n,
    "ok": lambda step: step.ok,
    "clean": lambda step: step.clean,
    "recovered": lambda step: step.recovered,
    "failed": lambda step: step.failed,
}
_WALLS: Mapping[str, Callable[[Durations], Figure]] = {
    "median_wall": lambda durations: durations.median,
    "p90_wall": lambda durations: durations.p90,
    "mean_wall": lambda durations: Figure(value_ms=durations.restricted_mean_ms),
}
_OUTCOMES = {str(outcome): outcome for outcome in Outcome if outcome is not Outcome.OK}
_FLAGS = {str(flag): flag for flag in Flag}


@dataclass(frozen=True, slots=True)
class GateExpression:
    """A parsed gate. `value` is a count, a rate of 0 to 1, or milliseconds."""

    text: str
    step: str | None
    metric: str
    op: str
    value: float


def parse_gate(text: str, steps: tuple[str, ...]) -> GateExpression:
    """Read a gate for a scenario with these step labels. Raises UsageError that lists what is known."""
    match = _FORM.fullmatch(text)
    if not match:
        raise _wrong(text, "does not read as [STEP.]METRIC OP VALUE", "For example: call1.failure_rate > 0.1")
    step, metric, value = match["step"], match["metric"], match["value"]
    if step is not None and step not in steps:
        raise _wrong(text, f"the scenario has no step {step!r}", f"Steps: {', '.join(steps)}")
    if metric not in _known():
        raise _wrong(text, f"unknown metric {metric!r}", f"Metrics: {', '.join(_known())}")
    try:
        if metric in _WALLS:
            number = parse_duration_s(value) * 1000
        else:
            number = float(value[:-1]) / 100 if value.endswith("%") else float(value)
            if not math.isfinite(number):
                raise ValueError(value)  # noqa: TRY301 - said in words below
    except ValueError:
        raise _wrong(
            text, f"{value!r} is no value for {metric}", "Write 0.1 or 10% for rates, 30s for durations."
        ) from None
    return GateExpression(text.strip(), step, metric, match["op"], number)


def evaluate(gate: GateExpression, report: Report) -> Gate:
    """Hold a gate against a report. Without a step it takes all steps together (durations: the worst step).

    A gate that cannot be evaluated, since nothing was measured, fails: silence must not look like success.
    """
    steps = [step for step in report.steps if gate.step in {None, step.label} and step.n]
    if not steps:
        return Gate(expression=gate.text, failed=True, observed="nothing was measured")
    compare = _OPERATORS[gate.op]
    if gate.metric in _WALLS:
        return _evaluate_wall(gate, [_WALLS[gate.metric](step.durations) for step in steps if step.durations])
    n = sum(step.n for step in steps)
    if gate.metric in _RATES:
        k = sum(_RATES[gate.metric](step) for step in steps)
        return Gate(expression=gate.text, failed=compare(k / n, gate.value), observed=f"{k / n:.3f} ({k} of {n})")
    k = sum(_count(gate.metric, step) for step in steps)
    return Gate(expression=gate.text, failed=compare(k, gate.value), observed=f"{k} of {n}")


def _evaluate_wall(gate: GateExpression, figures: Sequence[Figure]) -> Gate:
    """A figure that is only a lower bound can show that something took too long, and nothing else."""
    worst = max(figures, key=lambda figure: (figure.value_ms or 0.0, figure.bound is Bound.MORE_THAN))
    if worst.value_ms is None:
        return Gate(expression=gate.text, failed=False, observed="n too small")
    text = format_duration(worst.value_ms / 1000)
    match worst.bound:
        case Bound.EXACT:
            failed = _OPERATORS[gate.op](worst.value_ms, gate.value)
            return Gate(expression=gate.text, failed=failed, observed=text)
        case Bound.MORE_THAN:
            failed = gate.op in {">", ">="} and worst.value_ms >= gate.value
            return Gate(expression=gate.text, failed=failed, observed=f"> {text}")
        case Bound.TOO_FEW:
            failed = gate.op in {">", ">="} and _OPERATORS[gate.op](worst.value_ms, gate.value)
            return Gate(expression=gate.text, failed=failed, observed=f"≥ {text} (n too small)")


def _count(metric: str, step: StepStatistics) -> int:
    if metric in _COUNTS:
        return _COUNTS[metric](step)
    if metric in _OUTCOMES:
        return sum(each.n for each in step.outcomes if each.outcome is _OUTCOMES[metric])
    return step.flags.get(_FLAGS[metric], 0)


def _known() -> list[str]:
    return [*_RATES, *_WALLS, *_COUNTS, *_OUTCOMES, *_FLAGS]


def _wrong(text: str, problem: str, remedy: str) -> UsageError:
    return UsageError(f"{text!r}: {problem}", key="--fail-on", remedy=remedy)
