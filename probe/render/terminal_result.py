"""The result of a run for a terminal: three lines where all is well, more only where something is wrong."""

from collections.abc import Iterator
from dataclasses import replace

from probe.model.choices import Role
from probe.model.health import HealthWord
from probe.model.note import NoteCode
from probe.model.report_sections import Report, Section
from probe.model.statistics import StepStatistics
from probe.model.verdict import Answer, Verdict
from probe.render.call_words import shown_outcome
from probe.render.comparison_conclusion import conclusion
from probe.render.driver_sentences import driver_sentences
from probe.render.health_sentences import actions, fault_line
from probe.render.numbers import count_text, duration_text
from probe.render.overview import overview_table
from probe.render.phrases import counted, joined, note_sentence, outcome_words, paragraph
from probe.render.sentences import failed_gate_line, kind_sentences, verdict_sentences
from probe.render.terminal_model import Block, TextLine, head_line
from probe.render.vantage_sentences import vantage_answers, vantage_details, vantage_table
from probe.render.verdict_sentences import to_go_words
from probe.render.warmth_sentences import warmth_sentences
from probe.sanitise import printable
from probe.texts import Texts

TOLD = frozenset({NoteCode.QUOTA_ENDED, NoteCode.RETRY_AT, NoteCode.USAGE_UNKNOWN})
"""Remarks that stand on the terminal too, beside those on the verdict."""
_WITHOUT_FAILURES = frozenset({HealthWord.COLD, HealthWord.SLOW, HealthWord.OK, HealthWord.UNKNOWN})


def result_blocks(report: Report, texts: Texts, *, is_verbose: bool = False) -> Iterator[Block]:
    """Yield what came of a run: of several targets a table of all first."""
    several = len(report.targets) > 1
    if several:
        yield overview_table(report, texts)
        yield from vantage_lines(report, texts, is_verbose=is_verbose)
    yield from _of_sections(report, texts, is_verbose=is_verbose)
    if several:
        yield from (TextLine.of(sentence) for sentence in _comparison_sentences(report, texts))
    if all(section.embedded for section in report.targets):
        yield TextLine.of(texts("result.embedded"), "dim")


def vantage_lines(report: Report, texts: Texts, *, is_verbose: bool) -> Iterator[Block]:
    """Yield the answer on each target that several vantages called, with what it rests on, and the table.

    What the table holds is said below it only where it is verbose.
    """
    for comparison, answer in zip(report.vantages, vantage_answers(report, texts), strict=True):
        yield TextLine.of("")
        yield TextLine.of(answer, "strong")
        yield from (TextLine.of(detail) for detail in vantage_details(comparison, texts))
        table = vantage_table(comparison, texts)
        yield table if is_verbose else replace(table, note="")


def _comparison_sentences(report: Report, texts: Texts) -> Iterator[str]:
    for drivers in report.drivers:
        yield paragraph(driver_sentences(drivers, texts), texts)
    for comparison in report.comparisons:
        yield conclusion(comparison, texts)


def _of_sections(report: Report, texts: Texts, *, is_verbose: bool) -> Iterator[Block]:
    """Yield the answer of each target, the worst first; where it is verbose, of control arms too, with the reasons."""
    sections = [section for section in report.worst_first if is_verbose or section.role is Role.TARGET]
    for section in sections:
        if len(sections) > 1:
            yield TextLine.of("")
        yield from answer_blocks(section, texts, section.name if len(sections) > 1 else "")
        if is_verbose:
            yield from _reasons(section, texts)


def answer_blocks(section: Section, texts: Texts, name: str = "") -> Iterator[TextLine]:
    """Yield the health of a section; where something is wrong, whose it is and what to do; and of first calls."""
    yield head_line(section.health, texts, name)
    if section.health.failed or section.health.recovered:
        yield TextLine.of(fault_line(section.health, texts))
    yield from (TextLine.of(action, sign="→ ") for action in actions(section, texts))
    yield from _remarks(section, texts)
    if first_calls := paragraph(first_calls_sentences(section, texts), texts):
        yield TextLine.of(first_calls)
    yield from (TextLine.of(failed_gate_line(gate, texts), "bad") for gate in section.failed_gates)


def first_calls_sentences(section: Section, texts: Texts) -> Iterator[str]:
    """Yield whether first calls are worse, and how long calls took, as far as it can be said of calls that failed."""
    health, verdict = section.health, section.verdict
    if not health.n or health.word is HealthWord.DOWN:
        return
    is_open = verdict is not None and verdict.answer is Answer.UNDECIDED
    if is_open and health.word not in _WITHOUT_FAILURES:
        return
    if section.warmth:
        yield next(warmth_sentences(section.warmth, texts))
    elif verdict:
        yield _still_open(verdict, texts) if is_open else verdict_sentences(section, texts)[0]
    if medians := joined([*_medians(section, texts)], texts):
        yield texts("result.took", medians=medians)


def _still_open(verdict: Verdict, texts: Texts) -> str:
    more = texts("result.more", to_go=to_go_words(verdict.to_go, texts, "line.to_go")) if verdict.to_go else ""
    return texts("result.first_calls.open", rounds=counted("rounds", verdict.pairs, texts), more=more)


def _medians(section: Section, texts: Texts) -> Iterator[str]:
    for step in section.steps:
        median_ms = step.durations.successes.median_ms if step.durations else None
        if median_ms is not None:
            yield texts("result.took.step", label=printable(step.label), time=duration_text(median_ms))


def _remarks(section: Section, texts: Texts) -> Iterator[TextLine]:
    """Yield remarks that bear on what to do next, and what of the run could not be read."""
    for note in section.notes:
        if note.code in TOLD:
            yield TextLine.of(note_sentence(note, texts))
    for name, count in section.corrupt.items():
        yield TextLine.of(texts("result.corrupt", name=printable(name), count=count_text(count)))


def _reasons(section: Section, texts: Texts) -> Iterator[TextLine]:
    """Yield the counts of each step, then the answer with what it rests on in a list below it."""
    for step in section.steps:
        yield from _counts(step, texts)
    if not ((section.verdict and section.verdict.pairs) or section.warmth):
        return
    answer, *reasons = verdict_sentences(section, texts)
    yield from (TextLine.of(sentence) for sentence in (*kind_sentences(section, texts), answer))
    yield from (TextLine.of(sentence, sign="  - ") for sentence in reasons)


def _counts(step: StepStatistics, texts: Texts) -> Iterator[TextLine]:
    if not step.n:
        return
    recovered = texts("result.counts.recovered", n=count_text(step.recovered)) if step.recovered else ""
    values = {"label": printable(step.label), "ok": count_text(step.ok), "n": count_text(step.n)}
    yield TextLine.of(texts("result.counts", **values, recovered=recovered, failed=_failed(step, texts)))
    for count in step.outcomes:
        if not count.expected:
            words = outcome_words(count.outcome, texts)
            outcome = shown_outcome(count.outcome, count.cause)
            yield TextLine.of(texts("result.outcome", n=count_text(count.n), outcome=outcome, words=words), sign="    ")


def _failed(step: StepStatistics, texts: Texts) -> str:
    key = "result.counts.timed_out" if step.timed_out else "result.counts.failed"
    return texts(key, n=count_text(step.failed), timed_out=count_text(step.timed_out))
