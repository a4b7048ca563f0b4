"""The section of a report, from calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from probe.model.base_models import moment_after
from probe.model.choices import EndReason, Role
from probe.model.note import Note, NoteCode
from probe.model.outcome import BENIGN_FLAGS
from probe.model.report_sections import Incident, RunSource, Section
from probe.model.run_manifest import Manifest
from probe.model.verdict import Question
from probe.stats.cache_use import repeated_prompts
from probe.stats.charting import charts, round_numbers
from probe.stats.compare_calls import compare_calls
from probe.stats.durations import spread
from probe.stats.frame import Frame
from probe.stats.judge_health import health_of
from probe.stats.kept_calls import KeptCall
from probe.stats.order_report import answered_by_cache, extra_calls, request_order
from probe.stats.process_notes import process_notes
from probe.stats.series_notes import series_notes
from probe.stats.step_statistics import step_statistics
from probe.stats.turns import every_nth
from probe.stats.usage_notes import account_notes, cache_notes
from probe.stats.warmth_trials import summarise_warmth

_BUSY_LOAD = 1.5
"""Load average for each CPU above which a machine is busy."""


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a section's calls: `runs` that are alike, and what was lost on the way."""

    name: str
    runs: Sequence[RunSource]
    manifest: Manifest | None
    rounds_planned: int
    role: Role = Role.TARGET
    interrupted_calls: int = 0
    corrupt: dict[str, int] = field(default_factory=dict)
    original_script: bool = False

    @property
    def rounds_finished(self) -> int:
        return sum(run.rounds_finished for run in self.runs)


def summarise(calls: Frame, source: Source, question: Question | None = None, control: Frame | None = None) -> Section:
    """Return the section of these calls; `control` are those of the control arm, made in the same minutes."""
    manifest = source.manifest
    question = question or Question()
    labels = _labels(calls, manifest)
    pairs, verdict = compare_calls(calls, manifest, question, control)
    beside = extra_calls(calls, manifest)
    scripted = calls.where(~np.isin(calls["step"], beside["step"])) if len(beside) else calls
    repeated = repeated_prompts(calls)
    steps = tuple(step_statistics(label, calls.of_step(label), repeated.of_step(label)) for label in labels)
    return Section(
        name=source.name,
        role=source.role,
        runs=tuple(source.runs),
        manifest=manifest,
        rounds_planned=source.rounds_planned,
        rounds_finished=source.rounds_finished,
        interrupted_calls=source.interrupted_calls,
        corrupt=source.corrupt,
        health=health_of(calls, verdict, question),
        verdict=verdict if source.role is Role.TARGET else None,
        pairs=pairs,
        steps=steps,
        success_median_ms=spread(scripted.where(~scripted.are("failed"))["wall_ms"]).median_ms,
        warmth=summarise_warmth(scripted, manifest.scenario, question) if manifest else None,
        notes=(
            *_notes_on_data(calls, source),
            *_notes_on_series(scripted, labels),
            *_notes_on_requests(calls, beside, manifest),
            *process_notes(scripted, manifest),
            *cache_notes(steps),
        ),
        incidents=tuple(incident(call, calls.run_ids) for call in calls.kept if call.incident),
        incidents_total=calls.incidents,
        charts=charts(scripted, labels),
    )


def _labels(calls: Frame, manifest: Manifest | None) -> tuple[str, ...]:
    """Return the labels of the script's steps; without a manifest those of the calls."""
    if manifest is None:
        return tuple(calls.labels.values())
    return tuple(step.label for step in manifest.scenario.steps)


def incident(kept: KeptCall, run_ids: Sequence[str]) -> Incident:
    """Return a call as an operator would look for it."""
    row = kept.row
    return Incident(
        run_id=run_ids[kept.run],
        round=row.round,
        label=row.label,
        started_at=row.started_at,
        wall_ms=row.wall_ms,
        deadline_ms=row.deadline_ms,
        session_id=row.served_session_id or row.session_id,
        outcome=row.outcome,
        cause=row.diagnosis.cause,
        failed=not row.as_expected,
        flags=tuple(flag for flag in row.diagnosis.flags if flag not in BENIGN_FLAGS),
        evidence=row.diagnosis.evidence,
        evidence_phrase=row.diagnosis.evidence_phrase,
        endings=row.wire.endings if row.wire else (),
        request_ids=row.wire.correlation if row.wire else (),
        requested_at=tuple(moment_after(row.started_at, at_ms) for at_ms in row.requested_at_ms),
    )


