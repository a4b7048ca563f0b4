"""Memoised functions of whole numbers: what is asked for again and again, each time of a few points more."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LARGEST = 2**20
"""The arguments of a memoised function lie below this: three of them fit in an integer of 64 bits."""
MOST_POINTS = 100_000
"""A memo that has more points than these begins anew, so that its memory (16 bytes a point) is bounded."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Points in rising order, each packed in one integer, and the value at each."""

    points: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    values: Floats = field(default_factory=lambda: np.empty(0))

    def has(self, points: Integers) -> NDArray[np.bool_]:
        """Return which of the points it has."""
        if not len(self.points):
            return np.zeros(len(points), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.points, points), len(self.points) - 1)
        return np.asarray(self.points[at] == points)

    def at(self, points: Integers) -> Floats:
        """Return the values at points that it has."""
        return np.asarray(self.values[np.searchsorted(self.points, points)])

    def with_values(self, points: Integers, values: Floats) -> "_Table":
        """Return a table that has these points too, which are in rising order and new to it."""
        at = np.searchsorted(self.points, points)
        return _Table(np.insert(self.points, at, points), np.insert(self.values, at, values))


class PointMemo:
    """An elementwise function of one to three arrays of whole numbers, which computes the value at each point once.

    Threads may share it: a table is replaced as a whole, and what one of them loses by that is only computed again.
    """

    def __init__(self, function: Callable[..., Floats]) -> None:
        self._function = function
        self._table = _Table()

    def __call__(self, *arguments: Floats) -> Floats:
        """Return the values of the function at these points; `arguments` have one length, and lie below LARGEST."""
        points = np.zeros(len(arguments[0]), dtype=np.int64)
        for argument in arguments:
            points = points * LARGEST + argument.astype(np.int64)
        table = self._table if len(self._table.points) <= MOST_POINTS else _Table()
        missing = np.flatnonzero(~table.has(points))
        if len(missing):
            new_points, first = np.unique(points[missing], return_index=True)
            new_values = self._function(*(argument[missing[first]] for argument in arguments))
            self._table = table = table.with_values(new_points, new_values)
        return table.at(points)
