"""The story of calls for a terminal: which one was chosen and why, and lines that fit its width."""

from collections.abc import Iterator, Sequence

from probe.model.row import Row
from probe.render.numbers import count_text
from probe.render.phrases import counted
from probe.render.terminal_model import TextLine, ToneSpan
from probe.sanitise import printable
from probe.texts import ALL, Texts


def choice_line(row: Row, reason: str, alike: int, last: int, texts: Texts) -> TextLine:
    """Say which call is told of, why, and how to see others; `alike` ones ended as it did, `last` is the last round."""
    place = texts("explain.place", round=count_text(row.round), label=printable(row.label))
    key = f"explain.{reason}"
    why = texts(key, place=place) if key in ALL else counted(key, alike, texts, place=place)
    others = texts("explain.others", last=count_text(last))
    return TextLine((ToneSpan(why, "strong"), ToneSpan(texts("join.sentences")), ToneSpan(others, "dim")))


def story_lines(stories: Sequence[str]) -> Iterator[TextLine]:
    """Yield the lines of stories; what goes on below stands as far to the right as it began."""
    for number, story in enumerate(stories):
        if number:
            yield TextLine.of("")
        for place, line in enumerate(story.split("\n")):
            words = line.lstrip(" ")
            yield TextLine.of(words, "strong" if place == 0 else "", sign=" " * (len(line) - len(words)))
