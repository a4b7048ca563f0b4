"""Two sections held against each other, as the page's template takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.statistics import Estimate, Figure
from probe.render.comparison_markdown import conclusion
from probe.render.html_cells import Cell, Table, chip, text
from probe.render.numbers import count_text
from probe.render.sentences import (
    comparison_words,
    difference_text,
    note_sentence,
    quantity_value,
    quantity_words,
)
from probe.render.texts import Texts

_TONES = {Judgement.BETTER: "good", Judgement.WORSE: "bad"}


@dataclass(frozen=True)
class ComparisonView:
    """`lead` is what it comes to, `regressions` are the reasons; `rule` says how it was told."""

    title: str
    tone: str
    lead: str
    regressions: tuple[str, ...]
    warnings: tuple[str, ...]
    table: Table
    rule: str


def comparison_view(comparison: Comparison, name: str, texts: Texts) -> ComparisonView:
    """`name` is unique in the page."""
    return ComparisonView(
        title=texts("comparison.title", base=comparison.base, candidate=comparison.candidate),
        tone="bad" if comparison.regressions else "mild",
        lead=conclusion(comparison, texts),
        regressions=tuple(comparison_words(each, texts) for each in comparison.regressions),
        warnings=tuple(note_sentence(note, texts) for note in comparison.warnings),
        table=_table(comparison, name, texts),
        rule=texts("comparison.rule"),
    )


def _table(comparison: Comparison, name: str, texts: Texts) -> Table:
    """Each quantity of both, the difference, and what it comes to."""
    differences = comparison.differences
    bases, candidates, changes = (_keys(differences, part) for part in ("base", "candidate", "difference"))
    rows = tuple(
        (
            text(each.label),
            text(quantity_words(each.quantity, texts)),
            Cell((quantity_value(each.base, each.unit, texts),), base),
            Cell((quantity_value(each.candidate, each.unit, texts),), candidate),
            Cell((difference_text(each.difference, each.unit, texts),), change),
            chip(texts(f"judgement.{each.judgement.value}"), _TONES.get(each.judgement, "mild")),
        )
        for each, base, candidate, change in zip(differences, bases, candidates, changes, strict=True)
    )
    names = {"base": comparison.base, "candidate": comparison.candidate}
    rounds = {"base_rounds": count_text(comparison.rounds[0]), "candidate_rounds": count_text(comparison.rounds[1])}
    columns = [texts(f"column.{column}") for column in ("step", "quantity", "difference", "judgement")]
    head = (*columns[:2], comparison.base, comparison.candidate, *columns[2:])
    note = texts("comparison.interleaved" if comparison.interleaved else "comparison.apart", **names, **rounds)
    return Table(name, texts("html.compared", **names), head, rows, note)


def _keys(differences: Sequence[Difference], part: str) -> list[int | str]:
    """What a column is sorted by: shares among shares, durations among durations; nothing before all else."""
    units = list(Unit)
    values = [(units.index(each.unit), _amount(getattr(each, part))) for each in differences]
    order = sorted({(unit, amount) for unit, amount in values if amount is not None})
    return ["" if amount is None else order.index((unit, amount)) for unit, amount in values]


def _amount(value: Estimate | Figure | None) -> float | None:
    return value.value_ms if isinstance(value, Figure) else value.value if value else None
