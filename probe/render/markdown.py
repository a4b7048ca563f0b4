"""A Report as Markdown that reads well in a terminal, a pull request and a chat."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from probe.model.driver_comparison import DriverComparison
from probe.model.note import ABOUT_THE_DATA, Note
from probe.model.report_sections import Report, Section
from probe.model.vantage_comparison import VantageComparison
from probe.render import report_tables, time_tables
from probe.render.comparison_markdown import render_comparison
from probe.render.driver_sentences import driver_sentences, driver_table
from probe.render.health_sentences import actions, fault_line, health_line
from probe.render.markdown_tables import operator_parts, write_table
from probe.render.markup import plain, round_chart
from probe.render.numbers import count_text
from probe.render.overview import measured, overview_table
from probe.render.phrases import paragraph
from probe.render.sentences import kind_sentences, note_sentence, verdict_sentences
from probe.render.table_model import Table
from probe.render.vantage_sentences import vantage_answer, vantage_details, vantage_table
from probe.texts import Texts


def render_markdown(report: Report, texts: Texts, charts: Mapping[str, str] | None = None) -> str:
    """Return the whole report. `charts` maps names of charts to relative file names, to be shown as images."""
    several = len(report.sections) > 1
    parts = [*_head(report, texts)]
    for section in report.worst_first:
        parts += _opening(section, several, texts)
    parts += (part for drivers in report.drivers for part in _drivers(drivers, texts))
    parts += [render_comparison(comparison, texts).rstrip() for comparison in report.comparisons]
    parts += _images(charts or {}, texts)
    for section in report.worst_first:
        parts += _details(section, several, texts)
    return "\n\n".join(parts) + "\n"


def _head(report: Report, texts: Texts) -> Iterator[str]:
    """Yield the title, and of several targets or vantages how all of them came out."""
    yield f"# {texts('title', title=plain(report.title))}"
    if when := measured(report, texts):
        yield when
    yield from (f"> {_note(note, texts)}" for note in report.refused)
    if len(report.targets) > 1:
        yield from _with_note(overview_table(report, texts), texts)
    for comparison in report.vantages:
        yield from _vantages(comparison, texts)


def _drivers(comparison: DriverComparison, texts: Texts) -> Iterator[str]:
    table = driver_table(comparison, texts)
    yield f"## {plain(table.title)}"
    yield plain(paragraph(driver_sentences(comparison, texts), texts))
    yield from _with_note(table, texts)


def _vantages(comparison: VantageComparison, texts: Texts) -> Iterator[str]:
    table = vantage_table(comparison, texts)
    yield f"## {plain(table.title)}"
    yield f"**{plain(vantage_answer(comparison, texts))}**"
    yield plain(paragraph(vantage_details(comparison, texts), texts))
    yield from _with_note(table, texts)


def _images(charts: Mapping[str, str], texts: Texts) -> Iterator[str]:
    if charts:
        yield f"## {texts('charts.title')}"
    yield from (f"![{plain(name)}]({quote(file)})" for name, file in charts.items())


def _opening(section: Section, several: bool, texts: Texts) -> Iterator[str]:
    if several:
        yield f"## {plain(section.name)}"
    yield from (f"> {plain(sentence)}" for sentence in kind_sentences(section, texts))
    yield f"**{plain(health_line(section.health, texts))}**"
    yield plain(fault_line(section.health, texts))
    if to_do := [plain(action) for action in actions(section, texts)]:
        yield "\n".join(f"- {action}" for action in to_do)
    yield from (f"> {_note(note, texts)}" for note in section.notes if note.code in ABOUT_THE_DATA)
    first, *rest = (plain(sentence) for sentence in verdict_sentences(section, texts))
    # on the line of `**` a letter after a Chinese full stop would keep it from closing
    yield "\n".join(filter(None, (f"**{first}**", paragraph(rest, texts))))


def _details(section: Section, several: bool, texts: Texts) -> Iterator[str]:
    if several:
        yield f"## {texts('details.title', name=plain(section.name))}"
    for name, parts in _chapters(section, texts):
        yield f"{'###' if several else '##'} {texts(f'{name}.title')}"
        yield from parts


def _chapters(section: Section, texts: Texts) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the key of each heading, and what stands below it."""
    if section.warmth:
        yield "warmth", _with_note(report_tables.warmth_table(section, texts), texts)
    if section.charts.rounds:
        labels = [step.label for step in section.steps]
        yield "rounds", (round_chart(section.charts, labels, texts), *_left_out(section, texts))
    yield from _chapters_of_tables(section, texts)
    if notes := [note for note in section.notes if note.code not in ABOUT_THE_DATA]:
        yield "notes", ("\n".join(f"- {_note(note, texts)}" for note in notes),)
    if section.incidents:
        yield "operator", operator_parts(section, texts)
    facts = report_tables.facts_table(section, texts)
    yield "provenance", (*filter(None, [facts.note]), write_table(facts, texts))


def _chapters_of_tables(section: Section, texts: Texts) -> Iterator[tuple[str, Iterable[str]]]:
    yield "calls", _with_note(report_tables.calls_table(section, texts), texts)
    yield "durations", _durations(section, texts)
    if section.pairs:
        yield "pairs", _with_note(report_tables.pairs_table(section, texts), texts)
    yield "outcomes", _with_note(report_tables.outcomes_table(section, texts), texts)
    if any(step.success_phases for step in section.steps):
        yield "phases", _with_note(time_tables.phases_listed(section, texts), texts)
    yield "models", _with_note(report_tables.models_table(section, texts), texts)
    if section.gates:
        yield "gates", _with_note(report_tables.gates_table(section, texts), texts)


def _durations(section: Section, texts: Texts) -> Iterator[str]:
    """Yield the figures of all calls, and below them the calls that finished."""
    yield from _with_note(time_tables.durations_listed(section, texts), texts)
    if any(step.durations for step in section.steps):
        yield write_table(time_tables.finished_table(section, texts), texts)


def _with_note(table: Table, texts: Texts) -> Iterator[str]:
    yield write_table(table, texts)
    if table.note:
        yield table.note


def _left_out(section: Section, texts: Texts) -> Iterator[str]:
    shown, total = len(section.charts.rounds), section.charts.rounds_total
    if shown < total:
        yield texts("rounds.some", shown=count_text(shown), total=count_text(total))


def _note(note: Note, texts: Texts) -> str:
    return plain(note_sentence(note, texts))
