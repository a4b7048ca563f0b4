"""Remarks on what rounds cannot show, beside a verdict on them."""

from collections.abc import Iterator

import numpy as np

from probe.model.choices import UpstreamKind
from probe.model.note import Note, NoteCode
from probe.model.outcome import WaitCause
from probe.model.run_manifest import Manifest
from probe.model.verdict import Answer, Verdict
from probe.stats.frame import Frame
from probe.stats.frame_columns import Floats
from probe.units import format_duration

FEW_PAIRS = 30
LITTLE_IDLE_MS = 60_000.0
NO_EFFECT_FOUND = frozenset({Answer.NO_COLD_EFFECT, Answer.UNDECIDED})


def verdict_notes(first: Frame, second: Frame, manifest: Manifest | None, verdict: Verdict) -> Iterator[Note]:
    """Yield what a reader might think that the data say, and they do not."""
    if manifest and manifest.target.kind is UpstreamKind.EMBEDDED:
        yield Note(code=NoteCode.EMBEDDED)
    if manifest and manifest.scenario.goes_on_after(0):
        yield Note(code=NoteCode.FROM_THE_REQUEST)
    if verdict.order and verdict.order.could_explain:
        yield Note(code=NoteCode.ORDER_NOT_TOLD)
    yield from _passing_outage(first, manifest, verdict)
    yield from _few_seen(first, verdict)
    yield from _failures_unexplained(first, second)
    yield from _little_idle(first, verdict)
    if verdict.control is None and verdict.slower:
        yield Note(code=NoteCode.NO_CONTROL)


def _passing_outage(first: Frame, manifest: Manifest | None, verdict: Verdict) -> Iterator[Note]:
    """Yield that an outage would look the same: where rounds are apart, and most failed first calls hung."""
    gap_s = manifest.scenario.gap_s if manifest else 0.0
    failed, timed_out = (int(first.are(bit).sum()) for bit in ("failed", "timed_out"))
    if gap_s > 0 and verdict.answer is Answer.COLD and verdict.fails_more and 2 * timed_out > failed:
        yield Note(code=NoteCode.PASSING_OUTAGE, values={"gap": format_duration(gap_s)})


def _few_seen(first: Frame, verdict: Verdict) -> Iterator[Note]:
    """Yield what so few rounds, or rounds without a failure, leave open."""
    n = len(first)
    if n < FEW_PAIRS and verdict.answer in NO_EFFECT_FOUND:
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
    if verdict.answer not in NO_EFFECT_FOUND or not len(idle_ms):
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
