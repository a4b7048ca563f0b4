"""The comparison of two sections, as the page's template takes it."""

from dataclasses import dataclass

from markupsafe import Markup

from probe.model.comparison import Comparison
from probe.render.comparison_conclusion import conclusion, family_words, health_lines
from probe.render.comparison_table import comparison_table
from probe.render.html_tables import drawn_table
from probe.render.numbers import count_text
from probe.render.sentences import (
    comparison_words,
    note_sentence,
)
from probe.texts import Texts


@dataclass(frozen=True)
class ComparisonView:
    """`lead` is the conclusion, `regressions` are its reasons; `rule` explains how regressions are recognised."""

    title: str
    tone: str
    lead: str
    health: tuple[str, ...]
    regressions: tuple[str, ...]
    warnings: tuple[str, ...]
    table: Markup
    note: str
    rule: str


def comparison_view(comparison: Comparison, name: str, texts: Texts) -> ComparisonView:
    """Build what the template takes; `name` is unique in the page."""
    return ComparisonView(
        title=texts("comparison.title", base=comparison.base, candidate=comparison.candidate),
        tone="bad" if comparison.regressions else "mild",
        health=tuple(health_lines(comparison, texts)),
        lead=conclusion(comparison, texts),
        regressions=tuple(comparison_words(each, texts) for each in comparison.regressions),
        warnings=tuple(note_sentence(note, texts) for note in comparison.warnings),
        table=drawn_table(comparison_table(comparison, texts), name, _note(comparison, texts)),
        note=_note(comparison, texts),
        rule=texts("join.sentences").join(filter(None, (texts("comparison.rule"), family_words(comparison, texts)))),
    )


def _note(comparison: Comparison, texts: Texts) -> str:
    """Say when both were measured, and how many rounds of each."""
    return texts(
        "comparison.interleaved" if comparison.interleaved else "comparison.apart",
        base=comparison.base,
        candidate=comparison.candidate,
        base_rounds=count_text(comparison.rounds[0]),
        candidate_rounds=count_text(comparison.rounds[1]),
    )
