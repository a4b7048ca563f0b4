"""The tables of reports before anything is written: cells that say what they mean.

`report_tables` builds them, `markdown_tables` and `html_tables` write them. Widths, escapes and style are the writers'.
"""

from dataclasses import dataclass

from probe.render.numbers import count_text, duration_text
from probe.texts import Texts


@dataclass(frozen=True)
class WordsCell:
    """Words of the report; of a stranger where `foreign`, so that mark-up in them is none.

    A column of `long` ones is wide enough for sentences.
    """

    text: str
    foreign: bool = False
    long: bool = False


@dataclass(frozen=True)
class HeadingCell:
    """The name of a row."""

    text: str


@dataclass(frozen=True)
class CodeCell:
    """A word for machines, with the cause that belongs to it; `kind` says what it is where that is not obvious."""

    text: str
    cause: str | None = None
    kind: str = ""


@dataclass(frozen=True)
class NameCell:
    """A stranger's name for something: no address in it becomes a link."""

    text: str


@dataclass(frozen=True)
class CountsCell:
    """Strangers' names, and how many calls each stands for."""

    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class FigureCell:
    """A figure as a reader sees it, and its interval.

    `key` is what it is sorted by: its text where that is None; an empty one comes before all others.
    """

    text: str
    key: float | str | None = None
    interval: str = ""


@dataclass(frozen=True)
class RankedCell:
    """A value that is sorted by its rank in the column, since units differ there."""

    text: str
    rank: int | str


@dataclass(frozen=True)
class BadgeCell:
    """A word that stands out as `good`, `bad` or `mild`, and what is said below it; an `urgent` one in any format.

    A page shows it in the colours of its `look`, where it has one.
    """

    text: str
    tone: str
    below: tuple[str, ...] = ()
    urgent: bool = False
    look: str = ""


Cell = WordsCell | HeadingCell | CodeCell | NameCell | CountsCell | FigureCell | RankedCell | BadgeCell
TableRow = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Rows below the names of their columns.

    `note` is to stand below; its asterisks are emphasis. Columns in `page_only` are left out where room is scarce.
    In a table of `facts` a row is a name and a value, and rows keep their order. On a phone a row of a `stacked` one
    is a card. Of a `narrowable` one the last columns are left out where a terminal is too narrow.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    note: str = ""
    page_only: frozenset[int] = frozenset()
    facts: bool = False
    stacked: bool = False
    narrowable: bool = False


_SAME_IN_ALL_LANGUAGES = frozenset({"n", "p90", "UTC"})


def column_names(keys: str, texts: Texts) -> tuple[str, ...]:
    """Return the names of columns by their keys, which blanks separate."""
    return tuple(key if key in _SAME_IN_ALL_LANGUAGES else texts(f"column.{key}") for key in keys.split())


def number(count: int | None) -> FigureCell:
    """Build the figure of a count."""
    return FigureCell(count_text(count), sort_key(count))


def duration(ms: float | None) -> FigureCell:
    """Build the figure of a duration in ms."""
    return FigureCell(duration_text(ms), sort_key(ms))


def sort_key(value: float | None) -> float | str:
    """Return what a value is sorted by; what is not known stands before all others."""
    return "" if value is None else value
