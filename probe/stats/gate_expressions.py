"""Expressions of gates, `[STEP][@VANTAGE.]METRIC OP VALUE [surely]` as `call1@fra.failed > 2`, and reading them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from probe.errors import UsageError
from probe.model.health import HealthWord
from probe.model.outcome import Flag, Outcome
from probe.model.statistics import StepStatistics
from probe.model.vantage_comparison import VantageWord
from probe.model.verdict import Answer
from probe.suggest import near_names
from probe.units import parse_duration_s, shown

_FORM = re.compile(
    r"\s*(?:(?=[a-z@])(?P<step>[a-z][a-z0-9_-]*)?(?:@(?P<vantage>[a-z][a-z0-9-]*))?\.)?(?P<metric>[a-z][a-z0-9_]*)\s*(?P<op>>=|<=|>|<|==|!=)\s*(?P<value>\S+)"
    r"(?P<surely>\s+surely)?\s*"
)
_VERDICT = "verdict"
HEALTH = "health"
VANTAGES = "vantages"
WORDS: Mapping[str, type[StrEnum]] = {HEALTH: HealthWord, _VERDICT: Answer, VANTAGES: VantageWord}
"""Metrics whose value is a word, of the whole section."""
RATES: Mapping[str, Callable[[StepStatistics], int]] = {
    "failure_rate": lambda step: step.failed,
    "timeout_rate": lambda step: step.timed_out,
    "ok_rate": lambda step: step.ok,
    "clean_rate": lambda step: step.clean,
    "recovered_rate": lambda step: step.recovered,
}
QUANTILES = {
    "median_wall": "p50",
    "p50_wall": "p50",
    "p75_wall": "p75",
    "p90_wall": "p90",
    "p95_wall": "p95",
    "p99_wall": "p99",
}
"""Of all calls: a call that failed took at least its timeout."""
SUCCESS_QUANTILES = {name.replace("_wall", "_duration"): quantile for name, quantile in QUANTILES.items()}
"""Of the calls that succeeded."""
CACHE_READ_SHARE = "cache_read_share"
"""Mean share of a prompt's tokens that was read from the cache."""
DURATIONS = (*QUANTILES, *SUCCESS_QUANTILES, "mean_wall", "median_ttft")
COUNTS: Mapping[str, Callable[[StepStatistics], int]] = {
    "n": lambda step: step.n,
    "ok": lambda step: step.ok,
    "clean": lambda step: step.clean,
    "recovered": lambda step: step.recovered,
    "failed": lambda step: step.failed,
}
OUTCOMES_BY_NAME = {str(outcome): outcome for outcome in Outcome if outcome is not Outcome.OK}
FLAGS_BY_NAME = {str(flag): flag for flag in Flag if flag not in OUTCOMES_BY_NAME}
_SHARES = {*RATES, CACHE_READ_SHARE}
"""Metrics from 0 to 1."""
METRICS = (*RATES, CACHE_READ_SHARE, *DURATIONS, *COUNTS, *WORDS, *OUTCOMES_BY_NAME, *FLAGS_BY_NAME)
_VALUES = "Write 0.1 or 10% for rates, 30s for durations, 3 for counts."


@dataclass(frozen=True, slots=True)
class GateExpression:
    """A parsed gate. `value` is a count, a rate of 0 to 1, milliseconds, or a word: an Answer or a HealthWord."""

    text: str
    step: str | None
    metric: str
    op: str
    value: float | StrEnum
    surely: bool = False
    vantage: str | None = None

    def is_about(self, vantage: str | None) -> bool:
        """Return True where it is about the calls of this vantage, or of any."""
        return self.vantage in {None, vantage}

    @property
    def limits_duration(self) -> bool:
        """True where it fails for what takes too long."""
        return self.metric in DURATIONS and self.op in {">", ">="}


