"""Fit a table into the width of a terminal: as it is, with rows as columns, or a row below the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from probe.render.call_words import shown_outcome
from probe.render.numbers import NOTHING, count_text
from probe.render.table_model import (
    BadgeCell,
    Cell,
    CodeCell,
    CountsCell,
    FigureCell,
    HeadingCell,
    RankedCell,
    Table,
)
from probe.sanitise import harmless
from probe.texts import Texts

TONES = {"good": "green", "bad": "bold red", "mild": "yellow"}
_MOST_TURNED = 4
"""Rows of a table that may become columns."""

_MOST_NARROW = 6
"""Columns of a table whose cells may be broken to make room."""


@dataclass(frozen=True)
class FittedColumn:
    """A column of a table: its name and its cells; figures stand at its right."""

    name: Text
    cells: list[Text]
    is_figure: bool = False


def fitted(table: Table, console: Console, texts: Texts) -> Iterator[RenderableType]:
    """Yield the table as it fits the console's width."""
    if not table.rows:
        yield Text(texts("table.none"), "dim")
        return
    yield _fitted_grid(table, _shown_columns(table, console, texts), console)
    if table.note:
        yield Padding(emphasised(table.note), (0, 0, 0, 1), style="dim", expand=False)


def _shown_columns(table: Table, console: Console, texts: Texts) -> list[FittedColumn]:
    """Return the columns that a text has room for."""
    shown = [_column(table, place, texts) for place in range(len(table.columns)) if place not in table.page_only]
    while table.narrowable and len(shown) > 1 and not _fits(_grid(shown), console):
        shown.pop()
    return shown


def _column(table: Table, place: int, texts: Texts) -> FittedColumn:
    is_figure = isinstance(table.rows[0][place], FigureCell | RankedCell)
    return FittedColumn(
        Text(harmless(table.columns[place]), "bold"), [_cell(row[place], texts) for row in table.rows], is_figure
    )


def _fitted_grid(table: Table, columns: list[FittedColumn], console: Console) -> RenderableType:
    """Return the first form that fits: as it is; rows as columns; with broken cells; a row below the other."""
    across = _grid(columns)
    if table.facts or _fits(across, console):
        return across
    if len(table.rows) <= _MOST_TURNED:
        down = _grid(_turned(columns))
        if _can_shrink(down, console):
            return down
    if len(columns) <= _MOST_NARROW and _can_shrink(across, console):
        return across
    return _cards(columns)


def _turned(columns: list[FittedColumn]) -> list[FittedColumn]:
    """Return a column for each row; the first one has the names of the columns."""
    first, *others = columns
    names = FittedColumn(first.name, [column.name for column in others])
    rows = range(len(first.cells))
    return [names, *(FittedColumn(first.cells[row], [column.cells[row] for column in others], True) for row in rows)]


def _fits(grid: RichTable, console: Console) -> bool:
    unlimited = console.options.update(width=10_000)
    return Measurement.get(console, unlimited, grid).maximum <= console.width


def _can_shrink(grid: RichTable, console: Console) -> bool:
    """Return True where the table fits once cells are broken between words."""
    return Measurement.get(console, console.options, grid).minimum <= console.width


def _grid(columns: list[FittedColumn]) -> RichTable:
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False, header_style="")
    for column in columns:
        grid.add_column(column.name, justify="right" if column.is_figure else "left", overflow="fold")
    for row in zip(*(column.cells for column in columns), strict=True):
        grid.add_row(*row)
    return grid


def _cards(columns: list[FittedColumn]) -> RenderableType:
    """Lay out each row as names and values, one below the other."""
    cards = RichTable.grid(padding=(0, 1))
    cards.add_column()
    cards.add_column(overflow="fold")
    for row in range(len(columns[0].cells)):
        if row:
            cards.add_row()
        for column in columns:
            if column.cells[row].plain.strip():
                cards.add_row(column.name, column.cells[row])
    return cards


def _cell(cell: Cell, texts: Texts) -> Text:
    match cell:
        case BadgeCell():
            return Text(harmless("\n".join((cell.text, *filter(None, cell.below)))), TONES.get(cell.tone, ""))
        case CodeCell():
            return Text(harmless(shown_outcome(cell.text, cell.cause)))
        case CountsCell():
            counts = (f"{harmless(name)} ({count_text(count)})" for name, count in cell.items)
            return Text(texts("join.items").join(counts) or NOTHING)
        case FigureCell(interval=interval) if interval not in {"", NOTHING}:
            return Text(harmless(texts("with_interval", value=cell.text, interval=interval)))
        case HeadingCell():
            return Text(harmless(cell.text), "bold")
        case _:
            return Text(harmless(cell.text))


def emphasised(note: str) -> Text:
    """Return a note whose words between asterisks are set in italics."""
    text = Text()
    for number, part in enumerate(re.split(r"\*", harmless(note))):
        text.append(part, "italic" if number % 2 else "")
    return text
