"""Lay out text for a terminal, where characters of East Asia take two columns."""

import re
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

_WIDE = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60"
_OPENS, _CLOSES = "（《“", "，。；：、！？）》”"
_PIECES = re.compile(rf" +|[{_OPENS}]*(?:[{_WIDE}]|[^ {_WIDE}{_OPENS}]+)[{_CLOSES}]*|[{_OPENS}]+")
"""The pieces of a text between which a line may end: never behind punctuation that opens, or before what closes."""


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


def wrapped(text: str, columns: int, *, head: str = "", indent: int = 0) -> list[str]:
    """Break a text into lines; `head` begins the first of them, and so many spaces all others."""
    lines, line, is_empty = [], head, True
    for piece in _PIECES.findall(text):
        if is_empty and piece.isspace():
            continue
        if not is_empty and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line, is_empty = " " * indent, True
            if piece.isspace():
                continue
        line += piece
        is_empty = False
    return [*lines, line.rstrip()]


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> Iterator[str]:
    """Yield columns side by side; a line that would be too long is cut."""
    widths = [max(width(row[place]) for row in (header, *rows)) for place in range(len(header))]
    for row in (header, *rows):
        line = "  ".join(padded(cell, widest) for cell, widest in zip(row, widths, strict=True))
        yield clipped(line.rstrip(), columns)
