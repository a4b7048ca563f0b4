"""Gates: conditions under which a run counts as failed, held against its figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from probe.model.comparison import Unit
from probe.model.report_sections import Gate, Section
from probe.model.statistics import Bound, Estimate, Figure, StepStatistics
from probe.stats.gate_expressions import (
    CACHE_READ_SHARE,
    COUNTS,
    DURATIONS,
    FLAGS_BY_NAME,
    HEALTH,
    OUTCOMES_BY_NAME,
    QUANTILES,
    RATES,
    SUCCESS_QUANTILES,
    VANTAGES,
    GateExpression,
    parse_gate,
)
from probe.stats.rates import failure_rate, sure_rate


@dataclass(frozen=True, slots=True)
class _Range:
    """The range in which a value can lie, both ends included; `above`: not at `low` itself."""

    low: float
    high: float
    above: bool = False


def hold_gates(expressions: Sequence[str], section: Section, key: str = "--fail-on") -> Section:
    """Return the section with these gates evaluated. Raise UsageError that lists what is known.

    A target that fails a limit on durations is SLOW, which gates on `health` see. Left out are gates on other vantages,
    and one on the comparison of vantages where none was made.
    """
    parsed = [parse_gate(text, [step.label for step in section.steps], key) for text in expressions]
    gates = [gate for gate in parsed if _is_about(gate, section)]
    too_slow = any(evaluate(gate, section).failed for gate in gates if gate.limits_duration)
    if too_slow:
        section = section.model_copy(update={"health": section.health.too_slow()})
    return section.model_copy(update={"gates": tuple(evaluate(gate, section) for gate in gates)})


def _is_about(gate: GateExpression, section: Section) -> bool:
    if gate.metric == VANTAGES:
        return bool(section.vantages)
    return gate.is_about(section.manifest.vantage if section.manifest else None)


def evaluate(gate: GateExpression, section: Section) -> Gate:
    """Hold a gate against a section. Without a step it takes all steps together; durations and means: each by itself.

    What was not measured fails, and so do durations where one of the steps has none: silence must not look like
    success. A figure of which only a bound is known fails the gate when the condition holds wherever the figure may
    lie. With `surely` it must hold in all of the 95 % interval; of a rate, in one that never covers less than that.
    """
    if isinstance(gate.value, StrEnum):
        return _of_word(gate, section, gate.value)
    steps = [step for step in section.steps if gate.step in {None, step.label}]
    if gate.metric in DURATIONS:
        return _of_each_step(gate, steps, gate.value, Unit.MS)
    if gate.metric == CACHE_READ_SHARE:
        return _of_each_step(gate, steps, gate.value, Unit.SHARE)
    if gate.metric in RATES:
        return _of_rate(gate, steps, gate.value)
    return _of_count(gate, steps, gate.value)


def _of_word(gate: GateExpression, section: Section, wanted: StrEnum) -> Gate:
    found = _words(gate.metric, section)
    if not found:
        return _gate(gate, Unit.WORD, failed=True)
    return _gate(gate, Unit.WORD, failed=(wanted in found) == (gate.op == "=="), word=", ".join(found))


def _words(metric: str, section: Section) -> Sequence[StrEnum]:
    """Return the words that hold of a section; none where there is no answer."""
    if metric == HEALTH:
        return [section.health.word]
    if metric == VANTAGES:
        return section.vantages
    return [section.verdict.answer] if section.verdict else []


def _of_count(gate: GateExpression, steps: Sequence[StepStatistics], threshold: float) -> Gate:
    """Count over all steps; without any call the gate fails."""
    k = sum(_count(gate.metric, step) for step in steps)
    estimate = _rate(k, sum(step.n for step in steps), surely=False)
    if estimate is None:
        return _gate(gate, Unit.COUNT, failed=True)
    failed = _holds(gate.op, _Range(k, k), threshold)
    return _gate(gate, Unit.COUNT, failed=failed, estimate=estimate, count=k)


def _of_rate(gate: GateExpression, steps: Sequence[StepStatistics], threshold: float) -> Gate:
    """Take the rate over all steps; without any call the gate fails."""
    k = sum(RATES[gate.metric](step) for step in steps)
    estimate = _rate(k, sum(step.n for step in steps), surely=gate.surely)
    if estimate is None:
        return _gate(gate, Unit.SHARE, failed=True)
    failed = _holds(gate.op, _range(estimate, surely=gate.surely), threshold)
    return _gate(gate, Unit.SHARE, failed=failed, estimate=estimate, count=k)


def _rate(k: int, n: int, *, surely: bool) -> Estimate | None:
    """Return a rate as tables have it; `surely` with Clopper and Pearson's interval, as the bounds of 0 and 1 are."""
    return sure_rate(k, n) if surely and 0 < k < n else failure_rate(k, n)


