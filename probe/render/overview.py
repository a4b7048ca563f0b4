"""The opening of a report: when it was measured, and how each of several targets came out, the worst first."""

from probe.model.health import HealthWord
from probe.model.report_sections import RankedTarget, Report
from probe.render.health_sentences import health_word
from probe.render.numbers import NOTHING, count_text, range_text
from probe.render.sentences import answer_words, estimate_share
from probe.render.table_model import BadgeCell, FigureCell, Table, TableRow, WordsCell, column_names, duration, sort_key
from probe.texts import Texts

_TONES = {
    HealthWord.DOWN: "bad",
    HealthWord.FLAKY: "bad",
    HealthWord.COLD: "bad",
    HealthWord.SLOW: "mild",
    HealthWord.UNKNOWN: "mild",
    HealthWord.OK: "good",
}


def measured(report: Report, texts: Texts) -> str:
    """Say `Measured 2026-11-21 14:31 UTC`, with the first and last begin of several runs; nothing if unknown."""
    begun = sorted(run.created_at for section in report.sections for run in section.runs if run.created_at)
    if not begun:
        return ""
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (begun[0], begun[-1]))
    return texts("measured", when=first if first == last else range_text(first, last, texts))


def overview_table(report: Report, texts: Texts) -> Table:
    """Build a line for each target, the worst first: its health, its failures, how fast it is, and the verdict."""
    columns = column_names("target health calls failed recovered failure_share success_median verdict", texts)
    rows = tuple(_row(target, texts) for target in report.ranking)
    note = texts("overview.note", n=count_text(len(rows)))
    return Table("overview", texts("html.overview"), columns, rows, note, stacked=True)


def _row(target: RankedTarget, texts: Texts) -> TableRow:
    rate = target.failure_rate
    return (
        WordsCell(target.name, foreign=True),
        health_badge(target.health, texts),
        FigureCell(count_text(target.n), target.n),
        FigureCell(count_text(target.failed), target.failed),
        FigureCell(count_text(target.recovered), target.recovered),
        FigureCell(estimate_share(rate, texts), sort_key(rate.value if rate else None)),
        duration(target.success_median_ms),
        WordsCell(_answer(target, texts)),
    )


def health_badge(word: HealthWord, texts: Texts) -> BadgeCell:
    """Return the word of a health in its colours."""
    urgent = word is HealthWord.DOWN
    return BadgeCell(health_word(word, texts), _TONES[word], urgent=urgent, look=word.value.lower())


def _answer(target: RankedTarget, texts: Texts) -> str:
    """Return the answer on first calls; nothing where all calls failed, for then there is none to be had."""
    if target.verdict is None or target.health is HealthWord.DOWN:
        return NOTHING
    return answer_words(target.verdict, texts)
