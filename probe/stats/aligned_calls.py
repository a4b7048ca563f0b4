"""Align calls of two arms by group, round and step."""

import numpy as np

from probe.stats.frame import Frame
from probe.stats.frame_columns import Floats

_ROUNDS, _STEPS = 2**24, 2**14
"""More than a run has rounds, and a round has steps; see `Row`."""


def aligned_calls(
    base: Frame, base_groups: tuple[int, ...], candidate: Frame, candidate_groups: tuple[int, ...]
) -> tuple[Frame, Frame]:
    """Return the calls of the rounds and steps that both have, aligned.

    The groups are a number for each run of a frame, alike for all arms of a group.
    """
    places = _places(base, base_groups), _places(candidate, candidate_groups)
    _, in_base, in_candidate = np.intersect1d(*places, assume_unique=True, return_indices=True)
    return base.where(in_base), candidate.where(in_candidate)


def round_places(calls: Frame, groups: tuple[int, ...]) -> Floats:
    """Return a number for the round of each call, alike in all arms of a group."""
    places: Floats = np.array(groups, dtype=np.float64)[calls["run"].astype(np.intp)] * _ROUNDS + calls["round"]
    return places


def _places(calls: Frame, groups: tuple[int, ...]) -> Floats:
    """Return a number for the round and step of each call."""
    places: Floats = round_places(calls, groups) * _STEPS + calls["step"]
    return places
