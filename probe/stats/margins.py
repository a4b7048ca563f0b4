"""Margins of slowness, known before each round, so that evidence by them holds at every look."""

from bisect import insort

import numpy as np

from probe.model.verdict import LEAST_MARGIN_S
from probe.stats.durations import Floats
from probe.stats.pairs import StepCalls

SHARE = 0.25
"""By default a call is slower from this share of what second calls took in the rounds before."""
_ROUNDS_LEARNT_FROM = 500
"""After so many the margin stays."""


def margins_ms(second: StepCalls, fixed_ms: float | None) -> Floats:
    """Return for each round by how much longer a call must take to be slower: the larger of 1 s and a quarter.

    It is a quarter of the median of second calls that were answered in the rounds before; `fixed_ms` goes before it.
    """
    if fixed_ms is not None:
        return np.full(len(second), fixed_ms)
    answered = np.where(second.failed, np.nan, second.wall_ms)
    return np.maximum(1000 * LEAST_MARGIN_S, SHARE * np.nan_to_num(medians_before(answered)))


def margin_ms(usual_ms: float, fixed_ms: float | None) -> float:
    """Return by how much longer than what is usual a call must take to be slower."""
    return max(1000 * LEAST_MARGIN_S, SHARE * usual_ms) if fixed_ms is None else fixed_ms


def medians_before(values: Floats) -> Floats:
    """Return for each value the median of the known ones before it; nan where there are none."""
    medians = np.full(len(values), np.nan)
    known: list[float] = []
    for place, value in enumerate(values[:_ROUNDS_LEARNT_FROM].tolist()):
        medians[place] = _median(known)
        if value == value:  # noqa: PLR0124 - not nan
            insort(known, value)
    medians[_ROUNDS_LEARNT_FROM:] = _median(known)
    return medians


def shifts_ms(own: Floats, own_started_s: Floats, started_s: Floats) -> Floats:
    """Return what a first call cost the client itself, by the control's rounds up to each round of the target.

    `own` are the control's differences in the order in which its rounds started. Before its first round that counts:
    it tells nothing of the target, and without it the client's own cost would pass for the upstream's.
    """
    before = np.maximum(np.searchsorted(own_started_s, started_s, side="right"), 1)
    medians = medians_before(np.append(own, np.nan))
    return medians[before]


def _median(ordered: list[float]) -> float:
    half = len(ordered) // 2
    if not ordered:
        return np.nan
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
