"""A Comparison as Markdown."""

from collections.abc import Iterator

from probe.model.comparison import Comparison, Difference, Judgement
from probe.model.note import NoteCode
from probe.render.comparison_table import comparison_table
from probe.render.markdown_tables import write_table
from probe.render.markup import plain
from probe.render.numbers import count_text
from probe.render.sentences import comparison_words, note_sentence
from probe.sanitise import printable
from probe.texts import Texts

_HEADLINES = frozenset({"failure_rate", "mean_wall"})


def render_comparison(comparison: Comparison, texts: Texts) -> str:
    """Return the conclusion, its limitations, and a table of every quantity."""
    return "\n\n".join(_parts(comparison, texts)) + "\n"


def conclusion(comparison: Comparison, texts: Texts) -> str:
    """Say in a sentence whether it is a regression, none, perhaps chance, or cannot be told, and why not."""
    names = {"base": comparison.base, "candidate": comparison.candidate}
    if _nothing_in_common(comparison):
        return texts("comparison.no_common_step", **names)
    if comparison.regressions:
        return texts("comparison.regression", **names)
    headlines = [each for each in comparison.differences if each.quantity in _HEADLINES]
    if {each.judgement for each in headlines} <= {Judgement.TOO_FEW}:
        return texts("comparison.too_few", **names)
    worse = [_headline(each, texts) for each in headlines if each.judgement is Judgement.WORSE]
    if worse:
        return texts("comparison.worse_by_chance", what=texts("join.items").join(worse), **names)
    return texts("comparison.no_regression", **names)


def _headline(difference: Difference, texts: Texts) -> str:
    return texts(f"comparison.{difference.quantity}", label=printable(difference.label))


def _parts(comparison: Comparison, texts: Texts) -> Iterator[str]:
    names = {"base": plain(comparison.base), "candidate": plain(comparison.candidate)}
    rounds = {"base_rounds": count_text(comparison.rounds[0]), "candidate_rounds": count_text(comparison.rounds[1])}
    yield f"## {texts('comparison.title', **names)}"
    yield f"**{plain(conclusion(comparison, texts))}**"
    if comparison.regressions:
        yield "\n".join(f"- {plain(comparison_words(each, texts))}" for each in comparison.regressions)
    yield texts("comparison.interleaved" if comparison.interleaved else "comparison.apart", **names, **rounds)
    yield from (f"> {plain(note_sentence(note, texts))}" for note in comparison.warnings)
    if not _nothing_in_common(comparison):
        yield write_table(comparison_table(comparison, texts), texts)
        yield texts("comparison.rule")


def _nothing_in_common(comparison: Comparison) -> bool:
    return any(note.code is NoteCode.NO_COMMON_STEP for note in comparison.warnings)
