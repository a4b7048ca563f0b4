"""The phase that makes the difference between first and second calls, from the rounds in which both succeeded."""

from collections.abc import Mapping

import numpy as np

from probe.model.statistics import Estimate, PhaseDifferences
from probe.model.wire import PHASES, Phase
from probe.stats.durations import TAIL, t_interval
from probe.stats.frame import Frame

LEAST_MS = 100.0
LEAST_SHARE = 0.1
"""A difference below this, or below this share of what the faster calls take, is not worth a sentence."""


def phase_differences(first: Frame, second: Frame, *, from_request: bool = False) -> PhaseDifferences | None:
    """Return by how much each phase of first calls is longer; both frames hold a call a round, aligned.

    `from_request` leaves out what comes before the client's first request.
    Only rounds count in which both calls succeeded and their phases are from one source. None for fewer than two.
    The intervals are paired t intervals, with Bonferroni's rule over all phases, since one of them is singled out.
    """
    sources = first["phase_source"], second["phase_source"]
    both = ~first.are("failed") & ~second.are("failed") & (sources[0] >= 0) & (sources[0] == sources[1])
    if np.count_nonzero(both) < 2 or len(np.unique(sources[0][both])) > 1:
        return None
    first, second = first.where(both), second.where(both)
    longer = {name: first[name] - second[name] for name in PHASES if not (from_request and name == "boot")}
    tail = TAIL / len(longer)
    phases = {name: t_interval(values, tail=tail) for name, values in longer.items()}
    total = t_interval(np.sum(list(longer.values()), axis=0))
    quicker_ms = min(float(calls["wall_ms"].mean()) for calls in (first, second))
    enough = abs(total.value) >= max(LEAST_MS, LEAST_SHARE * quicker_ms)
    return PhaseDifferences(n=total.n, total=total, phases=dict(phases), main=_main(phases, total) if enough else None)


def _main(phases: Mapping[Phase, Estimate], total: Estimate) -> Phase | None:
    """Return the phase with the largest part of the difference, where that and the whole are beyond chance."""
    name = max(phases, key=lambda name: phases[name].value * np.sign(total.value))
    return name if _is_sure(total) and _is_sure(phases[name]) else None


def _is_sure(difference: Estimate) -> bool:
    """Return True where the interval excludes 0."""
    low, high = difference.low, difference.high
    return low is not None and high is not None and (low > 0 or high < 0)