def parse_gate(text: str, steps: Sequence[str], key: str = "--fail-on") -> GateExpression:
    """Read a gate for a scenario with these step labels. Raise UsageError that lists what is known."""
    match = _FORM.fullmatch(text)
    if not match:
        raise _wrong(
            text, key, "does not read as [STEP][@VANTAGE].METRIC OP VALUE", "For example: call1.failure_rate > 0.1"
        )
    step, metric, op, surely = match["step"], match["metric"], match["op"], match["surely"] is not None
    for is_wrong, problem, remedy in (
        (metric not in METRICS, f"unknown metric {shown(metric)}", f"Metrics: {_nearest_first(metric, METRICS)}"),
        (step not in {None, *steps}, f"the scenario has no step {shown(step or '')}", f"Steps: {', '.join(steps)}"),
        (
            metric in WORDS and (step is not None or op not in {"==", "!="}),
            f"{metric} is a word about the whole run: it has no step, and only == and !=",
            f"For example: {metric} == {next(iter(WORDS.get(metric, Answer)))}",
        ),
        (
            metric == VANTAGES and match["vantage"] is not None,
            f"{metric} is a word about all vantages, and names none",
            f"For example: {metric} == {VantageWord.ONE_WORSE}",
        ),
        (
            surely and metric not in {*_SHARES, *DURATIONS},
            f"{metric} has no interval to be sure by",
            "Use `surely` with rates, shares and durations.",
        ),
    ):
        if is_wrong:
            raise _wrong(text, key, problem, remedy)
    return GateExpression(
        text.strip(), step, metric, op, _value(text, key, metric, match["value"]), surely, match["vantage"]
    )


def check_gate_vantages(gates: Sequence[str], vantages: Sequence[str], key: str = "--fail-on") -> None:
    """Raise UsageError for a gate on a vantage that is none of these, or on all of them where there are not two.

    Gates that cannot be read are left to others.
    """
    for text in gates:
        if compares_vantages(text) and len(set(vantages)) < 2:
            remedy = "Measure from two vantages or more, see docs/vantages.md."
            raise _wrong(text, key, "the run has no vantages to compare", remedy)
        vantage = gate_vantage(text)
        if vantage is not None and vantage not in vantages:
            known = f"Vantages: {', '.join(vantages)}" if vantages else "The run has no vantages; leave it out."
            raise _wrong(text, key, f"the run has no vantage {shown(vantage)}", known)


def gate_vantage(text: str) -> str | None:
    """Return the vantage that a gate names; None where it names none, or cannot be read."""
    match = _FORM.fullmatch(text)
    return match["vantage"] if match else None


def compares_vantages(text: str) -> bool:
    """Return True for a gate on the comparison of vantages."""
    match = _FORM.fullmatch(text)
    return match is not None and match["metric"] == VANTAGES


def cannot_be_met(gate: GateExpression, timeouts_s: Mapping[str, float]) -> bool:
    """Return True where a gate asks for longer durations than the timeouts of its steps let any call have."""
    if not gate.limits_duration or isinstance(gate.value, StrEnum):
        return False
    return gate.value > 1000 * max(limit for step, limit in timeouts_s.items() if gate.step in {None, step})


def _value(text: str, key: str, metric: str, value: str) -> float | StrEnum:
    try:
        if metric in WORDS:
            return WORDS[metric](value)
        if metric in DURATIONS:
            return parse_duration_s(value) * 1000
        number = float(value[:-1]) / 100 if value.endswith("%") and metric in _SHARES else float(value)
        if not math.isfinite(number):
            raise ValueError(value)  # noqa: TRY301 - said in words below
    except ValueError:
        remedy = f"The {metric} is one of {', '.join(WORDS[metric])}." if metric in WORDS else _VALUES
        raise _wrong(text, key, f"{shown(value)} is no value for {metric}", remedy) from None
    return number


def _nearest_first(name: str, known: Sequence[str]) -> str:
    near = near_names(name, known, most=len(known), cutoff=0.75)
    return ", ".join([*near, *(each for each in known if each not in near)])


def _wrong(text: str, key: str, problem: str, remedy: str) -> UsageError:
    return UsageError(f"{shown(text)}: {problem}", key=key, remedy=remedy)
