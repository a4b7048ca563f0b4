"""A Comparison as Markdown."""

from collections.abc import Iterator

from probe.model.comparison import Comparison
from probe.render.comparison_conclusion import conclusion, family_words, health_lines, nothing_in_common
from probe.render.comparison_table import comparison_table
from probe.render.markdown_tables import write_table
from probe.render.markup import plain
from probe.render.numbers import count_text
from probe.render.sentences import comparison_words, note_sentence
from probe.texts import Texts


def render_comparison(comparison: Comparison, texts: Texts) -> str:
    """Return the conclusion, its limitations, and a table of every quantity."""
    return "\n\n".join(_parts(comparison, texts)) + "\n"


def _parts(comparison: Comparison, texts: Texts) -> Iterator[str]:
    names = {"base": plain(comparison.base), "candidate": plain(comparison.candidate)}
    rounds = {"base_rounds": count_text(comparison.rounds[0]), "candidate_rounds": count_text(comparison.rounds[1])}
    yield f"## {texts('comparison.title', **names)}"
    yield f"**{plain(conclusion(comparison, texts))}**"
    if of_sides := health_lines(comparison, texts):
        yield "\n".join(f"- {plain(line)}" for line in of_sides)
    if comparison.regressions:
        yield "\n".join(f"- {plain(comparison_words(each, texts))}" for each in comparison.regressions)
    yield texts("comparison.interleaved" if comparison.interleaved else "comparison.apart", **names, **rounds)
    yield from (f"> {plain(note_sentence(note, texts))}" for note in comparison.warnings)
    if not nothing_in_common(comparison):
        yield write_table(comparison_table(comparison, texts), texts)
        yield texts("join.sentences").join(filter(None, (texts("comparison.rule"), family_words(comparison, texts))))
