"""Typed columns that are filled many values at a time, and become the arrays of a data frame."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from probe.sanitise import harmless

AT_A_TIME = 256
"""Items that become columns together: few enough to stay in the processor's cache."""
ABSENT = -1
"""The code of a category that is absent."""
Item = TypeVar("Item")
Codes = NDArray[np.integer[Any]]


class Dtype(Enum):
    """Kind of value that a column holds, and so which pandas array it becomes."""

    FLOAT = auto()  # never absent
    INT = auto()  # never absent
    BOOL = auto()  # never absent
    NULLABLE_FLOAT = auto()
    NULLABLE_INT = auto()
    NULLABLE_BOOL = auto()
    MOMENT = auto()  # seconds since 1970; nan: absent
    CATEGORY = auto()  # codes of a few texts
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """Values of all calls: numbers (nan: absent), codes of `categories`, or for TEXT str and None."""

    dtype: Dtype
    values: NDArray[Any]
    categories: tuple[str, ...] = ()

    def take(self, places: NDArray[np.intp]) -> "Column":
        """Return the column of the values at these places."""
        return Column(self.dtype, self.values[places], self.categories)


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class ColumnSource(Generic[Item]):
    """Type of a column, and the function that takes its value out of an item, such as a call."""

    dtype: Dtype
    value: Callable[[Item], Any]


_NUMPY = {Dtype.INT: np.int64, Dtype.BOOL: np.bool_, Dtype.CATEGORY: np.int32, Dtype.TEXT: np.object_}
"""Types of columns that are filled; those of the others are float64, which holds whole numbers up to 2**53."""


@dataclass(slots=True)
class FillingColumn(Generic[Item]):
    """A column that is being filled, an array for each lot of items."""

    source: ColumnSource[Item]
    _arrays: list[NDArray[Any]] = field(default_factory=list)
    _codes: dict[Hashable, int] = field(default_factory=lambda: {None: ABSENT, (): ABSENT})

    def extend(self, items: Sequence[Item]) -> None:
        """Add the values of these items."""
        values = list(map(self.source.value, items))
        if self.source.dtype is Dtype.CATEGORY:
            codes = self._codes
            values = [codes.setdefault(value, len(codes) - 2) for value in values]
        self._arrays.append(np.array(values, dtype=self._numpy_type))

    def take(self) -> Column:
        """Return the column, and keep nothing of it."""
        arrays, self._arrays = self._arrays, []
        values = np.concatenate(arrays) if arrays else np.empty(0, dtype=self._numpy_type)
        if self.source.dtype is Dtype.CATEGORY:
            return Column(Dtype.CATEGORY, *as_categories(values, [_text(key) for key in list(self._codes)[2:]]))
        if self.source.dtype is Dtype.TEXT:
            values[:] = [None if text is None else harmless(text) for text in values]
        return Column(self.source.dtype, values)

    @property
    def _numpy_type(self) -> type[np.generic]:
        return _NUMPY.get(self.source.dtype, np.float64)


class FillingColumns(Generic[Item]):
    """Columns that are filled from the same items."""

    def __init__(self, sources: Mapping[str, ColumnSource[Item]]) -> None:
        self._filling = {name: FillingColumn(source) for name, source in sources.items()}

    def extend(self, items: Sequence[Item]) -> None:
        """Add the values of these items."""
        for column in self._filling.values():
            column.extend(items)

    def take(self) -> dict[str, Column]:
        """Return the columns, and keep nothing of them."""
        return {name: column.take() for name, column in self._filling.items()}


def _text(key: Hashable) -> str:
    """Return what a category is called; lists are joined by `;`."""
    return ";".join(key) if isinstance(key, tuple) else str(key)


def as_categories(codes: Codes, texts: Sequence[str | None]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Return codes of categories, of which none comes twice, and the categories. `texts` are what `codes` stand for."""
    safe = [None if text is None else harmless(text) for text in texts]
    categories = dict.fromkeys(text for text in safe if text is not None)
    places = {text: place for place, text in enumerate(categories)}
    lookup = np.array([*(ABSENT if text is None else places[text] for text in safe), ABSENT], dtype=np.int32)
    return lookup[codes], tuple(categories)  # the last place of the table is that of ABSENT
