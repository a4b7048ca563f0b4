"""A clear difference of durations that lies below the margin from which on a call counts as slower."""

from dataclasses import dataclass

import numpy as np

from probe.stats.durations import Floats
from probe.stats.pairs import StepCalls
from probe.stats.round_scores import RoundScores
from probe.stats.sequential import LOG_THRESHOLD, Counts, log_e_worse, sparse_looks
from probe.stats.severity_mixture import log_e_rows, mixed

_PARTS = (2, 4, 8, 16)
"""Smaller margins that are tried, as parts of the margin."""


@dataclass(frozen=True, slots=True)
class HiddenEffect:
    """With `part` of the margin the verdict would be COLD: `differences_ms` are those of the rounds beyond that."""

    part: float
    differences_ms: Floats


def find_hidden_effect(
    first: StepCalls, second: StepCalls, margins_ms: Floats, shifts_ms: Floats
) -> HiddenEffect | None:
    """Return the largest part of the margin with which first calls would be called cold; None where none is."""
    answered = ~(first.failed | second.failed)
    differences = (first.wall_ms - second.wall_ms - shifts_ms)[answered]
    least = margins_ms[answered] / _PARTS[-1]
    if float(log_e_worse(np.sum(differences > least), np.sum(differences < -least))) < LOG_THRESHOLD:
        return None
    looks = sparse_looks(len(first))
    for part in _PARTS:
        series = RoundScores.of(first, second, margins_ms / part, shifts_ms).series
        if mixed(log_e_rows(Counts.of(series, looks))).max() >= LOG_THRESHOLD:
            return HiddenEffect(1 / part, differences[differences > margins_ms[answered] / part])
    return None
