"""The opening of a report: when it was measured, and how each of several sections came out."""

from collections.abc import Iterator

from probe.model.report_sections import Report, Section
from probe.model.verdict import Answer
from probe.render.numbers import NOTHING, range_text
from probe.render.sentences import answer_words, estimate_share
from probe.texts import Texts

_MANY_FAIL = 0.1
"""A failure rate from which nothing about a step is good."""
_TONES = {
    Answer.COLD: "bad",
    Answer.SECOND_WORSE: "bad",
    Answer.ORDER: "bad",
    Answer.NO_COLD_EFFECT: "good",
    Answer.CACHED: "mild",
    Answer.UNDECIDED: "mild",
}


def tone_of(section: Section) -> str:
    """Return `good`, `bad` or `mild`: good only where calls succeed; calls that fail alike are no good news."""
    tone = _TONES[section.verdict.answer] if section.verdict else "mild"
    rates = [step.failure_rate.value for step in section.steps if step.failure_rate]
    many_fail = max(rates, default=0.0) >= _MANY_FAIL
    return "mild" if tone == "good" and many_fail else tone


def measured(report: Report, texts: Texts) -> str:
    """Say `Measured 2026-11-21 14:31 UTC`, with the first and last begin of several runs; nothing if unknown."""
    begun = sorted(run.created_at for section in report.sections for run in section.runs if run.created_at)
    if not begun:
        return ""
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (begun[0], begun[-1]))
    return texts("measured", when=first if first == last else range_text(first, last, texts))


def overview_head(report: Report, texts: Texts) -> list[str]:
    """Return the column names: target, verdict, and a failure rate for each step that any section has."""
    steps = (texts("column.failed_of", label=label) for label in _labels(report))
    return [texts("column.target"), texts("column.verdict"), *steps]


def overview_rows(report: Report, texts: Texts) -> Iterator[tuple[Section, str, list[str]]]:
    """Yield each section with its answer and its failure rates."""
    labels = _labels(report)
    for section in report.sections:
        rates = {step.label: estimate_share(step.failure_rate, texts) for step in section.steps}
        answer = answer_words(section.verdict.answer, texts) if section.verdict else NOTHING
        yield section, answer, [rates.get(label, NOTHING) for label in labels]


def _labels(report: Report) -> list[str]:
    return list(dict.fromkeys(step.label for section in report.sections for step in section.steps))
