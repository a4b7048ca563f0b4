"""A report for a terminal: the answer, every round as a sign, small tables, and what an operator needs.

It is short, so that the answer is still on the screen when all is written.
"""

from collections.abc import Iterable, Iterator

from probe.model.base_models import utc_text
from probe.model.chart import Mark, RoundDots
from probe.model.choices import Role
from probe.model.driver_comparison import DriverComparison
from probe.model.note import ABOUT_THE_DATA, Note
from probe.model.report_sections import Incident, Report, Section
from probe.render import report_tables, time_tables
from probe.render.call_words import shown_outcome, took_text
from probe.render.driver_sentences import driver_sentences, driver_table
from probe.render.markup import SIGNS
from probe.render.numbers import count_text
from probe.render.overview import measured, overview_table
from probe.render.phrases import flag_words, note_sentence
from probe.render.request_line import short_request_line
from probe.render.sentences import verdict_sentences
from probe.render.table_model import Table
from probe.render.terminal_comparison import comparison_blocks
from probe.render.terminal_model import Block, Heading, RoundSigns, TextLine, ToneSpan
from probe.render.terminal_result import TOLD, answer_blocks, vantage_lines
from probe.sanitise import printable
from probe.texts import Texts
from probe.texts.stored_phrase import evidence_text

_MOST_INCIDENTS = 3
_TONES = {Mark.CLEAN: "good", Mark.RECOVERED: "mild", Mark.TIMED_OUT: "bad", Mark.FAILED: "bad"}
_NO_CALL = ToneSpan(" ")


def report_blocks(report: Report, texts: Texts, *, is_verbose: bool = False) -> Iterator[Block]:
    """Yield the answers of all targets, then their details, then where the rest is. Controls are left to the rest."""
    several = len(report.targets) > 1
    yield from _opening(report, texts, is_verbose=is_verbose)
    targets = [section for section in report.worst_first if section.role is Role.TARGET]
    for section in targets:
        yield from _answer(section, section.name if several else "", texts)
    if several:
        yield from _compared(report, texts)
    for section in targets:
        if several:
            yield Heading(texts("details.title", name=printable(section.name)))
        yield from _details(section, texts, is_verbose=is_verbose)
    yield TextLine.of("")
    yield TextLine.of(texts("report.more.all" if is_verbose else "report.more"), "dim")


def _answer(section: Section, name: str, texts: Texts) -> Iterator[Block]:
    yield from answer_blocks(section, texts, name)
    yield from (_remark(note, texts) for note in section.notes if note.code in ABOUT_THE_DATA - TOLD)


def _compared(report: Report, texts: Texts) -> Iterator[Block]:
    for drivers in report.drivers:
        yield from _drivers(drivers, texts)
    for comparison in report.comparisons:
        yield from comparison_blocks(comparison, texts)


def _drivers(comparison: DriverComparison, texts: Texts) -> Iterator[Block]:
    table = driver_table(comparison, texts)
    yield Heading(table.title)
    yield from (TextLine.of(sentence) for sentence in driver_sentences(comparison, texts))
    yield table


def _opening(report: Report, texts: Texts, *, is_verbose: bool) -> Iterator[Block]:
    title = texts("title", title=printable(report.title))
    yield TextLine((ToneSpan(title, "strong"), ToneSpan(f"  {measured(report, texts)}", "dim")))
    if report.targets and all(section.embedded for section in report.targets):
        yield TextLine.of(texts("result.embedded"), "dim")
    yield from (_remark(note, texts) for note in report.refused)
    if len(report.targets) > 1:
        yield overview_table(report, texts)
        yield from vantage_lines(report, texts, is_verbose=is_verbose)
    if report.vantages:
        yield TextLine.of("")


def _details(section: Section, texts: Texts, *, is_verbose: bool) -> Iterator[Block]:
    if section.charts.rounds:
        yield Heading(texts("rounds.title"))
        yield _signs(section, texts)
    for table in (*_tables(section, texts), *(_further_tables(section, texts) if is_verbose else ())):
        yield Heading(table.title)
        yield table
    if is_verbose:
        yield from _reasons(section, texts)
    yield from _operator(section, texts)


