"""Typed columns are filled many values at a time, and keep what is absent apart."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from probe.api.columns import ABSENT, Column, ColumnSource, Dtype, FillingColumn, FillingColumns, as_categories


def filled(dtype: Dtype, *lots: Sequence[Any]) -> Column:
    """Return the column of these values, which came in several lots."""
    source: ColumnSource[Any] = ColumnSource(dtype, lambda value: value)
    filling = FillingColumn(source)
    for lot in lots:
        filling.extend(lot)
    return filling.take()


@pytest.mark.parametrize(
    ("dtype", "values", "numpy_type"),
    [
        (Dtype.INT, [1, 2**40], "int64"),
        (Dtype.BOOL, [True, False], "bool"),
        (Dtype.FLOAT, [1.5, 2.0], "float64"),
        (Dtype.TEXT, ["a", None], "object"),
    ],
)
def test_values_keep_their_order_over_lots(dtype: Dtype, values: list[Any], numpy_type: str) -> None:
    column = filled(dtype, values[:1], [], values[1:])
    assert column.values.tolist() == values
    assert column.values.dtype.name == numpy_type
    assert column.categories == ()


def test_an_absent_number_is_no_number() -> None:
    column = filled(Dtype.NULLABLE_INT, [7, None])
    assert column.values[0] == 7
    assert np.isnan(column.values[1])
    assert np.isnan(filled(Dtype.MOMENT, [None]).values).all()


def test_a_category_has_a_code_for_each_text_and_none_for_what_is_absent() -> None:
    column = filled(Dtype.CATEGORY, ["b", None, "a"], ["b", (), "c"])
    assert column.categories == ("b", "a", "c")
    assert column.values.tolist() == [0, ABSENT, 1, 0, ABSENT, 2]


def test_several_names_are_one_category() -> None:
    column = filled(Dtype.CATEGORY, [("x", "y"), ("x",), ("x", "y")])
    assert column.categories == ("x;y", "x")
    assert column.values.tolist() == [0, 1, 0]


def test_texts_that_are_the_same_once_they_are_harmless_are_one_category() -> None:
    column = filled(Dtype.CATEGORY, ["a\x1b", "a\x07", "b"])
    assert len(column.categories) == len(set(column.categories))
    assert column.values[0] == column.values[1] != column.values[2]
    assert "\x1b" not in "".join(column.categories)


def test_texts_control_no_terminal() -> None:
    (text,) = filled(Dtype.TEXT, ["\x1b[2Jhello"]).values
    assert "\x1b" not in text
    assert "hello" in text


@pytest.mark.parametrize("dtype", list(Dtype))
def test_nothing_is_an_empty_column(dtype: Dtype) -> None:
    for column in (filled(dtype), filled(dtype, [], [])):
        assert (len(column.values), column.categories) == (0, ())


def test_what_was_taken_is_not_kept() -> None:
    source: ColumnSource[int] = ColumnSource(Dtype.INT, lambda value: value)
    columns = FillingColumns({"n": source})
    columns.extend([1, 2])
    assert columns.take()["n"].values.tolist() == [1, 2]
    columns.extend([3])
    assert columns.take()["n"].values.tolist() == [3]


def test_rows_are_taken_by_their_places() -> None:
    column = Column(Dtype.CATEGORY, np.array([0, 1, ABSENT]), ("a", "b"))
    taken = column.take(np.array([2, 0]))
    assert (taken.values.tolist(), taken.categories) == ([ABSENT, 0], ("a", "b"))


def test_codes_may_stand_for_absent_texts() -> None:
    codes, categories = as_categories(np.array([0, 1, 2, ABSENT, 1]), ["x", None, "x"])
    assert (codes.tolist(), categories) == ([0, ABSENT, 0, ABSENT, ABSENT], ("x",))
    none, empty = as_categories(np.array([], dtype=np.int32), [])
    assert (none.tolist(), empty) == ([], ())
