"""What a report with several sections says first: when it was measured, and how each section came out."""

from collections.abc import Iterator

from probe.model.report import Report, Section
from probe.render.numbers import NOTHING, range_text
from probe.render.sentences import answer_words, estimate_share
from probe.render.texts import Texts


def measured(report: Report, texts: Texts) -> str:
    """`Measured 2026-11-21 14:31 UTC`, with the first and the last begin of several runs; empty where none is known."""
    begun = sorted(run.created_at for section in report.sections for run in section.runs if run.created_at)
    if not begun:
        return ""
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (begun[0], begun[-1]))
    return texts("measured", when=first if first == last else range_text(first, last, texts))


def overview_head(report: Report, texts: Texts) -> list[str]:
    """Target, verdict, and a failure rate for each step that any section has."""
    steps = (texts("column.failed_of", label=label) for label in _labels(report))
    return [texts("column.target"), texts("column.verdict"), *steps]


def overview_rows(report: Report, texts: Texts) -> Iterator[tuple[Section, str, list[str]]]:
    """Each section with its answer and its failure rates."""
    labels = _labels(report)
    for section in report.sections:
        rates = {step.label: estimate_share(step.failure_rate, texts) for step in section.steps}
        answer = answer_words(section.verdict.answer, texts) if section.verdict else NOTHING
        yield section, answer, [rates.get(label, NOTHING) for label in labels]


def _labels(report: Report) -> list[str]:
    return list(dict.fromkeys(step.label for section in report.sections for step in section.steps))
