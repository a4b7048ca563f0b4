"""Write blocks to a terminal, as wide and in such colours as it has; to a pipe as plain lines that are not broken.

Colours follow NO_COLOR (no-color.org), FORCE_COLOR, CLICOLOR and CLICOLOR_FORCE (bixense.com/clicolors).
"""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from probe.cli.common import is_terminal
from probe.cli.fit_table import fitted
from probe.cli.language import present_texts
from probe.render.table_model import Table
from probe.render.terminal_model import BADGE, Block, Heading, RoundSigns, TextLine, ToneSpan
from probe.render.text_layout import break_offsets
from probe.sanitise import harmless

_UNLIMITED = 10_000
_WIDEST = 120
"""Columns of prose that can still be read."""
_USUAL = 80
STYLES = {
    "good": "green",
    "bad": "red",
    "mild": "yellow",
    "dim": "dim",
    "strong": "bold",
    f"{BADGE}DOWN": "bold white on red",
    f"{BADGE}FLAKY": "bold black on yellow",
    f"{BADGE}SLOW": "bold black on yellow",
    f"{BADGE}COLD": "bold white on blue",
    f"{BADGE}OK": "bold black on green",
    f"{BADGE}UNKNOWN": "bold black on white",
}


def console_of(stream: TextIO) -> Console:
    """Return a console on the stream: with its width, and with colours where it or the environment has them."""
    at_terminal = is_terminal(stream)
    forced = _forced_colours(os.environ)
    coloured = forced if forced is not None else at_terminal
    return Console(
        file=stream,
        force_terminal=at_terminal or coloured,
        no_color=not coloured,
        width=_columns(stream) if at_terminal else _UNLIMITED,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _forced_colours(environment: Mapping[str, str]) -> bool | None:
    """Return whether the environment asks for colours or forbids them; None where it leaves that to the terminal."""
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return False if environment.get("CLICOLOR") == "0" else None


def _columns(stream: TextIO) -> int:
    """Return the width of a terminal: what COLUMNS says, else what the terminal says."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL


def live_console(stream: TextIO) -> Console | None:
    """Return a console on which a view can be drawn again and again; None where the stream is no such terminal."""
    if not is_terminal(stream) or os.environ.get("TERM", "dumb") in {"dumb", "unknown"}:
        return None
    coloured = _forced_colours(os.environ) is not False
    return Console(file=stream, force_terminal=True, no_color=not coloured, highlight=False, markup=False, emoji=False)


def show(blocks: Iterable[Block], stream: TextIO | None = None) -> None:
    """Write blocks to a stream, standard output where none is named."""
    console = console_of(stream or sys.stdout)
    for block in blocks:
        match block:
            case TextLine():
                _write_line(console, block)
            case Heading():
                console.print()
                console.print(Text(harmless(block.text), "bold underline"))
            case RoundSigns():
                _write_signs(console, block)
            case Table():
                _write_table(console, block)
    console.file.flush()


def styled(spans: Iterable[ToneSpan], console: Console) -> Text:
    """Return spans with their styles; a badge is a word on a coloured ground, else a word with a full stop."""
    text = Text()
    for span in spans:
        words, style = harmless(span.text), STYLES.get(span.tone, "")
        if span.tone.startswith(BADGE):
            text.append(badge(words, style, console))
        else:
            text.append(words, style)
    return text


def badge(word: str, style: str, console: Console) -> Text:
    """Return a word on a coloured ground, and a space; without colours the word with a full stop."""
    if bool(console.color_system) and not console.no_color:
        return Text.assemble((f" {word} ", style), " ")
    return Text(present_texts()("health.badge", word=word), "bold")


def _write_line(console: Console, line: TextLine) -> None:
    """Write a line, broken between words; a word that is too long is left to the terminal, so that it can be copied."""
    is_broken = is_terminal(console.file) and not line.whole
    room = min(console.width, _WIDEST) if is_broken else _UNLIMITED
    indent = cell_len(line.sign)
    text = styled(line.spans, console)
    for number, part in enumerate(text.divide(break_offsets(text.plain, room - indent))):
        part.rstrip()
        sign = line.sign if number == 0 else " " * indent
        console.print(Text.assemble((sign, "bold"), part), soft_wrap=True)


def _write_signs(console: Console, signs: RoundSigns) -> None:
    """Write as many rounds in a row as there is room for."""
    margin = max((cell_len(label) for label, _ in signs.steps), default=0) + 4
    room = max(min(console.width, _WIDEST) - margin, 10)
    for start in range(0, len(signs.numbers), room):
        numbers = signs.numbers[start : start + room]
        span = "–".join(map(str, dict.fromkeys((numbers[0], numbers[-1]))))
        console.print(Text(" " * margin + span, "dim"))
        for label, marks in signs.steps:
            head = "  " + set_cell_size(harmless(label), margin - 2)
            console.print(Text(head) + styled(marks[start : start + room], console), soft_wrap=True)
    _write_line(console, TextLine.of(signs.legend, "dim", sign="  "))


def _write_table(console: Console, table: Table) -> None:
    for renderable in fitted(table, console, present_texts()):
        console.print(renderable)


def one_line(text: str, style: str = "") -> Text:
    """Return a line that never takes two, so that a view which is drawn again and again does not jump."""
    return Text(text, style, no_wrap=True, overflow="ellipsis")
