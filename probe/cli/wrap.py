"""Break a line of text where a terminal ends: between words, and between Chinese characters."""

import re

from rich.cells import cell_len
from rich.text import Text

_HAN = r"\u2e80-\u9fff\uf900-\ufaff"
_OPENING = r"（《〈「“"
_CLOSING = r"，。、；：！？）》〉」”…"
_FIGURE = r"\d[\d.,]* (?:%|ms|s|m|h|d|KB|MB)(?![\w])"
_WORD = rf"[^\s{_HAN}{_OPENING}{_CLOSING}]+"
_UNITS = re.compile(rf"\s+|[{_OPENING}(]*(?:{_FIGURE}|[{_HAN}]|{_WORD})?[{_CLOSING}),.;:]*(?: ·)?")
"""Blanks; or what stays together: a figure with its unit, a word, a Chinese character, with the marks around it."""


def wrapped(text: Text, width: int) -> list[Text]:
    """Return the text in lines of at most this many columns; a word that is longer stands out."""
    breaks = []
    column = 0
    for unit in _UNITS.finditer(text.plain):
        columns = cell_len(unit[0])
        is_blank = not unit[0].strip()
        if column and column + columns > width and not is_blank:
            breaks.append(unit.start())
            column = 0
        column += columns
    lines = list(text.divide(breaks))
    for line in lines:
        line.rstrip()
    return lines
