"""Tables as the page's template takes them: rows of cells, each with what it shows and what it is sorted by."""

from collections.abc import Iterable
from dataclasses import dataclass

from probe.model.statistics import Estimate, Figure
from probe.render.numbers import NOTHING, count_text, duration_text, figure_interval, figure_text, interval_ms
from probe.render.texts import Texts

_MOST_WITHOUT_FILTER = 8


@dataclass(frozen=True)
class Cell:
    """`key` is what it is sorted by, its text where that is None; `look` and `tone` are style classes."""

    lines: tuple[str, ...]
    key: float | str | None = None
    look: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """`id` is unique in the page. A table of facts has no head, and keeps its order.

    On a phone a row of a `stacked` one is a card.
    """

    id: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    stacked: bool = False

    @property
    def numeric(self) -> set[int]:
        """The columns that hold figures."""
        return {index for row in self.rows for index, cell in enumerate(row) if cell.look == "num"}

    @property
    def sortable(self) -> bool:
        return bool(self.head) and len(self.rows) > 1

    @property
    def filtered(self) -> bool:
        return len(self.rows) > _MOST_WITHOUT_FILTER and self.sortable


def text(*lines: str, look: str = "") -> Cell:
    """Words; of several columns at most one should be long."""
    return Cell(lines or (NOTHING,), look=look)


def said(*lines: str) -> Cell:
    """Words of strangers, or long ones."""
    return text(*filter(None, lines), look="said")


def code(word: str) -> Cell:
    """A word for machines."""
    return text(word, look="code")


def ids(*lines: str) -> Cell:
    """Ids with their names, a line each; an id is never broken, so that it can be copied from paper too."""
    return text(*filter(None, lines), look="ids")


def chip(word: str, tone: str, *lines: str) -> Cell:
    """A word that stands out as `good`, `bad` or `mild`, and what is to be said below it."""
    return Cell((word, *filter(None, lines)), word, look="said" if any(lines) else "", tone=tone)


def number(count: int | None) -> Cell:
    return Cell((count_text(count),), _key(count), "num")


def duration(ms: float | None) -> Cell:
    return Cell((duration_text(ms),), _key(ms), "num")


def share(shown: str, estimate: Estimate | None) -> Cell:
    """An estimate in these words, sorted by its value."""
    return Cell((shown,), _key(estimate.value if estimate else None), "num")


def quantile(figure: Figure | None, texts: Texts) -> Cell:
    """A quantile above its interval."""
    if figure is None:
        return Cell((NOTHING,), "", "num")
    return _above(figure_text(figure, texts), figure_interval(figure, texts), figure.value_ms)


def mean(estimate: Estimate | None, texts: Texts) -> Cell:
    """A mean in ms above its interval."""
    if estimate is None:
        return Cell((NOTHING,), "", "num")
    return _above(duration_text(estimate.value), interval_ms(estimate, texts), estimate.value)


def facts_table(name: str, caption: str, facts: Iterable[tuple[str, str]], note: str = "") -> Table:
    """A table of names and values."""
    return Table(name, caption, (), tuple((text(what, look="fact"), said(value)) for what, value in facts), note)


def _above(value: str, interval: str, key: float | None) -> Cell:
    return Cell((value,) if interval == NOTHING else (value, interval), _key(key), "num")


def _key(value: float | None) -> float | str:
    return "" if value is None else value
