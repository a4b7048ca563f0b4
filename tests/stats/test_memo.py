import numpy as np
import pytest
from numpy.typing import NDArray

from probe.stats import memo
from probe.stats.memo import PointMemo

Floats = NDArray[np.float64]


class Computed:
    """A function that counts the points it was asked for."""

    def __init__(self) -> None:
        self.points = 0

    def __call__(self, first: Floats, second: Floats) -> Floats:
        self.points += len(first)
        return first * 1000 + second


def columns(*points: tuple[int, int]) -> tuple[Floats, Floats]:
    first, second = np.array(points, dtype=np.float64).T
    return first, second


def test_a_point_is_computed_once_whatever_comes_around_it() -> None:
    function = Computed()
    remembered = PointMemo(function)
    assert remembered(*columns((1, 2), (3, 4), (1, 2))).tolist() == [1002.0, 3004.0, 1002.0]
    assert function.points == 2
    assert remembered(*columns((9, 9), (3, 4), (0, 0), (1, 2))).tolist() == [9009.0, 3004.0, 0.0, 1002.0]
    assert function.points == 4


def test_arguments_up_to_the_largest_are_told_apart() -> None:
    largest = memo.LARGEST - 1
    remembered = PointMemo(Computed())
    points = columns((0, largest), (1, 0), (largest, largest), (largest, 0))
    assert remembered(*points).tolist() == (points[0] * 1000 + points[1]).tolist()


def test_a_memo_that_is_full_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST_POINTS", 3)
    function = Computed()
    remembered = PointMemo(function)
    for number in range(20):
        points = columns((number, 1), (number, 2), (0, 7))
        assert remembered(*points).tolist() == (points[0] * 1000 + points[1]).tolist()
    assert 40 <= function.points <= 60