def _of_each_step(gate: GateExpression, steps: Sequence[StepStatistics], threshold: float, unit: Unit) -> Gate:
    """Fail the gate when the value of any step meets the condition, or a step has none.

    The gate shows that value, else names the step without any, else shows the one that is nearest to failing.
    """
    found = {step.label: _value(gate.metric, step) for step in steps}
    unmeasured = [label for label, value in found.items() if value is None]
    measured = [_MeasuredValue.of(value, gate, threshold) for value in found.values() if value is not None]
    if not measured:
        return _gate(gate, unit, failed=True)
    if unmeasured and not any(value.failed for value in measured):
        return _gate(gate, unit, failed=True, unmeasured=unmeasured[0])
    asks_for_less = gate.op in {"<", "<="}
    return max(measured, key=lambda value: value.rank(smallest_last=asks_for_less)).gate(gate, unit)


@dataclass(frozen=True, slots=True)
class _MeasuredValue:
    """A step's duration or share, the range in which it lies, and whether it fails the gate."""

    value: Figure | Estimate
    where: _Range
    failed: bool

    @classmethod
    def of(cls, value: Figure | Estimate, gate: GateExpression, threshold: float) -> "_MeasuredValue":
        where = _range(value, surely=gate.surely)
        return cls(value, where, _holds(gate.op, where, threshold))

    def rank(self, *, smallest_last: bool) -> tuple[bool, float, bool]:
        """Return a key by which a value that fails comes last, and then the largest, or the smallest."""
        low = -self.where.low if smallest_last else self.where.low
        return self.failed, low, self.where.above

    def gate(self, gate: GateExpression, unit: Unit) -> Gate:
        if isinstance(self.value, Figure):
            return _gate(gate, unit, failed=self.failed, figure=self.value)
        return _gate(gate, unit, failed=self.failed, estimate=self.value)


def _value(metric: str, step: StepStatistics) -> Figure | Estimate | None:
    if metric == CACHE_READ_SHARE:
        return step.cache.read_share if step.cache else None
    if metric == "median_ttft":
        return step.ttft_median or (Figure(value_ms=None, bound=Bound.TOO_FEW) if step.ttft.n else None)
    if step.durations is None:
        return None
    if metric in SUCCESS_QUANTILES:
        return step.durations.success_quantiles.get(SUCCESS_QUANTILES[metric])
    return step.durations.restricted_mean if metric == "mean_wall" else step.durations.quantiles[QUANTILES[metric]]


def _range(value: Figure | Estimate, *, surely: bool) -> _Range:
    if isinstance(value, Estimate):
        return _Range(_or(value.low, 0.0), _or(value.high, math.inf)) if surely else _Range(value.value, value.value)
    at_least = _or(value.value_ms, 0.0)
    if value.bound is Bound.TOO_FEW:
        return _Range(at_least, math.inf)
    if surely:
        return _Range(_or(value.low_ms, 0.0), _or(value.high_ms if value.high_bound is Bound.EXACT else None, math.inf))
    return _Range(at_least, math.inf, above=True) if value.bound is Bound.MORE_THAN else _Range(at_least, at_least)


def _holds(op: str, where: _Range, threshold: float) -> bool:
    """Return True where the condition is met wherever in the range the value lies."""
    exceeds = where.low > threshold or (where.above and where.low >= threshold)
    match op:
        case ">":
            return exceeds
        case ">=":
            return where.low >= threshold
        case "<":
            return where.high < threshold
        case "<=":
            return where.high <= threshold
        case "==":
            return where.low == where.high == threshold
        case _:
            return exceeds or where.high < threshold


def _count(metric: str, step: StepStatistics) -> int:
    if metric in COUNTS:
        return COUNTS[metric](step)
    if metric in OUTCOMES_BY_NAME:
        return sum(each.n for each in step.outcomes if each.outcome is OUTCOMES_BY_NAME[metric])
    return step.flags.get(FLAGS_BY_NAME[metric], 0)


def _gate(
    gate: GateExpression,
    unit: Unit,
    *,
    failed: bool,
    estimate: Estimate | None = None,
    count: int | None = None,
    figure: Figure | None = None,
    word: str | None = None,
    unmeasured: str | None = None,
) -> Gate:
    return Gate(
        expression=gate.text,
        failed=failed,
        certain=gate.surely,
        unit=unit,
        estimate=estimate,
        count=count,
        figure=figure,
        word=word,
        unmeasured=unmeasured,
    )


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
