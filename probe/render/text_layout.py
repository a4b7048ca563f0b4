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
_GAP = "  "
_INDENT = 2
_NARROW = 60
"""Columns below which a terminal has no room for text far from its left edge."""

_BLANKS = re.compile(" {2,}")
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


def paragraph(text: str, columns: int, *, head: str) -> list[str]:
    """Break a text into lines that stand behind its head; in a narrow terminal they go on near the left edge.

    A head of blanks and a word belongs to the paragraph above.
    """
    if columns >= _NARROW:
        return wrapped(text, columns, head=head, indent=width(head))
    indent = _INDENT * 2 if head.startswith(" ") else _INDENT
    return wrapped(text, columns, head=_BLANKS.sub(_GAP, head), indent=indent)


def table_lines(
    header: Sequence[str], rows: Sequence[Sequence[str]], columns: int, *, least: int | None = None
) -> Iterator[str]:
    """Yield columns side by side; where that is too wide, each row on several lines, the later ones indented.

    The cells of the last column may be cut where `least` says how many columns must be left of them.
    """
    widths = [max(width(row[place]) for row in (header, *rows)) for place in range(len(header))]
    if least is not None:
        widths[-1] = min(widths[-1], least)
    lines = _folded(widths, columns)
    for row in (header, *rows):
        for places in lines:
            text = _GAP.join(padded(row[place], widths[place]) for place in places).rstrip()
            head = " " * (_INDENT if places[0] else 0)
            is_last = places[-1] == len(row) - 1
            yield from _cell_lines(text, columns, head, is_cut=least is not None and is_last, is_alone=len(places) == 1)


def _cell_lines(text: str, columns: int, head: str, *, is_cut: bool, is_alone: bool) -> list[str]:
    """Return the lines of cells side by side; one that is alone is broken where it is too long."""
    if is_cut:
        return [clipped(head + text, columns)]
    if is_alone and text:
        return wrapped(text, columns, head=head, indent=len(head))
    return [head + text] if text else []


def _folded(widths: Sequence[int], columns: int) -> list[list[int]]:
    """Return which columns of a table stand on each line of a row."""
    lines: list[list[int]] = [[0]]
    taken = widths[0]
    for place, widest in enumerate(widths[1:], start=1):
        taken += len(_GAP) + widest
        if taken > columns:
            lines.append([])
            taken = _INDENT + widest
        lines[-1].append(place)
    return lines
