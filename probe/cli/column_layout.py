"""Lay out a table of texts in columns that fit the terminal, so that nothing that matters is lost.

Columns that matter less are left out first. Where that is not enough all are shown, a row on several lines.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from probe.render.text_layout import clipped, padded, table_lines, width

_GAP = "  "
_UNLIMITED = 10_000
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its title and its cells. The higher `rank` is, the sooner it is left out; `shrinks`: it may be cut.

    A column of rank 0 is never left out.
    """

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
    while not _fits(shown, room) and any(column.rank for column in shown):
        shown.remove(max(reversed(shown), key=lambda column: column.rank))
    if _fits(shown, room):
        return _side_by_side(shown, room)
    return list(table_lines([column.title for column in columns], _rows(columns), room))


def _side_by_side(columns: Sequence[ListColumn], room: int) -> list[str]:
    """Return the lines of a table whose columns can be cut so that it fits."""
    to_cut = max(0, _total(columns) - room)
    widths = [column.width for column in columns]
    for place, column in enumerate(columns):
        if column.shrinks:
            cut = min(to_cut, max(0, column.width - _NARROWEST))
            widths[place] -= cut
            to_cut -= cut
    titles = [column.title for column in columns]
    return [_line(row, widths) for row in (titles, *_rows(columns))]


def _rows(columns: Sequence[ListColumn]) -> list[tuple[str, ...]]:
    return list(zip(*(column.cells for column in columns), strict=True))


def _fits(columns: Sequence[ListColumn], room: int) -> bool:
    """Return whether these columns fit once those that may be cut are cut."""
    return _total(columns) <= room + _slack(columns)


def _total(columns: Sequence[ListColumn]) -> int:
    return sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1)


def _slack(columns: Sequence[ListColumn]) -> int:
    """Return by how much the columns can be cut."""
    return sum(max(0, column.width - _NARROWEST) for column in columns if column.shrinks)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (padded(clipped(text, columns), columns) for text, columns in zip(row, widths, strict=True))
    return _GAP.join(cells).rstrip()
