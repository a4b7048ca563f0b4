"""Lay out a table of texts in columns that fit the terminal: columns that matter less are left out first."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from probe.render.text_layout import clipped, padded, width

_GAP = "  "
_UNLIMITED = 10_000
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its title and its cells. The higher `rank` is, the sooner it is left out; `shrinks`: it may be cut."""

    title: str
    cells: Sequence[str]
    rank: int = 0
    shrinks: bool = False

    @property
    def width(self) -> int:
        return max(map(width, (self.title, *self.cells)))


def terminal_width() -> int:
    """Return the columns of the terminal, or of COLUMNS; where output is no terminal, as many as a line takes."""
    return shutil.get_terminal_size((_UNLIMITED, 24)).columns


def laid_out(columns: Sequence[ListColumn], room: int) -> list[str]:
    """Return the lines of a table, the titles first, that is no wider than this where that can be."""
    shown = list(columns)
    while _total(shown) > room + _slack(shown) and len(shown) > 1:
        shown.remove(max(reversed(shown), key=lambda column: column.rank))
    to_cut = max(0, _total(shown) - room)
    widths = [column.width for column in shown]
    for place, column in enumerate(shown):
        if column.shrinks:
            cut = min(to_cut, max(0, column.width - _NARROWEST))
            widths[place] -= cut
            to_cut -= cut
    rows = zip(*([column.title, *column.cells] for column in shown), strict=True)
    return [_line(row, widths) for row in rows]


def _total(columns: Sequence[ListColumn]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def _slack(columns: Sequence[ListColumn]) -> int:
    """Return by how much the columns can be cut."""
    return sum(max(0, column.width - _NARROWEST) for column in columns if column.shrinks)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (padded(clipped(text, columns), columns) for text, columns in zip(row, widths, strict=True))
    return _GAP.join(cells).rstrip()
