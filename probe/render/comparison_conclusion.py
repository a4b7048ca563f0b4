"""A comparison in words: which side is better and by how much, how healthy each is, and how levels are adjusted."""

from probe.model.comparison import HEADLINES, Comparison, Difference, Judgement, Side
from probe.model.note import NoteCode
from probe.model.statistics import Estimate
from probe.render.health_sentences import health_line
from probe.render.numbers import count_text, number_text
from probe.render.sentences import bare_value, difference_text
from probe.sanitise import printable
from probe.texts import Texts


def conclusion(comparison: Comparison, texts: Texts) -> str:
    """Say which side is better, or that it is a regression, none, perhaps chance, or cannot be told, and why not."""
    names = {"base": comparison.base, "candidate": comparison.candidate}
    if comparison.better or comparison.mixed:
        return _which_is_better(comparison, names, texts)
    if comparison.regressions:
        return texts("comparison.regression", **names)
    return _no_side_is_better(comparison, names, texts)


def _no_side_is_better(comparison: Comparison, names: dict[str, str], texts: Texts) -> str:
    if nothing_in_common(comparison):
        return texts("comparison.no_common_step", **names)
    headlines = [each for each in comparison.differences if each.quantity in HEADLINES]
    if {each.judgement for each in headlines} <= {Judgement.TOO_FEW}:
        return texts("comparison.too_few", **names)
    worse = [_headline(each, texts) for each in headlines if each.judgement is Judgement.WORSE]
    if worse:
        return texts("comparison.worse_by_chance", what=texts("join.items").join(worse), **names)
    return texts("comparison.no_regression", **names)


def health_lines(comparison: Comparison, texts: Texts) -> list[str]:
    """Return the health of each side in a line, by name; none where it is not known."""
    names = comparison.base, comparison.candidate
    return [
        texts("comparison.health", name=name, health=health_line(health, texts))
        for name, health in zip(names, comparison.health or (), strict=False)
    ]


def family_words(comparison: Comparison, texts: Texts) -> str:
    """Say how the level of several comparisons is adjusted; nothing of only one."""
    if comparison.family == 1:
        return ""
    return texts("comparison.family", n=count_text(comparison.family), p=number_text(comparison.p, ".2g"))


def _which_is_better(comparison: Comparison, names: dict[str, str], texts: Texts) -> str:
    """Say which side is better and by how much, or that each is better in something."""
    facts = texts("join.parts").join(_fact(each, comparison.better, texts) for each in _deciding(comparison))
    if comparison.better is None:
        return texts("comparison.mixed", facts=facts, **names)
    sides = [comparison.base, comparison.candidate]
    better, worse = sides if comparison.better is Side.BASE else sides[::-1]
    return texts("comparison.better", better=better, worse=worse, facts=facts)


def _deciding(comparison: Comparison) -> list[Difference]:
    """Return the headline quantity that shows best which side is better; all that differ where it is mixed."""
    headlines = [each for each in comparison.differences if each.quantity in HEADLINES]
    if comparison.mixed:
        return [each for each in headlines if each.judgement in {Judgement.BETTER, Judgement.WORSE}]
    decided_by = comparison.decided_by
    return [
        each
        for each in headlines
        if decided_by and (each.label, each.quantity) == (decided_by.label, decided_by.quantity)
    ]


def _fact(difference: Difference, better: Side | None, texts: Texts) -> str:
    """Say the better side's value, the other's, and the difference with its interval."""
    sides = [difference.base, difference.candidate]
    its_value, opposite = sides if better is Side.BASE else sides[::-1]
    return texts(
        f"comparison.fact.{difference.quantity}",
        label=printable(difference.label),
        value=bare_value(its_value, difference.unit, texts),
        other=bare_value(opposite, difference.unit, texts),
        difference=difference_text(_turned(difference.difference, better), difference.unit, texts),
    )


def _turned(difference: Estimate | None, better: Side | None) -> Estimate | None:
    """Return the difference as seen from the better side."""
    return difference.negated if difference and better is Side.BASE else difference


def _headline(difference: Difference, texts: Texts) -> str:
    return texts(f"comparison.{difference.quantity}", label=printable(difference.label))


def nothing_in_common(comparison: Comparison) -> bool:
    """Return True where the two have no step in common."""
    return any(note.code is NoteCode.NO_COMMON_STEP for note in comparison.warnings)
