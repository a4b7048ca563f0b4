"""The table that compares two sections, quantity by quantity."""

from collections.abc import Sequence

from probe.model.comparison import Comparison, Difference, Judgement, Unit
from probe.model.statistics import Estimate, Figure
from probe.render.sentences import difference_text, quantity_value, quantity_words
from probe.render.table_model import BadgeCell, RankedCell, Table, WordsCell, column_names
from probe.texts import Texts

_FOR_PROGRAMS = frozenset({"p50_wall", "p75_wall", "p90_wall", "p95_wall"})
"""Quantiles that count failed calls as their timeout: JSON alone has them; readers get those of successes."""
_TONES = {Judgement.BETTER: "good", Judgement.WORSE: "bad"}


def comparison_table(comparison: Comparison, texts: Texts) -> Table:
    """Lay out each quantity of each step in both, the difference, and what it comes to."""
    differences = [each for each in comparison.differences if each.quantity not in _FOR_PROGRAMS]
    bases, candidates, changes = (_ranks(differences, part) for part in ("base", "candidate", "difference"))
    rows = tuple(
        (
            WordsCell(each.label, foreign=True),
            WordsCell(quantity_words(each.quantity, texts), foreign=True),
            RankedCell(quantity_value(each.base, each.unit, texts), base),
            RankedCell(quantity_value(each.candidate, each.unit, texts), candidate),
            RankedCell(difference_text(each.difference, each.unit, texts), change),
            BadgeCell(texts(f"judgement.{each.judgement.value}"), _TONES.get(each.judgement, "mild")),
        )
        for each, base, candidate, change in zip(differences, bases, candidates, changes, strict=True)
    )
    step, quantity, *others = column_names("step quantity difference judgement", texts)
    columns = (step, quantity, comparison.base, comparison.candidate, *others)
    title = texts("html.compared", base=comparison.base, candidate=comparison.candidate)
    return Table("comparison", title, columns, rows)


def _ranks(differences: Sequence[Difference], part: str) -> list[int | str]:
    """Rank a column: shares among shares, durations among durations; what is not known before all else."""
    units = list(Unit)
    values = [(units.index(each.unit), _amount(getattr(each, part))) for each in differences]
    order = sorted({(unit, amount) for unit, amount in values if amount is not None})
    return ["" if amount is None else order.index((unit, amount)) for unit, amount in values]


def _amount(value: Estimate | Figure | None) -> float | None:
    if value is None:
        return None
    return value.value_ms if isinstance(value, Figure) else value.value
