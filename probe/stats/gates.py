"""Gates: conditions under which a run counts as failed. `[STEP.]METRIC OP VALUE [surely]`, as `call1.failed > 2`."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from probe.errors import UsageError
from probe.model.comparison import Unit
from probe.model.health import HealthWord
from probe.model.outcome import Flag, Outcome
from probe.model.report_sections import Gate, Section
from probe.model.statistics import Bound, Estimate, Figure, StepStatistics
from probe.model.verdict import Answer
from probe.stats.rates import failure_rate, sure_rate
from probe.suggest import near_names
from probe.units import parse_duration_s, shown

_FORM = re.compile(
    r"\s*(?:(?P<step>[a-z][a-z0-9_-]*)\.)?(?P<metric>[a-z][a-z0-9_]*)\s*(?P<op>>=|<=|>|<|==|!=)\s*(?P<value>\S+)"
    r"(?P<surely>\s+surely)?\s*"
)
_VERDICT = "verdict"
_HEALTH = "health"
_WORDS: Mapping[str, type[StrEnum]] = {_HEALTH: HealthWord, _VERDICT: Answer}
"""Metrics whose value is a word, of the whole section."""
_RATES: Mapping[str, Callable[[StepStatistics], int]] = {
    "failure_rate": lambda step: step.failed,
    "timeout_rate": lambda step: step.timed_out,
    "ok_rate": lambda step: step.ok,
    "clean_rate": lambda step: step.clean,
    "recovered_rate": lambda step: step.recovered,
}
_QUANTILES = {
    "median_wall": "p50",
    "p50_wall": "p50",
    "p75_wall": "p75",
    "p90_wall": "p90",
    "p95_wall": "p95",
    "p99_wall": "p99",
}
"""Of all calls: a call that failed took at least its timeout."""
_SUCCESS_QUANTILES = {name.replace("_wall", "_duration"): quantile for name, quantile in _QUANTILES.items()}
"""Of the calls that succeeded."""
_DURATIONS = (*_QUANTILES, *_SUCCESS_QUANTILES, "mean_wall", "median_ttft")
_COUNTS: Mapping[str, Callable[[StepStatistics], int]] = {
    "n": lambda step: step.n,
    "ok": lambda step: step.ok,
    "clean": lambda step: step.clean,
    "recovered": lambda step: step.recovered,
    "failed": lambda step: step.failed,
}
_OUTCOMES = {str(outcome): outcome for outcome in Outcome if outcome is not Outcome.OK}
_FLAGS = {str(flag): flag for flag in Flag if flag not in _OUTCOMES}
METRICS = (*_RATES, *_DURATIONS, *_COUNTS, *_WORDS, *_OUTCOMES, *_FLAGS)


@dataclass(frozen=True, slots=True)
class GateExpression:
    """A parsed gate. `value` is a count, a rate of 0 to 1, milliseconds, or a word: an Answer or a HealthWord."""

    text: str
    step: str | None
    metric: str
    op: str
    value: float | StrEnum
    surely: bool = False

    @property
    def limits_duration(self) -> bool:
        """True where it fails for what takes too long."""
        return self.metric in _DURATIONS and self.op in {">", ">="}


@dataclass(frozen=True, slots=True)
class _Range:
    """The range in which a value can lie, both ends included; `above`: not at `low` itself."""

    low: float
    high: float
    above: bool = False


def parse_gate(text: str, steps: Sequence[str], key: str = "--fail-on") -> GateExpression:
    """Read a gate for a scenario with these step labels. Raise UsageError that lists what is known."""
    match = _FORM.fullmatch(text)
    if not match:
        raise _wrong(text, key, "does not read as [STEP.]METRIC OP VALUE", "For example: call1.failure_rate > 0.1")
    step, metric, op, surely = match["step"], match["metric"], match["op"], match["surely"] is not None
    for is_wrong, problem, remedy in (
        (metric not in METRICS, f"unknown metric {shown(metric)}", f"Metrics: {_nearest_first(metric, METRICS)}"),
        (step not in {None, *steps}, f"the scenario has no step {shown(step or '')}", f"Steps: {', '.join(steps)}"),
        (
            metric in _WORDS and (step is not None or op not in {"==", "!="}),
            f"{metric} is a word about the whole run: it has no step, and only == and !=",
            f"For example: {metric} == {next(iter(_WORDS.get(metric, Answer)))}",
        ),
        (
            surely and metric not in {*_RATES, *_DURATIONS},
            f"{metric} has no interval to be sure by",
            "Use `surely` with rates and durations.",
        ),
    ):
        if is_wrong:
            raise _wrong(text, key, problem, remedy)
    return GateExpression(text.strip(), step, metric, op, _value(text, key, metric, match["value"]), surely)


def hold_gates(expressions: Sequence[str], section: Section, key: str = "--fail-on") -> Section:
    """Return the section with these gates evaluated. Raise UsageError that lists what is known.

    A target that fails a limit on durations is SLOW, which gates on `health` see.
    """
    gates = [parse_gate(text, [step.label for step in section.steps], key) for text in expressions]
    too_slow = any(evaluate(gate, section).failed for gate in gates if gate.limits_duration)
    if too_slow:
        section = section.model_copy(update={"health": section.health.too_slow()})
    return section.model_copy(update={"gates": tuple(evaluate(gate, section) for gate in gates)})


def evaluate(gate: GateExpression, section: Section) -> Gate:
    """Hold a gate against a section. Without a step it takes all steps together; durations: each step by itself.

    What was not measured fails, and so do durations where one of the steps has none: silence must not look like
    success. A figure of which only a bound is known fails the gate when the condition holds wherever the figure may
    lie. With `surely` it must hold in all of the 95 % interval; of a rate, in one that never covers less than that.
    """
    if isinstance(gate.value, StrEnum):
        return _of_word(gate, section, gate.value)
    steps = [step for step in section.steps if gate.step in {None, step.label}]
    if gate.metric in _DURATIONS:
        return _of_durations(gate, steps, gate.value)
    if gate.metric in _RATES:
        return _of_rate(gate, steps, gate.value)
    return _of_count(gate, steps, gate.value)


def cannot_be_met(gate: GateExpression, timeouts_s: Mapping[str, float]) -> bool:
    """Return True where a gate asks for longer durations than the timeouts of its steps let any call have."""
    if not gate.limits_duration or isinstance(gate.value, StrEnum):
        return False
    return gate.value > 1000 * max(limit for step, limit in timeouts_s.items() if gate.step in {None, step})


def _of_word(gate: GateExpression, section: Section, wanted: StrEnum) -> Gate:
    if gate.metric == _HEALTH:
        word: StrEnum = section.health.word
    elif section.verdict:
        word = section.verdict.answer
    else:
        return _gate(gate, Unit.WORD, failed=True)
    return _gate(gate, Unit.WORD, failed=(word is wanted) == (gate.op == "=="), word=word.value)


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
    k = sum(_RATES[gate.metric](step) for step in steps)
    estimate = _rate(k, sum(step.n for step in steps), surely=gate.surely)
    if estimate is None:
        return _gate(gate, Unit.SHARE, failed=True)
    failed = _holds(gate.op, _range(estimate, surely=gate.surely), threshold)
    return _gate(gate, Unit.SHARE, failed=failed, estimate=estimate, count=k)


def _rate(k: int, n: int, *, surely: bool) -> Estimate | None:
    """Return a rate as tables have it; `surely` with Clopper and Pearson's interval, as the bounds of 0 and 1 are."""
    return sure_rate(k, n) if surely and 0 < k < n else failure_rate(k, n)