def _signs(section: Section, texts: Texts) -> RoundSigns:
    """Build a sign a round for each step."""
    rounds = section.charts.rounds
    labels = [step.label for step in section.steps]
    steps = tuple((printable(label), tuple(_sign(dots, label) for dots in rounds)) for label in labels)
    legend = texts("rounds.legend", **{mark.value: sign for mark, sign in SIGNS.items()})
    return RoundSigns(tuple(dots.number for dots in rounds), steps, legend)


def _sign(dots: RoundDots, label: str) -> ToneSpan:
    marks = (dot.mark for dot in dots.dots if dot.label == label)
    return next((ToneSpan(SIGNS[mark], _TONES[mark]) for mark in marks), _NO_CALL)


def _tables(section: Section, texts: Texts) -> Iterator[Table]:
    """Yield the tables that are always shown."""
    if section.warmth:
        yield report_tables.warmth_table(section, texts)
    yield report_tables.calls_table(section, texts)
    if any(step.durations for step in section.steps):
        yield time_tables.durations_by_step(section, texts)


def _further_tables(section: Section, texts: Texts) -> Iterator[Table]:
    """Yield further tables that say something: none of outcomes where all calls were clean."""
    if any(step.n > step.clean for step in section.steps):
        yield report_tables.outcomes_table(section, texts)
    if any(step.phases for step in section.steps):
        yield time_tables.phases_by_step(section, texts)
    if section.gates:
        yield report_tables.gates_table(section, texts)


def _reasons(section: Section, texts: Texts) -> Iterator[Block]:
    """Yield why the verdict is what it is, where it is one, and what limits it."""
    reasons = verdict_sentences(section, texts)[1:] if section.health.n > section.health.failed else ()
    notes = [note_sentence(note, texts) for note in section.notes if note.code not in ABOUT_THE_DATA]
    if reasons:
        yield Heading(texts("report.reasons"))
        yield from _listed(reasons)
    if notes:
        yield Heading(texts("notes.title"))
        yield from _listed(notes)


def _listed(sentences: Iterable[str]) -> Iterator[TextLine]:
    yield from (TextLine.of(sentence, sign="  - ") for sentence in sentences)


def _operator(section: Section, texts: Texts) -> Iterator[Block]:
    """Yield the first calls that failed or recovered, with all that finds them in logs."""
    if not section.incidents:
        return
    yield Heading(texts("operator.title"))
    if section.manifest:
        target = section.manifest.target
        token = target.token_masked or texts("fact.none")
        yield TextLine.of(texts("operator.target", target=printable(target.base_url), token=printable(token)))
    shown = section.incidents[:_MOST_INCIDENTS]
    for incident in shown:
        yield from _incident(incident, texts)
    left_out = section.incidents_total - len(shown)
    if left_out > 0:
        yield TextLine.of(texts("operator.more", n=count_text(left_out)), "dim")


def _incident(incident: Incident, texts: Texts) -> Iterator[TextLine]:
    place = texts("report.call", round=count_text(incident.round), label=printable(incident.label))
    flags = (flag_words(flag, texts) for flag in incident.flags)
    what = texts("join.parts").join((shown_outcome(incident.outcome, incident.cause), *flags))
    tone = "bad" if incident.failed else "mild"
    head = (
        ToneSpan(utc_text(incident.started_at), "strong"),
        ToneSpan(f"  {place}  {took_text(incident)}  "),
    )
    yield TextLine((*head, ToneSpan(what, tone)), sign="  ")
    for request in incident.requests:
        yield TextLine.of(printable(short_request_line(request, texts)), sign="    ")
    if incident.evidence:
        yield TextLine.of(printable(evidence_text(incident, texts)), "dim", sign="    ")


def _remark(note: Note, texts: Texts) -> TextLine:
    return TextLine.of(note_sentence(note, texts), "dim")
