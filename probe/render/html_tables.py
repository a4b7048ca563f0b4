"""Tables as the page's template takes them: cells of lines with a style class and what they are sorted by."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup

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
    WordsCell,
)
from probe.render.templates import template

_MOST_WITHOUT_FILTER = 8


@dataclass(frozen=True)
class HtmlCell:
    """`key` is what it is sorted by, its text where that is None; `look` and `tone` are style classes."""

    lines: tuple[str, ...]
    key: float | str | None = None
    look: str = ""
    tone: str = ""


@dataclass(frozen=True)
class HtmlTable:
    """`id` is unique in the page. A table of facts has no head, and keeps its order.

    On a phone a row of a `stacked` one is a card. `links` are the places that names in the first column lead to.
    """

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[HtmlCell, ...], ...]
    note: str
    stacked: bool
    links: Mapping[str, str]

    @property
    def numeric(self) -> set[int]:
        """The columns that hold figures."""
        return {place for row in self.rows for place, cell in enumerate(row) if cell.look == "num"}

    @property
    def sortable(self) -> bool:
        return bool(self.head) and len(self.rows) > 1

    @property
    def filtered(self) -> bool:
        return len(self.rows) > _MOST_WITHOUT_FILTER and self.sortable


def html_table(
    table: Table, name: str, note: str | None = None, links: Mapping[str, str] = MappingProxyType({})
) -> HtmlTable:
    """Build what the template takes. `name` is unique in the page; `note` replaces the table's own."""
    return HtmlTable(
        id=name,
        caption=table.title,
        head=() if table.facts else table.columns,
        rows=tuple(tuple(map(_cell, row)) for row in table.rows),
        note=table.note.replace("*", "") if note is None else note,
        stacked=table.stacked,
        links=links,
    )


def drawn_table(
    table: Table, name: str, note: str | None = None, links: Mapping[str, str] = MappingProxyType({})
) -> Markup:
    """Return `html_table` as HTML; nothing where there are no rows."""
    if not table.rows:
        return Markup()
    html = template("table.html").render(t=html_table(table, name, note, links))
    return Markup(html)  # noqa: S704  # escaped there


def _cell(cell: Cell) -> HtmlCell:
    match cell:
        case WordsCell(long=True):
            return _lines(cell.text, look="said")
        case HeadingCell():
            return HtmlCell((cell.text,), look="fact")
        case CodeCell():
            return HtmlCell((shown_outcome(cell.text, cell.cause),), look="code")
        case CountsCell():
            return _counts(cell)
        case FigureCell():
            return _figure(cell)
        case RankedCell():
            return HtmlCell((cell.text,), cell.rank)
        case BadgeCell():
            return _badge(cell)
        case _:
            return HtmlCell((cell.text,))


def _counts(cell: CountsCell) -> HtmlCell:
    return _lines(*(f"{name} ({count_text(count)})" for name, count in cell.items), look="said")


def _figure(cell: FigureCell) -> HtmlCell:
    interval = () if cell.interval in {"", NOTHING} else (cell.interval,)
    return HtmlCell((cell.text, *interval), cell.key, "num")


def _badge(cell: BadgeCell) -> HtmlCell:
    below = tuple(filter(None, cell.below))
    return HtmlCell((cell.text, *below), cell.text, "said" if below else "", cell.look or cell.tone)


def _lines(*lines: str, look: str) -> HtmlCell:
    return HtmlCell(tuple(filter(None, lines)) or (NOTHING,), look=look)
