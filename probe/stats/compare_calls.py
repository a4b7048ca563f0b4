"""Comparison of the first calls of rounds with the second ones: figures, verdict, and what the data leave open."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from probe.model.choices import UpstreamKind
from probe.model.note import Note, NoteCode
from probe.model.outcome import Outcome, WaitCause
from probe.model.run_manifest import Manifest
from probe.model.statistics import Estimate, Pairs
from probe.model.verdict import Answer, CauseCount, ControlEffect, Question, Verdict
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

FEW_PAIRS = 30
LITTLE_IDLE_MS = 60_000.0
_NO_EFFECT_FOUND = frozenset({Answer.NO_COLD_EFFECT, Answer.UNDECIDED})


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
    found = pairs(rounds.labels, rounds.first_calls, rounds.second_calls, rounds.margins_ms, rounds.shifts_ms)
    if found:
        by_phase = phase_differences(rounds.first, rounds.second)
        found = found.model_copy(update={"phase_differences": by_phase})
    return found, _verdict(rounds, manifest, question, forecast=forecast)


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
        first_calls, second_calls = calls_of(first), calls_of(second)
        own, own_started_s = _control_differences(control, labels)
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
        return control_effect(restricted_differences(self.first_calls, self.second_calls), self.own)


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
    notes = (*_cannot_tell(first, second, manifest, verdict), *_below_margin(rounds, verdict))
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


def _control_differences(control: Frame | None, labels: tuple[str, str]) -> tuple[Floats | None, Floats]:
    """Return the differences of the control's rounds, and when each started, in that order; None without a control."""
    if control is None:
        return None, np.empty(0)
    first, second = control.pairs(*labels)
    if not len(first):
        return None, np.empty(0)
    in_time = np.argsort(first["started_s"], kind="stable")
    return restricted_differences(calls_of(first), calls_of(second))[in_time], first["started_s"][in_time]


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


def _cannot_tell(first: Frame, second: Frame, manifest: Manifest | None, verdict: Verdict) -> Iterator[Note]:
    """Yield what a reader might think that the data say, and they do not."""
    if manifest and manifest.target.kind is UpstreamKind.EMBEDDED:
        yield Note(code=NoteCode.EMBEDDED)
    if verdict.order and verdict.order.could_explain:
        yield Note(code=NoteCode.ORDER_NOT_TOLD)
    yield from _few_seen(first, verdict)
    yield from _failures_unexplained(first, second)
    yield from _little_idle(first, verdict)
    if verdict.control is None and verdict.slower:
        yield Note(code=NoteCode.NO_CONTROL)


def _below_margin(rounds: _Rounds, verdict: Verdict) -> Iterator[Note]:
    """Yield a clear difference that the margin hides."""
    if verdict.answer not in _NO_EFFECT_FOUND:
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


def _few_seen(first: Frame, verdict: Verdict) -> Iterator[Note]:
    """Yield what so few rounds, or rounds without a failure, leave open."""
    n = len(first)
    if n < FEW_PAIRS and verdict.answer in _NO_EFFECT_FOUND:
        yield Note(code=NoteCode.FEW_PAIRS, values={"n": n})
    if not first.are("failed").any() and verdict.answer is not Answer.SECOND_WORSE:
        yield Note(code=NoteCode.NO_FAILURES_SEEN, values={"n": n, "high_share": 1 - 0.05 ** (1 / n)})


def _failures_unexplained(first: Frame, second: Frame) -> Iterator[Note]:
    """Yield how many failures were cut off, have no known cause, or were not recorded."""
    failed = [calls.where(calls.are("failed")) for calls in (first, second)]
    yield from _cut_off(np.concatenate([calls["timeout_ms"][calls.are("timed_out")] for calls in failed]))
    unknown = sum(int(np.isin(calls["cause"], _unknown_causes(calls)).sum()) for calls in failed)
    if unknown:
        yield Note(code=NoteCode.CAUSE_UNKNOWN, values={"count": unknown})
    unrecorded = sum(int((~calls.are("recorded")).sum()) for calls in (first, second))
    if unrecorded:
        yield Note(code=NoteCode.NOT_RECORDED, values={"count": unrecorded})


def _little_idle(first: Frame, verdict: Verdict) -> Iterator[Note]:
    """Yield that the upstream was hardly left alone, where no effect was found that a longer idle time might show."""
    idle_ms = first.known("idle_ms")
    if verdict.answer not in _NO_EFFECT_FOUND or not len(idle_ms):
        return
    median_ms = float(np.median(idle_ms))
    if median_ms < LITTLE_IDLE_MS:
        yield Note(code=NoteCode.LITTLE_IDLE, values={"idle_ms": median_ms})


def _cut_off(timeouts_ms: Floats) -> Iterator[Note]:
    """Yield how many calls were cut off, for each timeout by itself."""
    for timeout_ms, count in zip(*np.unique(timeouts_ms, return_counts=True), strict=True):
        if np.isnan(timeout_ms):
            yield Note(code=NoteCode.CUT_OFF, values={"count": int(count)})
        else:
            yield Note(code=NoteCode.TIMEOUT_HIDES, values={"count": int(count), "timeout_ms": float(timeout_ms)})


def _unknown_causes(calls: Frame) -> list[int]:
    """Return the codes of the cause "unknown"; most outcomes say enough without a cause."""
    return [code for code, cause in enumerate(calls.causes) if cause == WaitCause.UNKNOWN]
