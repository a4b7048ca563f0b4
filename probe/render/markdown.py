"""A Report as Markdown that reads well in a terminal, a pull request and a chat."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from probe.model.note import ABOUT_THE_DATA, Note
from probe.model.report import Report, Section
from probe.render.comparison_markdown import render_comparison
from probe.render.markdown_tables import (
    calls_table,
    durations_tables,
    gates_table,
    models_table,
    operator_table,
    outcomes_table,
    overview_table,
    pairs_table,
    phases_table,
    provenance_table,
    warmth_table,
)
from probe.render.markup import plain, round_chart
from probe.render.numbers import count_text
from probe.render.overview import measured
from probe.render.phrases import paragraph
from probe.render.sentences import note_sentence, verdict_paragraph
from probe.render.texts import Texts


def render_markdown(report: Report, texts: Texts, charts: Mapping[str, str] | None = None) -> str:
    """The whole report. `charts` maps names of charts to relative file names, to be shown as images."""
    parts = [
        f"# {texts('title', title=plain(report.title))}",
        *filter(None, [measured(report, texts)]),
        *(f"> {_note(note, texts)}" for note in report.refused),
    ]
    several = len(report.sections) > 1
    parts += [overview_table(report, texts)] if several else []
    for section in report.sections:
        parts += [f"## {plain(section.name)}"] if several else []
        parts += _opening(section, texts)
    parts += [render_comparison(comparison, texts).rstrip() for comparison in report.comparisons]
    if charts:
        parts += [f"## {texts('charts.title')}", *(f"![{plain(name)}]({quote(file)})" for name, file in charts.items())]
    for section in report.sections:
        parts += [f"## {texts('details.title', name=plain(section.name))}"] if several else []
        parts += _details(section, "###" if several else "##", texts)
    return "\n\n".join(parts) + "\n"


def _opening(section: Section, texts: Texts) -> Iterator[str]:
    for note in section.notes:
        if note.code in ABOUT_THE_DATA:
            yield f"> {_note(note, texts)}"
    sentences = [plain(sentence) for sentence in verdict_paragraph(section, texts)]
    if section.embedded:
        yield f"> {sentences.pop(0)}"
    first, *others = sentences
    rest = paragraph(others, texts)
    yield f"**{first}**\n{rest}" if rest else f"**{first}**"  # a full stop of Chinese would keep `**` from closing


def _details(section: Section, mark: str, texts: Texts) -> Iterator[str]:
    for name, parts in _chapters(section, texts):
        yield f"{mark} {texts(f'{name}.title')}"
        yield from parts


def _chapters(section: Section, texts: Texts) -> Iterator[tuple[str, Iterable[str]]]:
    """The key of each heading, and what stands below it."""
    labels = [step.label for step in section.steps]
    if section.warmth:
        yield "warmth", (warmth_table(section.warmth, texts), texts("warmth.legend"))
    if section.charts.rounds:
        yield "rounds", (round_chart(section.charts, labels, texts), *_left_out(section, texts))
    yield "calls", (calls_table(section, texts), texts("calls.legend"))
    yield "durations", durations_tables(section, texts)
    if section.pairs:
        yield "pairs", (pairs_table(section, section.pairs, texts), texts("pairs.legend"))
    yield "outcomes", (outcomes_table(section, texts),)
    if any(step.phases for step in section.steps):
        yield "phases", phases_table(section, texts)
    yield "models", (models_table(section, texts), texts("models.legend"))
    if section.gates:
        yield "gates", (gates_table(section, texts),)
    notes = [note for note in section.notes if note.code not in ABOUT_THE_DATA]
    if notes:
        yield "notes", ("\n".join(f"- {_note(note, texts)}" for note in notes),)
    if section.incidents:
        yield "operator", operator_table(section, texts)
    yield "provenance", provenance_table(section, texts)


def _left_out(section: Section, texts: Texts) -> Iterator[str]:
    shown, total = len(section.charts.rounds), section.charts.rounds_total
    if shown < total:
        yield texts("rounds.some", shown=count_text(shown), total=count_text(total))


def _note(note: Note, texts: Texts) -> str:
    return plain(note_sentence(note, texts))
