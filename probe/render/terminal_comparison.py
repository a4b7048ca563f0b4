"""A comparison for a terminal: the conclusion, then what differs, worst first."""

from collections.abc import Iterator

from probe.model.comparison import HEADLINES, Comparison, Difference, Judgement
from probe.render.comparison_conclusion import (
    conclusion,
    family_words,
    health_lines,
    nothing_in_common,
)
from probe.render.numbers import count_text
from probe.render.phrases import counted, note_sentence, paragraph
from probe.render.sentences import comparison_words
from probe.render.terminal_model import Block, TextLine, ToneSpan
from probe.sanitise import printable
from probe.texts import Texts

_DIFFERS = {Judgement.WORSE: ("▲ ", "bad"), Judgement.BETTER: ("▼ ", "good")}


def comparison_blocks(comparison: Comparison, texts: Texts) -> Iterator[Block]:
    """Yield the conclusion, what is worse, what is better, the headlines of the rest, and how many more there are."""
    yield TextLine.of(conclusion(comparison, texts), "bad" if comparison.regressions else "strong")
    yield from (TextLine.of(line) for line in health_lines(comparison, texts))
    yield from (TextLine.of(note_sentence(note, texts), "dim") for note in comparison.warnings)
    if nothing_in_common(comparison):
        return
    shown = _in_order(comparison)
    for difference in shown:
        sign, tone = _DIFFERS.get(difference.judgement, ("= ", "dim"))
        yield TextLine((ToneSpan(comparison_words(difference, texts), tone),), sign=sign)
    left_out = len(comparison.differences) - len(shown)
    if left_out:
        yield TextLine.of(counted("compare.rest", left_out, texts), "dim")
    names = {"base": printable(comparison.base), "candidate": printable(comparison.candidate)}
    rounds = {"base_rounds": count_text(comparison.rounds[0]), "candidate_rounds": count_text(comparison.rounds[1])}
    how = texts("comparison.interleaved" if comparison.interleaved else "comparison.apart", **names, **rounds)
    yield TextLine.of(how, "dim")
    rules = filter(None, (texts("comparison.rule"), family_words(comparison, texts)))
    yield TextLine.of(paragraph(rules, texts), "dim")


def _in_order(comparison: Comparison) -> list[Difference]:
    """Return regressions first, then what is worse, then what is better, then failure rates and mean durations."""
    ranks = {Judgement.WORSE: 1, Judgement.BETTER: 2}
    ranked = [
        (0 if difference.regression else ranks.get(difference.judgement, 3), difference)
        for difference in comparison.differences
        if difference.judgement in ranks or difference.quantity in HEADLINES
    ]
    return [difference for _, difference in sorted(ranked, key=lambda pair: pair[0])]
