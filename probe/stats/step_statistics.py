"""Figures of the calls of a step."""

from collections.abc import Iterator

import numpy as np

from probe.model.outcome import RECOVERY_FLAGS, Flag
from probe.model.statistics import Durations, Estimate, Figure, OutcomeCount, StepStatistics, Tokens
from probe.model.wire import PHASES, PhaseSource
from probe.stats.cache_use import cache_use
from probe.stats.durations import censored_quantile, durations, spread, t_interval
from probe.stats.frame import Frame
from probe.stats.frame_columns import FLAGS, OUTCOMES, SOURCES, Floats
from probe.stats.rates import failure_rate
from probe.stats.series_notes import failure_inflation
from probe.stats.usage_notes import unknown_usage


def step_statistics(label: str, calls: Frame, repeated: Frame) -> StepStatistics:
    """Return all figures of a step; `calls` are its own, `repeated` those that repeat the beginning of a prompt."""
    n, failed, clean = len(calls), calls.are("failed"), calls.are("clean")
    ttft = calls.where(~failed).known("ttft_ms")
    source, phases = mean_phases(calls)
    success_source, success_phases = mean_phases(calls.where(~failed))
    return StepStatistics(
        label=label,
        n=n,
        ok=int(n - failed.sum()),
        clean=int(clean.sum()),
        recovered=int((~failed & ~clean).sum()),
        failed=int(failed.sum()),
        timed_out=int((failed & calls.are("timed_out")).sum()),
        failure_rate=failure_rate(int(failed.sum()), n),
        failure_inflation=failure_inflation(failed),
        durations=_durations(calls),
        ttft=spread(ttft),
        ttft_median=_median(ttft),
        phases=phases,
        success_phases=success_phases,
        phases_source=success_source or source,
        outcomes=outcome_counts(calls),
        flags=flag_counts(calls),
        models_served=_models_served(calls),
        tokens=Tokens(
            input=_whole_sum(calls.known("input")),
            output=_whole_sum(calls.known("output")),
            cache_read=_whole_sum(calls.known("cache_read")),
            cost_usd=_sum(calls.known("cost")),
            unknown=int(np.count_nonzero(unknown_usage(calls))),
        ),
        cache=cache_use(calls, repeated),
    )


def _durations(calls: Frame) -> Durations | None:
    """Return the figures of durations, without failed calls that have no timeout: a quick error is no quick call.

    Summaries of the original script name no timeout.
    """
    known = calls.where(~(calls.are("failed") & np.isnan(calls["timeout_ms"])))
    failed = known.are("failed")
    return durations(known["wall_ms"], known["timeout_ms"], failed, ~failed & ~known.are("clean"))


def mean_phases(calls: Frame) -> tuple[PhaseSource | None, dict[str, Estimate]]:
    """Return the source of phases and the mean of each in ms: they add up to the mean wall time.

    Return None and no means where sources are mixed, or no call has phases.
    """
    having = calls.where(calls["phase_source"] >= 0)
    sources = np.unique(having["phase_source"])
    if len(sources) != 1:
        return None, {}
    return SOURCES[int(sources[0])], {name: t_interval(having[name], least=0.0) for name in PHASES}


def outcome_counts(calls: Frame) -> tuple[OutcomeCount, ...]:
    """Count the calls of each outcome and cause, the most frequent first."""
    codes = (calls["outcome"] * len(calls.causes) + calls["cause"]) * 2 + calls.are("failed")
    found = []
    for code, count in _counted(codes):
        kind, failed = divmod(code, 2)
        outcome, cause = divmod(kind, len(calls.causes))
        found.append(OutcomeCount(outcome=OUTCOMES[outcome], cause=calls.causes[cause], expected=not failed, n=count))
    return tuple(sorted(found, key=lambda count: (-count.n, count.outcome, count.cause or "")))


def flag_counts(calls: Frame) -> dict[Flag, int]:
    """Count the calls that have each flag; flags of recovery first, none that no call has."""
    counts = {
        flag: int(calls.flagged(flag).sum()) for flag in sorted(FLAGS, key=lambda flag: flag not in RECOVERY_FLAGS)
    }
    return {flag: count for flag, count in counts.items() if count}


def _models_served(calls: Frame) -> dict[str, int]:
    models: dict[str, int] = {}
    for code, count in _counted(calls["served"]):
        for model in calls.served[code]:
            models[model] = models.get(model, 0) + count
    return models


def _counted(codes: Floats) -> Iterator[tuple[int, int]]:
    """Yield (code, number of times it occurs), of small whole numbers."""
    counts = np.bincount(codes.astype(np.intp))
    for code in np.flatnonzero(counts).tolist():
        yield code, int(counts[code])


def _median(values: Floats) -> Figure | None:
    return censored_quantile(values, [], 0.5) if len(values) else None


def _sum(values: Floats) -> float | None:
    return float(values.sum()) if len(values) else None


def _whole_sum(values: Floats) -> int | None:
    return int(values.sum()) if len(values) else None
