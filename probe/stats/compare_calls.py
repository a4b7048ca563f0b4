"""Comparison of the first calls of rounds with the second ones: figures, verdict, and what the data leave open."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome
from probe.model.run_manifest import Manifest
from probe.model.statistics import Estimate, Pairs
from probe.model.verdict import Answer, CauseCount, ControlEffect, Question, StoppingBias, Verdict
from probe.stats.durations import t_interval
from probe.stats.frame import Frame
from probe.stats.frame_columns import OUTCOMES, Floats
from probe.stats.hidden_effect import find_hidden_effect
from probe.stats.margins import margins_ms, shifts_ms
from probe.stats.order_evidence import OrderEvidence
from probe.stats.order_report import cached_rounds, order_found, request_order, unless_cached
from probe.stats.pairs import StepCalls, calls_of, pairs, restricted_differences
from probe.stats.phase_differences import phase_differences
from probe.stats.round_scores import RoundScores
from probe.stats.sequential_verdict import judge_rounds
from probe.stats.stopping_bias import stopping_bias
from probe.stats.verdict_notes import NO_EFFECT_FOUND, verdict_notes


def load_libraries() -> None:
    """Import the libraries that judging needs, which takes longer than judging."""
    import_module("scipy.special")


def compare_calls(
    calls: Frame, manifest: Manifest | None, question: Question, control: Frame | None = None, *, forecast: bool = True
) -> tuple[Pairs | None, Verdict | None]:
    """Return all figures of first calls against second ones, and the verdict; None where `judge_calls` gives None."""
    rounds = _Rounds.of(calls, manifest, question, control)
    if rounds is None:
        return None, None
    verdict = _verdict(rounds, manifest, question, forecast=forecast)
    if manifest and manifest.options.until_sure and verdict.answer is Answer.COLD:
        verdict = verdict.model_copy(update={"stopping_bias": _stopping_bias(rounds, verdict)})
    found = pairs(rounds.labels, rounds.first_calls, rounds.second_calls, rounds.margins_ms, rounds.shifts_ms)
    if found:
        by_phase = phase_differences(rounds.first, rounds.second, from_request=is_live(manifest))
        found = found.model_copy(update={"phase_differences": by_phase})
    return found, verdict


def judge_calls(
    calls: Frame, manifest: Manifest | None, question: Question, control: Frame | None = None, *, forecast: bool = True
) -> Verdict | None:
    """Return the verdict alone, for those who ask after every round.

    None where there is nothing to compare: for rounds of one call, where the second call is not expected to come to the
    same as the first, and where each round has an idle time of its own. `control` are calls made in the same minutes
    against the embedded upstream.
    """
    rounds = _Rounds.of(calls, manifest, question, control)
    return _verdict(rounds, manifest, question, forecast=forecast) if rounds else None


@dataclass(frozen=True, slots=True)
class _Rounds:
    """First and second calls of the rounds that have both, aligned, and their scores.

    `margins_ms` and `shifts_ms` are by round what counts as slower, and what a first call costs the client itself; both
    are known from what was measured before. `own` are the differences of the control (ms).
    """

    calls: Frame
    labels: tuple[str, str]
    first: Frame
    second: Frame
    first_calls: StepCalls
    second_calls: StepCalls
    own: Floats | None
    margins_ms: Floats
    shifts_ms: Floats
    scores: RoundScores

    @classmethod
    def of(cls, calls: Frame, manifest: Manifest | None, question: Question, control: Frame | None) -> "_Rounds | None":
        labels = comparable(calls, manifest)
        if labels is None:
            return None
        first, second = calls.pairs(*labels)
        if not len(first):
            return None
        live = is_live(manifest)
        first_calls, second_calls = (calls_of(side, from_request=live) for side in (first, second))
        own, own_started_s = _control_differences(control, labels, from_request=live)
        margins = margins_ms(second_calls, question.fixed_margin_ms)
        shifts = np.zeros(len(first)) if own is None else shifts_ms(own, own_started_s, second["started_s"])
        return cls(
            calls=calls,
            labels=labels,
            first=first,
            second=second,
            first_calls=first_calls,
            second_calls=second_calls,
            own=own,
            margins_ms=margins,
            shifts_ms=shifts,
            scores=RoundScores.of(first_calls, second_calls, margins, shifts),
        )

    def control_effect(self) -> ControlEffect | None:
        """Return what is left of the differences once the control's are off; None without a control."""
        if self.own is None:
            return None
        differences = restricted_differences(self.first_calls, self.second_calls)
        known = differences[~np.isnan(differences)]
        return control_effect(known, self.own) if len(known) else None


