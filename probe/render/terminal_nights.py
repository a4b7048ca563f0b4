"""Nights for a terminal: what the last one comes to, why, and the nights before it."""

from collections.abc import Iterator, Sequence

from probe.model.night import Night, NightState
from probe.render.nights_markdown import night_sentences
from probe.render.nights_table import nights_table
from probe.render.terminal_model import Block, Heading, TextLine
from probe.sanitise import printable
from probe.texts import Texts

_TONES = {NightState.ALARM: "bad", NightState.WATCH: "mild"}


def night_blocks(
    night: Night, before: Night | None, shown: Sequence[Night], least: int, texts: Texts
) -> Iterator[Block]:
    """Yield a night's conclusion with its reasons, then the nights shown; `least` nights make a baseline."""
    conclusion, *reasons = night_sentences(night, before, least, texts)
    yield Heading(texts("nights.title", target=printable(night.arm_name)))
    yield TextLine.of(conclusion, _TONES.get(night.state, "strong"))
    yield from (TextLine.of(reason, sign="  - ") for reason in reasons)
    yield nights_table(shown, texts)
