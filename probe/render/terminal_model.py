"""Blocks for a terminal, before widths and colours: lines of toned words, headings, tables, rounds as signs.

`terminal_result` and others build them; the command line writes them in the width and the colours of the terminal.
"""

from dataclasses import dataclass
from typing import Self

from probe.model.health import Health
from probe.render.health_sentences import health_sentence, health_word
from probe.render.table_model import Table
from probe.texts import Texts

BADGE = "badge."
"""The beginning of a tone that is the word of a health."""


@dataclass(frozen=True)
class ToneSpan:
    """Words of one tone: `good`, `bad`, `mild`, `dim`, `strong`, or a badge."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class TextLine:
    """A line that is broken where the terminal ends; after a `sign` it goes on below its first word.

    A `whole` one is left to the terminal to break, so that it can be copied.
    """

    spans: tuple[ToneSpan, ...]
    sign: str = ""
    whole: bool = False

    @classmethod
    def of(cls, text: str, tone: str = "", sign: str = "", *, whole: bool = False) -> Self:
        """Build a line of one tone."""
        return cls((ToneSpan(text, tone),), sign, whole)


@dataclass(frozen=True)
class Heading:
    """A heading, with a blank line before it."""

    text: str


@dataclass(frozen=True)
class RoundSigns:
    """A sign a round for each step, in order of rounds; cut into as many rows as the terminal's width takes.

    A sign has a tone. `numbers` are those of the rounds.
    """

    numbers: tuple[int, ...]
    steps: tuple[tuple[str, tuple[ToneSpan, ...]], ...]
    legend: str


Block = TextLine | Heading | RoundSigns | Table


def head_line(health: Health, texts: Texts, name: str = "") -> TextLine:
    """Return the first line of an answer, after the target's name where there are several."""
    named = (ToneSpan(f"{name}  ", "strong"),) if name else ()
    badge = ToneSpan(health_word(health.word, texts), f"{BADGE}{health.word.value}")
    return TextLine((*named, badge, ToneSpan(health_sentence(health, texts))))
