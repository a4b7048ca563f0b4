"""Trials of how long the upstream stays warm, from calls, and the figures of a report on them."""

from dataclasses import dataclass

import numpy as np

from probe.model.scenario import Scenario
from probe.model.verdict import Question
from probe.model.warmth import Warmth, WarmthLevel, WarmthTrial
from probe.stats.change_point import Trials, bracket_ms, credible_ms, fitted_shares, locate_change
from probe.stats.frame import Frame
from probe.stats.frame_columns import Floats
from probe.stats.margins import margin_ms

MOST_TRIALS = 300
_ALIKE = 1.1
"""Idle times up to so many times the shortest of them stand in one line."""


@dataclass(frozen=True, slots=True)
class WarmthTrials:
    """`trials` in order of time, with the time of each one's first content (ms, nan where it failed).

    `reference_ms` is the median of second calls that were answered, `left_out` counts first calls that are no trial.
    """

    trials: Trials
    first_content_ms: Floats
    reference_ms: float | None
    cold_from_ms: float | None
    left_out: int


def read_trials(calls: Frame, scenario: Scenario, question: Question) -> WarmthTrials:
    """Return the first calls that followed an answered call, by how long the upstream had been idle before them.

    One is cold where it failed, or where its first content came later than a second call's typically does by more than
    the question's margin. Idle is the upstream: from the end of the answer before to the first request.
    """
    first, second = (calls.of_step(step.label) for step in scenario.steps[:2])
    warm = _first_content(second)[~second.are("failed")]
    warm = warm[~np.isnan(warm)]
    reference = float(np.median(warm)) if len(warm) else None
    cold_from = None if reference is None else reference + margin_ms(reference, question.fixed_margin_ms)
    at = np.flatnonzero(calls["step"] == 0)
    before = calls.where(np.maximum(at - 1, 0))
    follows = (at > 0) & (before["run"] == first["run"]) & ~np.isnan(first["idle_ms"])
    primed = follows & ~before.are("failed")
    failed, content = first.are("failed"), _first_content(first)
    content[failed] = np.nan
    known = primed & (failed | (~np.isnan(content) & (cold_from is not None)))
    idle = first["idle_ms"] + np.nan_to_num(before["exit"]) + np.nan_to_num(first["boot"])
    cold = failed | (content >= (np.inf if cold_from is None else cold_from))
    trials = Trials(idle[known], cold[known])
    return WarmthTrials(trials, content[known], reference, cold_from, int(follows.sum() - known.sum()))


def summarise_warmth(calls: Frame, scenario: Scenario, question: Question) -> Warmth | None:
    """Return the figures of rounds of different idle times; None where the scenario has one idle time for all."""
    if scenario.gap_upto_s is None:
        return None
    shortest, longest = scenario.gap_s * 1000, scenario.gap_upto_s * 1000
    tried = read_trials(calls, scenario, question)
    trials = tried.trials
    last_warm, first_cold = bracket_ms(trials)
    low, high = credible_ms(locate_change(trials, shortest, longest))
    warm = trials.idle_ms <= (0.0 if last_warm is None else last_warm)
    return Warmth(
        shortest_ms=shortest,
        longest_ms=longest,
        n=len(trials.cold),
        left_out=tried.left_out,
        reference_ms=tried.reference_ms,
        cold_from_ms=tried.cold_from_ms,
        last_warm_ms=last_warm,
        first_cold_ms=first_cold,
        low_ms=low,
        high_ms=high,
        warm_n=int(warm.sum()),
        warm_cold=int((warm & trials.cold).sum()),
        cold_n=int((~warm).sum()),
        cold_cold=int((~warm & trials.cold).sum()),
        levels=_levels(trials),
        trials=tuple(
            WarmthTrial(
                idle_ms=round(idle, 3),
                first_content_ms=None if np.isnan(content) else round(content, 3),
                cold=cold,
                failed=bool(np.isnan(content)),
            )
            for idle, content, cold in zip(
                trials.idle_ms[:MOST_TRIALS].tolist(),
                tried.first_content_ms.tolist(),
                trials.cold.tolist(),
                strict=False,
            )
        ),
    )


def _first_content(calls: Frame) -> Floats:
    """Return the time from a call's first request to its first content, ms: its waits for retries are a part of it."""
    return calls["ttft_ms"] + np.nan_to_num(calls["retries"])


def _levels(trials: Trials) -> tuple[WarmthLevel, ...]:
    """Return trials by idle time; those that lie close together in one level."""
    idle, share = fitted_shares(trials)
    levels, start = [], 0
    while start < len(idle):
        end = int(np.searchsorted(idle, idle[start] * _ALIKE, side="right"))
        inside = (trials.idle_ms >= idle[start]) & (trials.idle_ms <= idle[end - 1])
        levels.append(
            WarmthLevel(
                idle_ms=float(trials.idle_ms[inside].mean()),
                n=int(inside.sum()),
                cold=int(trials.cold[inside].sum()),
                fitted_share=float(share[start:end].mean()),
            )
        )
        start = end
    return tuple(levels)
