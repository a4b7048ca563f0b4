"""Lay out text for a terminal, where characters of East Asia take two columns."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

_HAN = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
_OPENING = r"（《〈「“"
_CLOSING = r"，。、；：！？）》〉」”…"
_FIGURE = r"\d[\d.,]* (?:%|ms|s|m|h|d|KB|MB)(?![\w])"
_WORD = rf"[^\s{_HAN}{_OPENING}{_CLOSING}]+"
_UNITS = re.compile(rf"\s+|[{_OPENING}(]*(?:{_FIGURE}|[{_HAN}]|{_WORD})?[{_CLOSING}),.;:]*(?: ·)?")
"""Blanks; or what stays together: a figure with its unit, a word, a Chinese character, with the marks around it."""


def width(text: str) -> int:
    """Count the columns of a text in a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, columns: int) -> str:
    """Fill a text up with spaces."""
    return text + " " * (columns - width(text))


def clipped(text: str, columns: int) -> str:
    """Cut a text that is wider than this."""
    if width(text) <= columns:
        return text
    while width(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def break_offsets(text: str, columns: int, column: int = 0) -> list[int]:
    """Return where lines of at most this many columns begin, after the first; a longer word stands out.

    `column` is where the first line begins.
    """
    offsets: list[int] = []
    for unit in _UNITS.finditer(text):
        taken = width(unit[0])
        if unit.start() and column + taken > columns and unit[0].strip():
            offsets.append(unit.start())
            column = 0
        column += taken
    return offsets


def wrapped(text: str, columns: int, *, head: str = "", indent: int = 0) -> list[str]:
    """Break a text into lines; `head` begins the first of them, and so many spaces all others."""
    ends = [0, *break_offsets(text, columns - indent, width(head) - indent), len(text)]
    first, *others = (text[start:end].rstrip() for start, end in pairwise(ends))
    return [f"{head}{first}".rstrip(), *(" " * indent + line for line in others)]


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> Iterator[str]:
    """Yield columns side by side; a line that would be too long is cut."""
    widths = [max(width(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        line = "  ".join(padded(cell, widest) for cell, widest in zip(row, widths, strict=True))
        yield clipped(line.rstrip(), columns)
