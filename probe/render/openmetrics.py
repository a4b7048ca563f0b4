"""A Report in the OpenMetrics text format 1.0, and in that of Prometheus before it.

A report is a snapshot, so everything is a gauge, but for the summary of durations. OpenMetrics has types of its own for
what a run was and for a verdict; what reads the older format, as node_exporter does, refuses a file with them. Only
`probe_run_info` names the run: as a label of every sample it would begin all series anew with each run.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from probe.model.health import HealthWord
from probe.model.report_sections import Report, Section
from probe.model.statistics import Bound, Figure, StepStatistics
from probe.model.verdict import Answer
from probe.sanitise import printable

_Labels = Mapping[str, str]


@dataclass(frozen=True)
class _Sample:
    labels: _Labels
    value: float
    suffix: str = ""


@dataclass(frozen=True)
class _Family:
    """A metric family; its unit, where it has one, ends its name."""

    name: str
    type: str
    help: str
    samples: tuple[_Sample, ...]
    unit: str = ""


def render_openmetrics(report: Report) -> str:
    """Return the exposition, `# EOF` included. Families without samples are left out."""
    lines = [line for family in _families(report) if family.samples for line in _lines(family)]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _lines(family: _Family) -> Iterator[str]:
    yield f"# TYPE {family.name} {family.type}"
    if family.unit:
        yield f"# UNIT {family.name} {family.unit}"
    yield f"# HELP {family.name} {_escaped(family.help)}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items())
        yield f"{family.name}{sample.suffix}{{{labels}}} {_number(sample.value)}"


def _families(report: Report) -> Iterator[_Family]:
    def of_sections(samples: Callable[[Section], Iterator[_Sample]]) -> tuple[_Sample, ...]:
        return tuple(sample for section in report.sections for sample in samples(section))

    yield _Family("probe_run_info", "gauge", "What was measured; always 1.", of_sections(_info))
    words = "When the latest run began (Unix time)."
    yield _Family("probe_run_timestamp_seconds", "gauge", words, of_sections(_begun), "seconds")
    for name, words, count in _SECTION_GAUGES:
        yield _Family(name, "gauge", words, tuple(_Sample(_of(section), count(section)) for section in report.sections))
    yield _Family("probe_calls", "gauge", "Calls by outcome.", of_sections(_outcomes))
    for name, unit, words, value in _STEP_GAUGES:
        yield _Family(name, "gauge", words, of_sections(partial(_of_steps, value)), unit)
    words = "Mean of each phase of calls that succeeded."
    yield _Family("probe_phase_mean_seconds", "gauge", words, of_sections(_phases), "seconds")
    words = "Quantiles of the wall time of calls that succeeded; those that n allows exactly."
    yield _Family("probe_success_duration_seconds", "summary", words, of_sections(_success_quantiles), "seconds")
    words = "Quantiles of the wall time of all calls, a failed call counting as at least its timeout."
    yield _Family("probe_call_duration_seconds", "summary", words, of_sections(_quantiles), "seconds")
    words = "Health of the target: 1 for the word, 0 for the others."
    yield _Family("probe_health", "gauge", words, of_sections(_health))
    yield _Family("probe_faults", "gauge", "Failed calls by the party that has to act.", of_sections(_faults))
    words = "Whether the first call is worse than the second: 1 for the answer, 0 for the others."
    yield _Family("probe_verdict", "gauge", words, of_sections(_verdict))


_SECTION_GAUGES: tuple[tuple[str, str, Callable[[Section], int]], ...] = (
    ("probe_rounds", "Rounds that were finished.", lambda section: section.rounds_finished),
    ("probe_rounds_planned", "Rounds that were planned.", lambda section: section.rounds_planned),
    ("probe_gates", "Gates.", lambda section: len(section.gates)),
    ("probe_gates_failed", "Gates that failed.", lambda section: sum(gate.failed for gate in section.gates)),
)
_STEP_GAUGES: tuple[tuple[str, str, str, Callable[[StepStatistics], float | None]], ...] = (
    (
        "probe_calls_ok",
        "",
        "Calls that succeeded: their outcome is the one that the scenario expects.",
        lambda step: step.ok,
    ),
    ("probe_calls_clean", "", "Calls that succeeded at the first attempt.", lambda step: step.clean),
    (
        "probe_calls_recovered",
        "",
        "Calls that succeeded only after a silent retry or fallback.",
        lambda step: step.recovered,
    ),
    (
        "probe_calls_failed",
        "",
        "Calls that failed: their outcome is not the one that the scenario expects.",
        lambda step: step.failed,
    ),
    ("probe_calls_timed_out", "", "Calls that failed by their timeout.", lambda step: step.timed_out),
    (
        "probe_failure_ratio",
        "ratio",
        "Share of calls that failed.",
        lambda step: step.failure_rate.value if step.failure_rate else None,
    ),
    (
        "probe_failure_low_ratio",
        "ratio",
        "Lower end of its 95 % interval.",
        lambda step: step.failure_rate.low if step.failure_rate else None,
    ),
    (
        "probe_failure_high_ratio",
        "ratio",
        "Upper end of its 95 % interval.",
        lambda step: step.failure_rate.high if step.failure_rate else None,
    ),
    (
        "probe_call_restricted_mean_seconds",
        "seconds",
        "Mean wall time of all calls, a failed call counting as its timeout.",
        lambda step: _seconds(step.durations.restricted_mean.value if step.durations else None),
    ),
    (
        "probe_failed_call_median_seconds",
        "seconds",
        "Median wall time of calls that failed, up to their failure.",
        lambda step: _seconds(step.durations.failures.median_ms if step.durations else None),
    ),
    (
        "probe_ttft_median_seconds",
        "seconds",
        "Median time to first token of calls that succeeded.",
        lambda step: _seconds(step.ttft.median_ms),
    ),
    (
        "probe_input_tokens",
        "",
        "Input tokens, as recorded or as the client reports.",
        lambda step: step.tokens.input,
    ),
    ("probe_output_tokens", "", "Output tokens, likewise.", lambda step: step.tokens.output),
    ("probe_cache_read_tokens", "", "Tokens read from the cache, likewise.", lambda step: step.tokens.cache_read),
    ("probe_cost_usd", "usd", "Cost as the client reports it.", lambda step: step.tokens.cost_usd),
    (
        "probe_usage_unknown_calls",
        "",
        "Answered calls without a report of their tokens.",
        lambda step: step.tokens.unknown,
    ),
)


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _of(section: Section, step: StepStatistics | None = None) -> dict[str, str]:
    """Return the labels that all samples of a section, or of one of its steps, have; the vantage only where one is."""
    manifest = section.manifest
    labels = {"target": section.name, "model": manifest.target.model if manifest else ""}
    if manifest and manifest.vantage:
        name = section.name.replace(manifest.arm_name, manifest.target.name, 1)
        labels |= {"target": name, "vantage": manifest.vantage}
    return labels if step is None else labels | {"step": step.label}


def _info(section: Section) -> Iterator[_Sample]:
    runs = ",".join(run.run_id for run in section.runs)
    labels = _of(section) | {"run": runs, "role": section.role.value}
    manifest = section.manifest
    if manifest:
        labels |= {
            "upstream": manifest.target.kind.value,
            "scenario": manifest.scenario.name,
            "client_version": manifest.client.version or "",
            "probe_version": manifest.probe_version,
        }
    yield _Sample(labels, 1)


def _begun(section: Section) -> Iterator[_Sample]:
    known = [run.created_at for run in section.runs if run.created_at]
    if known:
        yield _Sample(_of(section), max(known).timestamp())


def _of_steps(value: Callable[[StepStatistics], float | None], section: Section) -> Iterator[_Sample]:
    """Yield a sample for each step that has the value."""
    for step in section.steps:
        known = value(step)
        if known is not None:
            yield _Sample(_of(section, step), known)


def _outcomes(section: Section) -> Iterator[_Sample]:
    for step in section.steps:
        for outcome in dict.fromkeys(each.outcome for each in step.outcomes):
            labels = _of(section, step) | {"outcome": outcome.value}
            yield _Sample(labels, sum(each.n for each in step.outcomes if each.outcome is outcome))


def _phases(section: Section) -> Iterator[_Sample]:
    for step in section.steps:
        for phase, mean in step.success_phases.items():
            yield _Sample(_of(section, step) | {"phase": phase}, mean.value / 1000)


def _quantiles(section: Section) -> Iterator[_Sample]:
    for step in section.steps:
        if step.durations is None:
            continue
        yield from _summary(_of(section, step), step.durations.quantiles, step.durations.n)


def _success_quantiles(section: Section) -> Iterator[_Sample]:
    for step in section.steps:
        if step.durations:
            yield from _summary(_of(section, step), step.durations.success_quantiles, step.durations.successes.n)


def _summary(labels: _Labels, quantiles: Mapping[str, Figure], n: int) -> Iterator[_Sample]:
    """Yield the quantiles that are exactly known, and of how many calls they are."""
    for name, figure in quantiles.items():
        if figure.bound is Bound.EXACT and figure.value_ms is not None:
            quantile = str(int(name.removeprefix("p")) / 100)
            yield _Sample({**labels, "quantile": quantile}, figure.value_ms / 1000)
    yield _Sample(labels, n, "_count")


def _verdict(section: Section) -> Iterator[_Sample]:
    if section.verdict:
        for answer in Answer:
            yield _Sample(_of(section) | {"answer": answer.value}, section.verdict.answer is answer)


def _health(section: Section) -> Iterator[_Sample]:
    for word in HealthWord:
        yield _Sample(_of(section) | {"health": word.value}, section.health.word is word)


def _faults(section: Section) -> Iterator[_Sample]:
    for fault in section.health.faults:
        yield _Sample(_of(section) | {"party": fault.party.value}, fault.n)


def _escaped(value: str) -> str:
    """Escape quotes and backslashes; `printable` makes it one line."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
