"""Fit a table into the width of a terminal: as it is, with rows as columns, or a row below the other."""

import re
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

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

Grid = list[list[Text]]


def fitted(table: Table, console: Console, texts: Texts) -> Iterator[RenderableType]:
    """Yield the table as it fits the console's width."""
    if not table.rows:
        yield Text(texts("table.none"), "dim")
        return
    shown = [place for place in range(len(table.columns)) if place not in table.page_only]
    head = [Text(harmless(table.columns[place]), "bold") for place in shown]
    body = [[_cell(row[place], texts) for place in shown] for row in table.rows]
    figures = [isinstance(table.rows[0][place], FigureCell | RankedCell) for place in shown]
    yield _fitted_grid(table, head, body, figures, console)
    if table.note:
        yield Padding(emphasised(table.note), (0, 0, 0, 1), style="dim")


def _fitted_grid(table: Table, head: list[Text], body: Grid, figures: list[bool], console: Console) -> RenderableType:
    """Return the first form that fits: as it is; rows as columns; with broken cells; a row below the other."""
    across = _grid(head, body, figures)
    if table.facts or _fits(across, console):
        return across
    if len(body) <= _MOST_TURNED:
        down = _turned(head, body)
        if _can_shrink(down, console):
            return down
    if len(head) <= _MOST_NARROW and _can_shrink(across, console):
        return across
    return _cards(head, body)


def _turned(head: list[Text], body: Grid) -> RichTable:
    """Return the table with its rows as columns."""
    first, *others = ([name, *(row[place] for row in body)] for place, name in enumerate(head))
    return _grid(first, others, [False, *(True for _ in body)])


def _fits(grid: RichTable, console: Console) -> bool:
    unlimited = console.options.update(width=10_000)
    return Measurement.get(console, unlimited, grid).maximum <= console.width


def _can_shrink(grid: RichTable, console: Console) -> bool:
    """Return True where the table fits once cells are broken between words."""
    return Measurement.get(console, console.options, grid).minimum <= console.width


def _grid(head: list[Text], body: Grid, figures: list[bool]) -> RichTable:
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False, header_style="")
    for name, is_figure in zip(head, figures, strict=True):
        grid.add_column(name, justify="right" if is_figure else "left", overflow="fold")
    for row in body:
        grid.add_row(*row)
    return grid


def _cards(head: list[Text], body: Grid) -> RenderableType:
    """Lay out each row as names and values, one below the other."""
    cards = RichTable.grid(padding=(0, 1))
    cards.add_column()
    cards.add_column(overflow="fold")
    for number, row in enumerate(body):
        if number:
            cards.add_row()
        for name, value in zip(head, row, strict=True):
            if value.plain.strip():
                cards.add_row(name, value)
    return cards


def _cell(cell: Cell, texts: Texts) -> Text:
    match cell:
        case BadgeCell():
            return Text(harmless("\n".join((cell.text, *filter(None, cell.below)))), TONES.get(cell.tone, ""))
        case CodeCell():
            return Text(harmless(f"{cell.text}: {cell.cause}" if cell.cause else cell.text))
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