def _verdict(rounds: _Rounds, manifest: Manifest | None, question: Question, *, forecast: bool) -> Verdict:
    first, second = rounds.first, rounds.second
    in_order = request_order(rounds.calls, manifest)
    turns = in_order.turns(rounds.calls, first, second) if in_order else None
    order = OrderEvidence.of(rounds.scores, turns) if turns else None
    verdict = judge_rounds(
        rounds.scores,
        order=order,
        checks_order=manifest is not None and manifest.checks_order,
        delta=question.delta,
        slower_by_ms=float(rounds.margins_ms[-1]),
        causes=_causes(first, second),
        control=rounds.control_effect(),
        forecast=forecast,
    )
    if in_order and order:
        verdict = verdict.model_copy(update={"order": order_found(rounds.calls, in_order, order, verdict, manifest)})
    verdict = unless_cached(verdict, cached_rounds(rounds.calls, first, second))
    notes = (*verdict_notes(first, second, manifest, verdict), *_below_margin(rounds, verdict))
    return verdict.model_copy(update={"cannot_tell": notes, "in_proportion": question.fixed_margin_ms is None})


def comparable(calls: Frame, manifest: Manifest | None) -> tuple[str, str] | None:
    """Return the labels of the first two steps, where both are expected to come to the same after one idle time."""
    if manifest is None:
        labels = tuple(calls.labels.values())
        return (labels[0], labels[1]) if len(labels) > 1 else None
    if not manifest.scenario.compares_calls:
        return None
    steps = manifest.scenario.steps
    return steps[0].label, steps[1].label


def is_live(manifest: Manifest | None) -> bool:
    """Return True where second calls go on in the process of the first, so that only first calls start the client."""
    return manifest is not None and manifest.scenario.goes_on_after(0)


def control_effect(differences: Floats, own: Floats) -> ControlEffect:
    """Return what is left of the differences (first minus second, ms) once the client's own are off.

    The interval is Welch's: Welch (1947), The generalization of Student's problem, Biometrika 34, 28-35.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - takes long to import

    left = float(differences.mean() - own.mean())
    low = high = None
    if len(differences) > 1 and len(own) > 1:
        parts = [float(values.var(ddof=1)) / len(values) for values in (differences, own)]
        if sum(parts) > 0:
            freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(differences) - 1) + parts[1] ** 2 / (len(own) - 1))
            half = float(stdtrit(freedom, 0.975)) * math.sqrt(sum(parts))
            low, high = left - half, left + half
    return ControlEffect(own=t_interval(own), left=Estimate(value=left, low=low, high=high, n=len(differences)))


def _control_differences(
    control: Frame | None, labels: tuple[str, str], *, from_request: bool
) -> tuple[Floats | None, Floats]:
    """Return the differences of the control's rounds, and when each started, in that order; None without a control."""
    if control is None:
        return None, np.empty(0)
    first, second = control.pairs(*labels)
    if not len(first):
        return None, np.empty(0)
    in_time = np.argsort(first["started_s"], kind="stable")
    sides = (calls_of(side, from_request=from_request) for side in (first, second))
    differences = restricted_differences(*sides)[in_time]
    known = ~np.isnan(differences)
    return (differences[known], first["started_s"][in_time][known]) if known.any() else (None, np.empty(0))


def _causes(first: Frame, second: Frame) -> tuple[CauseCount, ...]:
    """Return the outcomes and causes of failed calls, the most frequent first."""
    counts = [_failures(first), _failures(second)]
    kinds = sorted(counts[0] | counts[1], key=lambda kind: (-counts[0][kind] - counts[1][kind], kind[0], kind[1] or ""))
    return tuple(
        CauseCount(outcome=outcome, cause=cause, first=counts[0][outcome, cause], second=counts[1][outcome, cause])
        for outcome, cause in kinds
    )


def _failures(calls: Frame) -> Counter[tuple[Outcome, str | None]]:
    failed = calls.where(calls.are("failed"))
    codes = zip(failed["outcome"].astype(int).tolist(), failed["cause"].astype(int).tolist(), strict=True)
    return Counter((OUTCOMES[outcome], calls.causes[cause]) for outcome, cause in codes)


def _below_margin(rounds: _Rounds, verdict: Verdict) -> Iterator[Note]:
    """Yield a clear difference that the margin hides."""
    if verdict.answer not in NO_EFFECT_FOUND:
        return
    hidden = find_hidden_effect(rounds.first_calls, rounds.second_calls, rounds.margins_ms, rounds.shifts_ms)
    if hidden is None:
        return
    values: dict[str, str | int | float] = {
        "count": len(hidden.differences_ms),
        "n": len(rounds.first),
        "low_ms": float(hidden.differences_ms.min()),
        "high_ms": float(hidden.differences_ms.max()),
        "margin": f"{hidden.part * verdict.slower_by_ms:.0f}ms",
    }
    yield Note(code=NoteCode.MARGIN_HIDES, values=values)


def _stopping_bias(rounds: _Rounds, verdict: Verdict) -> StoppingBias | None:
    """Return by how much figures are too large; None where rounds were made after the answer was reached."""
    if verdict.settled_after != verdict.pairs:
        return None
    differences = restricted_differences(rounds.first_calls, rounds.second_calls)
    return stopping_bias(rounds.scores, np.nan_to_num(differences))