def _notes_on_data(calls: Frame, source: Source) -> Iterable[Note]:
    """Yield remarks on where the calls come from, what of them is missing, and the machine that made them."""
    manifest = source.manifest
    if source.original_script:
        yield Note(code=NoteCode.ORIGINAL_SCRIPT)
    elif manifest is None:
        yield Note(code=NoteCode.NO_MANIFEST)
    yield from _notes_on_end(source)
    for what, count in source.corrupt.items():
        yield Note(code=NoteCode.UNREADABLE, values={"what": what, "count": count})
    if manifest:
        yield from _notes_on_preflight(calls, manifest)
        yield from _notes_on_machine(calls, manifest)
        yield from _notes_on_script(manifest)


def _notes_on_preflight(calls: Frame, manifest: Manifest) -> Iterable[Note]:
    """Yield a remark on how long before the first call the target was asked, where idle times matter."""
    asked_at = manifest.preflight.asked_at if manifest.preflight else None
    if asked_at is None or not len(calls) or len(manifest.scenario.steps) < 2:
        return
    idle_s = float(calls["started_s"].min()) - asked_at.timestamp()
    if idle_s >= 0:
        yield Note(code=NoteCode.PREFLIGHT, values={"idle_ms": round(idle_s * 1000, 1)})


def _notes_on_end(source: Source) -> Iterable[Note]:
    """Yield a remark where rounds are missing that were planned, and no answer made them needless."""
    last = source.runs[-1] if source.runs else None
    end = last.end if last else None
    if source.rounds_finished >= source.rounds_planned or end in {EndReason.COMPLETED, EndReason.SETTLED}:
        return
    reason = end.value if end else "cut_off"
    values: dict[str, str | int | float] = {
        "finished": source.rounds_finished,
        "planned": source.rounds_planned,
        "reason": reason,
    }
    if last and last.end_why:
        values["why"] = last.end_why
    yield Note(code=NoteCode.INCOMPLETE, values=values)


def _notes_on_script(manifest: Manifest) -> Iterable[Note]:
    """Yield a remark where the first two steps are expected to come to different outcomes."""
    expected = [step.expect.outcome for step in manifest.scenario.steps[:2]]
    if len(set(expected)) > 1:
        values = {"label": manifest.scenario.steps[1].label, "outcome": expected[1].value}
        yield Note(code=NoteCode.OTHER_EXPECTED, values=values)


def _notes_on_machine(calls: Frame, manifest: Manifest) -> Iterable[Note]:
    """Yield a warning where calls may have waited for this machine rather than for the upstream."""
    cpus, concurrency = manifest.machine.cpus, manifest.options.concurrency
    if concurrency > cpus:
        yield Note(code=NoteCode.MACHINE_SHARED, values={"concurrency": concurrency, "cpus": cpus})
        return
    limit = _BUSY_LOAD * cpus
    busy = int(np.count_nonzero(calls["load"] > limit))
    if busy * 5 > len(calls):
        yield Note(code=NoteCode.MACHINE_BUSY, values={"busy": busy, "n": len(calls), "load": limit, "cpus": cpus})


def _notes_on_requests(calls: Frame, beside: Frame, manifest: Manifest | None) -> Iterable[Note]:
    """Yield remarks on the order of requests, and on the ids of answers."""
    if len(beside):
        label = calls.labels[int(beside["step"][0])]
        yield Note(code=NoteCode.EXTRA_CALLS, values={"count": len(beside), "label": label})
    order = request_order(calls, manifest)
    found = every_nth(calls, order) if order else None
    if found:
        values = {"period": found.period, "failed": found.failed, "n": found.n, "others_failed": found.others_failed}
        yield Note(code=NoteCode.EVERY_NTH, values=values)
    cached = int(answered_by_cache(calls).sum())
    if cached:
        yield Note(code=NoteCode.CACHED_ANSWERS, values={"count": cached, "n": len(calls)})


def _notes_on_series(calls: Frame, labels: Sequence[str]) -> Iterable[Note]:
    """Yield remarks on each step's series.

    Rounds go by their own numbers in one run, and by those of the charts in several.
    """
    numbers = round_numbers(calls) if len(calls.run_ids) > 1 else calls["round"]
    yield from account_notes(calls, numbers)
    for label in labels:
        step = calls.of_step(label)
        if len(step):
            rounds = numbers[calls["step"] == step["step"][0]].astype(np.int64).tolist()
            yield from series_notes(label, step["wall_ms"], step.are("failed"), rounds)