def _of_durations(gate: GateExpression, steps: Sequence[StepStatistics], threshold: float) -> Gate:
    """Fail the gate when the duration of any step meets the condition, or a step has none.

    The gate shows that duration, else names the step without any, else shows the longest.
    """
    found = {step.label: _duration(gate.metric, step) for step in steps}
    unmeasured = [label for label, value in found.items() if value is None]
    measured = [_MeasuredDuration.of(value, gate, threshold) for value in found.values() if value is not None]
    if not measured:
        return _gate(gate, Unit.MS, failed=True)
    if unmeasured and not any(duration.failed for duration in measured):
        return _gate(gate, Unit.MS, failed=True, unmeasured=unmeasured[0])
    return max(measured, key=_MeasuredDuration.rank).gate(gate)


@dataclass(frozen=True, slots=True)
class _MeasuredDuration:
    """A step's duration, the range in which it lies, and whether it fails the gate."""

    value: Figure | Estimate
    where: _Range
    failed: bool

    @classmethod
    def of(cls, value: Figure | Estimate, gate: GateExpression, threshold: float) -> "_MeasuredDuration":
        where = _range(value, surely=gate.surely)
        return cls(value, where, _holds(gate.op, where, threshold))

    def rank(self) -> tuple[bool, float, bool]:
        """Return a key by which a duration that fails comes last, and then the longest."""
        return self.failed, self.where.low, self.where.above

    def gate(self, gate: GateExpression) -> Gate:
        if isinstance(self.value, Figure):
            return _gate(gate, Unit.MS, failed=self.failed, figure=self.value)
        return _gate(gate, Unit.MS, failed=self.failed, estimate=self.value)


def _duration(metric: str, step: StepStatistics) -> Figure | Estimate | None:
    if metric == "median_ttft":
        return step.ttft_median or (Figure(value_ms=None, bound=Bound.TOO_FEW) if step.ttft.n else None)
    if step.durations is None:
        return None
    if metric in _SUCCESS_QUANTILES:
        return step.durations.success_quantiles.get(_SUCCESS_QUANTILES[metric])
    return step.durations.restricted_mean if metric == "mean_wall" else step.durations.quantiles[_QUANTILES[metric]]


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
    if metric in _COUNTS:
        return _COUNTS[metric](step)
    if metric in _OUTCOMES:
        return sum(each.n for each in step.outcomes if each.outcome is _OUTCOMES[metric])
    return step.flags.get(_FLAGS[metric], 0)


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


def _value(text: str, key: str, metric: str, value: str) -> float | StrEnum:
    try:
        if metric in _WORDS:
            return _WORDS[metric](value)
        if metric in _DURATIONS:
            return parse_duration_s(value) * 1000
        number = float(value[:-1]) / 100 if value.endswith("%") and metric in _RATES else float(value)
        if not math.isfinite(number):
            raise ValueError(value)  # noqa: TRY301 - said in words below
    except ValueError:
        remedy = f"The {metric} is one of {', '.join(_WORDS[metric])}." if metric in _WORDS else _VALUES
        raise _wrong(text, key, f"{shown(value)} is no value for {metric}", remedy) from None
    return number


_VALUES = "Write 0.1 or 10% for rates, 30s for durations, 3 for counts."


def _nearest_first(name: str, known: Sequence[str]) -> str:
    near = near_names(name, known, most=len(known), cutoff=0.75)
    return ", ".join([*near, *(each for each in known if each not in near)])


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _wrong(text: str, key: str, problem: str, remedy: str) -> UsageError:
    return UsageError(f"{shown(text)}: {problem}", key=key, remedy=remedy)
